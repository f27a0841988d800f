/** Whether an engine that owes an answer is alive: judged from its pulse, between two slices of sleep. */

import { PATIENCE, PHASE, PULSE, STARTING, THREAD } from './protocol.mts'
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

/** What Linux says of a thread: the processor time it has had, ms, or that it is gone. proc(5), /proc/pid/stat. */
function threadTime(thread: number): number | 'gone' | undefined {
  try {
    const path = `/proc/self/task/${thread}/stat`
    const text = process.getBuiltinModule('node:fs').readFileSync(path, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    // utime and stime in ticks: 100 a second on every system that Node runs on.
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch (error) {
    // Not allowed to look is not the same as nothing to be seen.
    return (error as { code?: string }).code === 'ENOENT' ? 'gone' : undefined
  }
}

/** Watches one engine during one wait. */
export class Vitals {
  readonly #thread: EngineThread
  #pulse = -1
  #silent = 0
  /** When the last beat was seen, ms, `performance.now()`, and the processor time of the process then. */
  #since = 0
  #cpu: NodeJS.CpuUsage | undefined
  /** The engine's own processor time at its last beat, ms. */
  #time: number | undefined

  constructor(thread: EngineThread) {
    this.#thread = thread
  }

  /** To be called after each slice without a message; says what is wrong, when something is. */
  check(): Symptom | undefined {
    const { cells } = this.#thread
    // Slices, not the clock: on a machine that has no time for the engine, this thread sleeps longer, too.
    this.#silent += SLICE
    if (Atomics.load(cells, PHASE) === STARTING) {
      return this.#silent > START_TIMEOUT ? 'did not start' : undefined
    }
    const pulse = Atomics.load(cells, PULSE)
    // The first look sees one: most waits are over before, and pay for no more than this object.
    if (pulse !== this.#pulse) {
      this.#pulse = pulse
      this.#silent = 0
      this.#since = performance.now()
      this.#cpu = process.cpuUsage()
      this.#time = undefined
      return undefined
    }
    // Two beats are missing: time for a look.
    if (this.#silent < 4 * SLICE) return undefined
    const patience = Atomics.load(cells, PATIENCE)
    const thread = Atomics.load(cells, THREAD)
    const time = thread === 0 ? undefined : threadTime(thread)
    if (time === undefined) return this.#silent < patience ? undefined : this.#guess()
    if (time === 'gone') return 'is silent'
    this.#time ??= time
    // Its own processor time: whoever else is busy, this much work without giving way is a loop. A thread that sleeps
    // waits for a disk or a child, and has the deadline.
    return time - this.#time >= patience - 4 * SLICE ? 'hangs' : undefined
  }

  /** Where the system does not tell: from the processor time of the whole process. */
  #guess(): Symptom | undefined {
    const { user, system } = process.cpuUsage(this.#cpu)
    const share = (user + system) / 1000 / (performance.now() - this.#since)
    // Nobody works: the thread is dead, most likely of memory. One thread works, all the time: a loop.
    if (share < 0.03) return 'is silent'
    if (share > 0.8 && share < 1.2) return 'hangs'
    // Others work in this process, or beside it, and the engine may just be short of processor time.
    return this.#silent < UNCLEAR ? undefined : 'hangs'
  }
}

/** Looks after an engine that works while nobody sleeps for it, until the result is called. */
export function watchVitals(thread: EngineThread, lose: (why: string) => void): () => void {
  const vitals = new Vitals(thread)
  const timer = setInterval(() => {
    const symptom = vitals.check()
    if (symptom !== undefined) lose(reasons[symptom])
  }, SLICE).unref()
  return () => clearInterval(timer)
}
