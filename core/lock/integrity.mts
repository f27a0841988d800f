/** Digests of bodies, as W3C Subresource Integrity writes them. https://www.w3.org/TR/sri/ */

import { crypto } from '../builtins.mts'

/** The digest of a body that the lock has: `sha256-` and base64. */
export function digestOf(body: Uint8Array): string {
  return `sha256-${crypto().hash('sha256', body, 'base64')}`
}

/** Bytes of a digest; the strongest algorithm is last. SRI §3.2. */
const algorithms = [
  ['sha256', 32],
  ['sha384', 48],
  ['sha512', 64],
] as const

export interface Metadata {
  readonly algorithm: 'sha256' | 'sha384' | 'sha512'
  /** Any of these will do; base64, padded. */
  readonly digests: readonly string[]
}

/** Base64 of the bytes that a text of base64 or base64url has, if they are so many. */
function digestIn(text: string, bytes: number): string | undefined {
  const read = /^[\w+/-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined
  return read?.length === bytes ? read.toString('base64') : undefined
}

/**
 * Reads integrity metadata: one or more digests, of which only those of the strongest algorithm count. One that is of no
 * algorithm that we know is skipped, as SRI §3.3.3 has it; but where nothing is left, nothing would be checked.
 * @throws {TypeError} saying what is wrong with it.
 */
export function readMetadata(text: string): Metadata {
  const words = text.split(/[\t\n\f\r ]+/).filter((word) => word !== '')
  const found = words.flatMap((word) => {
    // SRI §3.5: options may follow, and none is defined.
    const [, name = '', given = ''] = /^([^-?]*)-([^?]*)/.exec(word) ?? []
    const rank = algorithms.findIndex(([known]) => known === name.toLowerCase())
    const [algorithm, bytes] = algorithms[rank] ?? []
    if (algorithm === undefined || bytes === undefined) return []
    const digest = digestIn(given, bytes)
    if (digest === undefined) throw new TypeError(`its ${algorithm} digest is no base64 of one`)
    return [{ rank, algorithm, digest }]
  })
  const strongest = Math.max(...found.map(({ rank }) => rank))
  const counted = found.filter(({ rank }) => rank === strongest)
  const [first] = counted
  if (first === undefined) throw new TypeError('it has no digest of sha256, sha384 or sha512')
  return { algorithm: first.algorithm, digests: counted.map(({ digest }) => digest) }
}

/**
 * Whether a body has one of the digests of `metadata`. SRI §3.3.4.
 * @throws {TypeError} that of `readMetadata`.
 */
export function satisfies(metadata: string, body: Uint8Array): boolean {
  const { algorithm, digests } = readMetadata(metadata)
  return digests.includes(crypto().hash(algorithm, body, 'base64'))
}

/** 43 digits, of which the last has four bits, and one sign of padding. RFC 4648 §4. */
const sha256 = /^sha256-[A-Za-z\d+/]{42}[AEIMQUYcgkosw048]=$/

/** Whether a text is a digest as the lock has it. */
export function isDigest(text: string): boolean {
  return sha256.test(text)
}
