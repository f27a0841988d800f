/** The configuration's `encryption`: which origins encrypt their modules, and by which keys. */

import { fail } from './failure.mts'
import { checkKeySource, keySourceOf } from './key-source.mts'
import { checkOrigins } from './origin.mts'
import { escapeText } from '../../text.mts'
import type { EncryptionKeys } from '../../settings.mts'

/** RFC 8188 §2.1: its length is one byte. */
const LONGEST_ID = 255

export function checkEncryption(file: string, encryption: unknown): void {
  checkOrigins(file, 'encryption', encryption, (keys, where) => {
    const all = Object.entries(keys)
    if (all.length === 0) fail(file, `${where} has no key: nothing could be decrypted`)
    for (const [id, source] of all) {
      const what = `the key '${escapeText(id.slice(0, 40))}' of ${where}`
      if (new TextEncoder().encode(id).length > LONGEST_ID) {
        fail(file, `${what} has an id of more than ${LONGEST_ID} bytes (RFC 8188 §2.1)`)
      }
      checkKeySource(file, what, source)
    }
  })
}

/** As the engine is told: origins as the URL parser writes them, paths absolute. */
export function encryptionOf(encryption: EncryptionKeys, root: string): EncryptionKeys {
  const origins = Object.entries(encryption).map(([key, keys]) => {
    const sources = Object.entries(keys).map(([id, key]) => [id, keySourceOf(key, root)] as const)
    return [new URL(key).origin, Object.fromEntries(sources)] as const
  })
  return Object.fromEntries(origins)
}
