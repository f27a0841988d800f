/**
 * The specifiers of a file in a repository: read, checked, and written in their one canonical form,
 * `github:owner/repo@commit/path`. Percent-encoding is undone once here and nowhere else (RFC 3986 §2.4).
 */

import { LoaderError, escapeText } from '../../core/errors.mts'
import { leadingRefFault, refFault } from './ref-name.mts'

export interface Repository {
  readonly owner: string
  readonly name: string
}

/** What a specifier says of the revision. */
export type Revision =
  /** A whole commit id, in lower case. */
  | { readonly kind: 'commit'; readonly id: string }
  /** A name after `#`. */
  | { readonly kind: 'ref'; readonly name: string }
  /** After `@`: the file's first segments are the name, but only a listing tells how many. */
  | { readonly kind: 'leading' }
  /** None: the default branch. */
  | { readonly kind: 'default' }

export interface RepositoryFile {
  readonly repository: Repository
  readonly revision: Revision
  /** The path, decoded; with a `leading` revision, the name of the ref before it. */
  readonly segments: readonly string[]
  /** `''`, or `?` and more: part of a module's identity, and never sent. */
  readonly query: string
}

/** Bytes of UTF-8; inclusive. */
const longestSpecifier = 8192

const forms = 'github:owner/repo/path, github:owner/repo@ref/path or github:owner/repo/path#ref'

/** A specifier as messages show it. */
export function quote(text: string): string {
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text
  return `'${escapeText(shown).replace(/[\n\t]/g, (c) => (c === '\n' ? '\\n' : '\\t'))}'`
}

/** The error for a specifier that names no file in a repository; it shows the right forms. */
export function invalidSpecifier(specifier: string, reason: string): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_INVALID_SPECIFIER',
    `Cannot resolve ${quote(specifier)}: ${reason}; write ${forms}`,
  )
}

/** An account's name: letters, digits, hyphens, and the underscore of managed users; at most 39. */
const ownerName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/
const repositoryName = /^[\w.-]{1,100}$/
const commitId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i

/** Whether `name` is a whole commit id: SHA-1 or SHA-256, in hexadecimal. */
export function isCommitId(name: string): boolean {
  return commitId.test(name)
}

/** Undoes percent-encoding, once; `undefined` where it is malformed or no UTF-8. */
export function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Why a decoded segment cannot be one of a path; `undefined` when it can. */
export function segmentFault(segment: string): string | undefined {
  if (segment === '') return 'a path has no empty segments'
  if (segment === '.' || segment === '..') return `a path has no '${segment}' segments`
  if (!segment.isWellFormed()) return 'a path is well-formed Unicode'
  if (/[/\\]/.test(segment)) return 'a file name has no slash and no backslash'
  // oxlint-disable-next-line no-control-regex -- finding control characters is what it is for
  return /[\0-\x1f\x7f]/.test(segment) ? 'a path has no control characters' : undefined
}

/** @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER above 8 KiB. */
export function checkLength(specifier: string): void {
  if (Buffer.byteLength(specifier) > longestSpecifier) {
    throw invalidSpecifier(specifier, `it is longer than ${longestSpecifier} bytes`)
  }
}

/** Splits at the first `mark`: before it, and what follows it (`undefined`: there is none). */
function cut(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function revisionOf(
  leading: boolean,
  first: string,
  fragment: string | undefined,
  invalid: (reason: string) => LoaderError,
): Revision {
  if (leading && fragment !== undefined) throw invalid("it has a ref after '@' and after '#'")
  const name = leading ? first : fragment
  if (name === undefined) return { kind: 'default' }
  if (isCommitId(name)) return { kind: 'commit', id: name.toLowerCase() }
  const fault = leading ? leadingRefFault(name) : refFault(name)
  if (fault !== undefined) throw invalid(fault)
  return leading ? { kind: 'leading' } : { kind: 'ref', name }
}

/**
 * Reads a specifier in any of its forms, the framework's `github://owner/repo@commit/path` too. `undefined`: its
 * scheme is another one.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER.
 */
export function parseSpecifier(specifier: string): RepositoryFile | undefined {
  if (!/^github:/i.test(specifier)) return undefined
  checkLength(specifier)
  const invalid = (reason: string) => invalidSpecifier(specifier, reason)
  if (!specifier.isWellFormed()) throw invalid('it is not well-formed Unicode')

  const [withQuery, rawFragment] = cut(specifier.slice('github:'.length), '#')
  const [raw, query] = cut(withQuery, '?')
  const [owner = '', second = '', ...rest] = raw.replace(/^\/\//, '').split('/')
  const [name, rawRef] = cut(second, '@')
  if (!ownerName.test(owner)) throw invalid(`${quote(owner)} is no owner's name`)
  if (!repositoryName.test(name) || /^\.{1,2}$|\.git$/i.test(name)) {
    throw invalid(`${quote(name)} is no repository's name`)
  }

  const decodeOrThrow = (text: string) => {
    const decoded = decode(text)
    if (decoded === undefined) {
      throw invalid(`${quote(text)} is not percent-encoded UTF-8 ('%' is %25)`)
    }
    return decoded
  }
  const fragment = rawFragment === undefined ? undefined : decodeOrThrow(rawFragment)
  const segments = rest.map(decodeOrThrow)
  const leading = rawRef !== undefined
  const first = leading ? decodeOrThrow(rawRef) : ''
  const revision = revisionOf(leading, first, fragment, invalid)
  if (segments.length === 0 || (segments.length === 1 && segments[0] === '')) {
    throw invalid('it names no file in the repository')
  }
  for (const segment of segments) {
    const fault = segmentFault(segment)
    if (fault !== undefined) throw invalid(fault)
  }
  return {
    repository: { owner, name },
    revision,
    segments: revision.kind === 'leading' ? [first, ...segments] : segments,
    query: query === undefined || query === '' ? '' : `?${encodeQuery(query)}`,
  }
}

/** WHATWG URL: query percent-encode set. What is encoded already stays as it is. */
export function encodeQuery(query: string): string {
  return query.toWellFormed().replace(/[^!$-;=?-~]+/g, encodeURIComponent)
}

/** A path of decoded segments in its one encoded form. RFC 3986 §3.3: pchar is left as it is. */
export function encodePath(segments: readonly string[]): string {
  return segments
    .map((segment) =>
      encodeURIComponent(segment).replace(/%(?:40|3A|24|26|2B|2C|3B|3D)/g, decodeURIComponent),
    )
    .join('/')
}

/**
 * The canonical specifier of a file at a commit.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER when it is too long.
 */
export function formatSpecifier(
  { owner, name }: Repository,
  commit: string,
  segments: readonly string[],
  query: string,
): string {
  const specifier = `github:${owner}/${name}@${commit}/${encodePath(segments)}${query}`
  checkLength(specifier)
  return specifier
}
