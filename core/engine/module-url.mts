/**
 * A module's URL, and the specifier that its loader knows it by. URLs are hierarchical, since opaque ones
 * (`github:owner/…`) break `new URL('./x', import.meta.url)`, source maps and `require` in Node.
 */

import { LoaderError, escapeText } from '../errors.mts'
import { schemeOf } from './registry.mts'

/** WHATWG URL: the special schemes, and `data:`; their specifier is their URL. */
const same = new Set(['http:', 'https:', 'file:', 'data:', 'ws:', 'wss:', 'ftp:', 'node:', 'blob:'])

/**
 * The URL of a module that a loader answers for: `github:o/r@c/x` → `github://o/r@c/x`.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER when no URL can be made of it.
 */
export function moduleURL(specifier: string): string {
  const scheme = schemeOf(specifier)
  if (scheme === undefined) {
    // A name that a loader without `schemes` answered for: `virtual-module`.
    // It is a path, since as a host it could hold neither `@` nor `:`.
    const path = specifier.toWellFormed().split('/').map(encodeURIComponent).join('/')
    return new URL(`mimeport:///${path}`).href
  }
  const rest = specifier.slice(scheme.length).toWellFormed()
  if (same.has(scheme) || rest.startsWith('//')) {
    const url = URL.parse(specifier)
    if (url !== null) return url.href
  } else {
    const url = URL.parse(`${scheme}//${rest}`) ?? URL.parse(`${scheme}///${encodeURI(rest)}`)
    if (url !== null) return url.href
  }
  throw new LoaderError(
    'ERR_MIMEPORT_INVALID_SPECIFIER',
    `Cannot make a URL of '${escapeText(specifier.slice(0, 200))}'`,
  )
}
