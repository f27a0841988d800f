/** A pack's file: read whole, if nobody else can have written it. Both threads. */

import { exposure } from '../cache-place.mts'

/** Bytes that a pack may have. */
export const LONGEST = 2 ** 28

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
    return bytes.subarray(0, at)
  } catch {
    return undefined
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
