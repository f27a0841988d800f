/** What the benchmark is asked to do. */

import { parseArgs } from 'node:util'
import { letters } from './bars/row.mts'
import type { Letter } from './bars/row.mts'

/** Of rows that have no number of their own. */
const ROUNDS = 9

export interface Options {
  /** The bars that are measured. */
  readonly only: ReadonlySet<Letter>
  /** Part of the name of the rows that are run: all, when it is empty. */
  readonly rows: string
  /** Rounds of each row; the rows' own, and `usualRounds`, when it is left out. */
  readonly rounds: number | undefined
  readonly usualRounds: number
  readonly node: string
  readonly json: boolean
  /** Whether the result goes into docs/performance.md. */
  readonly write: boolean
  /** Whether peers take part that npm has to install. */
  readonly peers: boolean
  /** Small workloads, to see that everything runs. */
  readonly smoke: boolean
  /** Each row has a profile of ours besides. */
  readonly profile: boolean
  /** The source is measured, and nothing is built and installed. */
  readonly source: boolean
  /** The built package is there already. */
  readonly built: boolean
  /** The folder of the workloads stays, for profiles. */
  readonly keep: boolean
  /** What every program must print, in place of what it must: shows that it is looked at. */
  readonly expect: string | undefined
}

export const usage = `npm run bench -- [--only A,C] [--rows "wide"] [--rounds 9] [--node path] [--no-peers] [--built] [--source] [--json] [--profile] [--write] [--keep]

  --only      letters of the bars: ${letters.join(',')}
  --rows      only rows whose name has this in it
  --rounds    rounds of each row (${ROUNDS}; rows with short runs have more when it is left out)
  --node      the Node that runs the programs
  --no-peers  without those that npm installs (tsx, jiti, oxc-node, swc-node, Deno, Bun)
  --built     dist is built already
  --source    measures the source in place of the package: no figure of a bar
  --json      prints everything as JSON in place of tables
  --write     writes the tables into docs/performance.md
  --profile   where our main thread's time goes in each row, by V8's profiler
  --keep      leaves the workloads where they are, and says where
  --smoke     tiny workloads
`

/** @throws {Error} that says what cannot be used */
export function readOptions(args: readonly string[]): Options {
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
      profile: { type: 'boolean', default: false },
      source: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      expect: { type: 'string' },
    },
  })
  const { only, rounds, expect, ...rest } = values
  const asked = only?.split(',').map((letter) => letter.trim().toUpperCase()) ?? letters
  for (const letter of asked) {
    if (!letters.includes(letter as Letter)) throw new Error(`there is no bar '${letter}'`)
  }
  if (rounds !== undefined && !/^[1-9]\d*$/.test(rounds))
    throw new Error(`'${rounds}' is no number of rounds`)
  return {
    ...rest,
    only: new Set(asked as Letter[]),
    rounds: rounds === undefined ? undefined : Number(rounds),
    usualRounds: ROUNDS,
    expect,
  }
}
