/** What starts the engine's thread early, in the package: one script, `early.cjs`. The build puts this in the place of `early-part.mts`. */

import { loadScript } from './script.mts'
import { shared } from './built-rest.mts'
import type * as Early from './early.mts'

/** Loads it, now; `undefined` where that cannot be: then nothing is started early. Never throws. */
export function loadEarly(self: string): typeof Early | undefined {
  try {
    return loadScript(self, 'core/application/early.cjs', shared).exports as typeof Early
  } catch {
    // Whatever is wrong with the installation is said by the rest.
    return undefined
  }
}
