/** The private cache of RFC 9111 between loaders and servers: one for this thread, on the disk that processes share. */

import { CacheStore } from './cache-store.mts'
import { defaultFolder, folderOfEnvironment } from './cache-folder.mts'
import { PrivateCache } from './private-cache.mts'
import { tell } from '../http/activity.mts'
import { isLoopback } from '../http/request-url.mts'
import type { CachedAnswer, CacheMode, CacheRequest, Forward } from './cache-request.mts'

export type {
  CachedAnswer,
  CacheMode,
  CacheOutcome,
  CacheRequest,
  Forward,
} from './cache-request.mts'

export interface CacheOptions {
  /** An absolute path; the platform's folder for caches when left out. MIMEPORT_CACHE goes before it. */
  readonly folder?: string
  /** Bytes that the folder may have; 1 GiB when left out. */
  readonly size?: number
}

/** Bytes. */
const DEFAULT_SIZE = 2 ** 30

let options: CacheOptions | false = {}
let cache: PrivateCache | undefined | false = false

/** Says where the cache is, or that there is none; from the next request on. */
export function configureCache(own: CacheOptions | false): void {
  options = own
  cache = false
}

const warn = (message: string): void => tell({ type: 'warning', message })

/** A developer's server, which says nothing of freshness, is asked each time: its files change. */
const guesses = (url: string): boolean => !isLoopback(new URL(url).hostname)

function open(): PrivateCache | undefined {
  const named = folderOfEnvironment()
  if (named === false || (named === undefined && options === false)) return undefined
  const { folder, size = DEFAULT_SIZE } = options === false ? {} : options
  try {
    const store = new CacheStore({ folder: named ?? folder ?? defaultFolder(), size, warn })
    return new PrivateCache({ store, guesses })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    warn(
      `There is no cache: ${reason}; modules are loaded without it (MIMEPORT_CACHE names a folder for it, or off)`,
    )
    return undefined
  }
}

/** Whether there is a cache at all. */
export function hasCache(): boolean {
  if (cache === false) cache = open()
  return cache !== undefined
}

/**
 * Answers a request: from what is stored, after asking whether that is still valid, or by `forward`.
 * `undefined`: nothing usable is stored, and the mode forbids to ask.
 */
export async function answer(
  request: CacheRequest,
  mode: CacheMode,
  forward: Forward,
): Promise<CachedAnswer | undefined> {
  if (cache === false) cache = open()
  if (cache !== undefined) return cache.answer(request, mode, forward)
  if (mode === 'only-if-cached') return undefined
  return { response: await forward({}), outcome: 'bypass' }
}
