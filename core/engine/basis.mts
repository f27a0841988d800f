/** What a module goes by: noted while it is made, and kept beside it in the program's pack. */

import { checksumOf } from '../checksum.mts'
import { stampOfBody } from '../consulted.mts'
import { earlierOf } from '../fresh-until.mts'
import type { FreshUntil } from '../fresh-until.mts'
import type { Basis } from '../pack/record.mts'

export class BasisNotes {
  /** `undefined`: it is not to be kept. */
  #until: FreshUntil = null
  #file: Basis['file']
  readonly #at = Date.now()

  /** Notes a response that the module depends on: until when it may be given again; `undefined`: it may not. */
  noteResponse(freshUntil: FreshUntil): void {
    this.#until = earlierOf(this.#until, freshUntil)
  }

  /** Notes the content that the module is made of: `given` as the loader gave it, `read` as it was read. */
  noteBody(given: unknown, read: Uint8Array): void {
    const stamp = stampOfBody(given)
    if (stamp !== undefined) this.#file = { stamp, checksum: checksumOf(read) }
  }

  /** Without a file it is not to be kept: a loader has read one in its own way, and nobody knows which. */
  needFile(): void {
    if (this.#file === undefined) this.#until = undefined
  }

  /** What it goes by, all in all; `undefined`: it is not to be kept. */
  get basis(): Basis | undefined {
    const until = this.#until
    if (until === undefined) return undefined
    return { until, at: this.#at, ...(this.#file !== undefined && { file: this.#file }) }
  }
}
