/** S03, S04, S06, S07: bodies whose end is wrong. A part of a module that parses must not run. */

import { network, timeout } from '../codes.mts'
import { byHand, flood, raw, rawHead, times } from '../replies.mts'
import type { Answer, Asked, Fault } from '../fault.mts'

/** Half of a body: `export default '…'` is whole, and parses. */
const cut = (good: Answer, more: Answer): Answer => ({ ...good, cut: 25, ...more })

const cuts: readonly Fault[] = (
  [
    ['of a known length', 'length'],
    ['in chunks', 'chunked'],
  ] as const
).flatMap(([which, framing]) =>
  (['close', 'reset'] as const).flatMap((end) => {
    const how = end === 'close' ? 'closes' : 'resets'
    const reply = ({ good }: Asked) => cut(good, { framing, end })
    return [
      { id: 'S03', name: `${how} within a body ${which}`, reply, cold: network },
      {
        id: 'S03',
        name: `${how} once within a body ${which}`,
        reply: times(1, reply),
        cold: 'new',
      },
    ]
  }),
)

const wrongHead = (name: string, ...lines: readonly string[]): Fault => ({
  id: 'S07',
  name,
  protocols: byHand,
  reply: ({ good }) =>
    rawHead(
      good,
      lines.map((line) => line.replace('{length}', String(String(good.body).length))),
    ),
  cold: network,
})

const wrongChunks = (name: string, chunks: (body: string) => string): Fault => ({
  id: 'S07',
  name,
  protocols: byHand,
  reply: ({ good }) => rawHead(good, ['transfer-encoding: chunked'], chunks(String(good.body))),
  cold: network,
})

const size = (body: string) => body.length.toString(16)

export const framingFaults: readonly Fault[] = [
  ...cuts,
  {
    id: 'S04',
    name: 'ends a body by closing',
    reply: ({ good }) => ({ ...good, framing: 'close' }),
    cold: network,
  },
  {
    id: 'S04',
    name: 'cuts a body that is ended by closing',
    reply: ({ good }) => cut(good, { framing: 'close', end: 'close' }),
    cold: network,
  },
  {
    id: 'S04',
    name: 'answers by HTTP/1.0 without a length',
    protocols: byHand,
    reply: ({ good }) =>
      raw(`HTTP/1.0 200 OK\r\ncontent-type: text/javascript\r\n\r\n${String(good.body)}`),
    cold: network,
  },
  {
    id: 'S04',
    name: 'answers by HTTP/1.0 with a length',
    protocols: byHand,
    reply: ({ good }) =>
      raw(
        `HTTP/1.0 200 OK\r\ncontent-type: text/javascript\r\ncontent-length: ${String(good.body).length}\r\n\r\n${String(good.body)}`,
      ),
    cold: 'new',
  },
  {
    id: 'S04',
    name: 'sends chunks, and no length in HTTP/2',
    reply: ({ good }) => ({ ...good, framing: 'chunked' }),
    cold: 'new',
  },
  {
    id: 'S06',
    name: 'sends more than the length says',
    protocols: byHand,
    reply: ({ good }) =>
      rawHead(good, [`content-length: ${String(good.body).length}`], `${String(good.body)}more`),
    // RFC 9112 §6.3: the length is the body's end. To refuse it all is right, too.
    cold: ['new', network],
    spare: ['new', 'kept'],
  },
  {
    id: 'S06',
    name: 'sends more than the length says, in HTTP/2',
    protocols: ['h2'],
    reply: ({ good }) => ({ ...good, headers: { ...good.headers, 'content-length': '30' } }),
    cold: network,
  },
  {
    id: 'S06',
    name: 'sends less than the length says, in HTTP/2',
    protocols: ['h2'],
    reply: ({ good }) => ({ ...good, headers: { ...good.headers, 'content-length': '300' } }),
    cold: network,
  },
  {
    id: 'S06',
    name: 'sends less than the length says, and waits',
    protocols: byHand,
    reply: ({ good }) => ({ ...good, headers: { ...good.headers, 'content-length': '300' } }),
    waits: true,
    cold: timeout,
  },
  wrongHead('has two lengths', 'content-length: {length}', 'content-length: 25'),
  wrongHead('has two lengths in a field', 'content-length: {length}, 25'),
  wrongHead('has a length and chunks', 'content-length: {length}', 'transfer-encoding: chunked'),
  wrongHead('has a length below nothing', 'content-length: -1'),
  wrongHead('has a length in hexadecimal', 'content-length: 0x1f'),
  wrongHead('has a length with a sign', 'content-length: +{length}'),
  wrongHead('has an empty length', 'content-length: '),
  wrongHead('has a length beyond numbers', 'content-length: 99999999999999999999999'),
  wrongHead('has a transfer coding that is unknown', 'transfer-encoding: secret'),
  wrongHead('has chunks that are not last', 'transfer-encoding: chunked, gzip'),
  wrongChunks('has a chunk without a size', (body) => `\r\n${body}\r\n0\r\n\r\n`),
  wrongChunks('has a chunk of an odd size', (body) => `-${size(body)}\r\n${body}\r\n0\r\n\r\n`),
  wrongChunks('has a chunk beyond numbers', (body) => `fffffffffffffffff\r\n${body}`),
  wrongChunks('has a chunk that is longer than it says', (body) => `5\r\n${body}\r\n0\r\n\r\n`),
  {
    id: 'T25',
    name: 'sends a chunk extension without end',
    protocols: byHand,
    reply: () =>
      flood(
        'HTTP/1.1 200 OK\r\ncontent-type: text/javascript\r\ntransfer-encoding: chunked\r\n\r\n5;x=',
        () => 'x'.repeat(100),
        { every: 5 },
      ),
    waits: true,
    cold: [network, timeout],
  },
  {
    id: 'T25',
    name: 'sends trailers without end',
    protocols: byHand,
    reply: () =>
      flood(
        'HTTP/1.1 200 OK\r\ncontent-type: text/javascript\r\ntransfer-encoding: chunked\r\n\r\n0\r\n',
        (number) => `x-${number}: ${'x'.repeat(100)}\r\n`,
        { every: 5 },
      ),
    waits: true,
    cold: [network, timeout],
  },
]
