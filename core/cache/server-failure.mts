/** What counts as a server's failure: a stale response may stand in for it. RFC 5861 §4 */

import { isLoaderError } from '../errors.mts'
import { isTransient } from '../http/network-error.mts'

/** RFC 5861 §4: the codes that count as an error for `stale-if-error`. */
const statusCodes = new Set([500, 502, 503, 504])

export function isFailureStatus(statusCode: number): boolean {
  return statusCodes.has(statusCode)
}

/** Whether what was thrown is a failure of the way to the server, or of what came by it; not what we refuse. */
export function isFailure(error: unknown): boolean {
  if (isTransient(error)) return true
  const { code } = isLoaderError(error) ? error : {}
  return code === 'ERR_MIMEPORT_NETWORK' || code === 'ERR_MIMEPORT_TIMEOUT'
}
