/** S01, S02, S17, S20: connections that are not made, not kept, or not used. */

import { network, timeout } from '../codes.mts'
import { byHand, flood, hangUp, silence, times } from '../replies.mts'
import type { Fault } from '../fault.mts'

export const connectionFaults: readonly Fault[] = [
  {
    id: 'S01',
    name: 'takes no connection',
    protocols: ['http'],
    listener: 'deaf',
    waits: true,
    cold: timeout,
  },
  {
    id: 'S01',
    name: 'never answers in TLS',
    protocols: ['https', 'h2'],
    accept: () => {},
    waits: true,
    cold: timeout,
  },
  { id: 'S01', name: 'never answers', reply: () => silence, waits: true, cold: timeout },
  { id: 'S02', name: 'is not there', listener: 'gone', cold: network },
  {
    id: 'S02',
    name: 'closes each connection as it is made',
    accept: (socket) => socket.end(),
    cold: network,
  },
  {
    id: 'S02',
    name: 'resets each connection as it is made',
    accept: (socket) => socket.resetAndDestroy(),
    cold: network,
  },
  { id: 'S02', name: 'closes without an answer', reply: () => hangUp('close'), cold: network },
  { id: 'S02', name: 'resets without an answer', reply: () => hangUp('reset'), cold: network },
  {
    id: 'S02',
    name: 'closes once without an answer',
    reply: times(1, hangUp('close')),
    cold: 'new',
  },
  {
    id: 'S02',
    name: 'resets once without an answer',
    reply: times(1, hangUp('reset')),
    cold: 'new',
  },
  {
    id: 'S02',
    name: 'closes and resets without an answer, then answers',
    reply: times(2, ({ count }) => hangUp(count === 1 ? 'close' : 'reset')),
    cold: 'new',
  },
  {
    id: 'S02',
    name: 'closes in the middle of a field',
    protocols: byHand,
    reply: () => ({
      http1(exchange) {
        exchange.send('HTTP/1.1 200 OK\r\ncontent-ty')
        exchange.end('close')
      },
    }),
    cold: network,
  },
  {
    id: 'S17',
    name: 'is at ::1, and its name is localhost',
    host: { name: 'localhost', address: '::1' },
    cold: 'new',
  },
  {
    id: 'S17',
    name: 'is at 127.0.0.1, and its name is localhost',
    host: { name: 'localhost', address: '127.0.0.1' },
    cold: 'new',
  },
  {
    id: 'S17',
    name: 'is at [::1]',
    host: { name: '[::1]', address: '::1' },
    cold: 'new',
  },
  {
    id: 'S20',
    name: 'drips a header section without end',
    protocols: byHand,
    reply: () => flood('HTTP/1.1 200 OK\r\nx: ', () => 'x', { every: 40 }),
    waits: true,
    cold: timeout,
  },
  {
    id: 'S20',
    name: 'drips a body slowly, to its end',
    reply: ({ good }) => ({ ...good, drip: 4 }),
    cold: 'new',
  },
  {
    id: 'S20',
    name: 'drips a body that never ends',
    reply: ({ good }) => ({ ...good, body: `//${'x'.repeat(100_000)}`, drip: 40 }),
    waits: true,
    cold: timeout,
  },
  {
    id: 'S20',
    name: 'drips faster than it must, without end',
    reply: ({ good }) => ({ ...good, body: `//${'x'.repeat(100_000)}`, drip: 2 }),
    waits: true,
    cold: timeout,
    // RFC 5861 §4 allows what is kept. The import's own deadline, which ends this, leaves no time for it.
    spare: ['kept', timeout],
  },
  {
    id: 'S20',
    name: 'drips a byte a second',
    reply: ({ good }) => ({ ...good, drip: 1000 }),
    waits: true,
    cold: timeout,
  },
  {
    id: 'S20',
    name: 'stops in the middle of a body',
    reply: ({ good }) => ({ ...good, cut: 10, end: 'never' }),
    waits: true,
    cold: timeout,
  },
  {
    id: 'S20',
    name: 'stops before the body',
    reply: ({ good }) => ({ ...good, cut: 0, end: 'never' }),
    waits: true,
    cold: timeout,
  },
  {
    id: 'S20',
    name: 'stops before the end of the chunks',
    reply: ({ good }) => ({ ...good, framing: 'chunked', end: 'never' }),
    waits: true,
    cold: timeout,
  },
]
