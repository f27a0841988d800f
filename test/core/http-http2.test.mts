import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isTransient } from '../../core/http/network-error.mts'
import { request } from '../../core/http/request.mts'
import { configureLimits } from '../../core/limits.mts'
import { makeCertificate } from '../faults/certificate.mts'
import { byFrames, field, flag, frame, frameType, goAway, ok } from '../faults/http2.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import { startWire } from '../support/wire-server.mts'
import type { AddressInfo } from 'node:net'
import type { WireServer } from '../support/wire-server.mts'

const test = suite<{ server: WireServer }>('http http2')
const tls = makeCertificate()
const network = 'ERR_MIMEPORT_NETWORK'
const timeout = 'ERR_MIMEPORT_TIMEOUT'

const at = ({ port }: { port: number }, path: string): string => `https://127.0.0.1:${port}${path}`

test.before(async (context) => {
  setDefaultCACertificates([...getCACertificates('default'), tls.cert])
  context.server = await startWire('http2', { tls })
})
test.after(async ({ server }) => {
  await server.stop()
  setDefaultCACertificates(getCACertificates('bundled'))
})
test.after.each(() => configureLimits({}, {}))

test('many requests go by one connection', async ({ server }) => {
  const many = Array.from({ length: 150 }, (_, count) => request(at(server, `/many/${count}`)))
  for (const { body } of await Promise.all(many)) assert.is(body.length, 100)
  const seen = (await server.seen()).filter((line) => line.includes('/many/'))
  assert.equal(new Set(seen.map((line) => line.split(' ')[0])).size, 1)
})

test('what the server has not seen is sent again by itself', async ({ server }) => {
  for (const path of ['/goaway-once', '/refused-once']) {
    assert.is((await request(at(server, path))).body.length, 100, path)
    const seen = (await server.seen()).filter((line) => line.includes(path))
    assert.is(seen.length, 2)
  }
})

test('a GOAWAY lets what it has accepted come to its end', async ({ server }) => {
  assert.is((await request(at(server, '/goaway-gentle'))).body.length, 100)
  assert.is((await request(at(server, '/after'))).body.length, 100)
})

test('what comes together with the end of its connection is read', async () => {
  const { data, headers } = frameType
  const server = createServer({ ...tls, ALPNProtocols: ['h2'] }, (socket) => {
    byFrames(socket, (send, stream) => {
      const fields = Buffer.concat([ok, field('content-length', '4')])
      const head = frame(headers, flag.endHeaders, stream, fields)
      const body = frame(data, flag.endStream, stream, Buffer.from('last'))
      send(Buffer.concat([head, body, goAway(stream, 0)]))
      socket.end()
    })
  })
  await once(server.listen(0, '127.0.0.1').unref(), 'listening')
  const { port } = server.address() as AddressInfo
  for (let times = 0; times < 10; times++) {
    const { body } = await request(at({ port }, `/${times}`))
    assert.is(Buffer.from(body).toString(), 'last')
  }
  server.close()
})

test('a server that refuses for ever ends in an error that may pass', async ({ server }) => {
  for (const path of ['/goaway-always', '/refused-always']) {
    const error = await rejects(request(at(server, path)), network)
    assert.ok(isTransient(error), path)
    const seen = (await server.seen()).filter((line) => line.includes(path))
    assert.ok(seen.length <= 3, `${path}: ${seen.length}`)
  }
})

test('a stream that is reset before its response fails, and may pass', async ({ server }) => {
  for (const code of ['none', 'internal', 'cancel']) {
    const error = await rejects(request(at(server, `/reset-head-${code}`)), network)
    assert.match(error.message, 'the server ended the request without an answer')
    assert.ok(isTransient(error), code)
  }
})

test('a stream that is reset within its body fails, and may pass', async ({ server }) => {
  for (const code of ['none', 'internal', 'cancel', 'refused']) {
    const error = await rejects(request(at(server, `/reset-body-${code}`)), network)
    assert.match(error.message, 'its body is cut off')
    assert.ok(isTransient(error), code)
  }
  const error = await rejects(request(at(server, '/goaway-cut')), network)
  assert.ok(isTransient(error))
})

test('a connection that ends without an answer fails, and may pass', async ({ server }) => {
  const error = await rejects(request(at(server, '/destroyed')), network)
  assert.match(error.message, 'the server closed the connection without an answer')
  assert.ok(isTransient(error))
})

test('errors of the protocol are final', async ({ server }) => {
  for (const code of ['protocol', 'calm']) {
    const error = await rejects(request(at(server, `/reset-head-${code}`)), network)
    assert.not.ok(isTransient(error), code)
  }
})

test('a flood of fields fails, and pings do not matter', async ({ server }) => {
  const error = await rejects(request(at(server, '/many-fields')), network)
  assert.match(error.message, 'sends too many fields')
  assert.not.ok(isTransient(error))
  const large = await rejects(request(at(server, '/large-field')), network)
  assert.match(large.message, 'its header section is above 16 KiB')
  assert.not.ok(isTransient(large))
  assert.is((await request(at(server, '/pings'))).body.length, 100)
})

test('a server that allows no streams is given up after the headers time', async () => {
  configureLimits({}, { headers: 150 })
  const none = await startWire('http2', { tls, streams: 0 })
  const paths = ['/1', '/2', '/3']
  await Promise.all(
    paths.map(async (path) => {
      const error = await rejects(request(at(none, path)), timeout)
      assert.match(error.message, `${path}': the server did not answer within 150 ms`)
    }),
  )
  assert.equal(await none.seen(), [])
  await none.stop()
})

test('no more streams than the server allows, and none waits in vain', async () => {
  // The last ones wait for longer than the headers time: what waits for its turn has not gone out.
  configureLimits({}, { headers: 1000 })
  const two = await startWire('http2', { tls, streams: 2, delay: 400 })
  const many = Array.from({ length: 8 }, (_, count) => request(at(two, `/${count}`)))
  for (const { statusCode } of await Promise.all(many)) assert.is(statusCode, 200)
  const open = (await two.seen()).map((line) => Number(line.split(' ')[2]))
  assert.is(Math.max(...open), 2)
  await two.stop()
})

test('one slow response holds up no other', async ({ server }) => {
  const stop = new AbortController()
  const slow = request(at(server, '/hang'), { signal: stop.signal })
  const many = Array.from({ length: 20 }, (_, count) => request(at(server, `/quick/${count}`)))
  await Promise.all(many)
  stop.abort()
  await rejects(slow, timeout)
  assert.is((await request(at(server, '/after'))).statusCode, 200)
})

test('a connection on which nothing comes any more is given up, and no other', async ({
  server,
}) => {
  const sessionsOf = async (paths: readonly string[]): Promise<string[]> => {
    const seen = (await server.seen()).map((line) => line.split(' '))
    return paths.map((path) => seen.find(([, of]) => of === path)?.[0] ?? '')
  }
  configureLimits({}, { headers: 1000 })
  await request(at(server, '/alive/1'))
  const slow = rejects(request(at(server, '/hang')), timeout)
  for (let count = 0; count < 6; count++) {
    await sleep(250)
    await request(at(server, `/alive/${count}`))
  }
  await slow
  await request(at(server, '/alive/last'))
  const [first, same] = await sessionsOf(['/alive/1', '/alive/last'])
  assert.is(first, same)
  await rejects(request(at(server, '/hang')), timeout)
  await request(at(server, '/replaced'))
  const [other] = await sessionsOf(['/replaced'])
  assert.is.not(other, same)
})

test('a server that wants HTTP/1.1 for a request is asked by it', async () => {
  const both = await startWire('http2', { tls })
  assert.is((await request(at(both, '/http1-required'))).body.length, 100)
  await both.stop()
})

test('without an end marker, HTTP/2 is asked again by HTTP/1.1, and alone is refused', async () => {
  const both = await startServer({ tls, http2: true })
  await both.set('/x', { framing: 'chunked', body: 'x' })
  assert.is(Buffer.from((await request(`${both.url}/x`)).body).toString(), 'x')
  const versions = (await both.requests()).map(({ httpVersion }) => httpVersion)
  assert.equal(versions, ['2.0', '1.1'])
  await both.stop()
  const alone = await startWire('http2', { tls, alone: true })
  assert.is((await request(at(alone, '/x'))).statusCode, 200)
  const error = await rejects(request(at(alone, '/unframed')), network)
  assert.match(error.message, 'the server must send Content-Length or chunks')
  await alone.stop()
})

test.run()
