/** Names of branches and tags: which are well formed, which one a name means, and which one is like it. */

import type { RefListing } from './listing.mts'

/** git-check-ref-format(1): what no component of a name may have. */
// oxlint-disable-next-line no-control-regex -- control characters are among it
const forbidden = /[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|^\.|\.lock$/

/** Characters; inclusive. Longer than any name that a repository on disk can have. */
export const longestRefName = 1024

/** Why `name` cannot be that of a ref; `undefined` when it can. */
export function refFault(name: string): string | undefined {
  if (name === '' || name === '@') return 'the name of its ref is missing'
  if (name.length > longestRefName) return `the name of its ref is longer than ${longestRefName}`
  const malformed = name.split('/').some((part) => part === '' || forbidden.test(part))
  return malformed || name.endsWith('.')
    ? 'the name of its ref has what no name of a ref has'
    : undefined
}

/** The same when only the name's first segment is known: what follows it may be the name's or the path's. */
export function leadingRefFault(first: string): string | undefined {
  return first === '' ? refFault(first) : refFault(`${first}/x`)
}

/**
 * The full name of the ref that `name` means; `undefined` when there is none. The order is git's: tags go before
 * branches. gitrevisions(7): <refname>.
 */
export function findRef(listing: RefListing, name: string): string | undefined {
  return [name, `refs/${name}`, `refs/tags/${name}`, `refs/heads/${name}`].find((full) =>
    listing.commits.has(full),
  )
}

export interface LeadingRef {
  readonly fullName: string
  /** How many segments are the name. */
  readonly length: number
}

/** The names that the segments may begin with, leaving at least one of them for the path; the shortest first. */
export function leadingNames(segments: readonly string[]): string[] {
  const names: string[] = []
  for (const segment of segments.slice(0, -1)) {
    const name = names.length === 0 ? segment : `${names.at(-1)}/${segment}`
    if (name.length > longestRefName) break
    names.push(name)
  }
  return names
}

/** The longest name of a ref among those that the segments may begin with. */
export function findLeadingRef(
  listing: RefListing,
  segments: readonly string[],
): LeadingRef | undefined {
  const refs = leadingNames(segments).map((name) => findRef(listing, name))
  const index = refs.findLastIndex((fullName) => fullName !== undefined)
  const fullName = refs[index]
  return fullName === undefined ? undefined : { fullName, length: index + 1 }
}

/** `refs/heads/x` → `x`. */
export function shortName(fullName: string): string {
  return fullName.replace(/^refs\/(?:heads|tags)\//, '')
}

/** Number of single-character edits between two short strings (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next[j] = Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1)
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** The name of a ref that `name` may have been meant to be. Looks at no more than 1,000 names, none of them long. */
export function nearestRef(listing: RefListing, name: string): string | undefined {
  if (name.length > 64) return undefined
  const most = Math.max(1, Math.floor(name.length / 3))
  let nearest: string | undefined
  let least = most + 1
  let compared = 0
  for (const fullName of listing.commits.keys()) {
    const short = shortName(fullName)
    if (short.length > 64 || Math.abs(short.length - name.length) >= least) continue
    if (++compared > 1000) break
    const edits = distance(name, short)
    if (edits < least) [nearest, least] = [short, edits]
  }
  return nearest
}
