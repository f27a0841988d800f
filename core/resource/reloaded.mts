/**
 * What was asked for anew by MIMEPORT_RELOAD: once is enough for a process, so all its engines share this memory. A set of
 * digests: one that is found by chance, two in a thousand million, is not asked for anew.
 */

import { crypto } from '../builtins.mts'

/** How many are remembered. */
const CAPACITY = 32_768

/** Places looked at before one is taken from another. */
const PROBES = 16

let cells: Int32Array = new Int32Array(CAPACITY)

/** Takes memory that other engines of the process have, too. */
export function shareReloaded(memory: SharedArrayBuffer): void {
  cells = new Int32Array(memory)
}

/** What stands for a request, never 0, and where to look for it. */
function placesOf(key: string): [mark: number, places: number[]] {
  const digest = crypto().createHash('sha256').update(key).digest()
  const first = digest.readUInt32LE(4)
  const places = Array.from({ length: PROBES }, (_, index) => (first + index) % cells.length)
  return [digest.readInt32LE(0) || 1, places]
}

/** Whether a request was answered anew before. */
export function wasReloaded(key: string): boolean {
  const [mark, places] = placesOf(key)
  return places.some((place) => Atomics.load(cells, place) === mark)
}

/** Notes that a request was answered anew. */
export function noteReloaded(key: string): void {
  const [mark, places] = placesOf(key)
  if (places.some((place) => Atomics.compareExchange(cells, place, 0, mark) === 0)) return
  Atomics.store(cells, places[0]!, mark)
}
