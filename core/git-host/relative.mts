/** Relative specifiers inside a repository: the same commit, and never out of it. */

import { LoaderError } from '../errors.mts'
import { decode, encodePath, encodeQuery, quote, segmentFault } from './path.mts'
import { checkLength, invalidSpecifier, parseSpecifier } from './specifier.mts'
import type { GitHost } from './host.mts'
import type { RepositoryFile } from './specifier.mts'

/** What stands before the path and after it in the specifiers of one revision, in the form that the parent has. */
function around(
  { scheme, nested = false }: GitHost,
  parent: RepositoryFile,
): {
  before: string
  base: readonly string[]
  after: string
} {
  const { repository, revision, segments } = parent
  const root = scheme + repository
  // Where groups are nested, nothing else says where the repository ends.
  const path = nested ? `${root}/-/` : `${root}/`
  const base = segments.slice(0, -1)
  switch (revision.kind) {
    case 'commit':
      return { before: `${root}@${revision.id}/`, base, after: '' }
    case 'ref':
      return { before: path, base, after: `#${encodePath(revision.name.split('/'))}` }
    case 'default':
      return { before: path, base, after: '' }
    case 'leading':
      // How many segments are the ref's only a listing can tell; the first one is.
      return {
        before: `${root}@${encodePath(segments.slice(0, 1))}/`,
        base: base.slice(1),
        after: '',
      }
  }
}

/** `.`, `..` or nothing up to a separator or the end: also in the disguises that are refused later. */
const relative = /^(?:\.|%2e){0,2}(?:[/\\]|%2f|%5c|$)/i

function outsideRepository(specifier: string, parentPath: string, parent: RepositoryFile) {
  return new LoaderError(
    'ERR_MIMEPORT_OUTSIDE_ORIGIN',
    `Cannot resolve ${quote(specifier)} imported from ${quote(parentPath)}: it leaves the repository '${parent.repository}'`,
    { url: parentPath },
  )
}

/**
 * Resolves `./x`, `../x` and `/x` (the repository's root) against the specifier of a file in a repository.
 * `undefined`: the specifier is not relative, or its parent is no file of ours.
 * @throws {LoaderError} ERR_MIMEPORT_OUTSIDE_ORIGIN when it would leave the repository;
 * ERR_MIMEPORT_INVALID_SPECIFIER when it names no file.
 */
export function resolveRelative(
  host: GitHost,
  specifier: string,
  parentPath: string,
): string | undefined {
  const parent = parseSpecifier(host, parentPath)
  if (parent === undefined) return undefined
  const [, path = '', query = '', fragment = ''] =
    /^([^?#]*)(\?[^#]*)?(#[^]*)?$/.exec(specifier) ?? []

  if (path === '' || !relative.test(path)) return undefined
  checkLength(host, specifier)

  // A separator in disguise is refused below; but first of all, whatever climbs out is told so.
  const parts = path.split(/[/\\]|%2f|%5c/i).map(decode)
  const [first] = parts

  const { before, base, after } = around(host, parent)
  const segments: (string | undefined)[] = first === '' ? [] : [...base]
  // `//host/path` would be another origin's.
  let outside = first === '' && parts[1] === '' && parts.length > 2
  for (const part of first === '' ? parts.slice(1) : parts) {
    if (part === '..') {
      outside ||= segments.length === 0
      segments.pop()
    } else if (part !== '.') {
      segments.push(part)
    }
  }
  if (outside) throw outsideRepository(specifier, parentPath, parent)

  const invalid = (reason: string) =>
    invalidSpecifier(host, specifier, `${reason} (imported from ${quote(parentPath)})`)
  if (/\\|%2f|%5c/i.test(path)) throw invalid('a file name has no slash and no backslash')
  if (fragment !== '') {
    throw invalid("a relative specifier has no '#', since it stays at its parent's commit")
  }
  if (['', '.', '..'].includes(parts.at(-1) ?? 'x')) throw invalid('it names a folder')
  const names = segments.map((segment) => {
    if (segment === undefined) throw invalid("it is not percent-encoded UTF-8 ('%' is %25)")
    const fault = segmentFault(segment)
    if (fault !== undefined) throw invalid(fault)
    return segment
  })
  const absolute = before + encodePath(names) + (query === '?' ? '' : encodeQuery(query)) + after
  checkLength(host, absolute)
  return absolute
}
