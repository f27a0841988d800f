/**
 * `https:` of the origins that the configuration's `encryption` has: a GET, whose content is decrypted after the cache. And
 * the content coding `aes128gcm` itself, for whichever loader's response has it. RFC 8188.
 */

import { addCoding } from '../../core/body/content-coding.mts'
import { encryptionKeys, refuseUnencrypted } from '../../core/resource/protection.mts'
import { resolveAtOrigin } from '../../core/resource/relative.mts'
import type { LoaderContext, LoadResponse } from '../../core/types.mts'

export const name = 'encrypted'

export const schemes = ['https:', 'http:']

addCoding('aes128gcm', async (body, _maximum, url) => {
  // Nobody else pays for cryptography.
  const { decrypt } = await import('./decryption.mts')
  return decrypt(body, url)
})

/**
 * Asks the server, and answers as it does: encrypted, which is how the cache keeps it, too.
 *
 * @throws {LoaderError} ERR_MIMEPORT_DECRYPTION for content that is not encrypted.
 */
export async function resolve(
  specifier: string,
  context?: LoaderContext,
): Promise<LoadResponse | false> {
  if (encryptionKeys(specifier) === undefined) return false
  const { fetchResource } = await import('../../core/resource/resource.mts')
  return fetchResource(specifier, {
    headers: {
      accept: context?.accept ?? '*/*',
      'accept-encoding': 'aes128gcm, gzip, deflate, br, zstd',
    },
    signal: context?.signal,
    coded: true,
    check: (response) => refuseUnencrypted(specifier, response),
  })
}

export const resolveRelativePath = resolveAtOrigin
