/** What the first response needs and no request does, loaded while that is waited for. */

import { crypto } from '../builtins.mts'
import { inLull } from '../lull.mts'
import { scanModule } from '../module-syntax.mts'

/** One after another: what comes meanwhile is not kept waiting for all of them. */
const pieces = [
  () => void scanModule(''),
  () => void crypto().hash('sha256', ''),
  () => void performance.timeOrigin,
]

let isBegun = false

/** Loads it in the next lull, once. To be called when a request is about to go out. */
export function makeReady(): void {
  if (isBegun) return
  isBegun = true
  inLull(...pieces)
}
