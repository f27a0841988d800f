/** What the engine answers: each call once, and when what the answer leads to is under way. */

import { packError } from './error-packing.mts'
import { redactError } from '../resource/credentials/secrets.mts'
import type { Asleep } from './asleep.mts'
import type { Outbox } from './outbox.mts'

export class Answers {
  readonly #outbox: Pick<Outbox, 'post'>
  readonly #asleep: Pick<Asleep, 'end'>
  readonly #onDone: () => void
  /** Calls that have no answer yet. */
  readonly #open = new Set<number>()
  /** Answers that are ready. */
  #due: (() => void)[] = []

  /** `onDone` is told when every call has been answered. */
  constructor(outbox: Pick<Outbox, 'post'>, asleep: Pick<Asleep, 'end'>, onDone: () => void) {
    this.#outbox = outbox
    this.#asleep = asleep
    this.#onDone = onDone
  }

  /** Whether somebody waits for an answer. */
  get isOwing(): boolean {
    return this.#open.size > 0
  }

  /** A call that is to be answered. */
  begin(id: number): void {
    this.#open.add(id)
  }

  refuse(id: number, thrown: unknown, fatal = false): void {
    this.#asleep.end(id)
    if (!this.#open.delete(id)) return
    this.#outbox.post({ id, error: redactError(packError(thrown)), fatal })
    this.#ended()
  }

  answer(id: number, value: unknown): void {
    if (!this.#open.has(id)) return
    this.#asleep.end(id)
    try {
      this.#outbox.post({ id, value })
      this.#open.delete(id)
      this.#ended()
    } catch (error) {
      // What cannot be cloned, or is too much to be.
      this.refuse(id, error)
    }
  }

  /**
   * Answers when what the answer has led to is under way: whoever is woken takes processor time of its own, and the requests
   * for what a module imports are what everybody will wait for.
   */
  answerSoon(id: number, value: unknown): void {
    this.#due.push(() => this.answer(id, value))
    // All microtasks come before the first tick, and what they have asked for comes before the second: Node's client writes in
    // a tick. Not a turn of the event loop: all responses that have come are part of one.
    if (this.#due.length === 1) process.nextTick(() => process.nextTick(() => this.flush()))
  }

  /** Gives the answers that are ready. */
  flush(): void {
    const due = this.#due
    this.#due = []
    for (const each of due) each()
  }

  /** Refuses all calls that have no answer. */
  refuseAll(thrown: unknown): void {
    for (const id of this.#open) this.refuse(id, thrown)
  }

  #ended(): void {
    if (!this.isOwing) this.#onDone()
  }
}
