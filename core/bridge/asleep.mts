/** What the application thread sleeps for, and the progress line that says so. */

import { elapsed } from '../elapsed.mts'
import type { ProgressLine } from '../report/progress-line.mts'
import type { Call } from './protocol.mts'

interface Sleep {
  readonly id: number
  readonly specifier: string
  /** When it began, ms, `elapsed()`. */
  readonly since: number
}

export class Asleep {
  #line: ProgressLine | undefined
  #sleep: Sleep | undefined

  /** Shows from now on what is waited for; a sleep that began before is shown, too. */
  show(line: ProgressLine | undefined): void {
    this.#line = line
    this.#begin()
  }

  /** Makes room for what somebody wants to be read: not at the end of a progress line. */
  erase(): void {
    this.#line?.erase()
  }

  /** The application thread falls asleep, unless it only preloads: that prints meanwhile, where and when it likes. */
  begin({ id, method, params }: Call): void {
    if (method !== 'load' && method !== 'claims') return
    this.#sleep = { id, specifier: params?.specifier ?? '', since: elapsed() }
    this.#begin()
  }

  #begin(): void {
    if (this.#sleep === undefined || this.#line === undefined) return
    const { specifier, since } = this.#sleep
    this.#line.begin(specifier, performance.now() - (elapsed() - since))
  }

  /** ! Before the answer: the thread that it wakes prints, and its line begins where the cursor is. */
  end(id: number): void {
    if (this.#sleep?.id !== id) return
    this.#sleep = undefined
    this.#line?.end()
  }
}
