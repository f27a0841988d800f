/** The end of a program has its engine write what the next start is to have, if that is not written yet. */

import { ENDED, PHASE, UNPACKED } from './protocol.mts'
import { SLICE, Vitals } from './vitals.mts'
import type { EngineThread } from './engine-thread.mts'

/** The longest wait, ms: a pack saves time, and is not to cost any that somebody notices. */
const LONGEST = 3_000

/** What the end of this thread does, for each engine of it that had something to write. */
const listeners = new WeakMap<EngineThread, () => void>()

function pack(thread: EngineThread, id: number): void {
  const { cells, port } = thread
  if (Atomics.load(cells, UNPACKED) === 0) return
  const end = performance.now() + LONGEST
  const vitals = new Vitals(thread)
  port.postMessage({ id, method: 'pack', params: undefined, received: 0 })
  while (Atomics.load(cells, PHASE) !== ENDED && performance.now() < end) {
    if (Atomics.wait(cells, UNPACKED, 1, SLICE) !== 'timed-out') return
    if (vitals.check() !== undefined) return
  }
}

/** Has the end of this thread wait for what is being written. A program without a pack never has the listener. */
export function packAtExit(thread: EngineThread, nextId: () => number): void {
  if (Atomics.load(thread.cells, UNPACKED) === 0 || listeners.has(thread)) return
  const listener = () => pack(thread, nextId())
  listeners.set(thread, listener)
  process.on('exit', listener)
}

/** Has it written now, for an engine that is going to be ended before the program is. */
export function packBeforeEnd(thread: EngineThread, nextId: () => number): void {
  pack(thread, nextId())
  const listener = listeners.get(thread)
  if (listener === undefined) return
  listeners.delete(thread)
  process.off('exit', listener)
}
