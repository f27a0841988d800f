/** Keys that signatures are verified by, from PEM, JWK or a shared secret, each for one algorithm. RFC 9421 §3.3; RFC 7517 */

import { createPublicKey, createSecretKey } from 'node:crypto'
import { algorithmsOf } from './algorithm.mts'
import { keyText, secretBytes, unusableKey } from '../../core/resource/protection.mts'
import { escapeText } from '../../core/text.mts'
import type { JsonWebKey, KeyObject } from 'node:crypto'
import type { SignatureKey } from '../../core/resource/protection.mts'
import type { AlgorithmName } from './algorithm.mts'

export interface VerificationKey {
  readonly key: KeyObject
  readonly algorithm: AlgorithmName
}

/** Bytes that a shared secret has at least: RFC 2104 §3 discourages fewer than the hash has, which many have. */
const SHORTEST_SECRET = 16

/** Bits of an RSA modulus, at least. NIST SP 800-131A */
const SMALLEST_MODULUS = 2048

/** RFC 7518 §3.1, RFC 8037 §3.1: `alg` of a JWK → what RFC 9421 calls it. */
const ofJwk: Readonly<Record<string, AlgorithmName>> = {
  PS512: 'rsa-pss-sha512',
  RS256: 'rsa-v1_5-sha256',
  HS256: 'hmac-sha256',
  ES256: 'ecdsa-p256-sha256',
  ES384: 'ecdsa-p384-sha384',
  EdDSA: 'ed25519',
  Ed25519: 'ed25519',
}

interface Parsed {
  readonly key: KeyObject
  readonly algorithm?: string
}

function parseJwk(what: string, text: string): Parsed {
  let jwk: JsonWebKey & { readonly alg?: unknown }
  try {
    jwk = JSON.parse(text)
  } catch {
    // What JSON.parse says quotes the text.
    throw unusableKey(what, 'begins as a JWK does, and is not JSON')
  }
  const algorithm = typeof jwk.alg === 'string' ? { algorithm: ofJwk[jwk.alg] ?? jwk.alg } : {}
  if (jwk.kty === 'oct') {
    const secret = secretBytes(what, typeof jwk.k === 'string' ? jwk.k : '', SHORTEST_SECRET)
    return { key: createSecretKey(secret), ...algorithm }
  }
  if (jwk.d !== undefined) throw unusableKey(what, 'is a private key; the public one is enough')
  return { key: createPublicKey({ key: jwk, format: 'jwk' }), ...algorithm }
}

function parsePem(what: string, text: string): Parsed {
  if (/-----BEGIN [\w ]*PRIVATE KEY-----/.test(text)) {
    throw unusableKey(what, 'is a private key; the public one is enough')
  }
  // In a variable, line breaks are often written.
  return { key: createPublicKey(text.replaceAll('\\n', '\n')) }
}

function parse(what: string, text: string, algorithm: string | undefined): Parsed {
  try {
    if (text.startsWith('{')) return parseJwk(what, text)
    if (text.startsWith('-----BEGIN')) return parsePem(what, text)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ERR_MIMEPORT_CONFIG') throw error
    throw unusableKey(what, `is no key that can be read (${escapeText(code ?? 'broken')})`)
  }
  if (algorithm === 'hmac-sha256') {
    return { key: createSecretKey(secretBytes(what, text, SHORTEST_SECRET)) }
  }
  throw unusableKey(what, 'is neither PEM nor a JWK')
}

/**
 * Reads a key. Its algorithm is the configuration's, else the JWK's, else what the key is made for; the message has no say.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG when it cannot be read or is not for the algorithm; it shows nothing of the key.
 */
export function readKey(id: string, origin: string, source: SignatureKey): VerificationKey {
  const what = `the key '${escapeText(id)}' in the 'signatures' of '${origin}'`
  const { key, algorithm } = parse(what, keyText(what, source.key), source.algorithm)
  const fit = algorithmsOf(key)
  if (fit.length === 0) throw unusableKey(what, 'is for no algorithm of RFC 9421')
  for (const wanted of [source.algorithm, algorithm]) {
    if (wanted === undefined || fit.includes(wanted as AlgorithmName)) continue
    throw unusableKey(what, `is not for '${escapeText(wanted)}' (it is for ${fit.join(', ')})`)
  }
  if (source.algorithm !== undefined && algorithm !== undefined && source.algorithm !== algorithm) {
    throw unusableKey(what, `is for '${algorithm}', and the configuration says otherwise`)
  }
  const { modulusLength = Infinity } = key.asymmetricKeyDetails ?? {}
  if (modulusLength < SMALLEST_MODULUS) {
    throw unusableKey(what, `has ${modulusLength} bits, and needs ${SMALLEST_MODULUS} or more`)
  }
  return { key, algorithm: (source.algorithm ?? algorithm ?? fit[0]) as AlgorithmName }
}
