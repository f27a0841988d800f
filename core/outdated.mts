/** What is asked of what has moved on since it was locked, and what is told: plain data that crosses threads; types only. */

import type { PackedError } from './packed-error.mts'
import type { WalkEntry, WalkFailure } from './walk.mts'

export interface OutdatedTask {
  /** The program, where there is no lock that says what it imports. */
  readonly entries: readonly WalkEntry[]
  /** What the specifiers of interest begin with; all, if none. */
  readonly beginnings: readonly string[]
}

/** How a specifier stands: what it asks for leads elsewhere now; there is a newer version beyond what it asks for. */
export type Standing = 'current' | 'moved' | 'behind' | 'failed'

export interface OutdatedRow {
  /** What all its keys begin with, in the form that `mimeport lock --update` takes. */
  readonly specifier: string
  /** The keys of the lock that it is about. */
  readonly keys: readonly string[]
  /** A commit, a version, a URL, or a digest. */
  readonly locked: string
  /** What the same request leads to now. */
  readonly now?: string
  /** What its server calls the latest version. */
  readonly latest?: string
  readonly standing: Standing
  /** Why nobody can tell. */
  readonly error?: PackedError
}

export interface OutdatedResult {
  /** The lock's file, if it was gone by; an absolute path. */
  readonly lock: string | undefined
  /** Sorted by specifier. */
  readonly rows: readonly OutdatedRow[]
  /** Imports of the program that led to nothing, where it was gone along. */
  readonly failures: readonly WalkFailure[]
}
