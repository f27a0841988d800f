/**
 * One file of the cache: what is stored for one key, and what proves that it is whole, unchanged, and for that key.
 *
 *     mimeport 1 \n | SHA-256, 32 bytes | length, 4 bytes | metadata, JSON | body | body | …
 *                                       └─────── what the digest is of ────────────────
 */

import { crypto } from '../builtins.mts'
import type { CacheRequest } from './cache-request.mts'
import type { HeaderRecord } from '../types.mts'

/** A stored response. Times in ms since the epoch. */
export interface StoredResponse {
  readonly statusCode: number
  readonly headers: HeaderRecord
  readonly body: Uint8Array
  readonly requestTime: number
  readonly responseTime: number
  /** The address that it came from: the policy may refuse it by now. */
  readonly address?: string
  /** Names that the response varies by, each with a digest of what the request had, `''` for nothing. */
  readonly vary: readonly (readonly [name: string, digest: string])[]
  /** Not to be reused by the rules of HTTP: for `only-if-cached` alone. */
  readonly keptOnly: boolean
}

/** What an entry is stored for: method, URL, identity, digest of the request's content. */
export type CacheKey = readonly [method: string, url: string, identity: string, content: string]

/** What a response to a request is stored for. */
export function keyOf({ method, url, identity, content = '' }: CacheRequest): CacheKey {
  return [method, url, identity, content]
}

// Changes with the format: what an older or newer mimeport wrote is no entry.
const magic = Buffer.from('mimeport 1\n')
const digestSize = 32
const headSize = magic.length + digestSize

interface Metadata {
  /** The file's own name: an entry in another's place is none. */
  readonly name: string
  readonly responses: readonly (Omit<StoredResponse, 'body'> & { readonly bytes: number })[]
}

/**
 * A file name for a key: nothing but hexadecimal digits, so no file system folds or forbids it. The parts are
 * length-prefixed, so no two keys are one text.
 */
export function nameOf(key: CacheKey): string {
  return crypto().hash('sha256', key.map((part) => `${part.length}:${part}`).join(','))
}

/** The bytes of a file, in pieces: a body may be too large to be copied. */
export function encodeEntry(key: CacheKey, responses: readonly StoredResponse[]): Uint8Array[] {
  const described = responses.map(({ body, ...rest }) => ({ ...rest, bytes: body.length }))
  const metadata: Metadata = { name: nameOf(key), responses: described }
  const text = Buffer.from(JSON.stringify(metadata))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  const pieces = [length, text, ...responses.map(({ body }) => body)]
  const digest = crypto().createHash('sha256')
  for (const piece of pieces) digest.update(piece)
  return [Buffer.concat([magic, digest.digest(), length, text]), ...pieces.slice(2)]
}

/** What a file holds; `undefined` when it is damaged, cut off, another version's, or another key's. */
export function decodeEntry(key: CacheKey, file: Buffer): StoredResponse[] | undefined {
  if (file.length < headSize + 4 || file.compare(magic, 0, magic.length, 0, magic.length) !== 0) {
    return undefined
  }
  const digest = crypto().hash('sha256', file.subarray(headSize), 'buffer')
  if (digest.compare(file, magic.length, headSize) !== 0) return undefined
  let at = headSize + 4
  const end = at + file.readUInt32BE(headSize)
  const { name, responses } = JSON.parse(file.toString('utf8', at, end)) as Metadata
  if (name !== nameOf(key)) return undefined
  at = end
  return responses.map(({ bytes, ...rest }) => {
    // Not a Buffer: to a transform, what is stored is what a server sent.
    const body = new Uint8Array(file.buffer, file.byteOffset + at, bytes)
    at += bytes
    return { ...rest, body }
  })
}
