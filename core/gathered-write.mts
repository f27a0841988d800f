/** What lies in several parts, written as one: nobody has to copy it together first. For threads that may sleep. */

import { writevSync } from 'node:fs'

/** What is left of `parts` behind the first `count` bytes. */
function behind(parts: readonly Uint8Array[], count: number): Uint8Array[] {
  let at = count
  return parts.flatMap((part) => {
    const skipped = Math.min(at, part.length)
    at -= skipped
    return skipped === part.length ? [] : [part.subarray(skipped)]
  })
}

/**
 * Writes parts back to back where a file is, in one call: what two processes add to a file at once does not mix. writev(2);
 * Windows has no such call, and Node would make one for each part there. What a system has cut short goes on.
 * @throws errors of Node's
 */
export function writeGathered(fd: number, parts: readonly Uint8Array[]): void {
  let left = behind(process.platform === 'win32' ? [Buffer.concat(parts)] : parts, 0)
  while (left.length > 0) {
    const count = writevSync(fd, left)
    if (count === 0) throw new Error('Nothing more can be written')
    left = behind(left, count)
  }
}
