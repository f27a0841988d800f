/** What an engine owes to the disk, the pack, the lock and the cache: it writes later, and whoever ends it waits for that. */

import { packAtExit, packBeforeEnd } from './unpacked.mts'
import { waitAtExit, waitBeforeEnd } from './unsaved.mts'
import type { EngineThread } from './engine-thread.mts'

export { waitInWorker } from './unsaved.mts'

/** Has the end of this thread wait. */
export function settleAtExit(thread: EngineThread, nextId: () => number): void {
  waitAtExit(thread)
  packAtExit(thread, nextId)
}

/** Waits now, for an engine that is going to be ended before the program is. */
export function settle(thread: EngineThread, nextId: () => number): void {
  packBeforeEnd(thread, nextId)
  waitBeforeEnd(thread)
}
