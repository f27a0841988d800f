/** A pack's file grows while others may remove it, or put their own in its place: `mimeport cache clean`, a sweep, a second start. */

import { closeSync, fstatSync, openSync, statSync } from 'node:fs'
import { writeGathered } from '../gathered-write.mts'
import type { Stats } from 'node:fs'

/** What tells the file that was written to before from another one at its place. */
export type Identity = Pick<Stats, 'ino' | 'birthtimeMs' | 'mtimeMs' | 'size'>

function isSame(now: Identity, before: Identity | undefined): boolean {
  if (before === undefined) return false
  // The number of a file that is gone is given to the next one.
  return now.ino === before.ino && now.birthtimeMs === before.birthtimeMs && now.size >= before.size
}

const identityIn = ({ ino, birthtimeMs, mtimeMs, size }: Stats): Identity => {
  return { ino, birthtimeMs, mtimeMs, size }
}

export const identityOf = (path: string): Identity => identityIn(statSync(path))

/** Whether the file is as whoever asks has left it: nobody has added to it, nor put another one in its place. */
export function isAsLeft(path: string, before: Identity | undefined): boolean {
  const now = statSync(path, { throwIfNoEntry: false })
  // Without the time of its birth, which is another at each look where a file system keeps none.
  if (now === undefined || before === undefined) return false
  return now.ino === before.ino && now.mtimeMs === before.mtimeMs && now.size === before.size
}

/**
 * Appends a segment. `encode` is told whether the file is the one that `before` was of: if not, what was said in it is not
 * there any more, and the segment has to say it again.
 */
export function appendSegment(
  path: string,
  before: Identity | undefined,
  encode: (isSame: boolean) => readonly Uint8Array[],
): Identity {
  const fd = openSync(path, 'a', 0o600)
  try {
    // One call, at the file's end: what two processes write at once does not mix, and what did is found out by its checksum.
    writeGathered(fd, encode(isSame(fstatSync(fd), before)))
    return identityIn(fstatSync(fd))
  } finally {
    closeSync(fd)
  }
}
