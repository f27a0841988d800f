/** Content codings, undone strictly: a body that is cut off fails, it is never a shorter one. RFC 9110 §8.4. */

import { Buffer } from 'node:buffer'
import { tooLarge } from './byte-collector.mts'
import { decode, isTooMuch, tooMuch } from './decoding.mts'
import { isLoaderError, LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { Lane } from './lane.mts'
import { limits } from '../limits.mts'
import { zstdFrames } from './zstd-frame.mts'

/** Decoded bytes up to which the ratio does not count. */
const MiB = 1024 * 1024

/** RFC 8878 §3: the frames' contents, one after another. */
async function decodeZstd(data: Uint8Array, maximum: number): Promise<Uint8Array> {
  const frames = zstdFrames(data)
  if (frames === undefined) throw new Error('its frames are broken or too many')
  const parts: Uint8Array[] = []
  let rest = maximum
  for (const frame of frames) {
    const part = await decode('zstdDecompress', frame, rest)
    rest -= part.length
    if (rest < 0) throw tooMuch()
    parts.push(part)
  }
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts)
}

/**
 * RFC 9110 §8.4.1.2: the zlib format. Some servers send raw deflate data, which cannot start as RFC 1950 §2.2 demands:
 * method 8, and a check over two bytes.
 */
function decodeDeflate(data: Uint8Array, maximum: number): Promise<Uint8Array> {
  const [cmf = 0, flg = 0] = data
  const isZlib = (cmf & 0b1111) === 8 && (cmf * 256 + flg) % 31 === 0
  return decode(isZlib ? 'inflate' : 'inflateRaw', data, maximum)
}

/** Bodies that may become large are decoded so many at a time: a graph of bombs takes no more memory than two. */
const large = new Lane(2)

/** Undoes one content coding; `maximum`: bytes that may come of it. `url`: whose body it is, where that is known. */
export type Decoder = (data: Uint8Array, maximum: number, url?: string) => Promise<Uint8Array>

/** RFC 1952 §2.2 allows several gzip members, one after another; zlib joins them. */
const gunzip: Decoder = (data, maximum) => decode('gunzip', data, maximum)

const decoders = new Map<string, Decoder>([
  ['gzip', gunzip],
  ['x-gzip', gunzip], // RFC 9110 §8.4.1.3: the same.
  ['deflate', decodeDeflate],
  ['br', (data, maximum) => decode('brotliDecompress', data, maximum)],
  ['zstd', decodeZstd],
])

/**
 * Adds a content coding that a loader knows how to undo; what its decoder throws as a `LoaderError` is passed on.
 * @param coding lower-case
 */
export function addCoding(coding: string, decoder: Decoder): void {
  decoders.set(coding, decoder)
}

/** A list's elements, lower-case. Empty ones do not count (RFC 9110 §5.6.1.2), nor does `identity` (§8.4.1). */
function listOf(fieldValue: string): string[] {
  const names = fieldValue.split(',').map((name) => name.trim().toLowerCase())
  return names.filter((name) => name !== '' && name !== 'identity')
}

/** A view on larger memory is copied: the bytes may be sent to another thread. */
function owned(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength
    ? new Uint8Array(bytes.buffer)
    : new Uint8Array(bytes)
}

/**
 * Undoes the content codings of a body, the last one first. An empty body of a response that has none (204, 304) must
 * not come here: nothing is no coded body.
 *
 * @throws {LoaderError} ERR_MIMEPORT_CONTENT_CODING when a coding is unknown, there are too many, or the data are broken;
 * ERR_MIMEPORT_BODY_TOO_LARGE above `limits.body`, or above `limits.ratio` decoded bytes for each byte of the wire.
 */
export async function decodeContent(
  body: Uint8Array,
  contentEncoding: string | undefined,
  options: { readonly url?: string | undefined } = {},
): Promise<Uint8Array> {
  const { url } = options
  const what = url === undefined ? 'a body' : `the body of '${escapeText(url)}'`
  const fail = (reason: string, cause?: unknown): LoaderError =>
    new LoaderError('ERR_MIMEPORT_CONTENT_CODING', `Cannot decode ${what}: ${reason}`, {
      url,
      cause,
    })

  const names = listOf(contentEncoding ?? '')
  if (names.length > limits.codings) {
    throw fail(`it has ${names.length} content codings, the limit is ${limits.codings}`)
  }
  const unknown = names.find((name) => !decoders.has(name))
  if (unknown !== undefined) {
    const known = [...decoders.keys()].filter((name) => name !== 'x-gzip')
    const list = `${known.slice(0, -1).join(', ')} and ${known.at(-1)}`
    const shown = escapeText(unknown.slice(0, 40))
    throw fail(`its content coding '${shown}' is unknown; known are ${list}`)
  }
  if (names.length === 0) return body
  const byRatio = Math.max(MiB, Math.floor(limits.ratio * body.length))
  const maximum = Math.min(limits.body, byRatio)
  const undo = async (): Promise<Uint8Array> => {
    let data = body
    for (const name of names.reverse()) {
      try {
        data = await (decoders.get(name) as Decoder)(data, maximum, url)
      } catch (error) {
        throw failureOf(error, name)
      }
    }
    return owned(data)
  }
  const failureOf = (error: unknown, name: string): LoaderError => {
    if (isLoaderError(error)) return error
    if (!isTooMuch(error)) {
      const { message } = error as Error
      return fail(`it is not one whole ${name} body (${message}); it may be cut off`, error)
    }
    if (maximum === limits.body) return tooLarge(maximum + 1, maximum, url)
    return new LoaderError(
      'ERR_MIMEPORT_BODY_TOO_LARGE',
      `Cannot decode ${what}: ${body.length.toLocaleString('en')} bytes of ${name} make more than ` +
        `${maximum.toLocaleString('en')} bytes, above ${limits.ratio} for each`,
      { url, cause: error },
    )
  }
  return maximum > MiB ? large.run(undo) : undo()
}
