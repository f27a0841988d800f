/** S08, T25: what is no header section, or too much of one. */

import { network, timeout } from '../codes.mts'
import { byHand, flood, raw, rawHead } from '../replies.mts'
import type { Fault, Reply, Asked } from '../fault.mts'

const http1 = (
  name: string,
  reply: Reply | ((asked: Asked) => Reply),
  more: Partial<Fault> = {},
): Fault => ({
  id: 'S08',
  name,
  protocols: byHand,
  reply: typeof reply === 'function' ? reply : () => reply,
  cold: network,
  ...more,
})

const length = ({ good }: Asked) => `content-length: ${String(good.body).length}`

const informational = (words: string, count: number, more: Pick<Fault, 'cold'>): Fault => ({
  id: 'T25',
  name: `sends ${words} informational answers first`,
  reply: ({ good }) => ({
    http1({ send }) {
      const body = String(good.body)
      const early = 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'.repeat(count)
      const head = `content-type: text/javascript\r\ncontent-length: ${body.length}`
      send(`${early}HTTP/1.1 200 OK\r\n${head}\r\n\r\n${body}`)
    },
    http2({ stream }) {
      for (let number = 0; number < count; number++) stream.additionalHeaders({ ':status': 103 })
      const length = String(good.body).length
      stream.respond({ 'content-type': 'text/javascript', 'content-length': length })
      stream.end(good.body)
    },
  }),
  ...more,
})

export const headFaults: readonly Fault[] = [
  http1('answers with garbage', raw('\x1b[2J\x07\0garbage\r\n\r\n')),
  http1('answers by HTTP/0.9', ({ good }) => raw(String(good.body))),
  http1('answers as SSH does', raw('SSH-2.0-OpenSSH_10.0\r\n')),
  http1('answers by HTTP/3.0 in words', raw('HTTP/3.0 200 OK\r\ncontent-length: 0\r\n\r\n')),
  http1('has NUL in a field', (asked) => rawHead(asked.good, [length(asked), 'x: a\0b'])),
  http1('has ESC in a field', (asked) => rawHead(asked.good, [length(asked), 'x: a\x1b[2Jb'])),
  http1(
    'has ESC in the reason phrase',
    raw('HTTP/1.1 500 \x1b]0;owned\x07\r\ncontent-length: 0\r\n\r\n'),
    // Whether it is a failure of HTTP or that of the server: nothing runs.
    { cold: [network, 'ERR_MIMEPORT_STATUS'], spare: 'kept' },
  ),
  http1('has a space before a colon', (asked) => rawHead(asked.good, [length(asked), 'x : 1'])),
  http1('has a field without a name', (asked) => rawHead(asked.good, [length(asked), ': 1'])),
  http1('has a status code of two digits', raw('HTTP/1.1 20 OK\r\ncontent-length: 0\r\n\r\n')),
  http1(
    'switches protocols unasked',
    raw('HTTP/1.1 101 x\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  ),
  http1(
    'sends 100,000 fields',
    flood('HTTP/1.1 200 OK\r\n', (n) => `x-${n}: ${n}\r\n`, { pieces: 100_000 }),
    {
      id: 'T25',
    },
  ),
  http1('sends a field of a megabyte', raw(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(1e6)}\r\n\r\n`), {
    id: 'T25',
  }),
  informational('ten', 10, { cold: 'new' }),
  informational('eleven', 11, { cold: network }),
  {
    id: 'T25',
    name: 'sends informational answers without end',
    reply: () => ({
      ...flood('', () => 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n', { every: 2 }),
      http2({ stream }) {
        const timer = setInterval(() => {
          if (stream.destroyed) clearInterval(timer)
          else stream.additionalHeaders({ ':status': 103 })
        }, 2)
      },
    }),
    waits: true,
    cold: [network, timeout],
  },
]
