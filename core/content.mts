/** A response's content: its status is checked, its body read and decoded, each within its limits. RFC 9110 §15. */

import { readBody } from './body.mts'
import { isBinary } from './charset.mts'
import { decodeContent } from './content-coding.mts'
import { importedFrom, via } from './errand.mts'
import { LoaderError, escapeText } from './errors.mts'
import { limits, timeouts } from './limits.mts'
import type { Errand } from './errand.mts'
import type { UnreadResponse } from './response.mts'
import type { LoadResponse } from './types.mts'

/** Gives up a body that nobody reads. Its `cancel` may fail or never settle: nobody waits for it. */
export function discard({ body }: UnreadResponse): void {
  if (body instanceof ReadableStream) void body.cancel().catch(() => {})
}

/** Checks the status, then reads and decodes the body. RFC 9110 §15; a module needs content. */
export async function readContent(
  errand: Errand,
  specifier: string,
  { statusCode, headers, body }: UnreadResponse,
): Promise<LoadResponse> {
  const { signal, trail } = errand
  const read = await readBody(body, {
    limit: limits.body,
    url: specifier,
    signal,
    idle: timeouts.idle,
  })
  const bytes = await decodeContent(read, headers['content-encoding'], { url: specifier })
  if (statusCode === 200 || statusCode === 201 || statusCode === 203) {
    const { 'content-encoding': _coding, 'content-length': _length, ...rest } = headers
    return { statusCode, headers: rest, body: bytes }
  }
  const missing = statusCode === 404 || statusCode === 410
  const text = excerpt(bytes)
  throw new LoaderError(
    missing ? 'ERR_MODULE_NOT_FOUND' : 'ERR_MIMEPORT_STATUS',
    `Cannot ${missing ? 'find' : 'load'} '${escapeText(specifier)}'${importedFrom(errand)}: it answered ${statusCode}${
      advice[statusCode] ?? (text === '' ? '' : `: ${text}`)
    }${via(errand)}`,
    { statusCode, url: specifier, trail: trail.entries },
  )
}

/** What a reader should do about a status, where the body of the response does not help. */
const advice: Readonly<Record<number, string>> = {
  204: ', which has no content; a module needs some',
  205: ', which has no content; a module needs some',
  206: ', which is a part; nobody asked for a range',
  304: ', though nobody asked whether it had changed',
}

/** A wrong body's first 200 characters, on one line, safe to print. */
function excerpt(body: Uint8Array): string {
  if (body.length === 0) return ''
  if (isBinary(body)) return `${body.length} bytes of binary data`
  const text = new TextDecoder().decode(body.subarray(0, 1024)).replace(/\s+/g, ' ').trim()
  const cut = [...text].slice(0, 200).join('')
  return `'${escapeText(cut)}${cut.length < text.length ? '…' : ''}'`
}
