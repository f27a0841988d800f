/** What is said of an engine that was lost, and of an answer that did not come. */

import { LoaderError } from '../errors.mts'
import { startFailure } from './thread-start.mts'
import { ERASE_LINE, LINE, NOTE } from './protocol.mts'
import { reasons } from './vitals.mts'
import type { EngineThread } from './engine-thread.mts'
import type { Symptom } from './vitals.mts'

/** Takes away the progress line of an engine that cannot do so any more: what this thread prints comes next. */
export function clearLine({ cells }: EngineThread): void {
  if (Atomics.exchange(cells, LINE, 0) === 0) return
  try {
    process.getBuiltinModule('node:fs').writeSync(2, ERASE_LINE)
  } catch {
    // A terminal that takes nothing shows nothing, either.
  }
}

/** Why a thread has ended, by its error. */
export function endOf(cause: unknown): string {
  const memory = (cause as { code?: string } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY'
  return memory ? 'it ran out of memory' : 'its thread ended'
}

/** The error for an engine that was lost: the note says who was at work. */
export function lostError(thread: EngineThread, why: string, cause: unknown): LoaderError {
  const length = Atomics.load(thread.cells, NOTE)
  // A copy: TextDecoder takes no shared memory.
  const note = new TextDecoder().decode(thread.note.slice(0, length))
  const last = note === '' ? 'No loader had been called' : `The last call was to ${note}`
  return new LoaderError(
    'ERR_MIMEPORT_ENGINE_LOST',
    `The engine was lost: ${why}. ${last}. The next import starts a new engine`,
    cause === undefined ? {} : { cause },
  )
}

/** The error for an engine that shows no more signs of life. */
export function symptomError(thread: EngineThread, symptom: Symptom): LoaderError {
  return symptom === 'did not start'
    ? startFailure(undefined, reasons[symptom])
    : lostError(thread, reasons[symptom], undefined)
}

/** What to say of a wait that could only end by its deadline; '' where that cannot be the cause. */
function blocked(): string {
  // A listening server holds a resource of this name in every version that we support.
  const serves = process.getActiveResourcesInfo().some((name) => /server/i.test(name))
  return serves
    ? '; this thread runs a server itself, and while it waits for an import it cannot answer: `await preload(specifier)` before the import, or run the server in another process'
    : ''
}

/** An answer's error: whoever waited in vain for a server that this thread runs itself is told so; nobody else can know. */
export function explained(error: Error): Error {
  if ((error as { code?: string }).code === 'ERR_MIMEPORT_TIMEOUT') error.message += blocked()
  return error
}

/** The error for an answer that did not come within `time` ms. `isAsleep`: this thread has slept for it. */
export function lateError(time: number, isAsleep: boolean): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_TIMEOUT',
    `The engine did not answer within ${time / 1000} s${isAsleep ? blocked() : ''}`,
  )
}

/** Engines that may be lost within `WINDOW` ms before the next call is refused. */
const MAX_LOST = 3
const WINDOW = 60_000

/** When engines were lost. */
export class Losses {
  /** ms, `performance.now()`. */
  #times: number[] = []

  add(): void {
    this.#times.push(performance.now())
  }

  /** @throws {LoaderError} ERR_MIMEPORT_ENGINE_LOST after too many. */
  check(): void {
    // ! No look at the clock where none was lost: it is a module of Node's, whose first use can wait for the thread's start.
    this.#times = this.#times.filter((at) => performance.now() - at < WINDOW)
    if (this.#times.length < MAX_LOST) return
    throw new LoaderError(
      'ERR_MIMEPORT_ENGINE_LOST',
      `The engine was lost ${MAX_LOST} times within a minute and is not started again for now: mend the loader that the errors before this one name`,
    )
  }
}
