/** Whether an engine that owes an answer is alive: judged from its pulse, between two slices of sleep. */

import { PATIENCE, PHASE, PULSE, STARTING } from './protocol.mts'
import type { EngineThread } from './engine-thread.mts'

/** How long one sleep lasts, ms. */
export const SLICE = 50
/** The engine must show life within this time of its start, ms. */
const START_TIMEOUT = 10_000
/** How long a silence is put up with that is neither a loop's nor a dead thread's, ms. */
const UNCLEAR = 10_000

/** What is wrong with an engine, for its error. */
export type Symptom = 'did not start' | 'hangs' | 'is silent'

/** Why an engine was lost, by what was seen of it. */
export const reasons: Readonly<Record<Symptom, string>> = {
  'did not start': `did not start within ${START_TIMEOUT / 1000} s`,
  hangs: `its event loop stood still at full load: a loop that does not end, memory that ran out, or work that belongs into a thread of the loader's own`,
  'is silent': `its thread was silent: out of memory, or waiting without giving way`,
}

/** Watches one engine during one wait. */
export class Vitals {
  readonly #thread: EngineThread
  #pulse = -1
  #silent = 0
  #since = performance.now()
  #cpu = process.cpuUsage()

  constructor(thread: EngineThread) {
    this.#thread = thread
  }

  /** To be called after each slice without a message; says what is wrong, when something is. */
  check(): Symptom | undefined {
    const { cells, startedAt } = this.#thread
    if (Atomics.load(cells, PHASE) === STARTING) {
      return performance.now() - startedAt > START_TIMEOUT ? 'did not start' : undefined
    }
    const pulse = Atomics.load(cells, PULSE)
    if (pulse !== this.#pulse) {
      this.#pulse = pulse
      this.#silent = 0
      this.#since = performance.now()
      this.#cpu = process.cpuUsage()
      return undefined
    }
    // Slices, not the clock: on a machine that has no time for the engine, this thread sleeps longer, too.
    this.#silent += SLICE
    if (this.#silent < Atomics.load(cells, PATIENCE)) return undefined
    const { user, system } = process.cpuUsage(this.#cpu)
    const share = (user + system) / 1000 / (performance.now() - this.#since)
    // Nobody works: the thread is dead, most likely of memory. One thread works, all the time: a loop.
    if (share < 0.03) return 'is silent'
    if (share > 0.8 && share < 1.2) return 'hangs'
    // Others work in this process, or beside it, and the engine may just be short of processor time.
    return this.#silent < UNCLEAR ? undefined : 'hangs'
  }
}
