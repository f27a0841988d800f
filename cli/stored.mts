/** How what is stored is shown. */

import { count, size, span, table } from './output.mts'
import { path } from './shown.mts'
import { withoutGrants } from '../core/grant.mts'
import { escapeText } from '../core/text.mts'
import type {
  CachePart,
  CacheResult,
  Cleaned,
  Damage,
  DamagedFile,
  StoredInfo,
} from '../core/inventory.mts'

/** A URL in a line, without what it grants access by. */
const shown = (url: string): string => escapeText(withoutGrants(url))

/** What may be done with a response, in a word. */
function stateOf({ freshUntil, isImmutable, isKeptOnly }: StoredInfo, now: number): string {
  if (isImmutable || freshUntil === null) return 'immutable'
  if (isKeptOnly) return 'offline'
  if (freshUntil === 0) return 'asked'
  const left = freshUntil - now
  return left > 0 ? `fresh ${span(left)}` : `stale ${span(-left)}`
}

function rowOf(stored: StoredInfo, now: number): string[] {
  const { statusCode, mediaType = '', bytes, storedAt, method, url, location, isPersonal } = stored
  const essence = mediaType.split(';', 1)[0]!.trim()
  const what = method === 'GET' ? shown(url) : `${escapeText(method)} ${shown(url)}`
  const to = location === undefined ? '' : ` → ${shown(location)}`
  return [
    String(statusCode),
    essence === '' ? '-' : escapeText(essence),
    size(bytes),
    span(now - storedAt),
    stateOf(stored, now),
    `${what}${to}${isPersonal ? ' (with credentials)' : ''}`,
  ]
}

/** A line for each response, under a heading. `now`: ms since the epoch. */
export function listLines(listed: readonly StoredInfo[], now = Date.now()): string[] {
  if (listed.length === 0) return []
  const heading = ['status', 'type', 'size', 'age', 'state', 'URL']
  return table([heading, ...listed.map((each) => rowOf(each, now))])
}

/** What is stored, as data. Times as RFC 3339 has them. */
export function asStoredData({ folder, isThere, listed = [], unnamed = 0 }: CacheResult): object {
  const now = Date.now()
  const responses = listed.map((each) => {
    const { url, location, specifier, storedAt, freshUntil } = each
    return {
      ...each,
      url: withoutGrants(url),
      ...(specifier !== undefined && { specifier: withoutGrants(specifier) }),
      ...(location !== undefined && { location: withoutGrants(location) }),
      storedAt: new Date(storedAt).toISOString(),
      freshUntil: freshUntil === null || freshUntil === 0 ? null : dateOf(freshUntil),
      state: stateOf(each, now).split(' ', 1)[0],
    }
  })
  return { folder, isThere, responses, unnamed }
}

/** A server may say any number of seconds, and dates end. */
function dateOf(time: number): string | null {
  return Math.abs(time) < 8.64e15 ? new Date(time).toISOString() : null
}

const reasons: Readonly<Record<Damage, string>> = {
  damaged: 'is not as it was written',
  'other-version': 'was written by another version of mimeport',
  exposed: 'may have been written by somebody else',
}

export function damageLines(damaged: readonly DamagedFile[]): string[] {
  return damaged.map(({ path: file, why, claimed, isRemoved }) => {
    const of = claimed === undefined ? '' : ` (it says that it is of ${shown(claimed)})`
    return `${path(file)} ${reasons[why]}${of}${isRemoved ? '; removed' : ''}`
  })
}

/** What was removed, in words. */
export function removed(cleaned: Cleaned | undefined): string {
  const { responses = 0, packs = 0, compiled = 0, bytes = 0 } = cleaned ?? {}
  const kinds = [
    [responses, 'response'],
    [packs, 'pack'],
    [compiled, 'compiled file'],
  ] as const
  const said = kinds.filter(([number]) => number > 0).map(([number, what]) => count(number, what))
  return said.length === 0 ? 'nothing to remove' : `removed ${said.join(', ')}: ${size(bytes)}`
}

/** Where the cache is, and how large its parts are. */
export function partLines(folder: string, parts: readonly CachePart[]): string[] {
  const rows = parts.map(({ name, files, bytes, limit }) => {
    return [`  ${name}`, count(files, 'file'), size(bytes), `of ${size(limit)} at the most`]
  })
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0)
  return [escapeText(folder), ...table([...rows, ['  together', '', size(total), '']])]
}
