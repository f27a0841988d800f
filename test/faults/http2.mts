/** A server of HTTP/2: node:http2 where it does as it is told, frames by hand where it would not. RFC 9113. */

import { performServerHandshake } from 'node:http2'
import { setTimeout as sleep } from 'node:timers/promises'
import { bytesOf, isBare } from './http1.mts'
import type { Socket } from 'node:net'
import type { Http2Exchange } from './exchange.mts'
import type { Answer, Reply } from './fault.mts'

/** RFC 9113 §7. */
export const codes = {
  noError: 0,
  internal: 2,
  refused: 7,
  cancel: 8,
  calm: 11,
  http11: 13,
} as const

async function sendAnswer(exchange: Http2Exchange, answer: Answer): Promise<void> {
  const { stream } = exchange
  const { status = 200, headers = {}, framing = 'length', end = 'proper', drip } = answer
  const body = bytesOf(answer.body)
  const sent = body.subarray(0, answer.cut ?? body.length)
  const isBodiless = status === 204 || status === 304
  const fields: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    fields[name.toLowerCase()] = typeof value === 'string' ? value : [...value]
  }
  if (framing === 'length' && !isBodiless) fields['content-length'] ??= String(body.length)
  if (stream.destroyed) return
  stream.respond({ ':status': status, ...fields }, { endStream: isBodiless })
  if (isBodiless) return
  if (drip === undefined) stream.write(sent)
  else {
    for (let at = 0; at < sent.length && !stream.destroyed; at++) {
      await sleep(drip)
      if (stream.writable) stream.write(sent.subarray(at, at + 1))
    }
  }
  if (end === 'never') return
  if (end === 'proper') stream.end()
  else {
    await sleep(20)
    if (end === 'reset') exchange.cut('error')
    else exchange.end('close')
  }
}

/** Serves a connection: each request gets what `reply` makes of it. */
export function serveHttp2(
  socket: Socket,
  raw: Socket,
  settings: { readonly maxConcurrentStreams?: number },
  reply: (exchange: Http2Exchange) => Reply,
): void {
  const session = performServerHandshake(socket, { settings })
  session.on('error', () => {})
  session.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    const exchange: Http2Exchange = {
      stream,
      path: String(headers[':path'] ?? '/'),
      headers: new Map(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      // Node makes INTERNAL_ERROR of an error, and NO_ERROR of none. RFC 9113 §7.
      cut: (how) => stream.destroy(how === 'error' ? new Error('Reset') : undefined),
      end: (how) => {
        if (how === 'close') session.destroy()
        else raw.resetAndDestroy()
      },
    }
    const answer = reply(exchange)
    if (!isBare(answer)) sendAnswer(exchange, answer).catch(() => {})
    else answer.http2?.(exchange)
  })
}

/** RFC 9113 §4.1. */
export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** A field that the table does not hold, without Huffman coding; both parts under 127 bytes. RFC 7541 §6.2.2. */
export function field(name: string, value: string): Buffer {
  const string = (text: string) => [Buffer.from([text.length]), Buffer.from(text, 'latin1')]
  return Buffer.concat([Buffer.from([0]), ...string(name), ...string(value)])
}

/** `:status: 200` of the static table. RFC 7541 appendix A. */
export const ok = Buffer.from([0x88])

export const frameType = { data: 0, headers: 1, reset: 3, settings: 4, goAway: 7, more: 9 } as const
export const flag = { endStream: 1, endHeaders: 4, acknowledged: 1 } as const

/** A GOAWAY: streams above `last` were not looked at. RFC 9113 §6.8. */
export function goAway(last: number, code: number): Buffer {
  const payload = Buffer.alloc(8)
  payload.writeUInt32BE(last, 0)
  payload.writeUInt32BE(code, 4)
  return frame(frameType.goAway, 0, 0, payload)
}

/** A connection whose frames are made by hand: settings are exchanged, then each request gets what `answer` sends. */
export function byFrames(
  socket: Socket,
  answer: (send: (bytes: Uint8Array) => void, stream: number) => void,
): void {
  const send = (bytes: Uint8Array) => {
    if (socket.writable) socket.write(bytes)
  }
  /** The connection preface, then frames. RFC 9113 §3.4. */
  let rest = Buffer.alloc(0)
  let isOpen = false
  socket.on('error', () => {})
  send(frame(frameType.settings, 0, 0, Buffer.alloc(0)))
  socket.on('data', (piece: Buffer) => {
    rest = Buffer.concat([rest, piece])
    if (!isOpen && rest.length >= 24) {
      rest = rest.subarray(24)
      isOpen = true
    }
    while (isOpen && rest.length >= 9) {
      const length = rest.readUIntBE(0, 3)
      if (rest.length < 9 + length) break
      const [type, flags] = [rest[3], rest[4] ?? 0]
      const stream = rest.readUInt32BE(5)
      rest = rest.subarray(9 + length)
      if (type === frameType.settings && (flags & flag.acknowledged) === 0) {
        send(frame(frameType.settings, flag.acknowledged, 0, Buffer.alloc(0)))
      } else if (type === frameType.headers) answer(send, stream)
    }
  })
}
