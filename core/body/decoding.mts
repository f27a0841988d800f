/** One decoder of node:zlib over a whole body, bounded in what it may make and in what that costs. */

import type { Buffer } from 'node:buffer'
import type { Gunzip, Zlib, ZlibOptions, ZstdOptions } from 'node:zlib'

export type Method = 'gunzip' | 'inflate' | 'inflateRaw' | 'brotliDecompress' | 'zstdDecompress'

type Options = ZlibOptions & ZstdOptions
type Done = (error: Error | null, result: { buffer: Buffer; engine: Zlib }) => void
type Run = (data: Uint8Array, options: Options, done: Done) => void

/** Decoded bytes that are kept while nobody knows how many there will be. */
const KEPT = 8 * 1024 * 1024

/** Bytes of one buffer of the output, at most. */
const LARGEST = 128 * 1024

const creators = {
  gunzip: 'createGunzip',
  inflate: 'createInflate',
  inflateRaw: 'createInflateRaw',
  brotliDecompress: 'createBrotliDecompress',
  zstdDecompress: 'createZstdDecompress',
} as const

/** The error of a result above its maximum, as node:zlib has it. */
export function tooMuch(): Error {
  return Object.assign(new Error('too large'), { code: 'ERR_BUFFER_TOO_LARGE' })
}

/** Whether decoding failed since there was too much. */
export function isTooMuch(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
}

async function optionsFor(method: Method, size: number): Promise<Options> {
  const { constants } = await import('node:zlib')
  return {
    // Node wants a buffer of its own for each piece of the output, and at least one.
    chunkSize: Math.min(Math.max(size * 8, 4096), LARGEST),
    // A zstd window above 8 MB is none for HTTP. RFC 9659 §3.
    ...(method === 'zstdDecompress' && { params: { [constants.ZSTD_d_windowLogMax]: 23 } }),
  }
}

/** Decodes, and keeps all that is made. */
async function keep(method: Method, data: Uint8Array, maximum: number): Promise<Uint8Array> {
  const zlib = await import('node:zlib')
  const options = { ...(await optionsFor(method, data.length)), info: true }
  return new Promise((resolve, reject) => {
    const decode = zlib[method] as unknown as Run
    decode(data, { ...options, maxOutputLength: Math.max(maximum, 1) }, (error, result) => {
      if (error !== null) return reject(error)
      const { buffer, engine } = result
      const rest = data.length - engine.bytesWritten
      if (rest > 0) reject(new Error(`${rest} bytes follow its end`))
      else resolve(buffer)
    })
  })
}

/** Gives memory back at once, and not when V8 comes to it. */
function release(memory: ArrayBuffer): void {
  try {
    memory.transfer(0)
  } catch {
    // A pool's, if somebody made Node's pools as large as that: it stays.
  }
}

/** Decodes, and only counts what is made. */
async function count(method: Method, data: Uint8Array, maximum: number): Promise<void> {
  const zlib = await import('node:zlib')
  // Buffers of this size are in no pool of Node's.
  const options = { ...(await optionsFor(method, data.length)), chunkSize: LARGEST }
  const engine = zlib[creators[method]](options) as Gunzip
  let size = 0
  let last: ArrayBuffer | undefined
  await new Promise<void>((resolve, reject) => {
    engine.on('data', (piece: Buffer) => {
      size += piece.length
      if (size > maximum) engine.destroy(tooMuch())
      const memory = piece.buffer as ArrayBuffer
      // The decoder is done with a buffer when it goes on to another.
      if (memory === last) return
      if (last !== undefined) release(last)
      last = memory
    })
    engine.once('error', reject)
    engine.once('end', resolve)
    engine.end(data)
  })
}

/**
 * Decodes all of `data`: what is left behind the end of the coded data is an error. What might be a bomb is counted before
 * anything of it is kept.
 *
 * @throws {Error} of node:zlib; `isTooMuch` tells the one of a result above `maximum` bytes.
 */
export async function decode(
  method: Method,
  data: Uint8Array,
  maximum: number,
): Promise<Uint8Array> {
  try {
    return await keep(method, data, Math.min(maximum, KEPT))
  } catch (error) {
    if (!isTooMuch(error) || maximum <= KEPT) throw error
  }
  await count(method, data, maximum)
  return keep(method, data, maximum)
}
