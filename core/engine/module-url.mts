/**
 * A module's URL, and the specifier that its loader knows it by. URLs are hierarchical, since opaque ones
 * (`github:owner/…`) break `new URL('./x', import.meta.url)`, source maps and `require` in Node. Two specifiers have two
 * URLs, or one module would run as the other: only a specifier that is a URL already shares it with what it is of.
 */

import { schemeOf } from '../native.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'

/** WHATWG URL: the special schemes, and `data:`; their specifier is their URL. */
const same = new Set(['http:', 'https:', 'file:', 'data:', 'ws:', 'wss:', 'ftp:', 'node:', 'blob:'])

/** The scheme of what has none: `virtual-module`. */
const OWN = 'mimeport:'

/**
 * Encodes each segment so that parsing changes none. Undone by one `decodeURIComponent`, but for `.` and `..`, which a
 * URL has no way to write: they are marked with an escape that nothing else is given.
 */
function encodePath(path: string): string {
  return path
    .split('/')
    .map((segment) => (/^\.{1,2}$/.test(segment) ? `%7E${segment}` : encodeURIComponent(segment)))
    .join('/')
}

/** Encodes a query or a fragment, with its mark, so that parsing changes nothing: `a=1&b=2` stays as it is. */
function encodeTail(tail: string): string {
  return tail.slice(0, 1) + tail.slice(1).replace(/[^\w\-.!~*'()=&+$,;:@/?]+/g, encodeURIComponent)
}

/** The form that holds any text: an empty host, and a path. */
function pathForm(scheme: string, rest: string): string {
  const [, path = '', query = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#[^]*)?$/.exec(rest) ?? []
  return `${scheme}///${encodePath(path)}${encodeTail(query)}${encodeTail(fragment)}`
}

/** Characters of a specifier. RFC 9110 §4.1 wants 8000 octets of a URI at least; a `data:` URL is its content. */
export const longestSpecifier = 8192

/**
 * Refuses a specifier that no server and no file system has a name for, before anybody looks at it.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER
 */
export function refuseLong(specifier: string): void {
  if (specifier.length <= longestSpecifier || /^data:/i.test(specifier)) return
  throw new LoaderError(
    'ERR_MIMEPORT_INVALID_SPECIFIER',
    `Cannot load '${escapeText(specifier.slice(0, 200))}…': it has ${specifier.length} characters, the limit is ${longestSpecifier}`,
  )
}

/**
 * The URL of a module that a loader answers for: `github:o/r@c/x` → `github://o/r@c/x`, and where parsing would change
 * something of that (`npm:@a/b`), `npm:///%40a/b`.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER when no URL can be made of it.
 */
export function moduleURL(specifier: string): string {
  refuseLong(specifier)
  const scheme = schemeOf(specifier)
  const rest = specifier.slice(scheme?.length ?? 0)
  // WHATWG URL §4: a URL is made of scalar values; to replace the others would make one URL of many specifiers.
  if (specifier.isWellFormed()) {
    if (scheme === undefined || (scheme === OWN && !rest.startsWith('//'))) {
      // It is a path, since as a host it could hold neither `@` nor `:`.
      return `${OWN}///${encodePath(specifier)}`
    }
    if (!same.has(scheme)) {
      const isURL = rest.startsWith('//')
      const direct = isURL ? scheme + rest : `${scheme}//${rest}`
      // `x:/y` is not `x:///y`: that is the URL of something else.
      const hasHost = isURL || !rest.startsWith('/')
      return hasHost && URL.parse(direct)?.href === direct ? direct : pathForm(scheme, rest)
    }
    const url = URL.parse(specifier)
    if (url !== null) return url.href
  }
  throw new LoaderError(
    'ERR_MIMEPORT_INVALID_SPECIFIER',
    `Cannot make a URL of '${escapeText(specifier.slice(0, 200))}'`,
  )
}
