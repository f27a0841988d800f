/** `Retry-After`: when a server wants to be asked again. RFC 9110 §10.2.3. */

import { parseDate } from '../cache/http-date.mts'
import type { HeaderRecord } from '../types.mts'

/**
 * ms to wait, from `now` (ms since the epoch); `undefined` when the field is missing or malformed. A date is compared with
 * the server's own clock where it tells it: the two of this machine and that one may differ.
 */
export function retryAfter(headers: HeaderRecord, now: number): number | undefined {
  const value = headers['retry-after']?.trim()
  if (value === undefined) return undefined
  // RFC 9110 §10.2.3: delay-seconds is digits and nothing else. What is too long for a number is for ever.
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const date = parseDate(value, now)
  if (date === undefined) return undefined
  return Math.max(date - (parseDate(headers['date']?.trim(), now) ?? now), 0)
}
