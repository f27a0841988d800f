/** The file that a configuration is in: read whole, or refused. */

import { fs } from '../builtins.mts'
import { fail } from './failure.mts'
import type { Stats } from 'node:fs'

/** Bytes of a configuration. A larger one is some other file. */
export const LARGEST = 2 ** 20

/** What is there instead of a file. */
function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a pipe'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}

/** What is at a path; `undefined`: reading it says what is wrong. */
function look(file: string): Stats | undefined {
  try {
    return fs().statSync(file, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** Refuses what would be read for ever, or has no end. `isOurs`: it is a configuration and nothing else. */
function refuseEndless(file: string, isOurs: boolean): void {
  const stats = look(file)
  if (stats === undefined) return
  if (!stats.isFile()) {
    fail(file, `it is ${kindOf(stats)}; put a regular file in its place, or name another one`)
  }
  if (isOurs && stats.size > LARGEST) {
    fail(
      file,
      `it has ${stats.size.toLocaleString('en')} bytes, and a configuration has ${LARGEST.toLocaleString('en')} at most; see whether it is the right file`,
    )
  }
}

/**
 * Reads a configuration's JSON: of a file of ours, or of a package.json, which Node has read as well.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG
 */
export function parseConfig(file: string): unknown {
  refuseEndless(file, !/[/\\]package\.json$/.test(file))
  try {
    // Some editors begin a file with a byte-order mark.
    return JSON.parse(
      fs()
        .readFileSync(file, 'utf8')
        .replace(/^\ufeff/, ''),
    )
  } catch (cause) {
    return fail(file, (cause as Error).message, cause)
  }
}
