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
  readonly #others = new Set<Connection>()
  /** Of the others, those that nobody uses; the one that was used last is the last. */
  readonly #free: Connection[] = []
  /** Connections of HTTP/1.1 that the server has put up with. */
  #bearable = Infinity
  #generation = 0
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
    return this.#all.every(({ running, isOpen }) => running === 0 && !isOpen)
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
    if (this.#others.has(connection)) {
      if (!connection.isOpen || this.#count > this.#most) this.#dismiss(connection)
      else this.#free.push(connection)
    }
    this.#serve()
  }

  /** Counts how often the server was found to want fewer connections. */
  get generation(): number {
    return this.#generation
  }

  /** Whether a new connection that was taken at `generation` may have failed since there are others. */
  isCrowded(connection: Connection, generation: number): boolean {
    if (this.#first.protocol === 'h2') return false
    if (generation !== this.#generation) return true
    return this.#most > 1 && this.#all.some((other) => other !== connection && other.isOpen)
  }

  /**
   * Makes do with a quarter of the connections from now on: the server has refused one (then those stay that it has
   * answered by), or a request, for their number. What was begun before the last time says nothing new.
   */
  useFewer(generation: number, isRefused = false): void {
    if (generation !== this.#generation) return
    this.#generation += 1
    const answered = this.#all.filter(({ isOpen, responses }) => isOpen && responses > 0)
    const least = isRefused ? answered.length : 1
    const fewer = Math.max(least, Math.floor(this.#most / 4))
    this.#bearable = Math.max(1, Math.min(fewer, this.#most - 1))
    while (this.#count > this.#most && this.#free.length > 0) {
      this.#dismiss(this.#free.shift() as Connection)
    }
  }

  /** Closes the connections that nobody uses. */
  closeIdle(): void {
    for (const connection of this.#free.splice(0)) this.#dismiss(connection)
    if (this.#first.running === 0) this.#first.drop(new Error('It is not needed now'))
  }

  get #most(): number {
    return Math.min(limits.connections, this.#bearable)
  }

  get #all(): Connection[] {
    return [this.#first, ...this.#others]
  }

  get #isOpen(): boolean {
    return this.#all.some(({ isOpen }) => isOpen)
  }

  /** Connections that speak HTTP/1.1 and are used, or kept. */
  get #count(): number {
    const { protocol, isOpen, running } = this.#first
    return this.#others.size + (protocol === 'http/1.1' && (isOpen || running > 0) ? 1 : 0)
  }

  #dismiss(connection: Connection): void {
    this.#others.delete(connection)
    connection.drop(new Error('It is not needed any more'))
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
    const isPlain = first.protocol === 'http/1.1'
    if (isPlain && first.hasRoom && first.isOpen) return first
    for (let free = this.#free.pop(); free !== undefined; free = this.#free.pop()) {
      if (free.isOpen) return free
      this.#dismiss(free)
    }
    if (this.#count >= this.#most) return undefined
    if (isPlain && first.hasRoom) return first
    const made = this.#connection(false)
    this.#others.add(made)
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
    if (failure === undefined || this.#isOpen) return this.#serve()
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

/** Has this process make do with fewer connections, and close those that nobody uses: it may open no more files. */
export function makeDoWithFewer(): void {
  for (const origin of origins.values()) {
    origin.useFewer(origin.generation)
    origin.closeIdle()
  }
}
