/** The texts of a segment that is not written yet: back to back, as they are going to lie in the file. */

import type { PackRecord } from './record.mts'

/** Bytes that are taken at a time: a buffer for each text would be more, and more for the collector of garbage. */
const CHUNK = 2 ** 16

/** Whether a text can be had back from a byte for each character. */
const isLatin1 = (text: string): boolean => !/[^\0-\xff]/.test(text)

export class PackedTexts {
  /** Those that are full, as far as they are. */
  #full: Uint8Array[] = []
  #chunk: Buffer = Buffer.alloc(0)
  /** Bytes of the last chunk that are taken. */
  #used = 0
  #length = 0

  /** Bytes of all. */
  get length(): number {
    return this.#length
  }

  /** Adds a text; where it lies, and how. */
  add(text: string): Pick<PackRecord, 'offset' | 'length' | 'latin1'> {
    const latin1 = isLatin1(text)
    const encoding = latin1 ? 'latin1' : 'utf8'
    const length = latin1 ? text.length : Buffer.byteLength(text)
    if (length > this.#chunk.length - this.#used) {
      this.#full = this.parts
      this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK, length))
      this.#used = 0
    }
    this.#chunk.write(text, this.#used, encoding)
    const offset = this.#length
    this.#used += length
    this.#length += length
    return { offset, length, latin1 }
  }

  get parts(): Uint8Array[] {
    return [...this.#full, this.#chunk.subarray(0, this.#used)]
  }
}
