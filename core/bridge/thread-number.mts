/** By what number the system knows a thread. */

import { readlinkSync } from 'node:fs'

/** Linux alone tells a thread its number; with it the other thread can see how this one fares. */
export function threadNumber(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1)) || 0
  } catch {
    return 0
  }
}
