/** An end to waiting that holds whatever the thing waited for does: no library's promise is trusted to settle. */

import { elapsed } from './elapsed.mts'
import { isLoaderError, LoaderError } from './errors.mts'
import { escapeText } from './text.mts'

/** Longest delay of a timer of Node's, ms; a longer one would fire at once. */
const longest = 2 ** 31 - 1

/** The error of a `signal` that aborted: its own reason where that is one of ours, else a timeout. */
export function abortError(signal: AbortSignal, url: string): LoaderError {
  if (isLoaderError(signal.reason)) return signal.reason
  const why = signal.reason?.name === 'TimeoutError' ? 'its deadline passed' : 'it was aborted'
  return new LoaderError('ERR_MIMEPORT_TIMEOUT', `Cannot load '${escapeText(url)}': ${why}`, {
    url,
    cause: signal.reason,
  })
}

/** Signal → when it will abort by itself, `elapsed()`. */
const ends = new WeakMap<AbortSignal, number>()

/** Notes that a signal will abort in `time` ms: who waits for something may know how long there is. */
export function noteEnd(signal: AbortSignal, time: number): void {
  ends.set(signal, elapsed() + time)
}

/** When a signal will abort by itself, `elapsed()`; `undefined` when nobody said. */
export function endOf(signal: AbortSignal | undefined): number | undefined {
  return signal && ends.get(signal)
}

/** What ends a wait: a signal, a time, or both. */
export class Deadline {
  #fail: ((error: Error) => void) | undefined
  #failure: Error | undefined
  #timer: NodeJS.Timeout | undefined
  readonly #signal: AbortSignal | undefined
  readonly #onAbort: () => void

  /** `late` makes the error when `time` ms have passed since the start or the last `refresh`. */
  constructor(
    url: string,
    signal: AbortSignal | undefined,
    time: number | undefined,
    late: () => LoaderError,
  ) {
    this.#signal = signal
    this.#onAbort = () => this.#stop(abortError(signal as AbortSignal, url))
    if (signal?.aborted) this.#onAbort()
    else signal?.addEventListener('abort', this.#onAbort, { once: true })
    if (time !== undefined) {
      this.#timer = setTimeout(() => this.#stop(late()), Math.min(time, longest))
    }
  }

  #stop(error: Error): void {
    this.#failure ??= error
    this.#fail?.(this.#failure)
  }

  /** Starts the time anew. */
  refresh(): void {
    this.#timer?.refresh()
  }

  /** Settles as `work` does, or fails when this deadline passes first. One at a time. */
  race<T>(work: PromiseLike<T>): Promise<T> {
    // Not Promise.race: it would hold one reaction for each piece of a body until the deadline settles.
    return new Promise<T>((resolve, reject) => {
      this.#fail = reject
      work.then(resolve, reject)
      if (this.#failure !== undefined) reject(this.#failure)
    })
  }

  /** Forgets timer and signal. */
  end(): void {
    clearTimeout(this.#timer)
    this.#signal?.removeEventListener('abort', this.#onAbort)
  }
}
