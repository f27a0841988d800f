/** The process of `wire-server.mts`. */

import { createServer as createHttpServer } from 'node:http'
import { createSecureServer } from 'node:http2'
import { createServer as createTlsHttpServer } from 'node:https'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2Session, ServerHttp2Session, ServerHttp2Stream } from 'node:http2'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { WireKind, WireOptions } from './wire-server.mts'

const seen: string[] = []

/** Bodies are `x` a hundred times. */
const body = Buffer.alloc(100, 'x')
const whole = { ':status': 200, 'content-length': String(body.length) }

function answer(stream: ServerHttp2Stream): void {
  if (stream.destroyed) return
  stream.respond(whole)
  stream.end(body)
}

/** RFC 9113 §7. */
const codes: Readonly<Record<string, number>> = {
  none: 0,
  protocol: 1,
  internal: 2,
  refused: 7,
  cancel: 8,
  calm: 11,
  http1: 13,
}

type Serve = (stream: ServerHttp2Stream, session: Http2Session, times: number) => unknown

/** Path → what a stream to it gets; `times` counts the streams to it, from 1. */
const ways: Readonly<Record<string, Serve>> = {
  '/goaway-once': (stream, session, times) => {
    if (times > 1) return answer(stream)
    // No stream was processed: all of them may be repeated. RFC 9113 §6.8.
    session.goaway(0, 0)
    setTimeout(() => session.destroy(), 20)
    return undefined
  },
  '/goaway-always': (_stream, session) => {
    session.goaway(0, 0)
    setTimeout(() => session.destroy(), 20)
  },
  '/goaway-gentle': async (stream, session) => {
    stream.respond(whole)
    stream.write(body.subarray(0, 50))
    session.goaway(0, stream.id)
    await sleep(30)
    stream.end(body.subarray(50))
  },
  '/goaway-cut': async (stream, session) => {
    stream.respond(whole)
    stream.write(body.subarray(0, 50))
    await sleep(20)
    session.goaway(2, stream.id)
    session.destroy()
  },
  '/refused-once': (stream, _session, times) => {
    if (times === 1) stream.close(codes['refused'])
    else answer(stream)
  },
  '/refused-always': (stream) => stream.close(codes['refused']),
  '/many-fields': (stream) => {
    const fields = Array.from({ length: 3000 }, (_, at) => [`x-${at}`, 'y'])
    stream.respond({ ...whole, ...Object.fromEntries(fields) })
    stream.end(body)
  },
  '/large-field': (stream) => {
    stream.respond({ ...whole, 'x-large': 'y'.repeat(20_000) })
    stream.end(body)
  },
  '/http1-required': (stream) => stream.close(codes['http1']),
  '/unframed': (stream) => {
    stream.respond({ ':status': 200 })
    stream.end(body)
  },
  '/pings': (stream, session) => {
    for (let count = 0; count < 8; count++) session.ping(() => {})
    answer(stream)
  },
  '/destroyed': (_stream, session) => session.destroy(),
  '/hang': () => undefined,
}

async function reset(stream: ServerHttp2Stream, path: string): Promise<void> {
  const [, when, code = ''] = /^\/reset-(\w+)-(\w+)$/.exec(path) ?? []
  if (when === 'body') {
    stream.respond(whole)
    stream.write(body.subarray(0, 50))
    await sleep(20)
  }
  stream.close(codes[code])
}

function serveHttp2({ tls, streams, alone, delay = 0 }: WireOptions): Server {
  const settings = streams === undefined ? {} : { maxConcurrentStreams: streams }
  const server = createSecureServer({ ...tls, settings, allowHTTP1: alone !== true })
  server.on('request', (request, response) => {
    if (request.httpVersion === '1.1') response.end(body)
  })
  const times = new Map<string, number>()
  let open = 0
  let sessions = 0
  const numbers = new WeakMap<object, number>()
  server.on('session', (session: ServerHttp2Session) => {
    numbers.set(session, ++sessions)
    session.on('error', () => {})
  })
  server.on('stream', async (stream, headers) => {
    const path = String(headers[':path'])
    const time = (times.get(path) ?? 0) + 1
    times.set(path, time)
    stream.on('error', () => {})
    open += 1
    seen.push(`${numbers.get(stream.session as object)} ${path} ${open}`)
    stream.on('close', () => (open -= 1))
    if (delay > 0) await sleep(delay)
    if (path.startsWith('/reset-')) await reset(stream, path)
    else await (ways[path] ?? answer)(stream, stream.session as Http2Session, time)
  })
  return server as unknown as Server
}

/** A proxy that tunnels to loopback, whatever host was asked for, or refuses to. */
function serveProxy({ tls, status = 200, to }: WireOptions): Server {
  const server = tls === undefined ? createHttpServer() : createTlsHttpServer(tls)
  server.on('request', (request, response) => {
    seen.push(`${request.method} ${request.url}`)
    response.writeHead(500).end()
  })
  server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const { 'proxy-authorization': authorization = '' } = request.headers
    seen.push(`CONNECT ${request.url} ${authorization}`.trim())
    socket.on('error', () => {})
    if (status === 0) return
    socket.write(`HTTP/1.1 ${status} Whatever\r\n\r\n`)
    if (status !== 200) return socket.end()
    const target = connect(to ?? 0, '127.0.0.1')
    target.on('error', () => socket.destroy())
    target.on('close', () => socket.destroy())
    socket.on('close', () => target.destroy())
    target.write(head)
    target.pipe(socket).pipe(target)
  })
  return server
}

/** Puts up with so many connections, or with so many requests where it answers those with a status. Notes each by its path. */
function serveCrowd({ most = 4, status, delay = 10, tls }: WireOptions): Server {
  let running = 0
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    running += 1
    const isTooMuch = status !== undefined && running > most
    seen.push(`${isTooMuch ? 'too many' : 'taken'} ${request.url}`)
    setTimeout(
      () => {
        running -= 1
        response.writeHead(isTooMuch ? status : 200).end(body)
      },
      isTooMuch ? 0 : delay,
    )
  }
  const server = tls === undefined ? createHttpServer(take) : createTlsHttpServer(tls, take)
  let open = 0
  server.on('connection', (socket: Socket) => {
    if (status === undefined && open >= most) {
      seen.push('too many')
      return void socket.destroy()
    }
    open += 1
    seen.push('open')
    socket.on('close', () => (open -= 1)).on('error', () => {})
    return undefined
  })
  return server
}

/**
 * Modules `/0.mjs` to the last one, each of which imports the next. The first time each is served at once; from then on none
 * is, until all have been asked for.
 */
function servePatiently({ most = 10 }: WireOptions): Server {
  const waiting: (() => void)[] = []
  const server = createHttpServer(({ url = '' }, response) => {
    seen.push(url)
    const next = Number(url.slice(1, -4)) + 1
    const text = next < most ? `export { default } from './${next}.mjs'` : `export default ${next}`
    const headers = { 'content-type': 'text/javascript', 'content-length': text.length }
    const send = (): void => void response.writeHead(200, headers).end(text)
    if (seen.filter((each) => each.startsWith('/')).length <= most) return send()
    waiting.push(send)
    if (waiting.length === most) for (const each of waiting.splice(0)) each()
    return undefined
  })
  server.on('connection', () => void seen.push('open'))
  return server
}

const kinds: Readonly<Record<WireKind, (options: WireOptions) => Server>> = {
  http2: serveHttp2,
  proxy: serveProxy,
  crowded: serveCrowd,
  patient: servePatiently,
  full: () => createServer(),
  // Takes connections and says nothing.
  deaf: () => createServer((socket) => void socket.on('error', () => {})),
}

process.on('message', (message: 'seen' | { kind: WireKind; options: WireOptions }) => {
  if (message === 'seen') return process.send?.(seen)
  const { kind, options } = message
  const server = kinds[kind](options)
  const host = options.host ?? '127.0.0.1'
  server.listen({ port: options.port ?? 0, host, backlog: kind === 'full' ? 1 : 511 }, () => {
    const { port } = server.address() as AddressInfo
    process.send?.(port, () => {
      if (kind !== 'full') return
      // Accepts nobody: once its queue is full, whoever comes next gets no answer at all.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })
  })
  return undefined
})
// ! Ends with the process that started it, however that one ended.
process.on('disconnect', () => process.exit())
