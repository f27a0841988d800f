/** Pieces of a body in one growing block of our own, up to a limit. */

import { Buffer } from 'node:buffer'
import { isAnyArrayBuffer } from 'node:util/types'
import { escapeText, LoaderError } from '../errors.mts'

/** Says that a body is larger than its limit. `size` is what was counted so far, or announced. */
export function tooLarge(size: number, limit: number, url: string | undefined): LoaderError {
  const what = url === undefined ? 'a body' : `the body of '${escapeText(url)}'`
  const count = (bytes: number): string => `${bytes.toLocaleString('en')} bytes`
  return new LoaderError(
    'ERR_MIMEPORT_BODY_TOO_LARGE',
    `Cannot read ${what}: it has ${count(size)} or more, the limit is ${count(limit)}`,
    { url },
  )
}

/** Bytes as a view on their memory; `undefined` when `value` is none, or is detached. */
function viewOf(value: unknown): Uint8Array | undefined {
  try {
    if (ArrayBuffer.isView(value)) {
      return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    }
    return isAnyArrayBuffer(value) ? new Uint8Array(value) : undefined
  } catch {
    return undefined
  }
}

function endsInHalfPair(text: string): boolean {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff
}

/** Collects text (as UTF-8) and bytes. Copies at once: a source may reuse the memory of its pieces. */
export class ByteCollector {
  #block = new Uint8Array(0)
  #size = 0
  /** First half of a surrogate pair that the pieces of a text cut in two. */
  #half = ''
  readonly #limit: number
  readonly #url: string | undefined

  constructor(limit: number, url: string | undefined) {
    this.#limit = limit
    this.#url = url
  }

  /**
   * Adds a string, an ArrayBuffer or any view on one; tells its length, `undefined` for anything else.
   *
   * @throws {LoaderError} ERR_MIMEPORT_BODY_TOO_LARGE above the limit.
   */
  add(piece: unknown): number | undefined {
    if (typeof piece === 'string') {
      const text = this.#half + piece
      this.#half = endsInHalfPair(text) ? text.slice(-1) : ''
      this.#addText(text.slice(0, text.length - this.#half.length))
      return piece.length
    }
    const bytes = viewOf(piece)
    if (bytes === undefined) return undefined
    this.#flush()
    this.#reserve(bytes.length)
    this.#block.set(bytes, this.#size)
    this.#size += bytes.length
    return bytes.length
  }

  /** The bytes so far, in memory that nothing else shares. The collector is spent. */
  bytes(): Uint8Array {
    this.#flush()
    return this.#size === this.#block.length ? this.#block : this.#block.slice(0, this.#size)
  }

  #flush(): void {
    if (this.#half === '') return
    this.#addText(this.#half)
    this.#half = ''
  }

  #addText(text: string): void {
    // Each code unit makes a byte or more: a hopeless text is not measured.
    const hopeless = text.length > this.#limit
    this.#reserve(hopeless ? text.length : Buffer.byteLength(text))
    this.#size += new TextEncoder().encodeInto(text, this.#block.subarray(this.#size)).written
  }

  #reserve(more: number): void {
    const size = this.#size + more
    if (size > this.#limit) throw tooLarge(size, this.#limit, this.#url)
    if (size <= this.#block.length) return
    const block = new Uint8Array(Math.min(Math.max(size, this.#block.length * 2), this.#limit))
    block.set(this.#block.subarray(0, this.#size))
    this.#block = block
  }
}
