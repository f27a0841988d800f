/** Charsets: bytes to text as the WHATWG Encoding standard has it, but never with a wrong character put in silently. */

import { isUtf8 } from 'node:buffer'
import { LoaderError } from './errors.mts'
import { escapeText } from './text.mts'
import { isCode } from './media-type.mts'
import type { MIMEType } from 'node:util'

// Programs put a decoder of their own in place, for tests.
const { TextDecoder } = process.getBuiltinModule('node:util')

export interface DecodeOptions {
  /** For messages. */
  readonly url?: string | undefined
}

/** Encoding §6, BOM sniff: the charset of a byte-order mark. */
function sniffBom([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return first === 0xff && second === 0xfe ? 'utf-16le' : undefined
}

/** How many bytes follow a lead byte of UTF-8, and the bounds of the first of them. Encoding §8.1.1. */
function continuation(lead: number): [count: number, lower: number, upper: number] {
  if (lead <= 0x7f) return [0, 0x80, 0xbf]
  if (lead >= 0xc2 && lead <= 0xdf) return [1, 0x80, 0xbf]
  if (lead >= 0xe0 && lead <= 0xef)
    return [2, lead === 0xe0 ? 0xa0 : 0x80, lead === 0xed ? 0x9f : 0xbf]
  if (lead >= 0xf0 && lead <= 0xf4)
    return [3, lead === 0xf0 ? 0x90 : 0x80, lead === 0xf4 ? 0x8f : 0xbf]
  return [-1, 0, 0]
}

/** Offset of the first sequence that is no UTF-8; -1 when there is none. Encoding §8.1.1, UTF-8 decoder. */
function invalidUtf8At(body: Uint8Array): number {
  if (isUtf8(body)) return -1
  for (let start = 0; start < body.length;) {
    const [count, lower, upper] = continuation(body[start] as number)
    if (count < 0) return start
    for (let i = 1; i <= count; i++) {
      const byte = body[start + i] ?? 0
      if (byte < (i === 1 ? lower : 0x80) || byte > (i === 1 ? upper : 0xbf)) return start
    }
    start += count + 1
  }
  return -1
}

function invalid(reason: string, { url }: DecodeOptions, cause?: unknown): LoaderError {
  const what = url === undefined ? 'a body' : `the body of '${escapeText(url)}'`
  const message = `Cannot decode ${what}: ${reason}`
  return new LoaderError('ERR_MIMEPORT_INVALID_BODY', message, { url, cause })
}

/** A charset's name as a message has it: quoted, and no longer than any that there is. */
function quote(charset: string | undefined): string {
  return `'${escapeText(String(charset).slice(0, 40))}'`
}

/** The byte that is no UTF-8, and its offset. */
function invalidByte(body: Uint8Array): string {
  const at = invalidUtf8At(body)
  const byte = (body[at] ?? 0).toString(16).padStart(2, '0')
  return `byte 0x${byte} at offset ${at} is not UTF-8`
}

/**
 * Decodes a body. A byte-order mark wins over the label and is dropped; without both it is UTF-8. Encoding §6: decode.
 *
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_BODY when the label is unknown or the bytes are not of the charset.
 */
export function decodeText(
  body: Uint8Array,
  charset: string | undefined,
  options: DecodeOptions = {},
): string {
  let decoder: InstanceType<typeof TextDecoder>
  try {
    decoder = new TextDecoder(sniffBom(body) ?? charset ?? 'utf-8', { fatal: true })
  } catch (error) {
    throw invalid(`its charset ${quote(charset)} is unknown`, options, error)
  }
  try {
    return decoder.decode(body)
  } catch (error) {
    if (decoder.encoding !== 'utf-8')
      throw invalid(`its bytes are not ${decoder.encoding}`, options, error)
    const label = charset === undefined ? ', and its media type names no charset' : ''
    throw invalid(`${invalidByte(body)}${label}`, options, error)
  }
}

/** Whether bytes that should be UTF-8 are UTF-16: by a byte-order mark, or by the zeros in ASCII text. RFC 4627 §3. */
function isUtf16(body: Uint8Array): boolean {
  const first = body[0]
  const second = body[1]
  if (first === undefined || second === undefined) return false
  if (first === 0xff && second === 0xfe) return true
  if (first === 0xfe && second === 0xff) return true
  // One zero of two: nearly all bodies are done with here.
  if ((first === 0) === (second === 0)) return false
  const third = body[2]
  const fourth = body[3]
  if (third === undefined) return true
  return (
    fourth !== undefined && (third === 0) === (first === 0) && (fourth === 0) === (second === 0)
  )
}

/** It keeps nothing from one text to the next. */
let utf8: InstanceType<typeof TextDecoder> | undefined

/**
 * Decodes code or JSON, which is UTF-8 whatever its charset says: a server's label is as often wrong as right, and browsers
 * go by none. A byte-order mark is dropped. HTML: fetch a single module script; RFC 8259 §8.1.
 *
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_BODY with the offset of the first byte that is not UTF-8.
 */
export function decodeCode(
  body: Uint8Array,
  options: DecodeOptions & { readonly charset?: string | undefined } = {},
): string {
  const { charset } = options
  if (isUtf16(body)) {
    throw invalid('it is UTF-16, and code and JSON are UTF-8 alone; convert it', options)
  }
  try {
    return (utf8 ??= new TextDecoder('utf-8', { fatal: true })).decode(body)
  } catch (error) {
    const label = charset === undefined ? '' : `, whatever its charset ${quote(charset)} says`
    const reason = `${invalidByte(body)}, and code and JSON are UTF-8 alone${label}`
    throw invalid(reason, options, error)
  }
}

/** Decodes a body of a media type: code as `decodeCode` does, any other text by its charset. */
export function decodeAs(
  mediaType: MIMEType,
  body: Uint8Array,
  options: DecodeOptions = {},
): string {
  const charset = mediaType.params.get('charset') ?? undefined
  if (isCode(mediaType.essence)) return decodeCode(body, { ...options, charset })
  return decodeText(body, charset, options)
}

/** MIME Sniffing §5.2: what of a resource is looked at. */
const resourceHeader = 1445

/** MIME Sniffing §3: 0x00 to 0x08, 0x0B, 0x0E to 0x1A, 0x1C to 0x1F. */
function isBinaryDataByte(byte: number): boolean {
  return (
    byte <= 0x1f &&
    byte !== 0x09 &&
    byte !== 0x0a &&
    byte !== 0x0c &&
    byte !== 0x0d &&
    byte !== 0x1b
  )
}

/**
 * Whether bytes of unknown type are no text: there is a binary data byte in the resource header, and no byte-order mark
 * before it. MIME Sniffing §7.1 and §7.2.
 */
export function isBinary(body: Uint8Array): boolean {
  return sniffBom(body) === undefined && body.subarray(0, resourceHeader).some(isBinaryDataByte)
}
