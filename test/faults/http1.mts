/** A server of HTTP/1.1 by hand: what it sends is what is written here. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Socket } from 'node:net'
import type { Http1Exchange } from './exchange.mts'
import type { Answer, Bare, Reply } from './fault.mts'

export const isBare = (reply: Reply): reply is Bare => 'http1' in reply || 'http2' in reply

export const bytesOf = (body: string | Uint8Array = ''): Uint8Array =>
  typeof body === 'string' ? Buffer.from(body) : body

/** The header section of an answer. */
function headOf(answer: Answer): string {
  const { status = 200, headers = {}, framing = 'length' } = answer
  const lines = [`HTTP/1.1 ${status} It is so`]
  for (const [name, value] of Object.entries(headers)) {
    for (const one of [value].flat()) lines.push(`${name}: ${one}`)
  }
  const isBodiless = status === 204 || status === 304
  const isTold = Object.keys(headers).some((name) => name.toLowerCase() === 'content-length')
  if (framing === 'chunked') lines.push('transfer-encoding: chunked')
  else if (framing === 'length' && !isBodiless && !isTold) {
    lines.push(`content-length: ${bytesOf(answer.body).length}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

async function sendAnswer(exchange: Http1Exchange, answer: Answer): Promise<void> {
  const { framing = 'length', end = 'proper', drip } = answer
  const body = bytesOf(answer.body)
  const sent = body.subarray(0, answer.cut ?? body.length)
  const piece = (bytes: Uint8Array) =>
    framing === 'chunked'
      ? Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
      : bytes
  if (drip !== undefined) {
    exchange.send(headOf(answer))
    for (let at = 0; at < sent.length && !exchange.socket.destroyed; at++) {
      await sleep(drip)
      exchange.send(piece(sent.subarray(at, at + 1)))
    }
  } else {
    const pieces = [Buffer.from(headOf(answer), 'latin1')]
    if (sent.length > 0) pieces.push(Buffer.from(piece(sent)))
    exchange.send(Buffer.concat(pieces))
  }
  if (end === 'never') return
  if (end === 'proper' && framing === 'chunked') exchange.send('0\r\n\r\n')
  if (end === 'close' || (end === 'proper' && framing === 'close')) exchange.end('close')
  // What was sent before a reset must have arrived, or the reset overtakes it.
  if (end === 'reset') await sleep(20).then(() => exchange.end('reset'))
}

/** Serves a connection: each request gets what `reply` makes of it. */
export function serveHttp1(
  socket: Socket,
  raw: Socket,
  reply: (exchange: Http1Exchange) => Reply,
): void {
  let text = ''
  let last = Promise.resolve()
  socket.on('error', () => {})
  socket.on('data', (piece) => {
    text += piece.toString('latin1')
    for (let at = text.indexOf('\r\n\r\n'); at >= 0; at = text.indexOf('\r\n\r\n')) {
      const [line = '', ...fields] = text.slice(0, at).split('\r\n')
      text = text.slice(at + 4)
      const exchange: Http1Exchange = {
        socket,
        path: line.split(' ')[1] ?? '/',
        headers: new Map(
          fields.map((field) => {
            const colon = field.indexOf(':')
            return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]
          }),
        ),
        send: (piece) => {
          if (socket.writable) socket.write(piece, 'latin1')
        },
        end: (how) => {
          if (how === 'close') socket.end()
          else raw.resetAndDestroy()
        },
      }
      last = last.then(async () => {
        const answer = reply(exchange)
        if (!isBare(answer)) await sendAnswer(exchange, answer)
        else answer.http1?.(exchange)
      })
    }
  })
}
