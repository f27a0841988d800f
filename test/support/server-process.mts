/** The process of `server.mts`: node:http, told over the control channel what to answer. */

import { createServer } from 'node:http'
import { createSecureServer } from 'node:http2'
import { createServer as createTlsServer } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Control, RecordedRequest, Route, RouteAnswer, ServerOptions } from './server.mts'

const routes = new Map<string, Route[]>()
const requests: RecordedRequest[] = []
const connections = new Map<Socket, number>()
const started = performance.now()
let connectionCount = 0

const types: Readonly<Record<string, string>> = {
  cjs: 'application/node',
  css: 'text/css',
  html: 'text/html',
  js: 'text/javascript',
  json: 'application/json',
  md: 'text/markdown',
  mjs: 'text/javascript',
  mts: 'application/typescript',
  ts: 'application/typescript',
  txt: 'text/plain',
  wasm: 'application/wasm',
}

function answerFor(target: string): RouteAnswer {
  const path = target.split('?')[0] ?? ''
  const queue = routes.get(target) ?? routes.get(path) ?? routes.get('*')
  const route = queue !== undefined && queue.length > 1 ? queue.shift() : queue?.[0]
  if (route === undefined) {
    return { status: 404, headers: { 'content-type': 'text/plain' }, body: `No route ${target}\n` }
  }
  if (typeof route !== 'string' && !(route instanceof Uint8Array)) return route
  const type = types[/\.(\w+)$/.exec(path)?.[1] ?? '']
  return { body: route, headers: type === undefined ? {} : { 'content-type': type } }
}

function bytes(body: string | Uint8Array | undefined, charset: BufferEncoding): Buffer {
  return typeof body === 'string' ? Buffer.from(body, charset) : Buffer.from(body ?? [])
}

/** Sends a header section by hand: node:http would not end a body by closing while it is asked to keep alive. */
function writeHead(socket: Socket, answer: RouteAnswer): void {
  const lines = [`HTTP/1.1 ${answer.status ?? 200} ${answer.reason ?? ''}`]
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    for (const one of [value].flat()) lines.push(`${name}: ${one}`)
  }
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

async function send(answer: RouteAnswer, response: ServerResponse, socket: Socket): Promise<void> {
  const body = bytes(answer.body, 'utf8')
  const framing = answer.framing ?? 'length'
  const head: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    head[name] = typeof value === 'string' ? value : [...value]
  }
  const status = answer.status ?? 200
  const bodiless = status === 204 || status === 304
  const lengthGiven = Object.keys(head).some((name) => name.toLowerCase() === 'content-length')
  if (framing === 'length' && !lengthGiven && !bodiless)
    head['content-length'] = String(body.length)
  if (framing === 'close') {
    writeHead(socket, answer)
  } else {
    // A Content-Length that lies is the test's intention.
    response.strictContentLength = false
    if (answer.reason === undefined) response.writeHead(status, head)
    else response.writeHead(status, answer.reason, head)
    response.flushHeaders()
  }
  const out = framing === 'close' ? socket : response
  const end = answer.hang === 'body' ? (answer.cutAfter ?? 0) : (answer.cutAfter ?? body.length)
  const size = answer.drip?.size ?? Math.max(end, 1)
  for (let at = 0; at < end; at += size) {
    if (at > 0 && answer.drip !== undefined) await sleep(answer.drip.every)
    if (socket.destroyed) return
    await new Promise((done) => out.write(body.subarray(at, Math.min(at + size, end)), done))
  }
  if (answer.hang === 'body') return
  if (answer.cutAfter !== undefined || framing === 'close') socket.end()
  else response.end()
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = request.url ?? ''
  const { socket } = request
  response.on('error', () => {})
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece)
  requests.push({
    method: request.method ?? '',
    url: target,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
    ),
    rawHeaders: [...request.rawHeaders],
    body: Buffer.concat(pieces).toString(),
    httpVersion: request.httpVersion,
    connection: connections.get(socket) ?? 0,
    time: performance.now() - started,
  })
  const answer = answerFor(target)
  if (answer.delay !== undefined) await sleep(answer.delay)
  if (answer.hangUp === 'reset') socket.resetAndDestroy()
  else if (answer.hangUp === 'end') socket.destroy()
  else if (answer.raw !== undefined) {
    socket.write(bytes(answer.raw, 'latin1'))
    if (answer.keepOpen !== true) socket.end()
  } else if (answer.hang !== 'headers') await send(answer, response, socket)
}

function listen({
  host = '127.0.0.1',
  port = 0,
  tls,
  http2 = false,
}: ServerOptions): Promise<unknown> {
  if (host !== '127.0.0.1' && host !== '::1') throw new Error(`'${host}' is not loopback`)
  const answer = (request: unknown, response: unknown): void => {
    handle(request as IncomingMessage, response as ServerResponse).catch(() => {
      ;(request as IncomingMessage).socket.destroy()
    })
  }
  let server: Pick<Server, 'on' | 'listen' | 'address' | 'once'>
  if (tls === undefined) server = createServer(answer)
  else if (http2) server = createSecureServer({ ...tls, allowHTTP1: true }, answer) as never
  else server = createTlsServer(tls, answer)
  // Over TLS, what a request has as its socket is the TLSSocket of 'secureConnection'.
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    connections.set(socket, ++connectionCount)
    socket.on('error', () => {})
    socket.once('close', () => connections.delete(socket))
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const address = server.address() as AddressInfo
      const name = host === '::1' ? '[::1]' : host
      const scheme = tls === undefined ? 'http' : 'https'
      resolve({ port: address.port, url: `${scheme}://${name}:${address.port}` })
    })
  })
}

function perform(control: Control): unknown {
  if (control.do === 'start') return listen(control.options)
  if (control.do === 'requests') return requests
  if (control.do === 'set') {
    for (const [path, queue] of Object.entries(control.routes)) routes.set(path, [...queue])
  } else if (control.do === 'clear') {
    routes.clear()
    requests.length = 0
  } else {
    for (const socket of connections.keys()) socket.destroy()
  }
  return undefined
}

process.on('message', async (control: Control) => {
  try {
    process.send?.({ id: control.id, value: await perform(control) })
  } catch (error) {
    process.send?.({ id: control.id, error: String(error) })
  }
})
// ! Ends with the process that started it, however that one ended.
process.on('disconnect', () => process.exit())
