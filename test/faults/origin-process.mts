/** The process of `origins.mts`: for each cell a server of its own, which is good until it is told to go wrong. */

import { createServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { makeCertificate } from './certificate.mts'
import { deafen } from './deaf.mts'
import { faults } from './faults.mts'
import { freePort } from '../support/free-port.mts'
import { serveHttp1 } from './http1.mts'
import { serveHttp2 } from './http2.mts'
import type { Server, Socket, AddressInfo } from 'node:net'
import type { SecureContextOptions, Server as TlsServer } from 'node:tls'
import type { Certificate } from './certificate.mts'
import type { Exchange } from './exchange.mts'
import type { Answer, Fault, ProtocolName, Reply, StateName } from './fault.mts'
import type { Control, Opened } from './origins.mts'

interface Origin {
  readonly fault: Fault
  readonly protocol: ProtocolName
  readonly state: StateName
  readonly servers: Server[]
  readonly sockets: Set<Socket>
  /** Makes secure connections; made when it is first needed, and anew when it goes wrong. */
  tls?: TlsServer
  /** Requests, and connections, since it went wrong. */
  asked: number
  connected: number
}

const origins: Origin[] = []
let isWrong = false

const cacheControl: Readonly<Record<StateName, string>> = {
  cold: 'no-store',
  stale: 'max-age=0',
  spare: 'max-age=0, stale-if-error=3600',
  fresh: 'max-age=3600',
  offline: 'max-age=0',
}

/** The module, or the text, as it was before and as it is now. */
function moduleOf({ fault, state }: Origin, version: 'first' | 'second'): Answer {
  const isText = fault.type === 'text'
  const code = `export default '${version}'\nexport const whole = 'whole'\n`
  return {
    headers: {
      'content-type': isText ? 'text/plain' : 'text/javascript',
      'cache-control': cacheControl[state],
      etag: version === 'first' ? '"1"' : '"2"',
      ...(version === 'first' && fault.primed),
    },
    body: isText ? `${version} ` : code,
  }
}

function replyOf(origin: Origin, exchange: Exchange, version: 1 | 2): Reply {
  if (!isWrong) return moduleOf(origin, 'first')
  const count = ++origin.asked
  const good = moduleOf(origin, 'second')
  const isConditional = exchange.headers.has('if-none-match')
  const { path } = exchange
  return origin.fault.reply?.({ count, path, isConditional, version, good }) ?? good
}

function tlsOptions(origin: Origin, good: Certificate): SecureContextOptions {
  if (!isWrong) return good
  const day = 24 * 60 * 60 * 1000
  const from = (days: number) => new Date(Date.now() + days * day)
  switch (origin.fault.tls) {
    case 'expired':
      return expired
    case 'future':
      return future
    case 'other-name':
      return otherName
    case 'unknown':
      return makeCertificate({ from: from(-1) })
    case 'old':
      return { ...good, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }
    default:
      return good
  }
}

let trusted: Certificate
let expired: Certificate
let future: Certificate
let otherName: Certificate

/** All that are wrong but for `unknown` are trusted: only what is wrong with them can be the reason to refuse. */
function makeCertificates(): string {
  const day = 24 * 60 * 60 * 1000
  const after = (days: number) => new Date(Date.now() + days * day)
  trusted = makeCertificate()
  expired = makeCertificate({ from: after(-9), to: after(-2) })
  future = makeCertificate({ from: after(2), to: after(9) })
  otherName = makeCertificate({ names: ['other.test'], addresses: [] })
  return [trusted, expired, future, otherName].map(({ cert }) => cert).join('')
}

function serve(origin: Origin, raw: Socket): void {
  const { fault, protocol, sockets } = origin
  if (isWrong) origin.connected++
  sockets.add(raw)
  raw.once('close', () => sockets.delete(raw))
  raw.on('error', () => {})
  raw.setNoDelay(true)
  if (isWrong && fault.accept !== undefined) return fault.accept(raw)
  if (protocol === 'http') {
    return serveHttp1(raw, raw, (exchange) => replyOf(origin, exchange, 1))
  }
  wires.set(raw.remotePort, raw)
  raw.once('close', () => wires.delete(raw.remotePort))
  origin.tls ??= serveTls(origin)
  origin.tls.emit('connection', raw)
}

/** By the port of the client: the connection that a secure one is made of. */
const wires = new Map<number | undefined, Socket>()

function serveTls(origin: Origin): TlsServer {
  const { fault, protocol } = origin
  const ALPNProtocols = protocol === 'h2' ? ['h2', 'http/1.1'] : ['http/1.1']
  const tls = createTlsServer({ ...tlsOptions(origin, trusted), ALPNProtocols })
  tls.on('tlsClientError', () => {})
  tls.on('secureConnection', (socket) => {
    socket.on('error', () => {})
    const raw = wires.get(socket.remotePort) ?? socket
    if (socket.alpnProtocol !== 'h2') {
      return serveHttp1(socket, raw, (exchange) => replyOf(origin, exchange, 1))
    }
    if (isWrong && fault.session !== undefined) return fault.session(socket, origin.connected)
    const settings = (isWrong && fault.settings) || {}
    serveHttp2(socket, raw, settings, (exchange) => replyOf(origin, exchange, 2))
  })
  return tls
}

function listen(origin: Origin, port: number, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => serve(origin, socket))
    origin.servers.push(server)
    server.once('error', reject)
    server.listen(port, address, () => resolve((server.address() as AddressInfo).port))
  })
}

/** Whether its name is that of other addresses, too. */
const isShared = ({ fault }: Origin) => fault.host?.name === 'localhost'

async function open(cells: Extract<Control, { do: 'open' }>['cells']): Promise<Opened> {
  const urls: string[] = []
  const certificates = makeCertificates()
  for (const { fault: name, protocol, state } of cells) {
    const fault = faults.find((fault) => fault.name === name) as Fault
    const sockets = new Set<Socket>()
    fault.prepare?.()
    origins.push({ fault, protocol, state, servers: [], sockets, asked: 0, connected: 0 })
  }
  // Two hosts of one name have different ports: those that share a name with others come last.
  const order = [...origins.keys()].sort(
    (a, b) => Number(isShared(origins[a]!)) - Number(isShared(origins[b]!)),
  )
  for (const index of order) {
    const origin = origins[index]!
    const { fault, protocol } = origin
    const { name, address } = fault.host ?? { name: '127.0.0.1', address: '127.0.0.1' }
    const port = isShared(origin) ? await freePort() : 0
    const file = fault.type === 'text' ? 'm.txt' : 'm.mjs'
    const at = await listen(origin, port, address)
    urls[index] = `${protocol === 'http' ? 'http' : 'https'}://${name}:${at}/${file}`
  }
  return { urls, certificates }
}

async function goWrong(): Promise<void> {
  isWrong = true
  const deaf: number[] = []
  for (const origin of origins) {
    const { fault, servers, sockets } = origin
    delete origin.tls
    // What is pooled was made by a server that was good.
    for (const socket of sockets) socket.destroy()
    if (fault.listener === undefined) continue
    for (const server of servers) {
      if (fault.listener === 'deaf') deaf.push((server.address() as AddressInfo).port)
      await new Promise((resolve) => server.close(resolve))
    }
  }
  await deafen('127.0.0.1', deaf)
}

process.on('message', async (control: Control) => {
  let value: unknown
  if (control.do === 'open') value = await open(control.cells)
  else if (control.do === 'go wrong') await goWrong()
  else value = origins.map(({ asked }) => asked)
  process.send?.(value ?? null)
})
// ! Ends with the process that started it, however that one ended.
process.on('disconnect', () => process.exit())
