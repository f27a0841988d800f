/** The system's number of the engine's thread. */

import { readlinkSync } from 'node:fs'

/** Tells the number of this thread, by which the other one can see how it fares; 0 where that is not Linux. */
export function threadNumber(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1)) || 0
  } catch {
    return 0
  }
}
