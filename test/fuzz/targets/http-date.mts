/** Dates of HTTP, and Retry-After. */

import * as assert from 'uvu/assert'
import { parseDate } from '../../../core/cache/http-date.mts'
import { retryAfter } from '../../../core/resource/retry-after.mts'
import type { Random } from '../random.mts'

export const name = 'http-date'
export const linear = true

export const seeds = [
  'Sun, 06 Nov 1994 08:49:37 GMT',
  'Sunday, 06-Nov-94 08:49:37 GMT',
  'Sun Nov  6 08:49:37 1994',
  'Sat, 31 Dec 2016 23:59:60 GMT',
  'Mon, 29 Feb 2100 00:00:00 GMT',
  'Mon, 01 Jan 0099 00:00:00 GMT',
  '120',
  '99999999999999999999',
  '-1',
  '1.5',
]

export const dictionary = [
  'GMT',
  'UTC',
  'Feb',
  '29',
  '30',
  '24:00:00',
  ' ',
  ', ',
  '-',
  '0000',
  '9999',
]

const now = Date.UTC(2026, 10, 20)

export function generate(random: Random): string {
  return new Date(random.next() * 1000 + random.below(1000)).toUTCString()
}

export function run(input: string): void {
  const time = parseDate(input, now)
  if (time !== undefined) {
    assert.ok(Number.isInteger(time))
    assert.is(time % 1000, 0)
    const text = new Date(time).toUTCString()
    // A year of fewer than four digits, or more, has no form in HTTP.
    if (/ \d{4} \d\d:/.test(text)) {
      assert.is(parseDate(text, now), time, 'a date that is written again is the same')
    }
    assert.match(input, /\d/)
  }
  const wait = retryAfter({ 'retry-after': input }, now)
  assert.ok(wait === undefined || wait >= 0, 'nobody waits for less than nothing')
  if (/^\d+$/.test(input)) assert.is(wait, Number(input) * 1000)
  assert.is(retryAfter({}, now), undefined)
  const dated = retryAfter({ 'retry-after': seeds[0]!, date: input }, now)
  assert.ok(dated !== undefined && dated >= 0)
}
