import { Buffer } from 'node:buffer'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { request } from '../../core/http/request.mts'
import { makeCertificate } from '../faults/certificate.mts'
import { freePort } from '../support/free-port.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import type { TestServer } from '../support/server.mts'

const test = suite<{ server: TestServer }>('http stale')

test.before(async (context) => {
  context.server = await startServer()
})
test.after(({ server }) => server.stop())
test.before.each(({ server }) => server.clear())

const network = 'ERR_MIMEPORT_NETWORK'
const text = (body: Uint8Array): string => Buffer.from(body).toString()

test('a stale connection is replaced, once, without a word', async ({ server }) => {
  for (const hangUp of ['end', 'reset'] as const) {
    await server.set('/x', ['one', { hangUp }, 'three'])
    assert.is(text((await request(`${server.url}/x`)).body), 'one')
    await server.requests()
    assert.is(text((await request(`${server.url}/x`)).body), 'three')
    const asked = (await server.requests('/x')).slice(-3).map(({ connection }) => connection)
    assert.is(asked[0], asked[1], 'the connection was kept')
    assert.is.not(asked[1], asked[2], 'the connection was replaced')
  }
})

test('a fresh connection that fails is not tried again', async () => {
  const fresh = await startServer()
  for (const hangUp of ['end', 'reset'] as const) {
    await fresh.set(`/${hangUp}`, { hangUp })
    const error = await rejects(request(`${fresh.url}/${hangUp}`), network)
    assert.match(error.message, 'the server closed the connection without an answer')
    assert.is((await fresh.requests(`/${hangUp}`)).length, 1)
  }
  await fresh.stop()
})

test('a POST on a stale connection is not repeated', async ({ server }) => {
  await server.set('/x', ['one', { hangUp: 'end' }, 'three'])
  await request(`${server.url}/x`)
  await server.requests()
  await rejects(request(`${server.url}/x`, { method: 'POST', body: 'x' }), network)
  assert.is((await server.requests('/x')).length, 2)
})

test('connections that the server closes meanwhile are not noticed', async ({ server }) => {
  await server.set('/x', 'x')
  for (let round = 0; round < 50; round++) {
    const many = Array.from({ length: 5 }, () => request(`${server.url}/x`))
    for (const { body } of await Promise.all(many)) assert.is(text(body), 'x')
    await server.disconnect()
  }
})

test('a server that starts again between requests is not noticed', async () => {
  const tls = makeCertificate()
  setDefaultCACertificates([...getCACertificates('bundled'), tls.cert])
  for (const options of [{}, { tls }, { tls, http2: true }]) {
    let server = await startServer({ ...options, port: await freePort() })
    for (let round = 0; round < 3; round++) {
      await server.set('*', 'x')
      const many = Array.from({ length: 10 }, (_, count) => request(`${server.url}/${count}`))
      for (const { statusCode } of await Promise.all(many)) assert.is(statusCode, 200)
      await server.stop()
      server = await startServer({ ...options, port: server.port })
    }
    await server.stop()
  }
  setDefaultCACertificates(getCACertificates('bundled'))
})

test('a server that starts again at its port is found', async () => {
  const port = await freePort()
  let server = await startServer({ port })
  for (let round = 0; round < 3; round++) {
    await server.set('/x', 'x')
    assert.is(text((await request(`${server.url}/x`)).body), 'x')
    await server.stop()
    const error = await rejects(request(`${server.url}/x`), network)
    assert.match(error.message, 'nothing listens there; is the server running? (ECONNREFUSED)')
    server = await startServer({ port })
  }
  await server.stop()
})

test.run()
