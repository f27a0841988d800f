/** What the engine sends. Modules that were pushed go several in a message, which costs as much as one. */

import { WAKE } from './protocol.mts'
import type { MessagePort } from 'node:worker_threads'
import type { EngineEvent } from '../events.mts'
import type { Message, Push } from './protocol.mts'
import type { NodeModule } from '../types.mts'

/** Modules, and characters or bytes, in one message: whoever takes it in has something else to do, too. */
const MOST = 16
const LARGEST = 2 ** 16

export class Outbox {
  readonly #port: Pick<MessagePort, 'postMessage'>
  readonly #cells: Int32Array
  #waiting: Push[] = []
  #size = 0
  #isScheduled = false
  #events: EngineEvent[] = []

  constructor(port: Pick<MessagePort, 'postMessage'>, cells: Int32Array) {
    this.#port = port
    this.#cells = cells
  }

  /**
   * Sends a message, after what was pushed before, and wakes who waits. Post, then count, then notify: in this order a waiter
   * misses nothing.
   */
  post(message: Message): void {
    this.flush()
    this.#port.postMessage(message)
    this.wake()
  }

  /** Wakes who waits: to look for messages, or at the cells. */
  wake(): void {
    Atomics.add(this.#cells, WAKE, 1)
    Atomics.notify(this.#cells, WAKE)
  }

  /** Sends a module with those that come at the same time. Wakes nobody: who waits for it gets an answer, too. */
  readonly push = (key: string, module: NodeModule): void => {
    this.#waiting.push([key, module])
    this.#size += module.source?.length ?? 0
    if (this.#waiting.length >= MOST || this.#size >= LARGEST) this.flush()
    else this.#schedule()
  }

  /** Sends what has happened with what happens at the same time. */
  readonly tell = (event: EngineEvent): void => {
    this.#events.push(event)
    this.#schedule()
  }

  #flushEvents(): void {
    if (this.#events.length === 0) return
    const events = this.#events
    this.#events = []
    this.#port.postMessage({ events } satisfies Message)
    Atomics.add(this.#cells, WAKE, 1)
  }

  /** Sends what was pushed, and what has happened. */
  flush(): void {
    this.#flushEvents()
    if (this.#waiting.length === 0) return
    const pushes = this.#waiting
    this.#waiting = []
    this.#size = 0
    if (this.#send(pushes) || pushes.length === 1) return
    for (const each of pushes) this.#send([each])
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.flush()
    })
  }

  #send(pushes: readonly Push[]): boolean {
    try {
      this.#port.postMessage({ pushes } satisfies Message)
      Atomics.add(this.#cells, WAKE, 1)
      return true
    } catch {
      // What cannot be cloned, or is too much to be: whoever asks for it is told.
      return false
    }
  }
}
