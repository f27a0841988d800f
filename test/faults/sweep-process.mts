/** The process of `sweep.mts`: serves one module, cut where the path says. `/<coding>/<framing>/<end>/<cut>/m.mjs` */

import { createServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { makeCertificate } from './certificate.mts'
import { serveHttp1 } from './http1.mts'
import { serveHttp2 } from './http2.mts'
import { codings } from './coding.mts'
import type { AddressInfo, Socket } from 'node:net'
import type { Exchange } from './exchange.mts'
import type { Answer, Reply } from './fault.mts'
import type { CodingName } from './coding.mts'

const [text = ''] = process.argv.slice(2)
const bodies = Object.fromEntries(
  Object.entries(codings).map(([name, encode]) => [name, encode(Buffer.from(text))]),
) as Record<CodingName, Uint8Array>

function replyOf({ path }: Exchange, version: 1 | 2): Reply {
  const [, coding = '', framing = '', end = '', cut = ''] = path.split('/')
  const body = bodies[coding as CodingName]
  const headers = {
    'content-type': 'text/javascript',
    etag: '"1"',
    'cache-control': 'max-age=3600',
    ...(coding !== 'identity' && { 'content-encoding': coding }),
  }
  const sent = body.subarray(0, Number(cut))
  // Who is not content with how HTTP/2 ends a body asks by HTTP/1.1.
  const answer = { headers, body, framing: framing as 'length', cut: sent.length } as const
  if (end === 'short') {
    // The framing is right, and what it frames is cut off. Or, in HTTP/2: shorter than its length says.
    if (version === 2 && framing === 'length') return { ...answer, end: 'proper' }
    return { headers, body: sent, framing: answer.framing }
  }
  if (end === 'quiet' && version === 2) {
    return {
      http2({ stream, cut }) {
        const length = framing === 'length' ? { 'content-length': String(body.length) } : {}
        stream.respond({ ...headers, ...length })
        stream.write(sent)
        setTimeout(() => cut('no error'), 10)
      },
    }
  }
  const how = end === 'quiet' ? 'close' : (end as Answer['end'] & string)
  return { ...answer, end: sent.length === body.length ? 'proper' : how }
}

const certificate = makeCertificate()
const tls = createTlsServer({ ...certificate, ALPNProtocols: ['h2', 'http/1.1'] })
tls.on('tlsClientError', () => {})
/** By the port of the client: the connection that a secure one is made of. */
const wires = new Map<number | undefined, Socket>()
tls.on('secureConnection', (socket) => {
  socket.on('error', () => {})
  const wire = wires.get(socket.remotePort) ?? socket
  if (socket.alpnProtocol === 'h2') {
    serveHttp2(socket, wire, {}, (exchange) => replyOf(exchange, 2))
  } else serveHttp1(socket, wire, (exchange) => replyOf(exchange, 1))
})

async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.setNoDelay(true)
    serve(socket)
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  return (server.address() as AddressInfo).port
}

const plain = await listen((socket) =>
  serveHttp1(socket, socket, (exchange) => replyOf(exchange, 1)),
)
const secure = await listen((socket) => {
  const { remotePort } = socket
  wires.set(remotePort, socket)
  socket.once('close', () => wires.delete(remotePort))
  tls.emit('connection', socket)
})
process.send?.({ plain, secure, certificate: certificate.cert })
// ! Ends with the process that started it, however that one ended.
process.on('disconnect', () => process.exit())
