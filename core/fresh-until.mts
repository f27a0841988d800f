/** Until when what came of a response may be given again without asking, ms since the epoch; `null`: for ever; `undefined`: not at all. RFC 9111 §4.2 */
export type FreshUntil = number | null | undefined

/** The end of what goes by both. */
export function earlierOf(a: number | null, b: number | null): number | null
export function earlierOf(a: FreshUntil, b: FreshUntil): FreshUntil
export function earlierOf(a: FreshUntil, b: FreshUntil): FreshUntil {
  if (a === undefined || b === undefined) return undefined
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}
