/** When the lock is written: soon after something is new, not too often, and at the latest when the engine ends. */

import { tryWriteLock, writeLock } from './writer.mts'
import { escapeText } from '../text.mts'
import { tell } from '../http/activity.mts'
import type { Change } from './writer.mts'

export interface SavingOptions {
  readonly file: string
  readonly change: Change
  /** Is told whether there is something that is not in the file yet. */
  readonly onUnsaved: (isUnsaved: boolean) => void
}

/** ms in which more may come that is written with it: the program that waits is answered first. */
const DELAY = 20

/** Of the engine's time, writing takes no more than one part in so many, */
const SHARE = 8

/** unless that were longer than this, ms: the end of a program may wait for it. */
const LONGEST_DELAY = 200

/** How long others are waited for, ms. */
const PATIENCE = 10_000

/** All that have something to write: a loader may end the engine's thread. */
const unsaved = new Set<Saving>()

let isWatched = false

function watchEnd(): void {
  if (isWatched) return
  isWatched = true
  process.on('exit', () => {
    for (const saving of unsaved) saving.end()
  })
}

export class Saving {
  readonly #options: SavingOptions
  #timer: NodeJS.Timeout | undefined
  /** ms that the last one took. */
  #cost = 0
  /** Since when there is something to write, ms, `performance.now()`. */
  #since: number | undefined
  #failed = false

  constructor(options: SavingOptions) {
    this.#options = options
  }

  /** Writes, soon. */
  schedule(): void {
    if (this.#failed) return
    if (this.#since === undefined) {
      this.#since = performance.now()
      this.#options.onUnsaved(true)
      unsaved.add(this)
      watchEnd()
    }
    this.#later(Math.min(Math.max(DELAY, this.#cost * SHARE), LONGEST_DELAY))
  }

  /** Writes now, if it can be done. */
  end(): void {
    this.#do(writeLock)
  }

  #later(time: number): void {
    // Unref'd: it must not keep the event loop turning, or nobody would notice that it ran dry.
    this.#timer ??= setTimeout(() => this.#try(), time).unref()
  }

  #try(): void {
    this.#timer = undefined
    const waited = performance.now() - (this.#since ?? 0)
    // A turn that does not end: by now, the writer may sleep for it, and say what is wrong.
    if (this.#do(waited > PATIENCE ? writeLock : tryWriteLock)) return
    this.#later(1 + Math.random() * DELAY)
  }

  /** Whether it is done, if only for the reason that it cannot be. */
  #do(write: typeof tryWriteLock | typeof writeLock): boolean {
    const { file, change } = this.#options
    const start = performance.now()
    try {
      if (write(file, change) === false) return false
    } catch (error) {
      this.#fail(error as Error)
    }
    this.#cost = performance.now() - start
    this.#done()
    return true
  }

  #done(): void {
    this.#since = undefined
    unsaved.delete(this)
    this.#options.onUnsaved(false)
  }

  /** One that cannot be written to is read all the same, and the program runs. */
  #fail({ message }: Error): void {
    this.#failed = true
    const { file } = this.#options
    tell({
      type: 'warning',
      message: `What is new is not kept in the lock '${escapeText(file)}': ${escapeText(message)}`,
    })
  }

  /**
   * Writes, now.
   * @throws {LoaderError} ERR_MIMEPORT_LOCK.
   */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    writeLock(this.#options.file, this.#options.change)
    this.#done()
  }
}
