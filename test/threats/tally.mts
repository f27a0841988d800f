/** What was tried against each threat, added up: as a table, and what is missing from it. */

import { threats } from './threats.mts'
import type { ThreatRecord } from './record.mts'
import type { ThreatId } from './threats.mts'

export interface Tally {
  /** Attempts that were denied. */
  readonly denials: number
  /** The same without what is denied, which passed. */
  readonly controls: number
  /** Connections to where none may go; `undefined` where nobody counted. */
  readonly connections: number | undefined
  /** Secrets found where none may be; `undefined` where nobody looked. */
  readonly leaks: number | undefined
  /** The test files, by their paths in the project. */
  readonly files: readonly string[]
}

export const ids = Object.keys(threats) as ThreatId[]

/** Reads the lines of a file of records. */
export function readRecords(text: string): ThreatRecord[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ThreatRecord)
}

function sum(records: readonly ThreatRecord[], kind: ThreatRecord['kind']): number {
  return records.reduce((total, each) => total + (each.kind === kind ? each.count : 0), 0)
}

function counted(records: readonly ThreatRecord[], kind: ThreatRecord['kind']): number | undefined {
  return records.some((each) => each.kind === kind) ? sum(records, kind) : undefined
}

/** Adds up; every threat of the list has a tally. `shown` makes a file's name in the project of a path. */
export function tallyOf(
  records: readonly ThreatRecord[],
  shown: (path: string) => string,
): Map<ThreatId, Tally> {
  return new Map(
    ids.map((id) => {
      const own = records.filter((each) => each.id === id)
      const tally: Tally = {
        denials: sum(own, 'denied'),
        controls: sum(own, 'passed'),
        connections: counted(own, 'canary'),
        leaks: counted(own, 'leak'),
        // A program that a test evaluates has no file; its test has.
        files: [...new Set(own.flatMap(({ file }) => (file === '' ? [] : shown(file))))].sort(),
      }
      return [id, tally] as const
    }),
  )
}

/** What a tally lacks: each threat has a denial and a control, and nothing came through. */
export function faultsOf(tallies: ReadonlyMap<ThreatId, Tally>): string[] {
  return [...tallies].flatMap(([id, { denials, controls, connections, leaks }]) => [
    ...(denials === 0 ? [`${id}: no denial was tried`] : []),
    ...(controls === 0 ? [`${id}: no control passed`] : []),
    ...((connections ?? 0) > 0 ? [`${id}: ${connections} connections to a canary`] : []),
    ...((leaks ?? 0) > 0 ? [`${id}: ${leaks} secrets were found`] : []),
  ])
}

export interface Totals {
  readonly denials: number
  readonly controls: number
  readonly connections: number
  readonly leaks: number
}

export function totalsOf(tallies: ReadonlyMap<ThreatId, Tally>): Totals {
  const totals = { denials: 0, controls: 0, connections: 0, leaks: 0 }
  for (const { denials, controls, connections = 0, leaks = 0 } of tallies.values()) {
    totals.denials += denials
    totals.controls += controls
    totals.connections += connections
    totals.leaks += leaks
  }
  return totals
}

const number = (value: number | undefined) => value?.toLocaleString('en') ?? '-'

/** The table: a threat a line, its files below it. */
export function tableOf(tallies: ReadonlyMap<ThreatId, Tally>): string {
  const rows = [
    ['', 'denials', 'controls', 'canary', 'leaks', 'threat'],
    ...[...tallies].map(([id, tally]) => [
      id,
      number(tally.denials),
      number(tally.controls),
      number(tally.connections),
      number(tally.leaks),
      threats[id].harm,
    ]),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row, index) => {
      const cells = row.map((cell, column) => {
        if (column === 0) return cell.padEnd(3)
        return column === 5 ? ` ${cell}` : cell.padStart(widths[column]! + 1)
      })
      const files = index === 0 ? [] : [...tallies.values()][index - 1]!.files
      return [cells.join(' '), ...files.map((file) => `      ${file}`)].join('\n')
    })
    .join('\n')
}
