/** `https:` of the origins that the configuration's `signatures` has: a GET, whose response is verified. RFC 9421, RFC 9530. */

import {
  encryptionKeys,
  refuseUnencrypted,
  signatureRule,
} from '../../core/resource/protection.mts'
import { resolveAtOrigin } from '../../core/resource/relative.mts'
import type { LoaderContext, LoadResponse } from '../../core/types.mts'

export const name = 'signed'

export const schemes = ['https:', 'http:']

/**
 * Asks the server, and answers as it does when the response is signed as the configuration wants it. Its content stays coded,
 * since that is what digests are of.
 *
 * @throws {LoaderError} ERR_MIMEPORT_SIGNATURE
 */
export async function resolve(
  specifier: string,
  context?: LoaderContext,
): Promise<LoadResponse | false> {
  const rule = signatureRule(specifier)
  if (rule === undefined) return false
  const codings = encryptionKeys(specifier) && 'aes128gcm, gzip, deflate, br, zstd'
  const { fetchResource } = await import('../../core/resource/resource.mts')
  return fetchResource(specifier, {
    headers: {
      accept: context?.accept ?? '*/*',
      ...(codings !== undefined && { 'accept-encoding': codings }),
    },
    signal: context?.signal,
    coded: true,
    async check(response, request) {
      // Nobody else pays for cryptography.
      const { refuseUnsigned } = await import('./verification.mts')
      refuseUnsigned(response, request, rule)
      refuseUnencrypted(specifier, response)
    },
  })
}

export const resolveRelativePath = resolveAtOrigin
