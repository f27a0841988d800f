/** The configuration's `signatures`: which origins have to sign their responses, and by which keys. */

import { fail, isObject, refuseUnknown } from './failure.mts'
import { checkKeySource, keySourceOf } from './key-source.mts'
import { checkOrigins } from './origin.mts'
import { escapeText, received } from '../../text.mts'
import type { WrittenSignatures } from '../../configuration.mts'
import type { Signatures } from '../../settings.mts'

/** RFC 9421 §3.3, and its registry. */
const algorithms = [
  'rsa-pss-sha512',
  'rsa-v1_5-sha256',
  'hmac-sha256',
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'ed25519',
]

/** RFC 9421 §2: a field's name in lower case or a derived component, and its parameters. */
const component =
  /^@?[a-z\d!#$%&'*+.^_`|~-]+(?:;(?:sf|bs|tr|req|(?:key|name)="(?:[^"\\]|\\["\\])*"))*$/

function checkKeys(file: string, where: string, keys: unknown): void {
  if (!isObject(keys)) fail(file, `${where}.keys must be an object. Received ${received(keys)}`)
  const all = Object.entries(keys)
  if (all.length === 0) fail(file, `${where}.keys has no key: nothing could be verified`)
  for (const [id, key] of all) {
    const what = `the key '${escapeText(id)}' of ${where}`
    if (!isObject(key)) {
      checkKeySource(file, what, key)
      continue
    }
    refuseUnknown(file, key, ['algorithm', 'key'], what)
    checkKeySource(file, what, key['key'])
    const { algorithm } = key
    if (algorithm !== undefined && !algorithms.includes(algorithm as string)) {
      fail(
        file,
        `${what} has the algorithm ${received(algorithm)}; there are ${algorithms.join(', ')}`,
      )
    }
  }
}

function checkComponents(file: string, where: string, components: unknown): void {
  if (!Array.isArray(components)) {
    fail(file, `${where}.components must be an array. Received ${received(components)}`)
  }
  const odd = components.find((each) => typeof each !== 'string' || !component.test(each))
  if (odd !== undefined) {
    fail(
      file,
      `${where}.components must hold names of fields in lower case and of derived components, such as 'etag' or '@method;req'. Received ${received(odd)}`,
    )
  }
}

export function checkSignatures(file: string, signatures: unknown): void {
  checkOrigins(file, 'signatures', signatures, (rule, where) => {
    refuseUnknown(file, rule, ['keys', 'components', 'maxAge', 'tag'], where)
    checkKeys(file, where, rule['keys'])
    if (rule['components'] !== undefined) checkComponents(file, where, rule['components'])
    const { maxAge, tag } = rule
    if (maxAge !== undefined && (!Number.isSafeInteger(maxAge) || (maxAge as number) <= 0)) {
      fail(
        file,
        `${where}.maxAge must be a positive integer (seconds). Received ${received(maxAge)}`,
      )
    }
    if (tag !== undefined && (typeof tag !== 'string' || !/^[ -~]+$/.test(tag))) {
      fail(file, `${where}.tag must be text of visible ASCII characters. Received ${received(tag)}`)
    }
  })
}

/** As the engine is told: origins as the URL parser writes them, paths absolute. */
export function signaturesOf(signatures: WrittenSignatures, root: string): Signatures {
  const rules = Object.entries(signatures).map(([key, rule]) => {
    const keys = Object.entries(rule.keys).map(([id, written]) => {
      const { key, ...rest } = typeof written === 'string' ? { key: written } : written
      return [id, { ...rest, key: keySourceOf(key, root) }] as const
    })
    return [new URL(key).origin, { ...rule, keys: Object.fromEntries(keys) }] as const
  })
  return Object.fromEntries(rules)
}
