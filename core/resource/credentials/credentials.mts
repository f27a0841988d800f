/** Which fields go to which origin, computed anew for each request: nothing follows a redirect. */

import { authorizationFor } from './auth-tokens.mts'
import { headersFor } from './origin-headers.mts'
import type { HeaderRecord } from '../../types.mts'

export { redact } from './secrets.mts'

/**
 * Fields for the URL of a request by its scheme, host and port: those of the configuration's `headers`, which go before
 * those of MIMEPORT_AUTH_TOKENS. Lower-case names.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG, without a secret.
 */
export function credentialsFor(url: string): HeaderRecord {
  const parsed = new URL(url)
  const authorization = authorizationFor(parsed)
  return { ...(authorization !== undefined && { authorization }), ...headersFor(parsed.origin) }
}
