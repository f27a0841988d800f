/** The specifiers of a file in a repository: read, checked, and written in their one canonical form, `github:owner/repo@commit/path`. */

import { LoaderError } from '../errors.mts'
import { decode, encodePath, encodeQuery, quote, segmentFault } from './path.mts'
import { leadingRefFault, refFault } from './ref-name.mts'
import type { GitHost } from './host.mts'

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
  /** `owner/repo`, or `group/sub/project`. */
  readonly repository: string
  readonly revision: Revision
  /** The path, decoded; with a `leading` revision, the name of the ref before it. */
  readonly segments: readonly string[]
  /** `''`, or `?` and more: part of a module's identity, and never sent. */
  readonly query: string
}

/** Bytes of UTF-8; inclusive. */
const longestSpecifier = 8192

/** The error for a specifier that names no file in a repository; it shows the right forms. */
export function invalidSpecifier(
  { forms }: GitHost,
  specifier: string,
  reason: string,
): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_INVALID_SPECIFIER',
    `Cannot resolve ${quote(specifier)}: ${reason}; write ${forms}`,
  )
}

const commitId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i

/** Whether `name` is a whole commit id: SHA-1 or SHA-256, in hexadecimal. */
export function isCommitId(name: string): boolean {
  return commitId.test(name)
}

/** @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER above 8 KiB. */
export function checkLength(host: GitHost, specifier: string): void {
  if (Buffer.byteLength(specifier) > longestSpecifier) {
    throw invalidSpecifier(host, specifier, `it is longer than ${longestSpecifier} bytes`)
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

/** Where the repository ends: its names, the beginning of a ref after `@`, and the segments that follow. Still encoded. */
interface Division {
  readonly names: readonly string[]
  readonly ref: string | undefined
  readonly rest: readonly string[]
}

/**
 * Divides what follows the scheme. In nested groups the repository goes up to the first `@`, or up to the first segment
 * `-`, which is no project's name; with neither, it is of two names.
 */
function divide(parts: readonly string[], nested: boolean): Division {
  const mark = parts.findIndex(
    (part, at) => (at >= 1 && part.includes('@')) || (at >= 2 && part === '-'),
  )
  const isMarked = nested && mark > 0
  if (isMarked && parts[mark] === '-') {
    return { names: parts.slice(0, mark), ref: undefined, rest: parts.slice(mark + 1) }
  }
  const last = isMarked ? mark : 1
  const [name, ref] = cut(parts[last] ?? '', '@')
  return { names: [...parts.slice(0, last), name], ref, rest: parts.slice(last + 1) }
}

/** Checks the names of owner, groups and repository. */
function repositoryOf(
  { ownerName, repositoryName }: GitHost,
  names: readonly string[],
  invalid: (reason: string) => LoaderError,
): string {
  const owner = names.slice(0, -1).find((each) => !ownerName.test(each))
  if (owner !== undefined) throw invalid(`${quote(owner)} is no owner's name`)
  const name = names.at(-1) ?? ''
  if (!repositoryName.test(name) || /^\.{1,2}$|\.git$/i.test(name)) {
    throw invalid(`${quote(name)} is no repository's name`)
  }
  return names.join('/')
}

/**
 * Reads a specifier in any of its forms, the framework's `github://owner/repo@commit/path` too. `undefined`: its
 * scheme is another one.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER.
 */
export function parseSpecifier(host: GitHost, specifier: string): RepositoryFile | undefined {
  const { scheme, nested = false } = host
  if (specifier.slice(0, scheme.length).toLowerCase() !== scheme) return undefined
  checkLength(host, specifier)
  const invalid = (reason: string) => invalidSpecifier(host, specifier, reason)
  if (!specifier.isWellFormed()) throw invalid('it is not well-formed Unicode')

  const [withQuery, rawFragment] = cut(specifier.slice(scheme.length), '#')
  const [raw, query] = cut(withQuery, '?')
  const { names, ref, rest } = divide(raw.replace(/^\/\//, '').split('/'), nested)
  const repository = repositoryOf(host, names, invalid)

  const decodeOrThrow = (text: string) => {
    const decoded = decode(text)
    if (decoded === undefined) {
      throw invalid(`${quote(text)} is not percent-encoded UTF-8 ('%' is %25)`)
    }
    return decoded
  }
  const fragment = rawFragment === undefined ? undefined : decodeOrThrow(rawFragment)
  const segments = rest.map(decodeOrThrow)
  const leading = ref !== undefined
  const first = leading ? decodeOrThrow(ref) : ''
  const revision = revisionOf(leading, first, fragment, invalid)
  if (segments.length === 0 || (segments.length === 1 && segments[0] === '')) {
    throw invalid('it names no file in the repository')
  }
  for (const segment of segments) {
    const fault = segmentFault(segment)
    if (fault !== undefined) throw invalid(fault)
  }
  return {
    repository,
    revision,
    segments: revision.kind === 'leading' ? [first, ...segments] : segments,
    query: query === undefined || query === '' ? '' : `?${encodeQuery(query)}`,
  }
}

/**
 * The canonical specifier of a file at a commit, or at `HEAD` where no commit is known.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER when it is too long.
 */
export function formatSpecifier(
  host: GitHost,
  repository: string,
  revision: string,
  segments: readonly string[],
  query: string,
): string {
  const specifier = `${host.scheme}${repository}@${revision}/${encodePath(segments)}${query}`
  checkLength(host, specifier)
  return specifier
}
