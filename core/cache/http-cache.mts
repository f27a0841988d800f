/** The private cache of RFC 9111 between loaders and servers: one for this thread, on the disk that processes share. */

import { beforeChange, cacheSettings, DEFAULT_SIZE } from './cache-options.mts'
import { CacheStore } from './cache-store.mts'
import { cacheFolder } from '../cache-place.mts'
import { DeferredStore } from './deferred-store.mts'
import { HeldStore } from './held-store.mts'
import { PrivateCache } from './private-cache.mts'
import { tell } from '../http/activity.mts'
import { makeDoWithFewer } from '../http/origin.mts'
import { isLoopback } from '../policy/host.mts'
import type { CacheMode, CacheRequest, Forward, HeldAnswer } from './cache-request.mts'

export type {
  CachedAnswer,
  CacheMode,
  CacheOutcome,
  CacheRequest,
  Forward,
} from './cache-request.mts'

let cache: DeferredStore | undefined | false = false

/** URLs that are asked for while a stale response was given. */
const revalidating = new Set<string>()

beforeChange(() => {
  flushCache()
  cache = false
})

const warn = (message: string): void => tell({ type: 'warning', message })

/** A developer's server, which says nothing of freshness, is asked each time: its files change. */
export const guesses = (url: string): boolean => !isLoopback(new URL(url).hostname)

function open(): DeferredStore | undefined {
  const { options, onUnsaved } = cacheSettings()
  const { size = DEFAULT_SIZE } = options === false ? {} : options
  try {
    const folder = cacheFolder(options)
    if (folder === false) return undefined
    return new DeferredStore(
      new CacheStore({ folder, size, warn, spare: makeDoWithFewer }),
      onUnsaved,
    )
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    warn(
      `There is no cache: ${reason}; modules are loaded without it (MIMEPORT_CACHE names a folder for it, or off)`,
    )
    return undefined
  }
}

/** Writes all that waits to be written, now. */
export function flushCache(): void {
  if (cache instanceof DeferredStore) cache.flush()
}

/** Whether there is a cache at all. */
export function hasCache(): boolean {
  if (cache === false) cache = open()
  return cache !== undefined
}

/**
 * Answers a request: from what is stored, after asking whether that is still valid, or by `forward`. What is to be stored
 * of it waits for whoever asked. `undefined`: nothing usable is stored, and the mode forbids to ask. `isFinal`: nothing is
 * asked for later, when nobody waits and looks at it.
 */
export async function answer(
  request: CacheRequest,
  mode: CacheMode,
  forward: Forward,
  isFinal = false,
): Promise<HeldAnswer | undefined> {
  if (cache === false) cache = open()
  if (cache !== undefined) {
    const held = new HeldStore(cache)
    const own = new PrivateCache({
      store: held,
      guesses,
      revalidating: isFinal ? false : revalidating,
    })
    const found = await own.answer(request, mode, forward)
    return found && { ...found, held }
  }
  if (mode === 'only-if-cached') return undefined
  return { response: await forward({}), outcome: 'bypass', held: undefined }
}
