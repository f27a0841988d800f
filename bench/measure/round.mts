/** Rounds: in each, everyone runs once, and what is compared is compared within it. */

import { emptyCaches } from '../contenders/contender.mts'
import { memoryIsKnown, runForMemory } from './memory.mts'
import { runProcess } from './process-run.mts'
import type { Contender } from '../contenders/contender.mts'
import type { Memory } from './memory.mts'
import type { Counts } from '../server/server.mts'

/** Rounds of those that take seconds and are in no bar. */
const SLOW_ROUNDS = 3

export interface Sample {
  readonly ms: number
  readonly cpu: number
  /** What the program measured itself, by name. */
  readonly facts: Readonly<Record<string, number>>
  readonly counts: Counts | undefined
}

/** What each contender took in one round; without those that could not run, and the slow ones in later rounds. */
export type Round = ReadonlyMap<string, Sample>

/** A contender that printed something else than all others must. */
export class WrongOutput extends Error {}

export interface Rounds {
  readonly rounds: readonly Round[]
  readonly memory: ReadonlyMap<string, readonly Memory[]>
  /** Why a contender has no figures. */
  readonly failures: ReadonlyMap<string, Error>
}

interface Plan {
  readonly contenders: readonly Contender[]
  /** What each of them must print that has nothing of its own to print. */
  readonly expected: string
  /** What all of them must print in place of what is right. */
  readonly expect?: string | undefined
  readonly rounds: number
  readonly memoryRounds: number
  /** Runs that fill the caches of those who start warm. */
  readonly warming: number
  /** What the server was asked since the last time, where there is one. */
  readonly counts?: (() => Promise<Counts>) | undefined
  readonly progress: (text: string) => void
}

/**
 * Reads what a program printed: the line that it must, and after it what it measured itself, as JSON, if anything.
 * @throws {WrongOutput}
 */
function told(stdout: string, wanted: string): Sample['facts'] {
  const [printed = '', facts = '{}', ...rest] = stdout.trimEnd().split('\n')
  if (printed === wanted && rest.length === 0 && facts.startsWith('{')) return JSON.parse(facts)
  throw new WrongOutput(`printed '${stdout.trim().slice(0, 200)}' and not '${wanted}'`)
}

/** Runs all rounds. Nobody's failure stops the others. */
export async function runRounds(plan: Plan): Promise<Rounds> {
  const { contenders, expected, expect, counts, progress } = plan
  const failures = new Map<string, Error>()
  const memory = new Map<string, Memory[]>()
  const rounds: Map<string, Sample>[] = []

  async function attempt(contender: Contender, work: () => Promise<void> | void): Promise<void> {
    if (failures.has(contender.name)) return
    // Programs run while this thread sleeps: now is the time for a Ctrl-C.
    await new Promise(setImmediate)
    try {
      await work()
    } catch (error) {
      failures.set(contender.name, error instanceof Error ? error : new Error(String(error)))
    }
  }

  async function once(contender: Contender, env = contender.env): Promise<Sample> {
    if (contender.start === 'cold') emptyCaches(contender)
    const { ms, cpu, stdout } = runProcess({ ...contender, env })
    const facts = told(stdout, expect ?? contender.prints ?? expected)
    return { ms, cpu, facts, counts: await counts?.() }
  }

  for (const contender of contenders) {
    progress(contender.name)
    await attempt(contender, async () => {
      emptyCaches(contender)
      contender.prepare?.()
      // Cold, one shows that it runs at all, and that the system has its files in memory.
      const runs = contender.start === 'warm' ? plan.warming : Number(!contender.slow)
      for (let run = 0; run < runs; run++) await once(contender, contender.warming)
    })
  }
  for (let number = 0; number < plan.rounds; number++) {
    progress(`round ${number + 1} of ${plan.rounds}`)
    const round = new Map<string, Sample>()
    rounds.push(round)
    // Nobody is always the one who runs after the same other.
    const first = number % contenders.length
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      if (contender.slow && number >= SLOW_ROUNDS) continue
      await attempt(contender, async () => void round.set(contender.name, await once(contender)))
    }
  }
  for (let number = 0; memoryIsKnown && number < plan.memoryRounds; number++) {
    progress(`memory, round ${number + 1} of ${plan.memoryRounds}`)
    for (const contender of contenders) {
      if (contender.slow && number > 0) continue
      await attempt(contender, async () => {
        if (contender.start === 'cold') emptyCaches(contender)
        const known = memory.get(contender.name) ?? []
        memory.set(contender.name, [...known, await runForMemory(contender)])
      })
    }
    await counts?.()
  }
  return { rounds, memory, failures }
}
