/** What happens in the engine, told to the application thread: only while somebody there listens. */

import { EVENTS } from './protocol.mts'
import type { EngineEvent } from '../events.mts'

export class Forwarding {
  readonly #cells: Int32Array
  readonly #send: (event: EngineEvent) => void
  #stop: (() => void) | undefined
  #starting: Promise<void> | undefined

  /** `send` takes an event that is on its way. */
  constructor(cells: Int32Array, send: (event: EngineEvent) => void) {
    this.#cells = cells
    this.#send = send
  }

  /** Whether somebody listens whom nothing is told of yet, or nobody listens any more. */
  get isBehind(): boolean {
    return (Atomics.load(this.#cells, EVENTS) === 1) !== (this.#stop !== undefined)
  }

  /** Begins to tell, or ends it, or has nothing to do. */
  async catchUp(): Promise<void> {
    if (!this.isBehind) return
    if (Atomics.load(this.#cells, EVENTS) === 1) return (this.#starting ??= this.#start())
    this.#stop?.()
    this.#stop = undefined
    this.#starting = undefined
  }

  async #start(): Promise<void> {
    const { startTelling } = await import('../report/telling.mts')
    this.#stop = startTelling(this.#send)
  }
}
