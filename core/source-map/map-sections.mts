/** The sections of an index map as one map. ECMA-426, "Index source map". */

import { LARGEST, NONE, WIDTH } from './mappings.mts'
import type { Mappings } from './mappings.mts'

/** One section: where it begins, and how many sources and names it has. All from 0. */
export interface Section {
  readonly line: number
  readonly column: number
  readonly mappings: Mappings
  readonly sources: number
  readonly names: number
}

interface Place {
  readonly line: number
  readonly column: number
}

function isBefore(a: Place, b: Place): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column)
}

/**
 * Joins the mappings of sections. Sources and names are counted on from one to the next, and a section ends where the next
 * begins.
 * @throws {SyntaxError} when they are not in order
 */
export function joinSections(sections: readonly Section[]): Mappings {
  const size = sections.reduce((sum, { mappings }) => sum + mappings.segments.length, 0)
  const last = sections.reduce(
    (max, { line, mappings }) => Math.max(max, line + mappings.lines.length - 1),
    0,
  )
  const lines = new Uint32Array(last + 1)
  const segments = new Int32Array(size)
  let count = 0
  let line = 0
  let sources = 0
  let names = 0
  for (const [index, section] of sections.entries()) {
    const { mappings } = section
    const next = sections[index + 1]
    if (next !== undefined && isBefore(next, section)) {
      throw new SyntaxError('has sections that are in no order')
    }
    for (let own = 0; own + 1 < mappings.lines.length; own++) {
      const at = section.line + own
      if (next !== undefined && at > next.line) break
      while (line < at) lines[++line] = count
      for (let each = mappings.lines[own]!; each < mappings.lines[own + 1]!; each++) {
        const from = mappings.segments.subarray(each * WIDTH, (each + 1) * WIDTH)
        const column = Math.min(from[0]! + (own === 0 ? section.column : 0), LARGEST)
        if (next !== undefined && !isBefore({ line: at, column }, next)) break
        const to = count++ * WIDTH
        segments.set(from, to)
        segments[to] = column
        if (from[1] !== NONE) segments[to + 1] = from[1]! + sources
        if (from[4] !== NONE) segments[to + 4] = from[4]! + names
      }
    }
    sources += section.sources
    names += section.names
  }
  while (line < last) lines[++line] = count
  return { lines, segments: segments.subarray(0, count * WIDTH) }
}
