/**
 * Entries of the lists of what may be imported: `default`, `loopback`, a scheme, a beginning of a URL that ends where a part
 * of it ends, or a pattern of one. docs/trust.md
 */

import { addressKind } from './literal.mts'
import { isLiteral, isLoopback } from './host.mts'
import { readEntry } from './entry-syntax.mts'
import { targetOf } from './target.mts'
import type { Entry } from './entry-syntax.mts'
import type { Target } from './target.mts'

/** What may be imported where a project says nothing. */
export const defaultList: readonly string[] = [
  'github:',
  'gitlab:',
  'codeberg:',
  'npm:',
  'jsr:',
  'https://raw.githubusercontent.com/',
  'https://gist.githubusercontent.com/',
  'https://jsr.io/',
  'https://npm.jsr.io/',
  'https://deno.land/',
  'https://esm.sh/',
  'https://cdn.jsdelivr.net/',
  'https://unpkg.com/',
  'loopback',
]

const known = new Map<string, Entry>()

/** The entry that a text means, read once. */
export function entryOf(text: string): Entry {
  const read = known.get(text) ?? readEntry(text)
  known.set(text, read)
  return read
}

/** Whether a segment is of a pattern's form: `*` is any run of characters. Linear but for the number of `*`. */
function isOfForm(segment: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return segment === pattern
  if (!segment.startsWith(first) || segment.length < first.length + last.length) return false
  let at = first.length
  for (const part of rest) {
    const found = segment.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return at <= segment.length - last.length && segment.endsWith(last)
}

/** A segment without what follows its `@`, which is a version: `repo@ref`, `@scope`. */
function unversioned(segment: string): string {
  const at = segment.indexOf('@', 1)
  return at === -1 ? segment : segment.slice(0, at)
}

/** Whether a path begins so, and goes on at a boundary. */
function begins(segments: readonly string[], beginning: readonly string[], opaque: boolean) {
  return beginning.every((part, index) => {
    const segment = segments[index]
    if (segment === undefined) return false
    if (part === '' && index === beginning.length - 1) return true
    if (isOfForm(segment, part)) return true
    // After a version comes a path within: it is no part of a longer name. `group/sub@ref/project` is not `group/sub/project`.
    const isLast = (beginning[index + 1] ?? '') === ''
    return opaque && isLast && isOfForm(unversioned(segment), part)
  })
}

function isHostOf({ host, wild }: Entry, target: Target): boolean {
  if (!wild) return target.host === host
  return !isLiteral(target.host) && target.host.endsWith(`.${host}`)
}

/** Whether an entry has a target: by all readings of its path, or by any. */
function has(entry: Entry, target: Target, every: boolean): boolean {
  const { kind, scheme, port, readings } = entry
  if (kind === 'any') return true
  if (kind === 'default') return defaultList.some((each) => has(entryOf(each), target, every))
  if (kind === 'loopback') return isWeb(target) && isLoopback(target.host)
  if (target.scheme !== scheme) return false
  if (kind === 'scheme') return scheme !== 'https:' || addressKind(target.host) === undefined
  const isOpaque = kind === 'opaque'
  if (!isOpaque && (target.port !== port || !isHostOf(entry, target))) return false
  const test = (segments: readonly string[], reading: readonly string[] = []) =>
    begins(segments, reading, isOpaque)
  if (!every) return target.readings.some((each) => readings.some((reading) => test(each, reading)))
  // One reading of a path that has but one is every reading of it.
  return target.readings.every((each, index) => test(each, readings[index] ?? readings[0]))
}

function isWeb({ scheme }: Target): boolean {
  return scheme === 'https:' || scheme === 'http:'
}

/** Whether an entry covers a target. What a server may read in two ways has to be covered by both. */
export function covers(entry: string, target: Target): boolean {
  return has(entryOf(entry), target, true)
}

/** Whether an entry of a list of what is refused meets a target: by any way in which it may be read. */
export function meets(entry: string, target: Target): boolean {
  return has(entryOf(entry), target, false)
}

/** Whether an entry names this very host. */
export function namesHost(entry: string, target: Target): boolean {
  const { kind, wild } = entryOf(entry)
  return kind === 'web' && !wild && covers(entry, target)
}

/**
 * Whether an entry covers a URL, or a specifier in its loader's own form. `*` covers everything that comes over a network.
 * @throws {SyntaxError} when it is no entry.
 */
export function matches(entry: string, url: string): boolean {
  const target = targetOf(url)
  return target !== undefined && covers(entry, target)
}

/** The most specific of the entries that cover a URL, for each reading of its path; `undefined` where none does. */
export function mostSpecific(
  entries: readonly string[],
  url: string,
): readonly (string | undefined)[] {
  const target = targetOf(url)
  if (target === undefined) return []
  return target.readings.map((reading) => {
    const those = entries.filter((entry) => covers(entry, { ...target, readings: [reading] }))
    return those.sort((a, b) => moreSpecific(entryOf(a), entryOf(b)))[0]
  })
}

const ranks = ['any', 'default', 'scheme', 'loopback', 'opaque', 'web'] as const

function moreSpecific(a: Entry, b: Entry): number {
  const weights = [a, b].map(({ kind, wild, host, readings: [path = []] }) => [
    ranks.indexOf(kind),
    wild ? 0 : 1,
    host.length,
    path.length,
    path.join('/').replaceAll('*', '').length,
  ])
  const [first = [], second = []] = weights
  const at = first.findIndex((weight, index) => weight !== second[index])
  return at === -1 ? 0 : (second[at] ?? 0) - (first[at] ?? 0)
}
