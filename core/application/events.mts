/** Events, published in this thread by node:diagnostics_channel: where nobody listens there are none. docs/decisions/053-events.md */

import { diagnostics } from './builtins.mts'
import { EVENTS } from '../bridge/protocol.mts'
import type { TracingChannel } from 'node:diagnostics_channel'
import type { EngineEvent, EventSink, ResolveEvent } from '../events.mts'
import type { TransformListener } from '../transform-telling.mts'

/** How often this thread looks for what the engine tells of while nothing is imported, ms. */
const INTERVAL = 100

export class Events implements EventSink, TransformListener {
  readonly resolve: TracingChannel<ResolveEvent> = diagnostics().tracingChannel('mimeport:resolve')
  readonly #channels = {
    fetch: diagnostics().channel('mimeport:fetch'),
    transform: diagnostics().channel('mimeport:transform'),
  }
  /** Takes in what the engine has told of. */
  readonly #drain: () => void
  #waiting: EngineEvent[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(drain: () => void) {
    this.#drain = drain
  }

  /** Whether anybody listens to what happens in the chain. */
  readonly isListening = (): boolean =>
    this.#channels.fetch.hasSubscribers || this.#channels.transform.hasSubscribers

  /** Whether anybody listens to anything. */
  get isWatched(): boolean {
    return this.resolve.hasSubscribers || this.isListening()
  }

  readonly noteListeners = (cells: Int32Array): void => {
    const listens = this.isListening()
    Atomics.store(cells, EVENTS, listens ? 1 : 0)
    if (listens && this.#timer === undefined) this.#begin()
  }

  readonly add = (events: readonly EngineEvent[]): void => void this.#waiting.push(...events)

  readonly tell: TransformListener['tell'] = (event) =>
    void this.#waiting.push(['transform', event])

  /** Publishes what has been told of. Not to be called within a call of the engine: who listens may import. */
  readonly flush = (): void => {
    const events = this.#waiting
    if (events.length === 0) return
    this.#waiting = []
    for (const [channel, event] of events) this.#channels[channel].publish(event)
  }

  /** What happens when nothing is imported, and at the end. */
  #begin(): void {
    this.#timer = setInterval(this.#look, INTERVAL).unref()
    process.on('exit', this.#look)
  }

  readonly #look = (): void => {
    this.#drain()
    this.flush()
    if (!this.isListening()) this.end()
  }

  /** Publishes what there is, and looks for nothing more. */
  end(): void {
    this.flush()
    clearInterval(this.#timer)
    this.#timer = undefined
    process.off('exit', this.#look)
  }
}
