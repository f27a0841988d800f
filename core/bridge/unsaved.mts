/** The end of a program waits until what it has added to the lock and the cache is on the disk: its engine writes later. */

import { ENDED, PHASE, UNCACHED, UNSAVED } from './protocol.mts'
import { threads } from './thread-start.mts'
import { SLICE, Vitals } from './vitals.mts'
import type { EngineThread } from './engine-thread.mts'

/** The longest wait, ms: more than another process's turn to write takes, also when that process is dead. */
const LONGEST = 7_000

/** Waiters, one for each engine of this thread that had something to write. */
const listeners = new WeakMap<EngineThread, () => void>()

/** `cell`: UNSAVED or UNCACHED. */
function wait(thread: EngineThread, cell: number): void {
  const { cells } = thread
  const end = performance.now() + LONGEST
  const vitals = new Vitals(thread)
  while (Atomics.load(cells, PHASE) !== ENDED && performance.now() < end) {
    if (Atomics.wait(cells, cell, 1, SLICE) !== 'timed-out') return
    // An engine that is dead writes nothing.
    if (vitals.check() !== undefined) return
  }
}

/**
 * Has the end of this thread wait for an engine that has something to write. A program with nothing that is
 * new in its lock and its cache never has the listener.
 */
export function waitAtExit(thread: EngineThread): void {
  const owes = [UNSAVED, UNCACHED].some((cell) => Atomics.load(thread.cells, cell) !== 0)
  if (!owes || listeners.has(thread)) return
  const listener = () => {
    wait(thread, UNSAVED)
    wait(thread, UNCACHED)
  }
  listeners.set(thread, listener)
  // The first of all: what another listener throws, or `process.exit` in it, would be the end.
  process.prependListener('exit', listener)
}

/** Waits now, for an engine that is going to be ended before the program is. */
export function waitBeforeEnd(thread: EngineThread): void {
  wait(thread, UNSAVED)
  wait(thread, UNCACHED)
  const listener = listeners.get(thread)
  if (listener === undefined) return
  listeners.delete(thread)
  process.off('exit', listener)
}

/**
 * Has a worker wait before it runs what is new in the lock: whoever started it may end it at any moment, or the program,
 * and it is not told.
 */
export function waitInWorker(thread: EngineThread | undefined): void {
  if (thread === undefined || Atomics.load(thread.cells, UNSAVED) === 0) return
  if (!threads().isMainThread) wait(thread, UNSAVED)
}
