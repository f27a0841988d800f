/** What goes over the wire, noted in the lives of the imports that it goes there for. */

import { currentInvocation } from './invocation.mts'
import { watchActivity } from '../http/activity.mts'
import type { HopNotes, RequestNotes } from './life.mts'
import type { Activity, RequestId } from '../http/activity.mts'

type Told<T extends Activity['type']> = Extract<Activity, { type: T }>

/** An exchange with a server: its requests, and what the cache had to do with it. */
interface Exchange {
  readonly requests: RequestNotes[]
  readonly hops: Set<HopNotes>
}

function messageOf(error: unknown): string {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown }
  const text = typeof message === 'string' ? message : String(error)
  return typeof code === 'string' ? `${code}: ${text}` : text
}

export class Wire {
  readonly #since: number
  readonly #open = new Map<RequestId, RequestNotes>()
  /** By URL: the exchange that was begun last. */
  readonly #exchanges = new Map<string, Exchange>()
  readonly #stop = watchActivity((told) => this.#take(told))

  /** `since`: what times count from, ms, `performance.now()`. */
  constructor(since: number) {
    this.#since = since
  }

  end(): void {
    this.#stop()
  }

  #take(told: Activity): void {
    if (told.type === 'request') this.#request(told)
    else if (told.type === 'cache') this.#cache(told)
    else if (told.type === 'shared') this.#share(told)
    else if ('id' in told) {
      const notes = this.#open.get(told.id)
      if (notes !== undefined) update(notes, told)
      if (told.type === 'end' || told.type === 'error') this.#open.delete(told.id)
    }
  }

  #request({ id, method, url, attempt }: Told<'request'>): void {
    const hop = currentInvocation()?.life?.hop
    if (hop === undefined) return
    const start = performance.now() - this.#since
    const notes: RequestNotes = { method, url, attempt, start, duration: 0 }
    this.#open.set(id, notes)
    let exchange = this.#exchanges.get(url)
    // What another has failed with is over; a repetition is part of what it repeats.
    if (exchange === undefined || (!exchange.hops.has(hop) && exchange.requests.length > 0)) {
      this.#exchanges.set(url, (exchange = { requests: [], hops: new Set() }))
    }
    exchange.hops.add(hop)
    exchange.requests.push(notes)
    for (const each of exchange.hops) each.requests.push(notes)
  }

  #cache({ url, outcome }: Told<'cache'>): void {
    const hop = currentInvocation()?.life?.hop
    if (hop !== undefined) hop.cache = outcome
    for (const each of this.#exchanges.get(url)?.hops ?? []) each.cache = outcome
    // Whoever asks from now on begins another.
    this.#exchanges.delete(url)
  }

  /** Two that ask for the same at the same time ask once: what is told of that is told of both. */
  #share({ url }: Told<'shared'>): void {
    const hop = currentInvocation()?.life?.hop
    if (hop === undefined) return
    const exchange = this.#exchanges.get(url)
    // The first has not sent anything yet.
    if (exchange === undefined) this.#exchanges.set(url, { requests: [], hops: new Set([hop]) })
    else {
      exchange.hops.add(hop)
      hop.requests.push(...exchange.requests)
    }
  }
}

function update(notes: RequestNotes, told: Activity): void {
  if (told.type === 'connection') {
    const { address, port, reused, protocol, proxy } = told
    notes.protocol = protocol
    notes.connection = { address, port, reused, ...(proxy !== undefined && { proxy }) }
  } else if (told.type === 'response') {
    notes.statusCode = told.statusCode
    notes.protocol = told.protocol
    notes.duration = told.time
  } else if (told.type === 'end') {
    notes.bytes = told.bytes
    notes.duration = told.time
  } else if (told.type === 'error') {
    notes.error = messageOf(told.error)
    notes.duration = told.time
  }
}
