/** Two source maps' mappings, one after the other, as one. */

import { NONE, WIDTH } from './mappings.mts'
import type { Mappings } from './mappings.mts'

/** The segment that a place belongs to: the last one of its line that does not begin after it; `NONE` without. */
export function findSegment({ lines, segments }: Mappings, line: number, column: number): number {
  if (line + 1 >= lines.length) return NONE
  let low = lines[line]!
  let high = lines[line + 1]!
  while (low < high) {
    const middle = (low + high) >>> 1
    if (segments[middle * WIDTH]! <= column) low = middle + 1
    else high = middle
  }
  return low > lines[line]! ? low - 1 : NONE
}

/** One source of the later map, as the composed one has it: a source of its own, or what the earlier map knows of it. */
export type Through = number | { readonly earlier: Mappings; readonly names: number }

/**
 * Leads the segments of a later map through earlier ones. What an earlier map knows no origin of has none. Sources of
 * earlier maps keep their numbers; their names are counted from `names`.
 * @param through by source of the later map
 */
export function composeMappings(later: Mappings, through: readonly Through[]): Mappings {
  const lines = new Uint32Array(later.lines.length)
  const segments = new Int32Array(later.segments.length)
  let count = 0
  for (let line = 0; line + 1 < later.lines.length; line++) {
    for (let each = later.lines[line]!; each < later.lines[line + 1]!; each++) {
      const from = each * WIDTH
      const to = count * WIDTH
      const source = later.segments[from + 1]!
      const way = source === NONE ? NONE : through[source]!
      segments[to] = later.segments[from]!
      segments.fill(NONE, to + 1, to + WIDTH)
      if (typeof way === 'number') {
        if (way !== NONE) segments.set(later.segments.subarray(from + 1, from + WIDTH), to + 1)
        segments[to + 1] = way
      } else {
        const { earlier, names } = way
        const found =
          findSegment(earlier, later.segments[from + 2]!, later.segments[from + 3]!) * WIDTH
        if (found >= 0 && earlier.segments[found + 1]! !== NONE) {
          for (let field = 1; field < WIDTH; field++)
            segments[to + field] = earlier.segments[found + field]!
          const name = earlier.segments[found + 4]!
          segments[to + 4] = name === NONE ? later.segments[from + 4]! : name + names
        }
      }
      const isFirst = count === lines[line]
      const isKnown = isFirst ? segments[to + 1] === NONE : isRepetition(segments, to)
      if (!isKnown) count++
    }
    lines[line + 1] = count
  }
  return { lines, segments: segments.subarray(0, count * WIDTH) }
}

/** Whether a segment says what the one before it says. */
function isRepetition(segments: Int32Array, at: number): boolean {
  if (segments[at + 1] === NONE) return segments[at + 1 - WIDTH] === NONE
  for (let field = 1; field < WIDTH; field++) {
    if (segments[at + field] !== segments[at + field - WIDTH]) return false
  }
  return true
}
