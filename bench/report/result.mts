/** What a row came to. */

import { spread } from '../measure/statistics.mts'
import { WrongOutput } from '../measure/round.mts'
import type { Role } from '../contenders/contender.mts'
import type { Letter, Row } from '../bars/row.mts'
import type { Counts } from '../server/server.mts'
import type { Profile } from '../measure/profile.mts'
import type { Memory } from '../measure/memory.mts'
import type { Round, Rounds } from '../measure/round.mts'
import type { Spread } from '../measure/statistics.mts'

/** One who took part. */
export interface Line {
  readonly name: string
  readonly role: Role
  readonly ms: Spread
  /** Of the limit, round by round. */
  readonly ofLimit: Spread | undefined
  /** Of the quickest peer's median, us and yardsticks not among them. */
  readonly ofBest: Spread | undefined
  /** Mean, ms. */
  readonly cpu: number | undefined
  readonly resident: number | undefined
  readonly tree: number | undefined
  readonly counts: Counts | undefined
  /** What it measured itself, by name. */
  readonly facts: Readonly<Record<string, Spread>>
}

export interface BarResult {
  readonly id: string
  readonly work: string
  readonly bar: string
  readonly bound: number
  readonly measured: Spread | undefined
  /** `undefined`: it could not be measured. */
  readonly met: boolean | undefined
  /** Besides the figure. */
  readonly faults: readonly string[]
}

export interface RowResult {
  readonly letter: Letter
  readonly name: string
  readonly limit: string
  readonly lines: readonly Line[]
  /** What the names of facts mean. */
  readonly facts: Readonly<Record<string, string>>
  readonly memoryOf: string | undefined
  /** Where our time goes, where that was asked for. */
  readonly profile?: Profile
  readonly bars: readonly BarResult[]
  readonly failures: readonly {
    readonly name: string
    readonly role: Role
    readonly why: string
    readonly wrong: boolean
  }[]
}

const mean = (numbers: readonly number[]) =>
  numbers.length === 0 ? undefined : numbers.reduce((sum, each) => sum + each, 0) / numbers.length

/** The most that was seen: a look may come too late for a process that has just ended, and never sees too much. */
const most = (memory: readonly Memory[] | undefined, field: keyof Memory) =>
  spread((memory ?? []).map((one) => one[field]))?.max

const known = (numbers: readonly (number | undefined)[]) =>
  numbers.filter((number) => number !== undefined)

function factsOf(names: readonly string[], who: string, rounds: readonly Round[]): Line['facts'] {
  const spreads = names.map((name) => {
    const told = known(rounds.map((round) => round.get(who)?.facts[name]))
    return [name, spread(told)] as const
  })
  return Object.fromEntries(
    spreads.filter((each): each is [string, Spread] => each[1] !== undefined),
  )
}

/** Judges a bar by the median of its rounds. */
export function judge(
  bar: Pick<BarResult, 'id' | 'work' | 'bar' | 'bound'>,
  numbers: readonly (number | undefined)[],
  faults: readonly string[] = [],
): BarResult {
  const measured = spread(known(numbers))
  const { id, work, bar: words, bound } = bar
  const met = measured === undefined ? undefined : measured.median <= bound && faults.length === 0
  return { id, work, bar: words, bound, measured, met, faults }
}

/** Sums up a row's rounds. */
export function resultOf(row: Row, { rounds, memory, failures }: Rounds): RowResult {
  const times = new Map<string, (number | undefined)[]>()
  for (const { name } of row.contenders)
    times.set(
      name,
      rounds.map((round) => round.get(name)?.ms),
    )
  for (const { name, ms } of row.yardsticks ?? []) times.set(name, rounds.map(ms))
  const divided = (name: string, by: string | undefined) =>
    by === undefined
      ? undefined
      : spread(
          known(
            rounds.map((_, at) => {
              const [a, b] = [times.get(name)?.[at], times.get(by)?.[at]]
              return a === undefined || b === undefined ? undefined : a / b
            }),
          ),
        )
  const median = (name: string) => spread(known(times.get(name) ?? []))?.median ?? Infinity
  const best = row.contenders
    .filter(({ role, name }) => (role === 'peer' || role === 'runtime') && median(name) < Infinity)
    .toSorted((a, b) => median(a.name) - median(b.name))[0]?.name
  const parts = [
    ...row.contenders.map(({ name, role }) => ({ name, role })),
    ...(row.yardsticks ?? []).map(({ name }) => ({ name, role: 'yardstick' as const })),
  ]
  const lines = parts.flatMap(({ name, role }): Line[] => {
    const ms = spread(known(times.get(name) ?? []))
    if (ms === undefined) return []
    const samples = known(rounds.map((round) => round.get(name)?.cpu))
    return [
      {
        name,
        role,
        ms,
        ofLimit: divided(name, row.limit),
        ofBest: divided(name, best),
        cpu: mean(samples),
        resident: most(memory.get(name), 'resident'),
        tree: most(memory.get(name), 'tree'),
        counts: rounds.map((round) => round.get(name)?.counts).find((counts) => counts),
        facts: factsOf(Object.keys(row.facts ?? {}), name, rounds),
      },
    ]
  })
  const faults = row.faults?.(rounds) ?? []
  return {
    letter: row.letter,
    name: row.name,
    limit: row.limit,
    facts: row.facts ?? {},
    memoryOf: row.memoryOf,
    lines: lines.toSorted((a, b) => a.ms.median - b.ms.median),
    bars: row.bars.map((bar) => judge(bar, rounds.map(bar.measure), faults)),
    failures: row.contenders.flatMap(({ name, role }) => {
      const error = failures.get(name)
      const wrong = error instanceof WrongOutput
      return error === undefined ? [] : [{ name, role, why: error.message, wrong }]
    }),
  }
}
