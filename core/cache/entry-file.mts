/** A file of the cache, read as whoever cannot trust its folder does. */

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { exposure } from '../cache-place.mts'

/** Above the largest entry that is ever written, bytes. */
export const LONGEST_FILE = 2 ** 30

export interface EntryFile {
  readonly bytes: Buffer
  /** When it was last used, ms since the epoch, to a day. */
  readonly mtimeMs: number
}

function readAll(fd: number, size: number): Buffer {
  const file = Buffer.allocUnsafeSlow(size)
  let at = 0
  while (at < size) {
    const read = readSync(fd, file, at, size - at, null)
    if (read === 0) break
    at += read
  }
  return file.subarray(0, at)
}

/** Reads a file; `undefined` where it may be somebody else's, or is none. @throws errors of Node's: ELOOP for a link. */
export function readEntryFile(path: string): EntryFile | undefined {
  // ! Not through a link: it could lead anywhere. O_NONBLOCK: nor wait for whoever writes to a pipe.
  const fd = openSync(
    path,
    constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
  )
  try {
    const stats = fstatSync(fd)
    const usable = stats.isFile() && exposure(stats) === undefined && stats.size <= LONGEST_FILE
    return usable ? { bytes: readAll(fd, stats.size), mtimeMs: stats.mtimeMs } : undefined
  } finally {
    closeSync(fd)
  }
}
