/** The configuration's `encryption`: which origins encrypt their modules, and by which keys. */

import { fail, isObject } from './failure.mts'
import { checkKeySource, keySourceOf } from './key-source.mts'
import { checkOrigin } from './origin.mts'
import { escapeText, received } from '../../text.mts'
import type { EncryptionKeys } from '../../settings.mts'

/** RFC 8188 §2.1: its length is one byte. */
const LONGEST_ID = 255

export function checkEncryption(file: string, encryption: unknown): void {
  if (!isObject(encryption)) {
    fail(file, `'encryption' must be an object. Received ${received(encryption)}`)
  }
  const origins = new Set<string>()
  for (const [key, keys] of Object.entries(encryption)) {
    const origin = checkOrigin(file, 'encryption', key)
    if (origins.has(origin)) fail(file, `'encryption' has two keys for '${origin}'`)
    origins.add(origin)
    const where = `'encryption' of '${origin}'`
    if (!isObject(keys)) fail(file, `${where} must be an object. Received ${received(keys)}`)
    const all = Object.entries(keys)
    if (all.length === 0) fail(file, `${where} has no key: nothing could be decrypted`)
    for (const [id, source] of all) {
      const what = `the key '${escapeText(id.slice(0, 40))}' of ${where}`
      if (new TextEncoder().encode(id).length > LONGEST_ID) {
        fail(file, `${what} has an id of more than ${LONGEST_ID} bytes (RFC 8188 §2.1)`)
      }
      checkKeySource(file, what, source)
    }
  }
}

/** As the engine is told: origins as the URL parser writes them, paths absolute. */
export function encryptionOf(encryption: EncryptionKeys, root: string): EncryptionKeys {
  const origins = Object.entries(encryption).map(([key, keys]) => {
    const sources = Object.entries(keys).map(([id, key]) => [id, keySourceOf(key, root)] as const)
    return [new URL(key).origin, Object.fromEntries(sources)] as const
  })
  return Object.fromEntries(origins)
}
