/** Encrypted bodies, by the keys of the configuration. RFC 8188 */

import { decodeAes128gcm } from './aes128gcm.mts'
import { encryptionKeys, keyText, secretBytes } from '../../core/resource/protection.mts'
import { LoaderError } from '../../core/errors.mts'
import { escapeText } from '../../core/text.mts'

/** Bytes that a key has at least: as many as what is derived of it. RFC 8188 §2.2 */
const SHORTEST = 16

/** An id of a key as messages name it. */
function nameOf(id: string): string {
  return id === '' ? 'without an id' : `'${escapeText(id)}'`
}

function missing(id: string, origin: string, known: boolean): Error {
  return new Error(
    known
      ? `its key ${nameOf(id)} is not among those of '${origin}' in the configuration's 'encryption'`
      : `the configuration's 'encryption' has no key for '${origin}'`,
  )
}

/**
 * Decrypts a body that came from `url`, whole or not at all.
 * @throws {LoaderError} ERR_MIMEPORT_DECRYPTION when the key is not known, or is another, or any byte was changed or is
 * missing; ERR_MIMEPORT_CONFIG for a key that cannot be used.
 */
export async function decrypt(body: Uint8Array, url = ''): Promise<Uint8Array> {
  const { origin = url } = URL.parse(url) ?? {}
  const keys = encryptionKeys(url)
  const keyOf = (id: string): Buffer => {
    const source = keys?.get(id)
    if (source === undefined) throw missing(id, origin, keys !== undefined)
    const what = `the key ${nameOf(id)} in the 'encryption' of '${origin}'`
    return secretBytes(what, keyText(what, source), SHORTEST)
  }
  try {
    return await decodeAes128gcm(body, keyOf)
  } catch (error) {
    if (error instanceof LoaderError) throw error
    throw new LoaderError(
      'ERR_MIMEPORT_DECRYPTION',
      `Cannot decrypt the body of '${escapeText(url)}': ${(error as Error).message}`,
      { url },
    )
  }
}
