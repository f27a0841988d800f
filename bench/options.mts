/** What the benchmark is asked to do. */

import { parseArgs } from 'node:util'
import { letters } from './bars/row.mts'
import type { Letter } from './bars/row.mts'

/** Fewer than these, and a bar's figure is no figure of a bar. */
export const ROUNDS = 9

export interface Options {
  /** The bars that are measured. */
  readonly only: ReadonlySet<Letter>
  /** Part of the name of the rows that are run: all, when it is empty. */
  readonly rows: string
  readonly rounds: number
  readonly node: string
  readonly json: boolean
  /** Whether the result goes into docs/performance.md. */
  readonly write: boolean
  /** Whether peers take part that npm has to install. */
  readonly peers: boolean
  /** Small workloads, to see that everything runs. */
  readonly smoke: boolean
  /** The built package is there already. */
  readonly built: boolean
  /** What every program must print, in place of what it must: shows that it is looked at. */
  readonly expect: string | undefined
}

export const usage = `npm run bench -- [--only A,C] [--rows "wide"] [--rounds 9] [--node path] [--no-peers] [--built] [--json] [--write]

  --only      letters of the bars: ${letters.join(',')}
  --rows      only rows whose name has this in it
  --rounds    rounds of each row (${ROUNDS}; rows with short runs have more when it is left out)
  --node      the Node that runs the programs
  --no-peers  without those that npm installs (tsx, jiti, oxc-node, swc-node, Deno, Bun)
  --built     dist is built already
  --json      prints everything as JSON in place of tables
  --write     writes the tables into docs/performance.md
  --smoke     tiny workloads
`

/** @throws {Error} that says what cannot be used */
export function readOptions(args: readonly string[]): Options & { readonly roundsGiven: boolean } {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      only: { type: 'string' },
      rows: { type: 'string', default: '' },
      rounds: { type: 'string' },
      node: { type: 'string', default: process.execPath },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: true },
      smoke: { type: 'boolean', default: false },
      built: { type: 'boolean', default: false },
      expect: { type: 'string' },
    },
  })
  const { only, rounds = String(ROUNDS), expect, ...rest } = values
  const asked = only?.split(',').map((letter) => letter.trim().toUpperCase()) ?? letters
  for (const letter of asked) {
    if (!letters.includes(letter as Letter)) throw new Error(`there is no bar '${letter}'`)
  }
  if (!/^[1-9]\d*$/.test(rounds)) throw new Error(`'${rounds}' is no number of rounds`)
  return {
    ...rest,
    only: new Set(asked as Letter[]),
    rounds: Number(rounds),
    roundsGiven: values.rounds !== undefined,
    expect,
  }
}
