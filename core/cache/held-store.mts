/** Holds back what a request would write until somebody has looked at what came. */

import type { CacheKey, StoredResponse } from './entry.mts'
import type { Store } from './cache-request.mts'

/** What is held back, and what becomes of it: the first verdict counts. */
export interface Held {
  /** Writes it; and what comes after, at once. */
  release(): void
  /** Writes it, and nothing that comes after. */
  seal(): void
  /** Writes nothing. */
  drop(): void
}

export class HeldStore implements Store, Held {
  readonly #store: Store
  #held: (() => void)[] | undefined = []
  #isClosed = false

  constructor(store: Store) {
    this.#store = store
  }

  read(key: CacheKey): StoredResponse[] {
    return this.#store.read(key)
  }

  write(key: CacheKey, responses: readonly StoredResponse[]): void {
    this.#do(() => this.#store.write(key, responses))
  }

  remove(key: CacheKey): void {
    this.#do(() => this.#store.remove(key))
  }

  #do(write: () => void): void {
    if (this.#held !== undefined) this.#held.push(write)
    else if (!this.#isClosed) write()
  }

  release(): void {
    for (const write of this.#held ?? []) write()
    this.#held = undefined
  }

  seal(): void {
    const isFirst = this.#held !== undefined
    this.release()
    this.#isClosed ||= isFirst
  }

  drop(): void {
    if (this.#held === undefined) return
    this.#held = undefined
    this.#isClosed = true
  }
}
