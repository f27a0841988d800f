/** Whether a stored response may be the answer without the server being asked. RFC 9111 §4, §5.2; RFC 5861. */

import { fieldsOf, parseDirectives, secondsOf } from './cache-control.mts'
import { ageOf, lifetimeOf } from './freshness.mts'
import type { CacheMode, CacheRequest } from './cache-request.mts'
import type { StoredResponse } from './entry.mts'

export interface Reuse {
  /** No need to ask. */
  readonly fresh: boolean
  /** It may be the answer, while the server is asked for a newer one. */
  readonly whileRevalidating: boolean
  /** It may be the answer when the server fails. */
  readonly ifError: boolean
}

export interface ReuseOptions {
  readonly mode: CacheMode
  /** ms since the epoch. */
  readonly now: number
  /** Whether a lifetime that nobody stated may be guessed. */
  readonly guess: boolean
}

const seconds = (value: number | undefined) =>
  value === undefined || Number.isNaN(value) ? undefined : value

/** Says what may be done with a stored response that matches the request. */
export function reuseOf(
  stored: StoredResponse,
  request: CacheRequest,
  { mode, now, guess }: ReuseOptions,
): Reuse {
  const directives = parseDirectives(stored.headers['cache-control'])
  const asked = parseDirectives(request.headers['cache-control'])
  // Its URL names this content: no clock and no field makes it another.
  const isConstant = request.immutable === true || request.pinned === true
  const constant = isConstant && stored.statusCode < 300
  const lifetime = constant ? Infinity : lifetimeOf(stored, guess)
  const age = constant ? 0 : ageOf(stored, now)
  const staleness = age - lifetime
  const maxAge = seconds(secondsOf(asked, 'max-age')) ?? Infinity
  const minFresh = seconds(secondsOf(asked, 'min-fresh')) ?? 0
  const noCache = directives.has('no-cache') && fieldsOf(directives, 'no-cache').length === 0
  const mayBeStale = !noCache && !directives.has('must-revalidate') && Number.isFinite(staleness)
  // RFC 8246 §2: while it is fresh, it is not even asked for by who wants to be sure.
  const settled = directives.has('immutable') && staleness < 0
  const maxStale = asked.has('max-stale')
    ? (seconds(secondsOf(asked, 'max-stale')) ?? Infinity)
    : -Infinity
  const validate =
    (mode === 'no-cache' && !settled && !constant) ||
    asked.has('no-cache') ||
    (noCache && !constant)
  const fresh = age <= maxAge && lifetime - age > minFresh
  const staleEnough = mayBeStale && age <= maxAge && staleness < maxStale
  // A request that wants it no older than this wants it from the server.
  const tolerable = mayBeStale && !stored.keptOnly && age <= maxAge
  const within = (window: number | undefined) =>
    tolerable && window !== undefined && staleness < window
  const window = (directive: string) => seconds(secondsOf(directives, directive))
  return {
    fresh: !stored.keptOnly && !validate && (fresh || staleEnough),
    whileRevalidating: !validate && within(window('stale-while-revalidate')),
    ifError:
      within(window('stale-if-error')) || within(seconds(secondsOf(asked, 'stale-if-error'))),
  }
}
