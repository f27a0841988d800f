/** The signature algorithms, and what each checks. RFC 9421 §3.3 */

import { constants, createHmac, timingSafeEqual, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

type Verify = (base: Buffer, key: KeyObject, signature: Uint8Array) => boolean

/** RFC 9421 §3.3.4, §3.3.5: r and s, one after the other, and no DER. */
const ecdsa =
  (hash: string): Verify =>
  (base, key, signature) =>
    verify(hash, base, { key, dsaEncoding: 'ieee-p1363' }, signature)

const algorithms = {
  'rsa-pss-sha512': (base, key, signature) =>
    verify(
      'sha512',
      base,
      { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 },
      signature,
    ),
  'rsa-v1_5-sha256': (base, key, signature) =>
    verify('sha256', base, { key, padding: constants.RSA_PKCS1_PADDING }, signature),
  'hmac-sha256': (base, key, signature) => {
    const digest = createHmac('sha256', key).update(base).digest()
    return signature.length === digest.length && timingSafeEqual(digest, signature)
  },
  'ecdsa-p256-sha256': ecdsa('sha256'),
  'ecdsa-p384-sha384': ecdsa('sha384'),
  ed25519: (base, key, signature) => verify(null, base, key, signature),
} satisfies Record<string, Verify>

export type AlgorithmName = keyof typeof algorithms

const ofCurve: Readonly<Record<string, AlgorithmName>> = {
  prime256v1: 'ecdsa-p256-sha256',
  secp384r1: 'ecdsa-p384-sha384',
}

/** The algorithms that a key is good for, the one first that it is for when nobody says. */
export function algorithmsOf(key: KeyObject): readonly AlgorithmName[] {
  if (key.type === 'secret') return ['hmac-sha256']
  const { asymmetricKeyType, asymmetricKeyDetails } = key
  switch (asymmetricKeyType) {
    case 'rsa':
      return ['rsa-pss-sha512', 'rsa-v1_5-sha256']
    case 'rsa-pss':
      return ['rsa-pss-sha512']
    case 'ed25519':
      return ['ed25519']
    case 'ec': {
      const algorithm = ofCurve[asymmetricKeyDetails?.namedCurve ?? '']
      return algorithm === undefined ? [] : [algorithm]
    }
    default:
      return []
  }
}

/** Whether a signature is that of `base` by `key`. What cannot even be one is not, nor one by a key that is for others. */
export function isSignature(
  algorithm: AlgorithmName,
  base: string,
  key: KeyObject,
  signature: Uint8Array,
): boolean {
  // ! OpenSSL goes by the key: with one of RSA, it would take RSA's signature for one of ECDSA.
  if (!algorithmsOf(key).includes(algorithm)) return false
  try {
    return algorithms[algorithm](Buffer.from(base), key, signature)
  } catch {
    return false
  }
}
