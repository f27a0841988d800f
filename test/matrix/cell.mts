/** A cell of the matrix: one entrance, one format, one source; what is expected of it, and what was found. */

import { isDeepStrictEqual } from 'node:util'
import type { Entrance } from './entrance.mts'
import type { Format } from './format.mts'
import type { Reason } from './reasons.mts'
import type { Source } from './source.mts'

export interface Cell {
  readonly entrance: Entrance
  readonly format: Format
  readonly source: Source
  /** Why there is nothing to be had; what is to be seen instead is checked all the same. */
  readonly reason: Reason | undefined
}

/** What a program reported of a module. */
export type Fact = Readonly<Record<string, unknown>>

export interface Result {
  readonly cell: Cell
  /** What is wrong; `undefined` when all is as expected. */
  readonly fault: string | undefined
}

export const titleOf = ({ entrance, format, source }: Cell): string =>
  `${entrance.name} of ${format.name} from ${source.title}`

function expectedOf({ entrance, format }: Cell): Fact {
  const { manner } = entrance
  if (manner === 'resolve') {
    return { format: format.label, value: entrance.resolvesTo, again: true, evaluated: [] }
  }
  const isProgram = manner === 'program'
  const value =
    format.tellsMain === true ? [...(format.expected as unknown[]), isProgram] : format.expected
  return {
    format: format.label,
    value,
    again: true,
    evaluated: format.evaluated,
    ...(isProgram && { ran: format.evaluated }),
    ...(manner === 'require' && entrance.synchronous !== true && { imported: [value, true] }),
    ...(manner === 'preload' && { preloaded: 'url' }),
  }
}

/** What is wrong with what was reported; `undefined` when nothing is. */
export function faultOf(cell: Cell, fact: Fact | undefined): string | undefined {
  if (cell.reason !== undefined) {
    const { code } = cell.reason
    if (code === undefined || fact?.['failed'] === code) return undefined
    return `expected it to fail with ${code}, found ${shown(fact)}`
  }
  if (fact === undefined) return 'the program did not come to it'
  const expected = expectedOf(cell)
  if (isDeepStrictEqual(fact, expected)) return undefined
  return `expected ${shown(expected)}, found ${shown(fact)}`
}

/** Values may hold whole data: URLs. */
function shown(fact: Fact | undefined): string {
  const text = fact === undefined ? 'nothing' : JSON.stringify(fact)
  return text.replace(/data:[^"]{80}[^"]*/g, (url) => `${url.slice(0, 60)}…`)
}
