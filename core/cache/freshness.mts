/** How long a stored response is fresh, and how old it is. RFC 9111 §4.2. Seconds, unless it says ms. */

import { namesIn, parseDirectives, secondsOf } from './cache-control.mts'
import { parseDate } from './http-date.mts'
import type { StoredResponse } from './entry.mts'
import type { HeaderRecord } from '../types.mts'

type Timed = Pick<StoredResponse, 'statusCode' | 'headers' | 'requestTime' | 'responseTime'>

/** What was not found is asked for again after this, whatever the server says. */
export const NOT_FOUND_LIFETIME = 60

/** Longest lifetime that nobody stated. */
const longestGuess = 24 * 3600

/** RFC 9110 §15.1: codes whose responses may be fresh without saying so. */
const heuristic = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501])

/** Whether a response says itself how long it is fresh. */
export function hasExplicitLifetime(headers: HeaderRecord): boolean {
  return 'expires' in headers || parseDirectives(headers['cache-control']).has('max-age')
}

/** Whether RFC 9111 §3 lets a response of this code be stored that says nothing about it. */
export function isHeuristicallyCacheable(statusCode: number): boolean {
  return heuristic.has(statusCode)
}

function statedLifetime({ headers, responseTime }: Timed): number | undefined {
  const maxAge = secondsOf(parseDirectives(headers['cache-control']), 'max-age')
  // RFC 9111 §4.2.1: a response with an invalid lifetime is stale.
  if (maxAge !== undefined) return Number.isNaN(maxAge) ? 0 : maxAge
  if (headers['expires'] === undefined) return undefined
  const expires = parseDate(headers['expires'], responseTime)
  const date = parseDate(headers['date'], responseTime) ?? responseTime
  return expires === undefined ? 0 : (expires - date) / 1000
}

/** RFC 9111 §4.2.2: a tenth of the time since it was last modified. */
function guessedLifetime({ statusCode, headers, responseTime }: Timed): number {
  const modified = parseDate(headers['last-modified'], responseTime)
  if (modified === undefined) return 0
  const isPublic = parseDirectives(headers['cache-control']).has('public')
  if (!heuristic.has(statusCode) && !isPublic) return 0
  const date = parseDate(headers['date'], responseTime) ?? responseTime
  return Math.min(Math.max(0, date - modified) / 10_000, longestGuess)
}

/** Freshness lifetime. `guess`: whether one that nobody stated may be guessed. */
export function lifetimeOf(response: Timed, guess: boolean): number {
  const lifetime = statedLifetime(response) ?? (guess ? guessedLifetime(response) : 0)
  return response.statusCode >= 400 ? Math.min(lifetime, NOT_FOUND_LIFETIME) : lifetime
}

/**
 * Until when a response may be given without asking, ms since the epoch, `null` for ever: `isConstant`: its URL names this
 * content; `guess` as in `lifetimeOf`.
 */
export function freshUntil(
  response: Timed & { readonly keptOnly?: boolean | undefined },
  isConstant: boolean,
  guess: boolean,
  now: number,
): number | null {
  if (response.keptOnly === true) return 0
  if (isConstant && response.statusCode < 300) return null
  const directives = parseDirectives(response.headers['cache-control'])
  if (directives.has('no-cache')) return 0
  const left = (lifetimeOf(response, guess) - ageOf(response, now)) * 1000
  return Number.isFinite(left) ? Math.max(0, now + left) : 0
}

/** Age at `now`, ms. RFC 9111 §4.2.3. What comes from the future is older than anything. */
export function ageOf({ headers, requestTime, responseTime }: Timed, now: number): number {
  if (responseTime > now || requestTime > responseTime) return Infinity
  // RFC 9111 §5.1: of several values the first; an invalid one is ignored.
  const stated = namesIn(headers['age'])[0] ?? ''
  const ageValue = /^\d+$/.test(stated) ? Number(stated) : 0
  const date = parseDate(headers['date'], responseTime) ?? responseTime
  const apparent = Math.max(0, responseTime - date) / 1000
  const corrected = ageValue + (responseTime - requestTime) / 1000
  return Math.max(apparent, corrected) + (now - responseTime) / 1000
}
