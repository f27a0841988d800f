/** What a request that changes something makes invalid. RFC 9111 §4.4. */

import type { CacheRequest } from './cache-request.mts'
import type { LoadResponse } from '../types.mts'

/** RFC 9110 §9.2.1. */
const safe = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** URLs of which nothing that is stored may be used any more. */
export function invalidatedBy(
  { method, url }: CacheRequest,
  { statusCode, headers }: LoadResponse,
): string[] {
  if (safe.has(method) || statusCode >= 400) return []
  const urls = new Set([url])
  for (const name of ['location', 'content-location']) {
    const target = headers[name] === undefined ? null : URL.parse(headers[name], url)
    // Another origin's are not this server's to invalidate.
    if (target === null || target.origin !== new URL(url).origin) continue
    target.hash = ''
    urls.add(target.href)
  }
  return [...urls]
}
