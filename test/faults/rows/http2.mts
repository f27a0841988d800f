/** S08, S19, T25 of HTTP/2. RFC 9113. */

import { coding, network, timeout } from '../codes.mts'
import { byFrames, codes, field, flag, frame, frameType, goAway, ok } from '../http2.mts'
import { times } from '../replies.mts'
import type { Socket } from 'node:net'
import type { Answer, Bare, Fault } from '../fault.mts'

const h2 = (name: string, more: Omit<Fault, 'id' | 'name' | 'protocols'>): Fault => ({
  id: 'S19',
  name,
  protocols: ['h2'],
  ...more,
})

const { headers, data, more: continuation } = frameType
const { endStream, endHeaders } = flag

const code = Buffer.from("export default 'second'\nexport const whole = 'whole'\n")
const javascript = field('content-type', 'text/javascript')

/** Answers each request by these frames. */
const frames =
  (...make: readonly ((stream: number) => Buffer)[]) =>
  (socket: Socket): void =>
    byFrames(socket, (send, stream) => {
      for (const one of make) send(one(stream))
    })

/** A head of these fields, and the module. */
const withFields = (...fields: readonly Buffer[]) =>
  frames(
    (stream) => frame(headers, endHeaders, stream, Buffer.concat([ok, javascript, ...fields])),
    (stream) => frame(data, endStream, stream, code),
  )

/** Ends the stream before it has answered. */
const refuse = (reason: number): Bare => ({
  http2: ({ stream }) => stream.close(reason),
})

/** Ends the stream within the body, without an error. */
const cut = (good: Answer, fields: Readonly<Record<string, string>>): Bare => ({
  http2(exchange) {
    exchange.stream.respond({ 'content-type': 'text/javascript', ...fields })
    exchange.stream.write(String(good.body).slice(0, 25))
    setTimeout(() => exchange.cut('no error'), 20)
  },
  // Who asks by HTTP/1.1 after that gets no end of the body, either.
  http1({ send, end }) {
    send(
      `HTTP/1.1 200 OK\r\ncontent-type: text/javascript\r\n\r\n${String(good.body).slice(0, 25)}`,
    )
    end('close')
  },
})

/** A head of these fields, half of the module, and a reset. */
const resetWithin = (reason: number, ...fields: readonly Buffer[]) =>
  frames(
    (stream) => frame(headers, endHeaders, stream, Buffer.concat([ok, javascript, ...fields])),
    (stream) => frame(data, 0, stream, code.subarray(0, 25)),
    (stream) => frame(frameType.reset, 0, stream, Buffer.from([0, 0, 0, reason])),
  )

const length = { 'content-length': String(code.length) }

export const http2Faults: readonly Fault[] = [
  h2('says GOAWAY at once on the first connection', {
    session: (socket, count) => {
      if (count === 1) return byFrames(socket, (send) => send(goAway(0, 0)))
      return withFields(field('content-length', String(code.length)))(socket)
    },
    cold: 'new',
  }),
  h2('says GOAWAY on each connection', {
    session: (socket) => byFrames(socket, (send) => send(goAway(0, 0))),
    cold: [network, timeout],
    waits: true,
  }),
  h2('says GOAWAY while it answers, and answers', {
    reply: ({ good }) => ({
      http2({ stream }) {
        stream.session?.goaway(0, stream.id ?? 1)
        stream.respond({ 'content-type': 'text/javascript', ...length })
        setTimeout(() => stream.end(good.body), 30)
      },
    }),
    cold: 'new',
  }),
  h2('refuses a stream once', { reply: times(1, refuse(codes.refused)), cold: 'new' }),
  h2('refuses each stream', { reply: () => refuse(codes.refused), cold: network }),
  h2('resets a stream once', { reply: times(1, refuse(codes.internal)), cold: 'new' }),
  h2('resets each stream', { reply: () => refuse(codes.internal), cold: network }),
  h2('wants calm', { reply: () => refuse(codes.calm), cold: network }),
  h2('wants HTTP/1.1', {
    // RFC 9113 §7, HTTP_1_1_REQUIRED: it answers there.
    reply: ({ version, good }) => (version === 2 ? refuse(codes.http11) : good),
    cold: 'new',
  }),
  h2('cancels within a body of a known length', {
    session: resetWithin(codes.cancel, field('content-length', String(code.length))),
    cold: network,
  }),
  h2('cancels within a body', {
    session: resetWithin(codes.cancel),
    // Who asks by HTTP/1.1 after that gets no end of the body, either.
    reply: ({ good }) => cut(good, {}),
    cold: network,
  }),
  h2('cancels within a body that is said to be gzip', {
    session: resetWithin(codes.cancel, field('content-encoding', 'gzip')),
    cold: coding,
    spare: 'kept',
  }),
  h2('ends a stream within a body, without an error', {
    reply: ({ good }) => cut(good, {}),
    cold: network,
  }),
  h2('ends a stream within a body of a known length, without an error', {
    reply: ({ good }) => cut(good, length),
    cold: network,
  }),
  h2('ends a stream once within a body, without an error', {
    reply: times(1, ({ good }) => cut(good, length)),
    cold: 'new',
  }),
  h2('allows no streams', { settings: { maxConcurrentStreams: 0 }, waits: true, cold: timeout }),
  h2('answers by HTTP/1.1 in HTTP/2', {
    session: (socket) => {
      socket.on('data', () => {})
      socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${code.length}\r\n\r\n${code}`)
    },
    cold: network,
  }),
  h2('answers with garbage in HTTP/2', {
    session: (socket) => {
      socket.on('data', () => {})
      socket.write(Buffer.alloc(999, 0xff))
    },
    cold: network,
  }),
  h2('has NUL in a field of HTTP/2', {
    session: withFields(field('x', 'a\0b')),
    // RFC 9113 §8.2.1: malformed. Node drops the field before anyone can see it.
    cold: ['new', network],
    spare: ['new', 'kept'],
  }),
  h2('has capitals in a field of HTTP/2', {
    session: withFields(field('X-Y', '1')),
    cold: network,
  }),
  h2('has a field of the connection in HTTP/2', {
    session: withFields(field('transfer-encoding', 'chunked')),
    cold: network,
  }),
  h2('has two lengths in HTTP/2', {
    session: withFields(
      field('content-length', String(code.length)),
      field('content-length', '25'),
    ),
    cold: network,
  }),
  h2('sends a body without a head', {
    session: frames((stream) => frame(data, endStream, stream, code)),
    cold: network,
  }),
  h2('sends a head that cannot be read', {
    session: frames((stream) =>
      frame(headers, endHeaders | endStream, stream, Buffer.alloc(9, 0xff)),
    ),
    cold: network,
  }),
  h2('sends 100,000 fields in HTTP/2', {
    session: (socket) =>
      byFrames(socket, (send, stream) => {
        send(frame(headers, 0, stream, ok))
        const many = Buffer.concat(
          Array.from({ length: 100 }, (_, n) => field(`x-${n}`, 'x'.repeat(99))),
        )
        for (let number = 0; number < 1000; number++) send(frame(continuation, 0, stream, many))
      }),
    cold: [network, timeout],
    waits: true,
  }),
]
