/** SECURITY.md, as far as programs read and write it: the table of threats, and the figures of the last run. */

import { readFileSync, writeFileSync } from 'node:fs'
import { totalsOf } from './tally.mts'
import type { Tally } from './tally.mts'
import type { ThreatId } from './threats.mts'

const path = new URL('../../SECURITY.md', import.meta.url)

/** A row of the table. */
export interface Row {
  readonly id: string
  readonly harm: string
  readonly against: readonly string[]
  readonly held: string
  readonly loosened: string
  /** The test files that hold it, by their paths in the project. */
  readonly files: readonly string[]
}

export const readPage = (): string => readFileSync(path, 'utf8').replaceAll('\r\n', '\n')

/** The rows of the table, by the ids that begin them. */
export function rowsOf(page: string): Row[] {
  return [...page.matchAll(/^\| (T\d\d) +\|(.*)\|$/gm)].map(([, id = '', rest = '']) => {
    const cells = rest.split(' | ').map((cell) => cell.trim())
    const [harm = '', against = '', held = '', loosened = '', files = ''] = cells
    return {
      id,
      harm,
      against: against.split(', '),
      held,
      loosened,
      files: [...files.matchAll(/\]\(([^)]+)\)/g)].map(([, file = '']) => file),
    }
  })
}

const figures = /^\d[\d,]* attempts were denied.*$/m

/** The sentence of the figures; `undefined` when it is not there. */
export const figuresOf = (page: string): string | undefined => figures.exec(page)?.[0]

/** Links to test files: `[lock](test/core/lock.test.mts)`. */
function links(files: readonly string[]): string {
  return files
    .map(
      (file) => `[${file.slice(file.lastIndexOf('/') + 1).replace(/\.test\.mts$/, '')}](${file})`,
    )
    .join(', ')
}

/** Puts the figures of a run, and the files that recorded each threat, in the place of the last one's. */
export function writePage(tallies: ReadonlyMap<ThreatId, Tally>): void {
  const count = (value: number) => value.toLocaleString('en')
  const { denials, controls, connections, leaks } = totalsOf(tallies)
  const files = new Set([...tallies.values()].flatMap((tally) => tally.files))
  const sentence = `${count(denials)} attempts were denied and ${count(controls)} controls passed, in ${files.size} test files; ${connections} connections came to a canary, and ${leaks} secrets were found where none may be (Node ${process.version}, ${process.platform}).`
  const page = readPage()
    .replace(figures, sentence)
    .replace(/^\| (T\d\d) +\|.*\|$/gm, (row, id: ThreatId) => {
      const start = row.lastIndexOf(' | ', row.length - 3)
      return `${row.slice(0, start)} | ${links(tallies.get(id)?.files ?? [])} |`
    })
  writeFileSync(path, page)
}
