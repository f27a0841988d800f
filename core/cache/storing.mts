/** What is stored of a response, and whether anything is. RFC 9111 §3. */

import { fieldsOf, namesIn, parseDirectives } from './cache-control.mts'
import { hasExplicitLifetime, isHeuristicallyCacheable } from './freshness.mts'
import { varyOf } from './vary.mts'
import { withoutGrants } from '../grant.mts'
import type { StoredResponse } from './entry.mts'
import type { CacheRequest } from './cache-request.mts'
import type { HeaderRecord, LoadResponse } from '../types.mts'

/** When a request went out and when its response came, ms since the epoch. */
export interface Exchanged {
  readonly requestTime: number
  readonly responseTime: number
  /** The server's address, where it is known. */
  readonly address?: string
}

const redirects = new Set([301, 302, 303, 307, 308])
const missing = new Set([404, 410])

/** RFC 9111 §3.1: fields of one connection. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** The fields of a response that are stored. RFC 9111 §3.1, §5.2.2.4. */
export function storedFields(headers: HeaderRecord): HeaderRecord {
  const unstored = new Set([
    ...namesIn(headers['connection']),
    ...fieldsOf(parseDirectives(headers['cache-control']), 'no-cache'),
  ])
  // Whoever names it there: a response is for the requests that it was for, also once a 304 has changed its fields.
  unstored.delete('vary')
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !hopByHop.has(name) && !unstored.has(name)),
  )
}

/** Whether it may be reused by the rules of HTTP, may be kept for when nobody may be asked, or is not stored. */
function use(
  request: CacheRequest,
  { statusCode, headers }: LoadResponse,
): 'reuse' | 'keep' | false {
  const directives = parseDirectives(headers['cache-control'])
  const understood = isHeuristicallyCacheable(statusCode) || redirects.has(statusCode)
  const mustUnderstand = directives.has('must-understand')
  // RFC 9111 §5.2.2.3: it takes the place of no-store where the code is understood.
  if (mustUnderstand ? !understood : directives.has('no-store')) return false
  const success = statusCode >= 200 && statusCode < 300 && statusCode !== 205 && statusCode !== 206
  if (request.method !== 'GET') return request.keep === true && success ? 'keep' : false
  if (missing.has(statusCode)) {
    // A failure of somebody's rights looks the same, and may be mended by the next moment.
    return hasExplicitLifetime(headers) && request.identity === '' ? 'reuse' : false
  }
  // No other failure is remembered.
  if (!success && !redirects.has(statusCode)) return false
  const stated =
    hasExplicitLifetime(headers) || directives.has('public') || directives.has('private')
  return stated || isHeuristicallyCacheable(statusCode) ? 'reuse' : 'keep'
}

/** What is stored of a response; `undefined`: nothing. */
export function toStore(
  request: CacheRequest,
  response: LoadResponse,
  times: Exchanged,
): StoredResponse | undefined {
  const found = use(request, response)
  const vary = varyOf(response.headers, request.headers)
  if (found === false || vary === undefined) return undefined
  const { statusCode, body, headers } = response
  const { immutable, specifier } = request
  return {
    statusCode,
    headers: storedFields(headers),
    body,
    ...times,
    vary,
    keptOnly: found === 'keep',
    ...(specifier !== undefined &&
      specifier !== request.url && { specifier: withoutGrants(specifier) }),
    ...(immutable === true && statusCode < 300 && { immutable }),
  }
}
