/** What an update of the lock changes, for whoever is to say yes to it: what was pinned, what is, and the bodies' lines. */

import { escapeText } from '../core/text.mts'
import { compareLines } from './line-difference.mts'
import { count, size } from './output.mts'
import { pinned } from './shown.mts'
import type { LockEntry } from '../core/lock/entry.mts'
import type { LockChange } from '../core/walk.mts'
import type { Line } from './line-difference.mts'

/** Lines around a change. */
const CONTEXT = 3

/** Lines of one body, and characters of a line: whoever wants more has the cache, the vendor folder and git. */
const LINES = 60
const WIDTH = 160

/** A body's lines; `undefined` for what is no text. */
function linesOf(body: Uint8Array): string[] | undefined {
  if (body.includes(0)) return undefined
  try {
    const lines = new TextDecoder('utf-8', { fatal: true }).decode(body).split('\n')
    if (lines.at(-1) === '') lines.pop()
    return lines
  } catch {
    return undefined
  }
}

/** A line as a terminal may have it: it comes from outside. */
function shown({ mark, text }: Line): string {
  const cut = text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text
  // A tab is a tab in code, and does no harm.
  return `    ${mark}${cut.split('\t').map(escapeText).join('\t')}`
}

/** The lines near a change, with the position where they begin: `@@ -1,4 +1,5 @@`, as diff -u has it. */
function hunks(lines: readonly Line[]): string[] {
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ mark }) => mark !== ' '),
  )
  const result: string[] = []
  let [old, own] = [1, 1]
  for (let at = 0; at < lines.length;) {
    let end = at
    while (end < lines.length && near[end] === near[at]) end += 1
    const part = lines.slice(at, end)
    const olds = part.filter(({ mark }) => mark !== '+').length
    const owns = part.filter(({ mark }) => mark !== '-').length
    if (near[at] === true) {
      result.push(`    @@ -${old},${olds} +${own},${owns} @@`, ...part.map(shown))
    }
    old += olds
    own += owns
    at = end
  }
  return result
}

/** The lines by which two bodies differ. */
export function bodyDifference(before: Uint8Array, after: Uint8Array): string[] {
  const [old, own] = [linesOf(before), linesOf(after)]
  if (old === undefined || own === undefined) return []
  const lines = compareLines(old, own)
  if (lines === undefined) return ['    (too much is different to be shown)']
  const all = hunks(lines)
  if (all.length <= LINES) return all
  return [...all.slice(0, LINES), `    (and ${count(all.length - LINES, 'line')} more)`]
}

function fields(
  before: LockEntry | undefined,
  after: LockEntry,
  bytes: readonly [number | undefined, number | undefined],
) {
  if (before === undefined || 'location' in before || 'location' in after) {
    const was = before === undefined ? [] : [`    - ${pinned(before, bytes[0])}`]
    return [...was, `    + ${pinned(after, bytes[1])}`]
  }
  const sizes = bytes.map((each) => (each === undefined ? undefined : size(each)))
  const rows = [
    ['body', before.integrity, after.integrity],
    ['size', sizes[0], sizes[1]],
    ['type', before.type, after.type],
    ['format', before.format, after.format],
  ] as const
  return rows.flatMap(([name, was, is]) => {
    if (was === is || is === undefined) return []
    return [
      `    ${name.padEnd(7)} ${was === undefined ? '' : `${escapeText(was)} → `}${escapeText(is)}`,
    ]
  })
}

/** The lines, where both bodies are at hand; and where one is not, that this is why there are none. */
function linesBetween(was: LockEntry, is: LockEntry, bodies: readonly (Uint8Array | undefined)[]) {
  const [old, own] = bodies
  if (old !== undefined && own !== undefined) return bodyDifference(old, own)
  const isOther = 'integrity' in was && 'integrity' in is && was.integrity !== is.integrity
  return isOther && old === undefined ? ['    (the former body is not at hand to be compared)'] : []
}

/** Lines that tell what is different. `bodies`: those that were at hand before, by key. */
export function differences(
  changes: readonly LockChange[],
  bodies: ReadonlyMap<string, Uint8Array>,
): string[] {
  const taken = new Set(changes.flatMap(({ instead }) => (instead === undefined ? [] : [instead])))
  const entries = new Map(changes.map(({ key, before }) => [key, before]))
  return changes.flatMap(({ key, before, after, body, bytes, instead }) => {
    const name = escapeText(key)
    if (after === undefined) {
      return before === undefined || taken.has(key) ? [] : [`- ${name}  ${pinned(before)}`]
    }
    const was = before ?? (instead === undefined ? undefined : entries.get(instead))
    if (was === undefined) return [`+ ${name}  ${pinned(after, bytes)}`]
    const old = bodies.get(instead ?? key)
    return [
      ...(instead === undefined ? [`~ ${name}`] : [`~ ${escapeText(instead)}`, `  ${name}`]),
      ...fields(was, after, [old?.length, bytes]),
      ...linesBetween(was, after, [old, body]),
    ]
  })
}
