/** The matrix as text: a table for each source, a row for each entrance, a column for each format. */

import { entrances } from './entrances.mts'
import { formats } from './formats.mts'
import { reasons } from './reasons.mts'
import type { Cell, Result } from './cell.mts'

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** Number of a reason, as a cell has it. */
const superscript = (number: number) =>
  String(number).replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]!)

/** `✓`, `✗`, or `–` and the number of the reason; `?` where nothing was found out. */
function markOf(result: Result | undefined): string {
  if (result === undefined) return '?'
  if (result.fault !== undefined) return '✗'
  const { reason } = result.cell
  return reason === undefined ? '✓' : `–${superscript(reasons.indexOf(reason) + 1)}`
}

const WIDTH = Math.max(...entrances.map(({ name }) => name.length))

function row(head: string, cells: readonly string[]): string {
  return `${head.padEnd(WIDTH)} ${cells.map((cell) => cell.padStart(4)).join(' ')}`.trimEnd()
}

/** The table of one source. */
export function tableOf(source: string, results: readonly Result[]): string {
  const isAt = ({ cell }: Result, entrance: Cell['entrance'], format: Cell['format']) =>
    cell.source.name === source && cell.entrance === entrance && cell.format === format
  const rows = entrances.map((entrance) =>
    row(
      entrance.name,
      formats.map((format) => markOf(results.find((each) => isAt(each, entrance, format)))),
    ),
  )
  const heads = formats.map(({ label }) => label)
  return `${[row(source, heads), ...rows].join('\n')}\n`
}

/** How many cells have which mark. */
export function countOf(results: readonly Result[]): {
  passed: number
  failed: number
  empty: number
} {
  const failed = results.filter(({ fault }) => fault !== undefined).length
  const empty = results.filter(({ cell, fault }) => fault === undefined && cell.reason).length
  return { failed, empty, passed: results.length - failed - empty }
}
