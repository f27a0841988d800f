/** What a pack has: modules as they were given to Node, and what each of them goes by. */

import type { FileState } from '../stamp.mts'
import type { NodeModule } from '../types.mts'

/** How long what was made of a response goes, and of which file it was made. */
export interface Basis {
  /** ms since the epoch until which no server has to be asked; `null`: for ever. */
  readonly until: number | null
  /** ms since the epoch when it was made: a clock that shows less was put back. */
  readonly at: number
  /** The local file that it was made of, where it was. */
  readonly file?: FileState
}

/** A module without its text, which lies somewhere in the pack. */
export type PackedModule = Omit<NodeModule, 'source'>

export interface PackRecord {
  /** What the import wants of it: its attribute `type`, or `''`. */
  readonly goal: string
  readonly module: PackedModule
  readonly basis: Basis
  /** Where the text is in its segment's texts, bytes; and whether it is Latin-1's, or UTF-8. */
  readonly offset: number
  readonly length: number
  readonly latin1: boolean
}

/** What a segment says of itself; its texts follow. */
export interface SegmentIndex {
  /** The name of the pack's file, which says of which program it is, and with which settings: under another it is none. */
  readonly name: string
  /** Path → how the file was that everything in the pack goes by; `null`: it was not there. */
  readonly consulted: readonly (readonly [string, FileState | null])[]
  readonly records: readonly PackRecord[]
  /** Whether a module was met whose URL grants access to whoever has it: nothing of it is kept, and no compiler's cache is. */
  readonly grants: boolean
  readonly keys: readonly PackedKey[]
}

/**
 * Key of a request, `goal\nurl` of the module that it leads to, and how long it leads there, as `Basis` has it, where that is
 * not for ever: a redirect, or a branch, may lead elsewhere while the module is as it was.
 */
export type PackedKey =
  | readonly [key: string, name: string]
  | readonly [key: string, name: string, until: number, at: number]

/** Under which name a pack has a module: one URL may be imported as code and as data. */
export function nameOf(goal: string, url: string): string {
  return `${goal}\n${url}`
}

/** The goal in a request's key, or in a module's name. */
export function goalOf(key: string): string {
  return key.slice(0, key.indexOf('\n'))
}
