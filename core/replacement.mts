/** Files that are put in the place of others in one step: nobody ever sees half of one. For threads that may sleep. */

import {
  chmodSync,
  closeSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { writeGathered } from './gathered-write.mts'

/** Windows refuses a rename while a virus scanner or another process has one of the files open. */
const busy = new Set(['EACCES', 'EBUSY', 'EPERM'])

/** Sleeps without the event loop; `time` in ms. */
export function pause(time: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, time)
}

/** Renames a file over another, on Windows as often as that may help. @throws errors of Node's */
export function renameOver(from: string, to: string): void {
  for (let time = 1; ; time *= 4) {
    try {
      return renameSync(from, to)
    } catch (error) {
      const { code = '' } = error as { code?: string }
      if (process.platform !== 'win32' || !busy.has(code) || time > 64) throw error
      pause(time)
    }
  }
}

/**
 * Twelve hexadecimal digits that no other process draws at the same time. Not by cryptography, which takes 5 ms to load: a
 * name that is taken all the same is refused as the file is made.
 */
function token(): string {
  const drawn = (process.pid % 2 ** 22) * 2 ** 26 + Math.floor(Math.random() * 2 ** 26)
  return drawn.toString(16).padStart(12, '0')
}

const temporary = /^\.mimeport-[\da-f]{12}\.tmp$/

/** Whether a file's name is one that `replaceFile` gives to what is not in its place yet. */
export function isTemporary(name: string): boolean {
  return temporary.test(name)
}

/** What a file is going to have; parts are back to back. */
type Content = string | Uint8Array | readonly Uint8Array[]

function writeNew(path: string, content: Content, mode: number | undefined): void {
  const fd = openSync(path, 'wx', mode)
  try {
    if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(fd, content)
    else writeGathered(fd, content)
  } finally {
    closeSync(fd)
  }
}

/**
 * Puts a file in place, with the permissions of the one that is there. A link is replaced, not followed: whoever means the
 * file behind it gives the path of that. `mode`: for a file that is its user's own. @throws errors of Node's
 */
export function replaceFile(path: string, content: Content, mode?: number): void {
  const own = join(dirname(path), `.mimeport-${token()}.tmp`)
  const before = mode ?? statSync(path, { throwIfNoEntry: false })?.mode
  try {
    writeNew(own, content, mode)
    if (before !== undefined) chmodSync(own, before & 0o777)
    renameOver(own, path)
  } catch (error) {
    rmSync(own, { force: true })
    throw error
  }
}
