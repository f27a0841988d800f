/**
 * Starts the engine's thread while the rest of this half is yet to be loaded, where a program is going to need one for certain:
 * it comes up meanwhile, on another processor. A script of its own in the package. docs/decisions/034-engine-start.md
 */

import { mayHavePack } from '../pack/pack-place.mts'
import { parseURL } from '../native.mts'
import { startThread } from '../bridge/thread-start.mts'
import type { EngineThread } from '../bridge/engine-thread.mts'

/**
 * Starts it, unless the program was given something before: what it asks for may be that, and then there is no engine.
 * `undefined`: not now; whoever needs it will try again, and say what is wrong.
 * @param self the registered file's URL
 * @param program as it was started
 */
export function startEarly(self: string, program: string | undefined): EngineThread | undefined {
  const ownURL = parseURL('.', self)!.href
  if (mayHavePack(ownURL, program)) return undefined
  try {
    const [extension] = /\.m[jt]s$/.exec(parseURL(self)!.pathname)!
    return startThread(`${ownURL}core/bridge/worker${extension}`, [])
  } catch {
    return undefined
  }
}
