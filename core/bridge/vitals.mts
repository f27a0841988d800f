/** Whether an engine that owes an answer is alive: judged from its pulse, between two slices of sleep. */

import { PHASE, PULSE, STARTING } from './protocol.mts'
import type { EngineThread } from './engine-thread.mts'

/** How long one sleep lasts, ms. */
export const SLICE = 50
/** The engine must show life within this time of its start, ms. */
const START_TIMEOUT = 10_000
/** How long the engine's event loop may stand still, ms. */
const UNRESPONSIVE = 1_500

/** What is wrong with an engine, for its error. */
export type Symptom = 'did not start' | 'hangs' | 'is silent'

/** Why an engine was lost, by what was seen of it. */
export const reasons: Readonly<Record<Symptom, string>> = {
  'did not start': `did not start within ${START_TIMEOUT / 1000} s`,
  hangs: `its event loop stood still for ${UNRESPONSIVE / 1000} s at full load: a loop that does not end, memory that ran out, or work that belongs into a thread of the loader's own`,
  'is silent': `its thread was silent for ${UNRESPONSIVE / 1000} s: out of memory, or waiting without giving way`,
}

/** Watches one engine during one wait. */
export class Vitals {
  readonly #thread: EngineThread
  #pulse = -1
  #silent = 0
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
      this.#cpu = process.cpuUsage()
      return undefined
    }
    // Slices, not the clock: on a machine that has no time for the engine, this thread sleeps longer, too.
    this.#silent += SLICE
    if (this.#silent < UNRESPONSIVE) return undefined
    const { user, system } = process.cpuUsage(this.#cpu)
    const busy = (user + system) / 1000
    // Busy all the time: a loop. Not at all: dead, most likely of memory. In between it is short of processor time.
    if (busy > UNRESPONSIVE * 0.8) return 'hangs'
    return busy < UNRESPONSIVE * 0.1 ? 'is silent' : undefined
  }
}
