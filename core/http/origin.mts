/** The connections to one origin, and who waits for one: first come, first served. */

import { Connection } from './connection.mts'
import { abortError } from '../deadline.mts'
import { limits } from '../limits.mts'
import type { ConnectFailure } from './network-error.mts'

/** What a request may go by: HTTP/2 where the server speaks it, or HTTP/1.1 alone. */
export type Way = 'any' | 'http/1.1'

interface Waiting {
  take(connection: Connection): void
  fail(error: unknown): void
}

export class Origin {
  /** Bytes of bodies so far. */
  received = 0
  /** The one that may speak HTTP/2. */
  readonly #first: Connection
  readonly #others: Connection[] = []
  /** Two queues: whoever wants HTTP/1.1 alone may have to wait where others need not, and the other way round. */
  readonly #waiting: Readonly<Record<Way, Waiting[]>> = { any: [], 'http/1.1': [] }
  readonly #origin: string

  constructor(origin: string) {
    this.#origin = origin
    this.#first = this.#connection(origin.startsWith('https:'))
  }

  /** Whether nothing is going on, and no connection is open. */
  get isIdle(): boolean {
    // Who waits does so for what is running.
    return [this.#first, ...this.#others].every(({ running, isOpen }) => running === 0 && !isOpen)
  }

  /**
   * A connection with room for a request, once there is one. It is given back by `release`.
   * @throws {ConnectFailure} when none can be made; {LoaderError} when `signal` aborts.
   */
  lease(way: Way, url: string, signal: AbortSignal | undefined): Promise<Connection> {
    const found = signal?.aborted === true ? undefined : this.#find(way)
    if (found !== undefined) return Promise.resolve(this.#taken(found))
    return new Promise((resolve, reject) => {
      const over = (): void => signal?.removeEventListener('abort', onAbort)
      const queue = this.#waiting[way]
      const waiting: Waiting = {
        take(connection) {
          over()
          resolve(connection)
        },
        fail(error) {
          over()
          reject(error)
        },
      }
      const onAbort = (): void => {
        queue.splice(queue.indexOf(waiting), 1)
        reject(abortError(signal as AbortSignal, url))
      }
      if (signal?.aborted === true) return reject(abortError(signal, url))
      signal?.addEventListener('abort', onAbort, { once: true })
      queue.push(waiting)
    })
  }

  release(connection: Connection): void {
    connection.running -= 1
    this.#serve()
  }

  #connection(http2: boolean): Connection {
    return new Connection(this.#origin, http2, (failure) => this.#changed(failure))
  }

  #taken(connection: Connection): Connection {
    connection.running += 1
    return connection
  }

  #find(way: Way): Connection | undefined {
    const first = this.#first
    const mayMultiplex = way === 'any' && first.protocol !== 'http/1.1'
    // What it speaks is not known: the first request finds out, and more connections might be too many.
    if (mayMultiplex) return first.hasRoom ? first : undefined
    const those = first.protocol === 'http/1.1' ? [first, ...this.#others] : this.#others
    const free = those.filter(({ hasRoom }) => hasRoom)
    const found = free.find(({ isOpen }) => isOpen) ?? free[0]
    if (found !== undefined || those.length >= limits.connections) return found
    const made = this.#connection(false)
    this.#others.push(made)
    return made
  }

  #serve(): void {
    for (const way of ['any', 'http/1.1'] as const) {
      const queue = this.#waiting[way]
      while (queue.length > 0) {
        const found = this.#find(way)
        if (found === undefined) break
        queue.shift()?.take(this.#taken(found))
      }
    }
  }

  #changed(failure: ConnectFailure | undefined): void {
    const isOpen = [this.#first, ...this.#others].some((connection) => connection.isOpen)
    if (failure === undefined || isOpen) return this.#serve()
    // One attempt speaks for all that wait: each making its own would wait its own time, one after another.
    for (const queue of Object.values(this.#waiting)) {
      for (const { fail } of queue.splice(0)) fail(failure)
    }
  }
}

const origins = new Map<string, Origin>()

/** Origins that are kept though nothing is going on there. */
const KEPT = 100

/** The origin of a URL, in this thread. */
export function originFor(url: URL): Origin {
  const known = origins.get(url.origin)
  if (known !== undefined) return known
  if (origins.size >= KEPT) {
    for (const [name, origin] of origins) if (origin.isIdle) origins.delete(name)
  }
  const made = new Origin(url.origin)
  origins.set(url.origin, made)
  return made
}
