/** S09, S10, S12: status codes, and what is to be done about them. RFC 9110 §15. */

import { invalidRedirect, notFound, status } from '../codes.mts'
import { errorPage, times } from '../replies.mts'
import type { Fault } from '../fault.mts'

const forEver = (code: number, more: Partial<Fault> = {}): Fault => ({
  id: 'S09',
  name: `answers ${code}`,
  reply: () => errorPage(code),
  cold: status,
  ...more,
})

const passing = (code: number, count: number): Fault => ({
  id: 'S09',
  name: `answers ${code} ${count === 1 ? 'once' : 'twice'}`,
  reply: times(count, errorPage(code)),
  cold: 'new',
})

const retryAfter = (
  name: string,
  value: string | (() => string),
  more: Partial<Fault> = {},
): Fault => ({
  id: 'S10',
  name: `answers 429 once, Retry-After ${name}`,
  reply: times(1, () =>
    errorPage(429, { 'retry-after': typeof value === 'string' ? value : value() }),
  ),
  cold: 'new',
  ...more,
})

const date = (seconds: number) => () => new Date(Date.now() + seconds * 1000).toUTCString()

const odd = (code: number, more: Partial<Fault> = {}): Fault => ({
  id: 'S12',
  name: `answers ${code}`,
  reply: ({ good }) => ({ ...good, status: code }),
  cold: status,
  most: 1,
  ...more,
})

export const statusFaults: readonly Fault[] = [
  forEver(500, { spare: 'kept' }),
  forEver(502, { spare: 'kept' }),
  forEver(503, { spare: 'kept' }),
  forEver(504, { spare: 'kept' }),
  passing(500, 1),
  passing(502, 1),
  passing(503, 2),
  passing(504, 1),
  passing(408, 1),
  passing(425, 1),
  passing(429, 1),
  forEver(400, { most: 1 }),
  forEver(401, { most: 1 }),
  forEver(403, { most: 1 }),
  forEver(404, { most: 1, cold: notFound }),
  forEver(407, { most: 1 }),
  forEver(410, { most: 1, cold: notFound }),
  forEver(429),
  forEver(451, { most: 1 }),
  retryAfter('in 1 second', '1'),
  retryAfter('at once', '0'),
  retryAfter('by a date', date(1)),
  retryAfter('by a date that has passed', date(-1000)),
  retryAfter('of less than nothing', '-5'),
  retryAfter('in words', 'soon'),
  retryAfter('in a day', '86400', { cold: status, most: 1 }),
  retryAfter('on a date next year', date(365 * 24 * 60 * 60), { cold: status, most: 1 }),
  retryAfter('beyond numbers', '9'.repeat(400), { cold: status, most: 1 }),
  odd(201, { cold: 'new' }),
  odd(203, { cold: 'new' }),
  odd(204),
  odd(205, { reply: ({ good }) => ({ ...good, status: 205, body: '' }) }),
  odd(206),
  odd(299, { cold: 'new' }),
  odd(300),
  odd(304, { reply: () => ({ status: 304 }), stale: 'kept' }),
  odd(305),
  odd(306),
  {
    id: 'S12',
    name: 'redirects nowhere',
    reply: () => errorPage(302),
    cold: invalidRedirect,
    most: 1,
  },
  {
    id: 'S12',
    name: 'answers 404, and its body never comes',
    reply: () => ({ ...errorPage(404), cut: 0, end: 'never' }),
    cold: notFound,
    most: 1,
  },
  {
    id: 'S12',
    name: 'answers 404, and its body is cut off',
    reply: () => ({ ...errorPage(404), cut: 3, end: 'close' }),
    cold: notFound,
  },
  {
    id: 'S12',
    name: 'answers 404, and its body is broken gzip',
    reply: () => errorPage(404, { 'content-encoding': 'gzip' }),
    cold: notFound,
    most: 1,
  },
  {
    id: 'S12',
    name: 'answers 404, and its body has fifty codings',
    reply: () => errorPage(404, { 'content-encoding': Array(50).fill('gzip').join(', ') }),
    cold: notFound,
    most: 1,
  },
  {
    id: 'T25',
    name: 'answers 404, and its body is of forty megabytes',
    reply: () => ({ ...errorPage(404), body: Buffer.alloc(40_000_000, 'x'), framing: 'chunked' }),
    cold: notFound,
    most: 1,
  },
]
