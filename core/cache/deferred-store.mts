/**
 * Writes of the cache that wait until nothing more has come for a moment: a graph that is being fetched is not held up by
 * files. What waits is found by who reads, and is written at the latest when the engine ends.
 */

import { elapsed } from '../elapsed.mts'
import type { CacheKey, StoredResponse } from './entry.mts'
import type { Store } from './cache-request.mts'

/** ms without a write after which what waits is written. */
const QUIET = 5

/** ms that the first of them may wait. */
const LONGEST = 1_000

/** ms of writing, until whatever else the engine has to do gets its turn. */
const SLICE = 4

/** ms that what cannot be written for the time being is tried for. */
const PATIENCE = 5_000

/** Bytes that may wait; an entry that has more of them alone does not wait at all. */
const ROOM = 16 * 1024 * 1024
const LARGE = 256 * 1024

/** A store that may say that it cannot write at the moment. */
export interface PatientStore extends Store {
  tryWrite(key: CacheKey, responses: readonly StoredResponse[]): boolean
}

interface Waiting {
  readonly key: CacheKey
  readonly responses: readonly StoredResponse[]
}

/** All that have something to write: a loader may end the engine's thread. */
const unsaved = new Set<DeferredStore>()

let isWatched = false

function watchEnd(): void {
  if (isWatched) return
  isWatched = true
  process.on('exit', () => {
    for (const store of unsaved) store.flush()
  })
}

/** Not the file's name: for that, Node's cryptography would be loaded before what was fetched is made a module. */
const nameOf = (key: CacheKey): string => JSON.stringify(key)

function sizeOf(responses: readonly StoredResponse[]): number {
  return responses.reduce((sum, { body }) => sum + body.length, 0)
}

export class DeferredStore implements Store {
  readonly #store: PatientStore
  readonly #onUnsaved: (isUnsaved: boolean) => void
  /** By name, in the order in which they came. */
  readonly #waiting = new Map<string, Waiting>()
  #size = 0
  #since = 0
  #timer: NodeJS.Timeout | undefined

  /** `onUnsaved` is told whether something waits. */
  constructor(store: PatientStore, onUnsaved: (isUnsaved: boolean) => void = () => {}) {
    this.#store = store
    this.#onUnsaved = onUnsaved
  }

  read(key: CacheKey): StoredResponse[] {
    const waiting = this.#waiting.size === 0 ? undefined : this.#waiting.get(nameOf(key))
    if (waiting === undefined) return this.#store.read(key)
    // As from the disk: bytes that nobody else has.
    return waiting.responses.map((each) => ({ ...each, body: each.body.slice() }))
  }

  write(key: CacheKey, responses: readonly StoredResponse[]): void {
    const name = nameOf(key)
    this.#forget(name)
    const size = sizeOf(responses)
    if (size > LARGE) {
      this.#store.write(key, responses)
      if (this.#waiting.size === 0) this.#end()
      return
    }
    if (this.#waiting.size === 0) this.#begin()
    // ! Copies: whoever gets the response may write into it before this is written.
    const own = responses.map((each) => ({ ...each, body: each.body.slice() }))
    this.#waiting.set(name, { key, responses: own })
    this.#size += size
    if (this.#size > ROOM) return this.flush()
    if (elapsed() - this.#since < LONGEST) this.#timer?.refresh()
  }

  remove(key: CacheKey): void {
    this.#forget(nameOf(key))
    this.#store.remove(key)
    if (this.#waiting.size === 0) this.#end()
  }

  /** Writes all that waits, now. */
  flush(): void {
    this.#writeUntil(Infinity)
  }

  #forget(name: string): void {
    const waiting = this.#waiting.get(name)
    if (waiting === undefined) return
    this.#waiting.delete(name)
    this.#size -= sizeOf(waiting.responses)
  }

  #begin(): void {
    this.#since = elapsed()
    this.#onUnsaved(true)
    unsaved.add(this)
    watchEnd()
    // Unref'd: it must not keep the event loop turning, or nobody would notice that it ran dry.
    this.#timer ??= setTimeout(() => this.#slice(), QUIET).unref()
  }

  #slice(): void {
    if (!this.#writeUntil(elapsed() + SLICE)) this.#timer?.refresh()
    else if (this.#waiting.size > 0) setImmediate(() => this.#slice()).unref()
  }

  /** `false`: what is next cannot be written at the moment. */
  #writeUntil(end: number): boolean {
    const isLast = end === Infinity || elapsed() - this.#since > PATIENCE
    for (const [name, { key, responses }] of this.#waiting) {
      if (isLast) this.#store.write(key, responses)
      else if (!this.#store.tryWrite(key, responses)) return false
      this.#forget(name)
      if (elapsed() > end) break
    }
    if (this.#waiting.size === 0) this.#end()
    return true
  }

  #end(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (unsaved.delete(this)) this.#onUnsaved(false)
  }
}
