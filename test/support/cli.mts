/** Runs the command `mimeport` as a user does: the source's, or the package's that `MIMEPORT_UNDER_TEST` names. */

import { dirname, extname, join } from 'node:path'
import { loaderPath, run } from './spawn.mts'
import type { Run, RunOptions } from './spawn.mts'

export const cliPath = join(dirname(loaderPath), 'cli', `mimeport${extname(loaderPath)}`)

/** Runs `mimeport <args>`. `CI` is not the user's: whoever wants it says so. */
export function mimeport(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return run([cliPath, ...args], { ...options, nodeArgs: [], env: { CI: '', ...options.env } })
}
