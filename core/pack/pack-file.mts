/** A pack's file: read whole, if nobody else can have written it. Both threads. */

import { exposure } from '../cache-place.mts'

/** Bytes that a pack may have. */
export const LONGEST = 2 ** 28

/** How old the note of its last use may be, ms. */
const USE_MARK = 24 * 3600 * 1000

const files = () => process.getBuiltinModule('node:fs')
const paths = () => process.getBuiltinModule('node:path')

/** Why others could change what a path leads to; `undefined`: they cannot, or there is nothing. */
export function exposureOf(path: string): string | undefined {
  try {
    const stats = files().lstatSync(path, { throwIfNoEntry: false })
    return stats === undefined ? undefined : exposure(stats)
  } catch (error) {
    return (error as Error).message
  }
}

const isOurs = (path: string): boolean => exposureOf(path) === undefined

function markUsed(fd: number): void {
  const now = new Date()
  try {
    files().futimesSync(fd, now, now)
  } catch {
    // A disk that may only be read: then nothing is removed there, either.
  }
}

/** The content of a pack's file; `undefined` where there is none that may be believed. Never throws. */
export function readPackFile(path: string): Buffer | undefined {
  const { closeSync, constants, fstatSync, openSync, readSync } = files()
  let fd: number | undefined
  try {
    // ! Not through a link: it could lead anywhere. O_NONBLOCK: nor wait for whoever writes to a pipe.
    fd = openSync(
      path,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    )
    const stats = fstatSync(fd)
    const usable = stats.isFile() && exposure(stats) === undefined && stats.size <= LONGEST
    const folder = paths().dirname(path)
    if (!usable || !isOurs(folder) || !isOurs(paths().dirname(folder))) return undefined
    const bytes = Buffer.allocUnsafeSlow(stats.size)
    let at = 0
    while (at < bytes.length) {
      const count = readSync(fd, bytes, at, bytes.length - at, at)
      if (count === 0) break
      at += count
    }
    // What is used is not what is removed first.
    if (Date.now() - stats.mtimeMs > USE_MARK) markUsed(fd)
    return bytes.subarray(0, at)
  } catch {
    return undefined
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
