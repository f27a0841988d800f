/** What an import asks servers for: the media types that Node runs, then those that loaders bring nearer to that. */

import { essenceOf, isCode, isScript, saysNothing } from '../media-type.mts'

/** Characters of the field value. A project may have loaders for anything; a header section has its limits. */
const LONGEST = 1000

/** Everybody may answer as they like, at last: what servers send says little, and an extension may say more. */
const anything = '*/*;q=0.1'

/** What Node runs without a transform. RFC 9239 §6: servers still compare with the older name of JavaScript. */
const runs = ['text/javascript', 'application/javascript', 'application/node', 'application/wasm']

/** Weights: how far a media type is from a format of Node's. RFC 9110 §12.4.2: three digits at most. */
const weights = { one: 0.9, more: 0.8, range: 0.5, other: 0.2 } as const

/**
 * The weight of a range that a loader takes. What its transform will return is known to nobody, so the distance is a
 * guess: one transform makes a format of Node's of other code, and of anything else some more may.
 */
function weightOf(essence: string, type: string | undefined): number | undefined {
  if (essence === '*/*' || saysNothing(essence)) return undefined
  // No transform makes data of a program.
  if (type === 'json' && isScript(essence)) return undefined
  if (essence.endsWith('/*')) return weights.range
  return isCode(essence) ? weights.one : weights.more
}

/**
 * A field value for `Accept`, the nearest to a format of Node's first and then by name, so that it is the same in every
 * process: a cache keeps by it what a server varies. RFC 9110 §12.5.1.
 *
 * `type`: the import's attribute. `text` and `bytes` want what there is. Without one JSON is refused by Node, but `require`
 * takes it. `accepts`: ranges of all loaders; a suffix (`+xml`) is no range of HTTP's.
 */
export function acceptField(type: string | undefined, accepts: Iterable<string>): string {
  if (type === 'text' || type === 'bytes') return '*/*'
  const isJson = type === 'json'
  const own = isJson ? ['application/json'] : runs
  const ranges = new Map<string, number>(isJson ? [] : [['application/json', weights.other]])
  for (const range of accepts) {
    const essence = range.startsWith('+') ? undefined : essenceOf(range)
    if (essence === undefined || own.includes(essence) || ranges.has(essence)) continue
    const weight = weightOf(essence, type)
    if (weight !== undefined) ranges.set(essence, weight)
  }
  const sorted = [...ranges].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  let value = own.join(', ')
  for (const [essence, weight] of sorted) {
    const next = `${value}, ${essence};q=${weight}`
    // What is left out is further away than what is in.
    if (next.length + anything.length + 2 > LONGEST) break
    value = next
  }
  return `${value}, ${anything}`
}
