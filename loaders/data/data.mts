/** `data:` URLs, by the Fetch standard's data: URL processor. */

import { Buffer } from 'node:buffer'
import { MIMEType } from 'node:util'
import { escapeText, LoaderError } from '../../core/errors.mts'
import type { LooseResponse } from '../../core/types.mts'

export const name = 'data'

export const schemes = ['data:']

/** A data: URL may be megabytes long. */
function abridged(text: string): string {
  return `'${escapeText(text.length > 80 ? `${text.slice(0, 80)}…` : text)}'`
}

/** Infra §7: forgiving-base64 decode; `undefined` is failure. */
export function forgivingBase64(text: string): Uint8Array | undefined {
  // Step 1: ASCII white space counts for nothing.
  let data = text.replaceAll(/[\t\n\f\r ]+/g, '')
  // Step 2: one or two signs of padding, only where they fill four.
  if (data.length % 4 === 0) data = data.replace(/={1,2}$/, '')
  // Steps 3 and 4.
  if (data.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(data)) return undefined
  // Steps 5 to 10. Left-over bits are discarded, as Buffer does. A copy, since Buffer's memory may be its pool's.
  return new Uint8Array(Buffer.from(data, 'base64'))
}

/** URL §1.3: percent-decode of ASCII text, as the URL parser leaves it. */
function percentDecode(text: string): Uint8Array {
  const input = Buffer.from(text, 'latin1')
  const output = new Uint8Array(input.length)
  let length = 0
  for (let at = 0; at < input.length; at++) {
    let byte = input[at] as number
    if (byte === 0x25 && isHexDigit(input[at + 1]) && isHexDigit(input[at + 2])) {
      byte = Number.parseInt(input.latin1Slice(at + 1, at + 3), 16)
      at += 2
    }
    output[length++] = byte
  }
  return length === output.length ? output : output.slice(0, length)
}

function isHexDigit(byte = 0): boolean {
  const letter = byte | 0x20
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x66)
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
  url.hash = ''
  const input = url.href.slice('data:'.length)
  // Steps 4 to 7.
  const comma = input.indexOf(',')
  if (comma < 0) throw fail('a data: URL has a comma before its content')
  // Step 5: strip leading and trailing ASCII white space.
  const mediaType = input.slice(0, comma).trim()
  // Step 10: percent-decode.
  const body = percentDecode(input.slice(comma + 1))
  // Step 11.
  const at = base64At(mediaType)
  if (at < 0) return { statusCode: 200, headers: { 'content-type': mediaTypeOf(mediaType) }, body }
  const decoded = forgivingBase64(Buffer.from(body.buffer).latin1Slice(0, body.length))
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
