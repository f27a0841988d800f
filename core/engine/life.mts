/**
 * The life of one import, noted while it goes through the chain. Only who asks to be told of it makes one: an errand without
 * is told of nowhere, and pays nothing.
 */

import type { Acquired } from './acquire.mts'
import type { Registration } from './registration.mts'
import type {
  Hop,
  Identification,
  LockState,
  Transformation,
  WireRequest,
} from '../explanation.mts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

export type RequestNotes = Writable<WireRequest>

export type HopNotes = Writable<Hop> & { readonly requests: RequestNotes[] }

/** One step of the chain before it is measured. */
export interface Step {
  readonly loader: string
  readonly from: string
  readonly to: string
  readonly before: string | Uint8Array
  readonly after: string | Uint8Array
  /** As `now` had it. */
  readonly start: number
  readonly mapped: boolean
}

/** In bytes of UTF-8. */
export function sizeOf(text: string | Uint8Array): number {
  return typeof text === 'string' ? Buffer.byteLength(text) : text.length
}

export class Life {
  readonly #since: number
  readonly hops: HopNotes[] = []
  readonly transforms: Transformation[] = []
  lock: LockState = 'none'
  /** What the project has put in the specifier's place. */
  mapped: string | undefined
  /** What was acquired in the end. */
  acquired: Acquired | undefined
  mediaType: string | undefined
  identifiedBy: Identification | undefined
  identifiedByLoader: string | undefined

  /** `since`: what times count from, ms, `performance.now()`. */
  constructor(since: number) {
    this.#since = since
  }

  now(): number {
    return performance.now() - this.#since
  }

  /** One for what is made on the way to this module, and is not part of its life. */
  other(): Life {
    return new Life(this.#since)
  }

  /** The chain begins, or begins again: what it met before is not what the module is made of. */
  begin(): void {
    this.hops.length = 0
    this.transforms.length = 0
    this.acquired = undefined
    this.mediaType = undefined
    this.identifiedBy = undefined
    this.identifiedByLoader = undefined
  }

  get hop(): HopNotes | undefined {
    return this.hops.at(-1)
  }

  ask(specifier: string, loader: string): void {
    const start = this.now()
    this.hops.push({ specifier, loader, statusCode: undefined, start, duration: 0, requests: [] })
  }

  /** The loader that was asked says that it is not its own. */
  leave(): void {
    this.hops.pop()
  }

  /** It has answered, or it failed; a body may come yet. */
  answer(statusCode: number | undefined, known?: Hop['known']): void {
    const { hop } = this
    if (hop === undefined) return
    hop.duration = this.now() - hop.start
    if (statusCode !== undefined) hop.statusCode = statusCode
    if (known !== undefined) hop.known = known
  }

  redirect(location: string): void {
    if (this.hop !== undefined) this.hop.location = location
  }

  identify(by: Identification, loader?: Registration): void {
    this.identifiedBy = by
    this.identifiedByLoader = loader?.name
  }

  transform({ before, after, start, ...step }: Step): void {
    const [bytesBefore, bytes] = [sizeOf(before), sizeOf(after)]
    this.transforms.push({ ...step, bytesBefore, bytes, duration: this.now() - start })
  }
}
