/** The configuration's `timeout` and `limits`. */

import { fail, isObject, refuseUnknown } from './failure.mts'
import { received } from '../../text.mts'
import { defaultLimits, defaultTimeouts } from '../../limits.mts'

/** The longest delay of a timer of Node's, ms: a longer one fires at once. */
const LONGEST = 2 ** 31 - 1

export function checkNumbers(file: string, name: 'timeout' | 'limits', group: unknown): void {
  if (!isObject(group)) fail(file, `'${name}' must be an object. Received ${received(group)}`)
  const known = name === 'limits' ? defaultLimits : defaultTimeouts
  refuseUnknown(file, group, Object.keys(known), `'${name}'`)
  for (const [key, number] of Object.entries(group)) {
    // No speed is asked for, then.
    if (key === 'speed' && number === 0) continue
    if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) {
      fail(file, `'${name}.${key}' must be a positive number. Received ${received(number)}`)
    }
    if (name === 'limits' && !Number.isSafeInteger(number)) {
      fail(file, `'${name}.${key}' must be an integer. Received ${received(number)}`)
    }
    if (name === 'timeout' && number > LONGEST) {
      fail(file, `'${name}.${key}' must be at most ${LONGEST} (ms). Received ${received(number)}`)
    }
  }
}
