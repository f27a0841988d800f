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
    const { FetchEvents } = await import('../report/fetch-events.mts')
    const { watchActivity } = await import('../http/activity.mts')
    const { listenToTransforms } = await import('../transform-telling.mts')
    const { withoutSecrets } = await import('../report/shown-text.mts')
    const events = new FetchEvents()
    const stop = watchActivity((activity) => {
      const event = events.eventOf(activity)
      if (event !== undefined) this.#send(['fetch', event])
    })
    listenToTransforms({
      isListening: () => true,
      tell: ({ error, ...event }) => {
        const quiet = error && { ...error, message: withoutSecrets(error.message) }
        const url = withoutSecrets(event.url)
        this.#send(['transform', { ...event, url, ...(quiet && { error: quiet }) }])
      },
    })
    this.#stop = () => {
      stop()
      listenToTransforms(undefined)
    }
  }
}
