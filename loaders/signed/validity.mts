/** When a signature is good: by its own times, and by the configuration's. RFC 9421 §2.3, §3.2 */

import type { BareItem } from 'structured-headers'

/** Seconds by which the signer's clock may be off. */
export const CLOCK_SKEW = 60

const shown = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19)

function isTime(value: BareItem | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 8.64e12
}

/**
 * Says why a signature is not good now; `undefined`: it is.
 *
 * @param now seconds since the epoch
 * @param maxAge seconds that it is good for, at most
 */
export function validityFault(
  parameters: ReadonlyMap<string, BareItem>,
  now: number,
  maxAge: number | undefined,
): string | undefined {
  const created = parameters.get('created')
  const expires = parameters.get('expires')
  if (!isTime(created)) return "it does not say when it was made ('created')"
  if (created > now + CLOCK_SKEW) {
    return `it was made at ${shown(created)}Z, which is still to come; is the clock right?`
  }
  if (expires !== undefined && !isTime(expires)) return "its 'expires' is no time"
  if (expires === undefined && maxAge === undefined) {
    return "it has no 'expires', so what is old would stay good for ever; set 'maxAge' (seconds) where that is wanted"
  }
  const end = Math.min(expires ?? Infinity, created + (maxAge ?? Infinity))
  if (now > end + CLOCK_SKEW) return `it expired at ${shown(end)}Z`
  return undefined
}
