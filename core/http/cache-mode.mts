/** Whether a request may use the cache, or nothing else: MIMEPORT_OFFLINE and MIMEPORT_RELOAD. */

import type { CacheMode } from '../cache/http-cache.mts'

/** How the request for a URL uses the cache. */
export function cacheModeFor(_url: string): CacheMode {
  return 'default'
}
