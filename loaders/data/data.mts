/** `data:` URLs, by the Fetch standard's data: URL processor. */

import { Buffer } from 'node:buffer'
import { MIMEType } from 'node:util'
import { LoaderError } from '../../core/errors.mts'
import { escapeText } from '../../core/text.mts'
import type { LooseResponse } from '../../core/types.mts'

export const name = 'data'

export const schemes = ['data:']

/** Characters of a media type: MIMEType takes quadratic time for white space within one. */
const longest = 4096

/** A data: URL may be megabytes long. */
function abridged(text: string): string {
  return `'${escapeText(text.length > 80 ? `${text.slice(0, 80)}…` : text)}'`
}

/** ASCII text without its white space; what is no ASCII becomes 0xFF, which is nowhere allowed. */
function stripWhiteSpace(text: string): string {
  const kept = Buffer.alloc(text.length)
  let length = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const isSpace =
      code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0c || code === 0x0d
    if (!isSpace) kept[length++] = Math.min(code, 0xff)
  }
  return kept.toString('latin1', 0, length)
}

/** Infra §7: forgiving-base64 decode; `undefined` is failure. */
export function forgivingBase64(text: string): Uint8Array | undefined {
  // Step 1: ASCII white space counts for nothing.
  let data = stripWhiteSpace(text)
  // Step 2: one or two signs of padding, only where they fill four.
  if (data.length % 4 === 0) data = data.replace(/={1,2}$/, '')
  // Steps 3 and 4.
  if (data.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(data)) return undefined
  // Steps 5 to 10. Left-over bits are discarded, as Buffer does. A copy, since Buffer's memory may be its pool's.
  return new Uint8Array(Buffer.from(data, 'base64'))
}

/** What a hexadecimal digit counts; NaN for any other byte, and for none. */
function hexDigit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NaN
}

/** URL §1.3: percent-decode of ASCII text, as the URL parser leaves it. */
function percentDecode(text: string): Uint8Array {
  const input = Buffer.from(text, 'latin1')
  const output = new Uint8Array(input.length)
  let length = 0
  for (let at = 0; at < input.length; at++) {
    const byte = input[at] as number
    const escaped =
      byte === 0x25 ? hexDigit(input[at + 1]) * 16 + hexDigit(input[at + 2]) : Number.NaN
    output[length++] = Number.isNaN(escaped) ? byte : escaped
    if (!Number.isNaN(escaped)) at += 2
  }
  return length === output.length ? output : output.slice(0, length)
}

/** Where `; *base64` starts, which ends the media type; -1 when it does not. */
function base64At(mediaType: string): number {
  if (!/base64$/i.test(mediaType)) return -1
  let at = mediaType.length - 'base64'.length
  while (mediaType[at - 1] === ' ') at--
  return mediaType[at - 1] === ';' ? at - 1 : -1
}

/** The media type of a data: URL; text/plain in US-ASCII where it is malformed. Steps 8 to 14. */
function mediaTypeOf(text: string): string {
  try {
    return String(new MIMEType(text.startsWith(';') ? `text/plain${text}` : text))
  } catch {
    return 'text/plain;charset=US-ASCII'
  }
}

/**
 * Answers with what the URL holds. Fetch §6: data: URL processor, whose steps are numbered here.
 *
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER when it is no valid data: URL.
 */
export async function resolve(specifier: string): Promise<LooseResponse> {
  const fail = (reason: string): LoaderError =>
    new LoaderError(
      'ERR_MIMEPORT_INVALID_SPECIFIER',
      `Cannot load ${abridged(specifier)}: ${reason}`,
    )

  const url = URL.canParse(specifier) ? new URL(specifier) : undefined
  if (url?.protocol !== 'data:') throw fail('it is no valid data: URL')
  // Steps 2 and 3: without the fragment, and without 'data:'.
  const input = url.href.slice('data:'.length).split('#', 1)[0] as string
  // Steps 4 to 7.
  const comma = input.indexOf(',')
  if (comma < 0) throw fail('a data: URL has a comma before its content')
  // Step 5: strip leading and trailing ASCII white space.
  const mediaType = input.slice(0, comma).trim()
  if (mediaType.length > longest) throw fail(`its media type is longer than ${longest} characters`)
  // Step 10: percent-decode.
  const body = percentDecode(input.slice(comma + 1))
  // Step 11.
  const at = base64At(mediaType)
  if (at < 0) return { statusCode: 200, headers: { 'content-type': mediaTypeOf(mediaType) }, body }
  const decoded = forgivingBase64(Buffer.from(body.buffer).toString('latin1', 0, body.length))
  if (decoded === undefined) throw fail('its content is not base64')
  const headers = { 'content-type': mediaTypeOf(mediaType.slice(0, at)) }
  return { statusCode: 200, headers, body: decoded }
}

/** @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER always: nothing is relative to a data: URL. */
export async function resolveRelativePath(specifier: string, parentPath: string): Promise<string> {
  throw new LoaderError(
    'ERR_MIMEPORT_INVALID_SPECIFIER',
    `Cannot resolve '${escapeText(specifier)}' imported from ${abridged(parentPath)}: ` +
      'a data: URL has no hierarchy, so nothing is relative to it; write the full URL',
    { url: parentPath },
  )
}
