/** A row of the benchmark: one work, all who do it, and the bars that are set for it. */

import type { Contender } from '../contenders/contender.mts'
import type { Round } from '../measure/round.mts'
import type { ModuleServer } from '../server/server.mts'

/** The letters of the bars. */
export const letters = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I'] as const
export type Letter = (typeof letters)[number]

/** A bar: what is measured in each round, and what its median may be at most. */
export interface Bar {
  /** As the table names it: `C'`. */
  readonly id: string
  readonly work: string
  /** What the bar is, in words: `≤ 0.6 × Node on prebuilt JavaScript`. */
  readonly bar: string
  readonly bound: number
  /** `undefined` when someone who is needed for it did not run. */
  readonly measure: (round: Round) => number | undefined
}

/** What would take how long, computed from what a round has. */
export interface Yardstick {
  readonly name: string
  /** ms */
  readonly ms: (round: Round) => number | undefined
}

export interface Row {
  readonly letter: Letter
  readonly name: string
  readonly contenders: readonly Contender[]
  readonly expected: string
  /** Whom all others are divided by: a contender or a yardstick. */
  readonly limit: string
  readonly yardsticks?: readonly Yardstick[]
  readonly bars: readonly Bar[]
  readonly server?: ModuleServer
  /** More than the others have, where runs are short. */
  readonly rounds?: number
  /** What the programs measure themselves, by name, in words: shown in place of the whole process. */
  readonly facts?: Readonly<Record<string, string>>
  /** The row whose peers are those of this one for memory: what is cold for who has no cache. */
  readonly memoryOf?: string
  /** What must be so besides: what is wrong, in words. */
  readonly faults?: (rounds: readonly Round[]) => readonly string[]
}

/** ms of a contender in a round. */
export const ms = (round: Round, name: string) => round.get(name)?.ms

/** What a contender measured itself in a round. */
export const fact = (round: Round, name: string, what: string) => round.get(name)?.facts[what]

/** How many times as long as another one somebody took. */
export function ratio(name: string, other: string): (round: Round) => number | undefined {
  return (round) => quotient(ms(round, name), ms(round, other))
}

export function quotient(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b
}
