/** A response's header section: its fields, their size, and whether the end of the body can be told by them. */

import { HEADER_SECTION } from './connection.mts'
import { tooLarge } from '../body/byte-collector.mts'
import { limits } from '../limits.mts'
import { refusal } from './network-error.mts'
import type { Protocol } from './connection.mts'
import type { HeaderRecord } from '../types.mts'

export interface ResponseHead {
  readonly statusCode: number
  readonly headers: HeaderRecord
}

/** Lower-case names; a field that came several times is joined. RFC 9110 §5.3. */
export function headersOf(
  received: Readonly<Record<string, string | string[] | undefined>>,
): HeaderRecord {
  const pairs = Object.entries(received).map(([name, value]) => {
    return [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : (value ?? '')] as const
  })
  // Not by assignment: a field may be named __proto__.
  return Object.fromEntries(pairs)
}

/**
 * Refuses a header section that is too large.
 * @throws {LoaderError} ERR_MIMEPORT_NETWORK.
 */
export function checkFields(headers: HeaderRecord, url: string): void {
  let size = 0
  for (const [name, value] of Object.entries(headers)) size += name.length + value.length
  // undici keeps to it in HTTP/1.1, Node to a larger one in HTTP/2.
  if (size > HEADER_SECTION) throw refusal(url, 'its header section is above 16 KiB')
}

/**
 * Refuses a body that is announced too large.
 * @throws {LoaderError} ERR_MIMEPORT_BODY_TOO_LARGE.
 */
export function checkLength(headers: HeaderRecord, url: string): void {
  const length = Number(headers['content-length'] ?? 0)
  if (length > limits.body) throw tooLarge(length, limits.body, url)
}

/** Content codings whose data tell their own end: `decodeContent` finds out when they are cut off. */
const codings = /(?:^|[\s,])(?:x-)?(?:gzip|deflate|br|zstd|aes128gcm)(?:$|[\s,])/i

/**
 * Whether the end of a body can be told from its being cut off. RFC 9112 §6.3: by `chunked` or Content-Length, but not by the
 * connection's end. HTTP/2 frames every body, but to Node a stream that was reset with NO_ERROR or CANCEL ends well, so
 * there it takes Content-Length or a content coding.
 */
function hasEndMarker(headers: HeaderRecord, protocol: Protocol): boolean {
  if (headers['transfer-encoding'] !== undefined) {
    return headers['transfer-encoding'].trim().toLowerCase() === 'chunked'
  }
  if (headers['content-length'] !== undefined) return true
  return protocol === 'h2' && codings.test(headers['content-encoding'] ?? '')
}

/** Whether the body of this response could become a module, and that it is cut off could not be told. */
export function isUnframed({ statusCode, headers }: ResponseHead, protocol: Protocol): boolean {
  const mayRun = statusCode >= 200 && statusCode < 300 && statusCode !== 204
  return mayRun && !hasEndMarker(headers, protocol)
}
