/** S22, D07: validators, and fields that say how long a response may be used. RFC 9111 §4. */

import { offline } from '../codes.mts'
import type { Fault } from '../fault.mts'

const years = (count: number) =>
  new Date(Date.now() + count * 365 * 24 * 60 * 60 * 1000).toUTCString()

export const storedFaults: readonly Fault[] = [
  {
    id: 'S22',
    name: 'says 304 whenever it is asked on a condition',
    reply: ({ isConditional, good }) => (isConditional ? { status: 304 } : good),
    cold: 'new',
    stale: 'kept',
  },
  {
    id: 'S22',
    name: 'says 304 of something else',
    reply: ({ isConditional, good }) =>
      isConditional ? { status: 304, headers: { etag: '"other"' } } : good,
    cold: 'new',
    // RFC 9111 §4.3.4: what is stored is not what the 304 is of.
    stale: 'new',
  },
  {
    id: 'S22',
    name: 'has a weak validator',
    primed: { etag: 'W/"1"' },
    reply: ({ isConditional, good }) =>
      isConditional ? { status: 304, headers: { etag: 'W/"1"' } } : good,
    cold: 'new',
    stale: 'kept',
  },
  {
    id: 'S22',
    name: 'answers as a proxy for everything: Vary *',
    primed: { vary: '*' },
    cold: 'new',
    fresh: 'new',
    // RFC 9111 §4.1: never matches. Nobody can be asked, so there is nothing.
    offline,
  },
  {
    id: 'S22',
    name: 'wants nothing to be stored',
    primed: { 'cache-control': 'no-store' },
    cold: 'new',
    fresh: 'new',
    offline,
  },
  {
    id: 'S22',
    name: 'sent what was old already: Age',
    primed: { age: '99999' },
    cold: 'new',
    fresh: 'new',
  },
  {
    id: 'S22',
    name: 'sent an Age beyond numbers',
    primed: { age: '9'.repeat(40) },
    cold: 'new',
    fresh: 'new',
  },
  {
    id: 'D07',
    name: 'lives ten years ago',
    primed: { date: years(-10) },
    cold: 'new',
    fresh: 'new',
  },
  {
    id: 'D07',
    name: 'lives in ten years',
    primed: { date: years(10) },
    cold: 'new',
    // RFC 9111 §4.2.3: its apparent age is none. It may be used for its time, and not for ten years.
    fresh: ['kept', 'new'],
  },
  {
    id: 'D07',
    name: 'has dates that are none',
    primed: { 'cache-control': 'private', date: 'today', expires: '0', 'last-modified': 'then' },
    cold: 'new',
    fresh: 'new',
  },
]
