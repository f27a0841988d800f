/** Work that can wait until nothing else is to be done: a request that can go out goes out first. The engine's thread. */

import { elapsed } from './elapsed.mts'

/** ms without work that are a lull. */
const PAUSE = 2

/** ms that a timer may be late though nothing kept it. */
const LATE = 1

/** How often one is waited for: a thread that is never idle has it done all the same. */
const TRIES = 10

/** Does `work` in the next lull of the event loop, piece by piece: between two of them whatever has come gets its turn. */
export function inLull(...work: readonly (() => void)[]): void {
  const [first, ...rest] = work
  if (first === undefined) return
  let tries = TRIES
  let since = elapsed()
  const timer = setTimeout(() => {
    const now = elapsed()
    // Late: something was done meanwhile, and what that has led to may be about to be done.
    if (now - since > PAUSE + LATE && --tries > 0) {
      since = now
      timer.refresh()
      return
    }
    first()
    inLull(...rest)
    // It must not be what keeps the event loop turning.
  }, PAUSE).unref()
}
