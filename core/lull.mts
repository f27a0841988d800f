/** Work that can wait until nothing else is to be done: a request that can go out goes out first. The engine's thread. */

import { elapsed } from './elapsed.mts'

/** ms without work that are a lull. */
const PAUSE = 2

/** ms that a timer may be late though nothing kept it. */
const LATE = 1

/** How often one is waited for: a thread that is never idle has it done all the same. */
const TRIES = 10

/** What waits, in its order. */
const waiting: (() => void)[] = []
let timer: NodeJS.Timeout | undefined
let since = 0
let tries = 0

function wait(): void {
  since = elapsed()
  // Unref'd: it must not be what keeps the event loop turning.
  timer = setTimeout(look, PAUSE).unref()
}

function look(): void {
  // Late: something was done meanwhile, and what that has led to may be about to be done.
  const isLate = elapsed() - since > PAUSE + LATE
  tries += 1
  if (isLate && tries < TRIES) return wait()
  tries = 0
  timer = undefined
  const work = waiting.shift()
  if (waiting.length > 0) wait()
  try {
    work?.()
  } catch {
    // Whoever needs it does it once more, and says what is wrong.
  }
}

/** Does `work` in the next lull of the event loop, piece by piece: between two of them whatever has come gets its turn. */
export function inLull(...work: readonly (() => void)[]): void {
  waiting.push(...work)
  if (timer === undefined && waiting.length > 0) wait()
}
