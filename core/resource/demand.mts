/**
 * What whoever calls a loader wants of the resources that the loader asks for: it knows more of the module than the loader
 * does, and decides about it later.
 */

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Held } from '../cache/held-store.mts'

export interface Demand {
  /**
   * The content is known by its digest: what is stored will do however old it is, and a body whose end cannot be told is
   * found out if it is cut off.
   */
  readonly pinned: boolean
  /** Past the cache. */
  readonly reload: boolean
  /** What is not to be stored yet is put here. */
  readonly held: Held[]
}

const current = new AsyncLocalStorage<Demand>()

/** Calls `work`; what it and its promises ask for is asked for by this demand. */
export function demanding<T>(demand: Demand | undefined, work: () => T): T {
  return demand === undefined ? work() : current.run(demand, work)
}

export function currentDemand(): Demand | undefined {
  return current.getStore()
}
