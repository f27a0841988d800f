/** Keeps the cache's folder small: what was used longest ago goes first. */

import { lstatSync, readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A temporary file of this age is of a process that was killed, ms. */
export const STALE = 3600 * 1000

/** Between two sweeps by processes that wrote little, ms. */
const INTERVAL = 3600 * 1000

/** So many files are kept at the most: looking at all of them must not take longer than anybody waits for. */
export const FILES = 32_768

/** Its time is that of the last sweep by any process. */
const mark = 'swept'

/** Whether the last sweep, of whichever process, is long ago. */
export function isSweepDue(folder: string): boolean {
  const stats = lstatSync(join(folder, mark), { throwIfNoEntry: false })
  // Also one that is ahead: a clock was wrong.
  return Math.abs(Date.now() - (stats?.mtimeMs ?? 0)) > INTERVAL
}

export interface Found {
  readonly path: string
  readonly bytes: number
  readonly time: number
}

/** Removes a file, if that can be done. */
export function remove({ path }: Pick<Found, 'path'>): boolean {
  try {
    unlinkSync(path)
    return true
  } catch {
    return false
  }
}

/** Names of responses; with a second part, while they are written. */
export const responses = /^[0-9a-f]{64}(\.[0-9a-f]{16})?$/

/** Our own files in a folder; each counts for `least` bytes at the least. `names` as for `sweep`. */
export function find(
  folder: string,
  least: number,
  names: RegExp,
): { readonly entries: Found[]; readonly temporaries: Found[] } {
  const entries: Found[] = []
  const temporaries: Found[] = []
  for (const name of readdirSync(folder)) {
    // Nothing but our own is ever removed.
    const [, temporary] = names.exec(name) ?? [undefined, null]
    if (temporary === null) continue
    const path = join(folder, name)
    const stats = lstatSync(path, { throwIfNoEntry: false })
    if (stats === undefined) continue
    const found = { path, bytes: Math.max(stats.size, least), time: stats.mtimeMs }
    if (temporary === undefined) entries.push(found)
    else temporaries.push(found)
  }
  return { entries, temporaries }
}

/**
 * Removes temporary files that were left, and what was used longest ago until nine tenths of `size` bytes are left. `names`: of
 * our own files there, with a group that only those have that are being written.
 */
export function sweep(folder: string, size: number, now = Date.now(), names = responses): void {
  try {
    const { entries, temporaries } = find(folder, size / FILES, names)
    for (const file of temporaries) if (Math.abs(now - file.time) > STALE) remove(file)
    let total = entries.reduce((sum, { bytes }) => sum + bytes, 0)
    if (total > size) {
      entries.sort((a, b) => a.time - b.time)
      for (const entry of entries) {
        if (total <= size * 0.9) break
        if (remove(entry)) total -= entry.bytes
      }
    }
    const path = join(folder, mark)
    // ! A new file: what is there could be a link to another one.
    rmSync(path, { force: true })
    writeFileSync(path, '', { mode: 0o600, flag: 'wx' })
  } catch {
    // The folder is gone, or may only be read: it grows no more.
  }
}
