/** What tells whether a local file is as it was, without reading it, where that can be told. Both threads. */

import { checksumOf, isSameChecksum } from './checksum.mts'
import { clock } from './native.mts'
import type { Stats } from 'node:fs'
import type { Checksum } from './checksum.mts'
import type { Stamp } from './types.mts'

export type { Stamp } from './types.mts'

/** A file as it was when it was read. */
export interface FileState {
  /** `null`: it had just been changed, and might have been again without its times telling. */
  readonly stamp: Stamp | null
  /** Of its content. */
  readonly checksum: Checksum
}

/** A file that was changed so shortly before may be changed again within one step of the system's clock, ms. */
const YOUNG = 50

/** The same where a file system keeps whole seconds, or every second one (FAT), ms. */
const YOUNG_COARSE = 2_500

const files = () => process.getBuiltinModule('node:fs')

export function stampOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): Stamp {
  return [dev, ino, size, mtimeMs, ctimeMs]
}

/**
 * The stamp of a file that is about to be read, unless a change in the next moment might go unseen. `now`: ms since the
 * epoch. A file from the future is one of which nobody can tell.
 */
export function settledStamp(stats: Stats, now = clock()): Stamp | null {
  const latest = Math.max(stats.mtimeMs, stats.ctimeMs)
  const isCoarse = latest % 1000 === 0
  return now - latest < (isCoarse ? YOUNG_COARSE : YOUNG) ? null : stampOf(stats)
}

/** Whether a file is as it was, by its stamp alone. */
export function isStampOf(stats: Stats, stamp: Stamp): boolean {
  return (
    stamp[2] === stats.size &&
    stamp[3] === stats.mtimeMs &&
    stamp[4] === stats.ctimeMs &&
    stamp[1] === stats.ino &&
    stamp[0] === stats.dev
  )
}

/** In the place of a checksum: nobody has read the file, and it goes by its stamp alone. */
const unread: Checksum = [0, 0]

/** Whether a file goes by its stamp alone. */
export function isUnread({ checksum }: FileState): boolean {
  return checksum[0] === 0 && checksum[1] === 0
}

/** What is under a path; `null`: nothing, or nothing that may be seen. */
export function seenAt(path: string): Stats | null {
  try {
    return files().statSync(path, { throwIfNoEntry: false }) ?? null
  } catch {
    return null
  }
}

/**
 * The state of a file that is read now; `undefined` where there is no regular file that may be read. `byStamp`: without its
 * content, if that can be: then a `touch` is a change.
 */
export function stateOf(path: string, byStamp = false): FileState | undefined {
  try {
    const stats = files().statSync(path, { throwIfNoEntry: false })
    if (stats?.isFile() !== true) return undefined
    const stamp = settledStamp(stats)
    if (byStamp && stamp !== null) return { stamp, checksum: unread }
    return { stamp, checksum: checksumOf(files().readFileSync(path)) }
  } catch {
    return undefined
  }
}

/**
 * Whether a file is as it was: by its stamp, or else by its content: `touch`, a checkout, a copy change nothing. `isReal`: the
 * path has to be the file's own, and no link's.
 */
export function isAsBefore(path: string, state: FileState, isReal = false): boolean {
  try {
    const fs = files()
    const stats = isReal
      ? fs.lstatSync(path, { throwIfNoEntry: false })
      : fs.statSync(path, { throwIfNoEntry: false })
    if (stats?.isFile() !== true) return false
    const { stamp, checksum } = state
    if (stamp !== null && isStampOf(stats, stamp)) return true
    if (isUnread(state)) return false
    return isSameChecksum(checksumOf(fs.readFileSync(path)), checksum)
  } catch {
    // Gone, or not to be read.
    return false
  }
}

/** Whether a file was the same both times; `null`: there was none. */
export function isSameState(a: FileState | null, b: FileState | null): boolean {
  if (a === null || b === null) return a === b
  if (!isUnread(a) && !isUnread(b)) return isSameChecksum(a.checksum, b.checksum)
  return a.stamp !== null && b.stamp !== null && a.stamp.every((part, at) => part === b.stamp?.[at])
}

/** Whether there is no regular file under a path. */
export function isNoFile(path: string): boolean {
  return seenAt(path)?.isFile() !== true
}
