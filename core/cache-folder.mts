/** The folder of the cache is made, and looked at. */

import { lstatSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { exposure, makeFolder } from './cache-place.mts'

/** Why a folder is not used. The message is a sentence's end. */
export class UnusableFolder extends Error {}

/**
 * Makes the folder where it is missing, and looks at it. The result is the folder of this name in it: `responses`, `packs`.
 * @throws {UnusableFolder} when somebody else could change what lies in it; errors of Node's.
 */
export function openFolder(folder: string, name = 'responses'): string {
  const inner = join(folder, name)
  try {
    makeFolder(inner)
  } catch (error) {
    // One that cannot be written to can be read.
    if (!statSync(inner, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
  for (const [path, stats] of [
    [folder, statSync(folder)],
    [inner, lstatSync(inner)],
  ] as const) {
    const reason = stats.isDirectory() ? exposure(stats) : 'it is no folder'
    if (reason !== undefined) throw new UnusableFolder(`'${path}': ${reason}`)
  }
  return inner
}
