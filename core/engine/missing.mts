/** What was found to be missing while nobody may be asked: told at once, so that one run with the network fetches it all. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { isLoaderError } from '../errors.mts'
import type { LoaderError } from '../errors.mts'

/** Names remembered: more than a message lists, so that it can say how many there are. */
const CAPACITY = 1000

/** How long what is made ahead is waited for, ms: without a network it takes no longer. */
const PATIENCE = 1000

/** Whether an error says that nobody may be asked. */
export function isOffline(error: unknown): error is LoaderError {
  return isLoaderError(error) && error.code === 'ERR_MIMEPORT_OFFLINE'
}

export class Missing {
  readonly #names = new Set<string>()

  /** Remembers an error that is about something missing. */
  note(error: unknown): void {
    if (!isOffline(error) || error.url === undefined) return
    if (this.#names.size < CAPACITY) this.#names.add(error.url)
  }

  /** Forgets what was found after all: another process may have fetched it. */
  found(specifier: string): void {
    this.#names.delete(specifier)
  }

  /**
   * What the import is told that meets the first of it: also what else is missing of what it would import, once `coming`,
   * what is being made ahead, has settled.
   */
  async explain(error: unknown, coming: ReadonlyMap<unknown, Promise<unknown>>): Promise<unknown> {
    if (!isOffline(error) || error.url === undefined) return error
    const end = performance.now() + PATIENCE
    while (coming.size > 0 && performance.now() < end) {
      const { promise: late, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, PATIENCE).unref()
      await Promise.race([Promise.allSettled(coming.values()), late])
      clearTimeout(timer)
      // What came may import more.
      await nextTurn()
    }
    const others = [...this.#names].filter((name) => name !== error.url)
    if (others.length === 0) return error
    const { offlineError } = await import('../resource/offline.mts')
    return offlineError(error.url, others, error.trail)
  }
}
