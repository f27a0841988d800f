/** What a module goes by: noted while it is made, and kept beside it in the program's pack. */

import { checksumOf } from '../checksum.mts'
import { stampOfBody } from '../consulted.mts'
import type { Basis } from '../pack/record.mts'

export class BasisNotes {
  #until = Infinity
  #isKept = true
  #file: Basis['file']
  readonly #at = Date.now()

  /** Notes a response that the module depends on: until when it may be given again; `undefined`: it may not. */
  noteResponse(freshUntil: number | null | undefined): void {
    if (freshUntil === undefined) this.#isKept = false
    else if (freshUntil !== null) this.#until = Math.min(this.#until, freshUntil)
  }

  /** Notes the content that the module is made of: `given` as the loader gave it, `read` as it was read. */
  noteBody(given: unknown, read: Uint8Array): void {
    const stamp = stampOfBody(given)
    if (stamp !== undefined) this.#file = { stamp, checksum: checksumOf(read) }
  }

  /** Without a file it is not to be kept: a loader has read one in its own way, and nobody knows which. */
  needFile(): void {
    if (this.#file === undefined) this.#isKept = false
  }

  /** What it goes by, all in all; `undefined`: it is not to be kept. */
  get basis(): Basis | undefined {
    if (!this.#isKept) return undefined
    const until = Number.isFinite(this.#until) ? this.#until : null
    return { until, at: this.#at, ...(this.#file !== undefined && { file: this.#file }) }
  }
}
