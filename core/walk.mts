/** What a walk along a program's imports is asked, and what it tells: plain data that crosses threads; types only. */

import type { PackedError } from './packed-error.mts'
import type { LockEntry } from './lock/entry.mts'
import type { VendorSummary } from './lock/vendor-writer.mts'

/** Where a walk begins. */
export interface WalkEntry {
  /** A file: URL, or a specifier in the form of a loader. */
  readonly specifier: string
  /** `json`, `text`, `bytes`: how it is imported. */
  readonly type?: string
}

export interface WalkRequest {
  readonly entries: readonly WalkEntry[]
  /** The lock's own entries are entries, too: those that any of these means, or all. */
  readonly locked?: 'all' | readonly string[]
  /** Writes what it comes to into this folder, an absolute path; nothing if anything failed. */
  readonly vendor?: string
  /** Takes out of the lock what it did not come to; nothing if anything failed. */
  readonly prune?: boolean
}

/** One entry of the lock, as it was or is: `undefined` where there is none. */
export interface LockChange {
  readonly key: string
  readonly before: LockEntry | undefined
  readonly after: LockEntry | undefined
  /** Bytes of the body now. */
  readonly bytes?: number
  /** Where entries were made anew: the body, unless it is too large to be shown. */
  readonly body?: Uint8Array
  /** Where they were made anew: the entry that is gone since this one is there. The same file at another commit. */
  readonly instead?: string
}

/** An import that led to no module, and where it stands. */
export interface WalkFailure {
  readonly error: PackedError
  readonly parentURL: string | undefined
}

export interface WalkResult {
  /** The lock's file, an absolute path. */
  readonly file: string | undefined
  /** Modules of the graph that come over a network, and those that do not. */
  readonly remote: number
  readonly local: number
  /** Names that no static walk can follow: `import(x)`, `require(x)`; file: or module URL → how many. */
  readonly unknown: readonly (readonly [url: string, count: number])[]
  /** Sorted by key. */
  readonly changes: readonly LockChange[]
  /** Entries in the lock now. */
  readonly entries: number
  readonly failures: readonly WalkFailure[]
  readonly vendored?: VendorSummary
  /** Keys of modules that come encrypted, and are not vendored. */
  readonly secret?: readonly string[]
}

/** Bodies of the lock that are at hand without a network: in the vendor folder or in the cache. */
export interface BodiesResult {
  /** All that were meant. */
  readonly keys: readonly string[]
  readonly bodies: readonly { readonly key: string; readonly body: Uint8Array }[]
}
