/**
 * A process that writes a lock, five entries at a time: `node lock-process.mts <file> <name> <count>`. It tells its parent of
 * the entries that were written; without a number it goes on until it is killed.
 */

import { writeLock } from '../../core/lock/writer.mts'
import { lockedModule } from './lock.mts'

const [, , file = '', name = '', count = 'Infinity'] = process.argv

/** Entries that are written at a time. */
const BATCH = 5

for (let index = 0; index < Number(count); index += BATCH) {
  const keys = Array.from({ length: BATCH }, (_, i) => `https://a.example/${name}/${index + i}.mjs`)
  writeLock(file, (there) => {
    return new Map([...(there ?? []), ...keys.map((key) => [key, lockedModule(key)] as const)])
  })
  process.send?.(keys)
}
process.disconnect?.()
