/**
 * One file of the cache: what is stored for one key, and what proves that it is whole, unchanged, and for that key.
 *
 *     mimeport 1 \n | SHA-256, 32 bytes | length, 4 bytes | metadata, JSON | body | body | …
 *                                       └─────── what the digest is of ────────────────
 */

import { crypto } from '../builtins.mts'
import { withoutGrants } from '../grant.mts'
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
  /** What was asked for when it came, in the form of its loader; without what grants access. For people. */
  readonly specifier?: string
  /** Its URL names this very content, as a commit's does. For people: each request says it for itself. */
  readonly immutable?: true
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

/** What an entry is of, for people: nothing is found by it. What mimeport 0.2 wrote does not have it. */
export interface EntrySubject {
  readonly method: string
  /** Without what it grants access by. */
  readonly url: string
  /** Whether it was asked for by somebody, with credentials. */
  readonly isPersonal: boolean
}

interface Metadata {
  /** The file's own name: an entry in another's place is none. */
  readonly name: string
  readonly subject?: EntrySubject
  readonly responses: readonly (Omit<StoredResponse, 'body'> & { readonly bytes: number })[]
}

/** Names that were asked for last: of what is looked for, and then stored, each is asked for four times. */
const names = new Map<string, string>()
const NAMES = 512

/**
 * A file name for a key: nothing but hexadecimal digits, so no file system folds or forbids it. The parts are
 * length-prefixed, so no two keys are one text.
 */
export function nameOf(key: CacheKey): string {
  const text = key.map((part) => `${part.length}:${part}`).join(',')
  const known = names.get(text)
  if (known !== undefined) return known
  const name = crypto().hash('sha256', text)
  if (names.size >= NAMES) names.clear()
  names.set(text, name)
  return name
}

/** The bytes of a file, in pieces: a body may be too large to be copied. */
export function encodeEntry(key: CacheKey, responses: readonly StoredResponse[]): Uint8Array[] {
  const described = responses.map(({ body, ...rest }) => ({ ...rest, bytes: body.length }))
  const [method, url, identity] = key
  const subject = { method, url: withoutGrants(url), isPersonal: identity !== '' }
  const metadata: Metadata = { name: nameOf(key), subject, responses: described }
  const text = Buffer.from(JSON.stringify(metadata))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  const pieces = [length, text, ...responses.map(({ body }) => body)]
  const digest = crypto().createHash('sha256')
  for (const piece of pieces) digest.update(piece)
  return [Buffer.concat([magic, digest.digest(), length, text]), ...pieces.slice(2)]
}

/** What a file holds, and of what. */
export interface Entry {
  readonly subject: EntrySubject | undefined
  readonly responses: StoredResponse[]
}

/** Whether a file was written by a mimeport whose entries are others: it is not damaged, and of no use. */
export function isOfOtherVersion(file: Buffer): boolean {
  const head = file.toString('latin1', 0, 32)
  return /^mimeport \d+\n/.test(head) && file.compare(magic, 0, magic.length, 0, magic.length) !== 0
}

/** What the file of this name holds; `undefined` when it is damaged, cut off, another version's, or another's. */
export function decodeFile(fileName: string, file: Buffer): Entry | undefined {
  if (file.length < headSize + 4 || file.compare(magic, 0, magic.length, 0, magic.length) !== 0) {
    return undefined
  }
  const digest = crypto().hash('sha256', file.subarray(headSize), 'buffer')
  if (digest.compare(file, magic.length, headSize) !== 0) return undefined
  let at = headSize + 4
  const end = at + file.readUInt32BE(headSize)
  const { name, subject, responses } = JSON.parse(file.toString('utf8', at, end)) as Metadata
  if (name !== fileName) return undefined
  at = end
  const found = responses.map(({ bytes, ...rest }) => {
    // Not a Buffer: to a transform, what is stored is what a server sent.
    const body = new Uint8Array(file.buffer, file.byteOffset + at, bytes)
    at += bytes
    return { ...rest, body }
  })
  return { subject, responses: found }
}

/** What a damaged file says that it is of, if that can still be read: nothing proves it. */
export function claimedURL(file: Buffer): string | undefined {
  try {
    const at = headSize + 4
    const text = file.toString('utf8', at, at + file.readUInt32BE(headSize))
    const { subject } = JSON.parse(text) as Partial<Metadata>
    return typeof subject?.url === 'string' ? subject.url : undefined
  } catch {
    return undefined
  }
}

/** What a file holds for a key; `undefined` as for `decodeFile`. */
export function decodeEntry(key: CacheKey, file: Buffer): StoredResponse[] | undefined {
  return decodeFile(nameOf(key), file)?.responses
}
