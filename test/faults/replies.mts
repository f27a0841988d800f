/** Replies that many faults are made of. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Asked, Bare, ProtocolName, Reply } from './fault.mts'

/** The protocols whose wire is HTTP/1.1: what is said there by hand has no counterpart in HTTP/2. */
export const byHand: readonly ProtocolName[] = ['http', 'https']

/** Does it so many times, and then what it should. */
export const times =
  (count: number, reply: Reply | ((asked: Asked) => Reply)) =>
  (asked: Asked): Reply => {
    if (asked.count > count) return asked.good
    return typeof reply === 'function' ? reply(asked) : reply
  }

/** Ends the connection without a word. */
export const hangUp = (how: 'close' | 'reset'): Bare => ({
  http1: (exchange) => exchange.end(how),
  http2: (exchange) => exchange.end(how),
})

/** Says nothing. */
export const silence: Bare = { http1: () => {}, http2: () => {} }

/** Sends these bytes instead of an answer, and ends the connection. */
export const raw = (text: string | Uint8Array): Bare => ({
  http1(exchange) {
    exchange.send(text)
    exchange.end('close')
  },
})

/** Sends a head by hand: lines under a 200 of JavaScript, and then the body of the module. */
export const rawHead = (good: Answer, lines: readonly string[], body = String(good.body)): Bare =>
  raw(`HTTP/1.1 200 OK\r\ncontent-type: text/javascript\r\n${lines.join('\r\n')}\r\n\r\n${body}`)

/** Sends a piece again and again, until nobody listens. */
export const flood = (
  start: string,
  piece: (number: number) => string,
  { every = 0, pieces = Infinity } = {},
): Bare => ({
  async http1({ socket, send }) {
    send(start)
    for (let number = 0; number < pieces && socket.writable; number++) {
      send(piece(number))
      if (every > 0) await sleep(every)
      else if (socket.writableNeedDrain) await sleep(1)
    }
  },
})

export const errorPage = (statusCode: number, headers: Readonly<Record<string, string>> = {}) => ({
  status: statusCode,
  headers: { 'content-type': 'text/plain', ...headers },
  body: 'It went wrong\n',
})
