/** Pieces of a body in blocks of our own, up to a limit. */

import { isAnyArrayBuffer } from 'node:util/types'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'

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

/** Bytes of a block, at least and at most, unless one piece has more. */
const smallest = 16 * 1024
const largest = 1024 * 1024

/** A piece of so many bytes is worth being kept as it is. */
const worthKeeping = 4 * 1024

/**
 * Collects text (as UTF-8) and bytes, and copies no more than it must: what a copy leaves behind is only freed when the next
 * garbage collection comes.
 */
export class ByteCollector {
  readonly #parts: Uint8Array[] = []
  /** Where the next bytes go, behind the parts. */
  #block = new Uint8Array(0)
  /** Bytes in the block, and in all. */
  #used = 0
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
   * Adds a string, an ArrayBuffer or any view on one; tells its length, `undefined` for anything else. Copies at once: a
   * source may reuse the memory of its pieces.
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
    this.#addBytes(bytes)
    return bytes.length
  }

  /**
   * Adds bytes whose memory nobody else will use any more: they need not be copied.
   *
   * @throws {LoaderError} ERR_MIMEPORT_BODY_TOO_LARGE above the limit.
   */
  adopt(bytes: Uint8Array): void {
    // What keeps much more memory alive than it has bytes is copied.
    const isWorth = bytes.length >= worthKeeping && bytes.length * 2 >= bytes.buffer.byteLength
    if (!isWorth) return void this.add(bytes)
    this.#flush()
    this.#count(bytes.length)
    this.#closePart()
    this.#parts.push(bytes)
  }

  /** The bytes so far, in memory that nothing else shares. The collector is spent. */
  bytes(): Uint8Array {
    this.#flush()
    if (this.#parts.length === 0 && this.#used === this.#block.length) return this.#block
    this.#closePart()
    const whole = new Uint8Array(this.#size)
    let at = 0
    for (const part of this.#parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }

  /** What is in the block becomes a part; the rest of it stays for what comes. */
  #closePart(): void {
    if (this.#used === 0) return
    this.#parts.push(this.#block.subarray(0, this.#used))
    this.#block = this.#block.subarray(this.#used)
    this.#used = 0
  }

  #flush(): void {
    if (this.#half === '') return
    this.#addText(this.#half)
    this.#half = ''
  }

  #addText(text: string): void {
    // Each code unit makes a byte or more: a hopeless text is not measured, nor encoded.
    if (this.#size + text.length > this.#limit) this.#count(text.length)
    this.#addBytes(new TextEncoder().encode(text))
  }

  #addBytes(bytes: Uint8Array): void {
    this.#count(bytes.length)
    let rest = bytes
    while (rest.length > 0) {
      if (this.#used === this.#block.length) this.#grow(rest.length)
      const part = rest.subarray(0, this.#block.length - this.#used)
      this.#block.set(part, this.#used)
      this.#used += part.length
      rest = rest.subarray(part.length)
    }
  }

  #count(more: number): void {
    const size = this.#size + more
    if (size > this.#limit) throw tooLarge(size, this.#limit, this.#url)
    this.#size = size
  }

  /** Starts a block for `needed` bytes or more: the first for just these, a later one as large as all that is there. */
  #grow(needed: number): void {
    const before = this.#size - needed
    this.#closePart()
    const more = before === 0 ? 0 : Math.min(Math.max(before, smallest), largest)
    this.#block = new Uint8Array(Math.max(needed, more))
  }
}
