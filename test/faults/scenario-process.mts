/** The process of `scenario.mts`: servers whose faults only show in what comes after, on another request. */

import { createServer as createHttpServer } from 'node:http'
import { createSecureServer } from 'node:http2'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { deafen } from './deaf.mts'
import { makeCertificate } from './certificate.mts'
import { freePort } from '../support/free-port.mts'
import { serveHttp1 } from './http1.mts'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { Http1Exchange } from './exchange.mts'
import type { ScenarioName } from './scenario.mts'

const { cert, key } = makeCertificate()

/** What is told of the server at the end. */
const facts = { requests: 0, connections: 0, most: 0, beforeSlow: 0 }

const moduleAt = (path: string) => `export default ${JSON.stringify(path)}\n`

const answerOf = (body: string) =>
  `HTTP/1.1 200 OK\r\ncontent-type: text/javascript\r\ncontent-length: ${body.length}\r\n\r\n${body}`

async function listen(
  serve: (socket: Socket) => void,
  port = 0,
  host = '127.0.0.1',
): Promise<Server> {
  const server = createServer((socket) => {
    facts.connections++
    serve(socket)
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(port, host, resolve)
  await promise
  return server
}

const serve = (answer: (exchange: Http1Exchange, socket: Socket) => void) => (socket: Socket) =>
  serveHttp1(socket, socket, (exchange) => {
    facts.requests++
    return { http1: (own) => answer(own, socket), path: exchange.path }
  })

/** After each answer comes another, for which nobody asked. */
const poison = () =>
  listen(
    serve(({ path, send }) =>
      send(
        `${answerOf(moduleAt(path))}${answerOf("globalThis.poisoned = true\nexport default 'evil'\n")}`,
      ),
    ),
  )

/** Keeps connections, and closes them a moment after each answer: by FIN, by RST, or as the next request comes. */
const stale = () =>
  listen(
    serve(({ path, send }, socket) => {
      send(answerOf(moduleAt(path)))
      const turn = facts.requests % 4
      if (turn === 0) setTimeout(() => socket.end(), 1)
      else if (turn === 1) setTimeout(() => socket.resetAndDestroy(), 2)
      else if (turn === 2) socket.once('data', () => socket.resetAndDestroy())
      else socket.once('data', () => socket.end())
    }),
  )

/** Ends after each answer, and starts again at its port. */
async function restart(): Promise<Server> {
  const sockets = new Set<Socket>()
  let server: Server
  let isEnding = false
  const onSocket = (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    serve(async ({ path, send }) => {
      send(answerOf(moduleAt(path)))
      // A request that came on another connection meanwhile.
      if (isEnding) return
      isEnding = true
      await sleep(2)
      const { port } = server.address() as AddressInfo
      for (const other of sockets) other.destroy()
      await new Promise((resolve) => server.close(resolve))
      await sleep(5)
      server = await listen(onSocket, port)
      isEnding = false
    })(socket)
  }
  server = await listen(onSocket)
  return server
}

let inFlight = 0
let isSlowDone = false
/** Modules of the graph, without the slow one. */
let expected = 0

/** One module of many is only answered when all others are. If they wait for it, it gives up before its client does. */
async function many(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? ''
  inFlight++
  facts.requests++
  facts.most = Math.max(facts.most, inFlight)
  const count = Number(/^\/all-(\d+)/.exec(path)?.[1] ?? 0)
  if (count > 0) expected = count + 1
  if (path === '/slow.mjs') {
    for (let turn = 0; turn < 800 && facts.beforeSlow < expected; turn++) await sleep(10)
  } else await sleep(5)
  inFlight--
  if (path === '/slow.mjs') isSlowDone = true
  else if (!isSlowDone) facts.beforeSlow++
  response.setHeader('content-type', 'text/javascript')
  const names = Array.from({ length: count }, (_, number) => `./${number}.mjs`)
  const imports = [...names.slice(0, 3), './slow.mjs', ...names.slice(3)]
  const all = imports.map((name) => `import ${JSON.stringify(name)}\n`).join('')
  const body = `${count === 0 ? '' : all}globalThis.ran = (globalThis.ran ?? 0) + 1\n${moduleAt(path)}`
  response.setHeader('content-length', body.length)
  response.end(body)
}

async function open(name: ScenarioName): Promise<string> {
  if (name === 'many, http' || name === 'many, h2') {
    const isHttp2 = name === 'many, h2'
    const server = isHttp2
      ? createSecureServer({ cert, key }, many as never)
      : createHttpServer(many)
    server.on(isHttp2 ? 'secureConnection' : 'connection', () => facts.connections++)
    const { promise, resolve } = Promise.withResolvers<void>()
    server.listen(0, '127.0.0.1', resolve)
    await promise
    return `${isHttp2 ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  if (name === 'only ::1 hears' || name === 'only 127.0.0.1 hears') {
    const [, hears = ''] = name.split(' ')
    const port = await freePort()
    const onSocket = serve(({ path, send }) => send(answerOf(moduleAt(path))))
    await listen(onSocket, port, hears)
    await deafen(hears === '::1' ? '127.0.0.1' : '::1', [port])
    return `http://localhost:${port}`
  }
  const server = await { poison, stale, restart }[name]()
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const [name = ''] = process.argv.slice(2)
const url = await open(name as ScenarioName)
process.on('message', () => process.send?.(facts))
process.send?.({ url, certificate: cert })
// ! Ends with the process that started it, however that one ended.
process.on('disconnect', () => process.exit())
