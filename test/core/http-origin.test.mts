import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isTransient } from '../../core/http/network-error.mts'
import { request } from '../../core/http/request.mts'
import { configureLimits } from '../../core/limits.mts'
import { makeCertificate } from '../faults/certificate.mts'
import { freePort } from '../support/free-port.mts'
import { hasIPv6 } from '../support/ipv6.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import { startWire } from '../support/wire-server.mts'
import type { TestServer } from '../support/server.mts'

const test = suite<{ plain: TestServer; secure: TestServer }>('http origin')
const tls = makeCertificate()
const timeout = 'ERR_MIMEPORT_TIMEOUT'
const network = 'ERR_MIMEPORT_NETWORK'

test.before(async (context) => {
  setDefaultCACertificates([...getCACertificates('default'), tls.cert])
  context.plain = await startServer()
  context.secure = await startServer({ tls })
})
test.after(async ({ plain, secure }) => {
  await Promise.all([plain.stop(), secure.stop()])
  setDefaultCACertificates(getCACertificates('bundled'))
})
test.before.each(async ({ plain, secure }) => {
  await Promise.all([plain.clear(), secure.clear()])
})
test.after.each(() => configureLimits({}, {}))

async function connectionsFor(server: TestServer, requests: number): Promise<number> {
  await server.set('*', { body: 'x', delay: 20 })
  const many = Array.from({ length: requests }, (_, count) => request(`${server.url}/${count}`))
  for (const { statusCode } of await Promise.all(many)) assert.is(statusCode, 200)
  const asked = await server.requests()
  assert.is(asked.length, requests)
  return new Set(asked.map(({ connection }) => connection)).size
}

test('HTTP/1.1 has 64 connections to an origin, plain or by TLS', async ({ plain, secure }) => {
  for (const server of [plain, secure]) {
    assert.is(await connectionsFor(server, 63), 63)
    await server.clear()
    assert.is(await connectionsFor(server, 130), 64)
    await server.clear()
    assert.is(await connectionsFor(server, 64), 64)
  }
})

test('the configuration says how many connections', async () => {
  configureLimits({ connections: 2 }, {})
  const server = await startServer()
  assert.is(await connectionsFor(server, 10), 2)
  await server.stop()
})

test('who waits is served in turn', async ({ plain }) => {
  await plain.set('*', { body: 'x', delay: 5 })
  const many = Array.from({ length: 30 }, (_, count) => request(`${plain.url}/${count}`))
  await Promise.all(many)
  const order = (await plain.requests()).map(({ url }) => Number(url.slice(1)))
  // Six at a time: nobody is overtaken by more than those on the way.
  for (const [at, number] of order.entries()) assert.ok(Math.abs(at - number) < 6, `${order}`)
})

test('one slow response holds up neither its origin nor another one', async ({ plain, secure }) => {
  const stop = new AbortController()
  for (const server of [plain, secure]) {
    await server.set({ '*': { body: 'x' }, '/slow': { hang: 'headers' } })
  }
  const slow = Array.from({ length: 5 }, () => request(`${plain.url}/slow`, stop))
  const one = request(`${secure.url}/slow`, stop)
  for (const server of [plain, secure]) {
    const quick = Array.from({ length: 10 }, (_, count) => request(`${server.url}/${count}`))
    await Promise.all(quick)
  }
  stop.abort()
  for (const each of [...slow, one]) await rejects(each, timeout)
})

test('waiting for a connection counts to no deadline but the signal', async ({ plain }) => {
  configureLimits({ connections: 1 }, { headers: 1000, connect: 1000 })
  // The last one waits for longer than it may take.
  await plain.set('*', { body: 'x', delay: 100 })
  const many = Array.from({ length: 12 }, (_, count) => request(`${plain.url}/${count}`))
  for (const { statusCode } of await Promise.all(many)) assert.is(statusCode, 200)
  const stop = new AbortController()
  const [first, second, third] = [1, 2, 3].map((count) => {
    return request(`${plain.url}/again/${count}`, count === 2 ? { signal: stop.signal } : {})
  })
  stop.abort()
  await rejects(second!, timeout)
  assert.is((await first!).statusCode, 200)
  assert.is((await third!).statusCode, 200)
  const asked = (await plain.requests()).map(({ url }) => url)
  assert.not.ok(asked.includes('/again/2'))
})

test('a POST to an origin of HTTP/2 goes by HTTP/1.1', async () => {
  const server = await startServer({ tls, http2: true })
  await server.set('/x', { body: 'x' })
  const post = { method: 'POST', body: 'x' } as const
  await Promise.all([request(`${server.url}/x`), request(`${server.url}/x`, post)])
  const versions = (await server.requests()).map(({ method, httpVersion }) => method + httpVersion)
  assert.equal(versions.sort(), ['GET2.0', 'POST1.1'])
  await server.stop()
})

test('a server that changes its protocol is still a server', async () => {
  const port = await freePort()
  let server = await startServer({ tls, http2: true, port })
  const { url } = server
  for (const http2 of [true, false, true]) {
    await server.stop()
    server = await startServer({ tls, http2, port })
    await server.set('*', 'x')
    const many = Array.from({ length: 10 }, (_, count) => request(`${url}/${count}`))
    for (const { statusCode } of await Promise.all(many)) assert.is(statusCode, 200)
    const versions = new Set((await server.requests()).map(({ httpVersion }) => httpVersion))
    if (!http2) assert.equal([...versions], ['1.1'])
  }
  await server.stop()
})

test('an attempt to connect that fails speaks for all that wait', async () => {
  configureLimits({}, { connect: 200 })
  const full = await startWire('full')
  for (const scheme of ['http', 'https']) {
    const url = `${scheme}://127.0.0.1:${full.port}`
    const many = Array.from({ length: 30 }, (_, count) => {
      return rejects(request(`${url}/${count}`, { signal: AbortSignal.timeout(5000) }), timeout)
    })
    for (const [count, error] of (await Promise.all(many)).entries()) {
      const what = `Cannot load '${url}/${count}': no connection was made within 200 ms`
      assert.match(error.message, what)
      assert.not.ok(isTransient(error))
    }
  }
  await full.stop()
  configureLimits({}, {})
  const many = Array.from({ length: 30 }, () => rejects(request('https://localhost:1/'), network))
  for (const error of await Promise.all(many)) {
    assert.match(error.message, 'ECONNREFUSED')
    assert.ok(isTransient(error))
  }
})

test('a deadline for TLS that never comes', async () => {
  configureLimits({}, { connect: 150 })
  const deaf = await startWire('deaf')
  const error = await rejects(request(`https://127.0.0.1:${deaf.port}/`), timeout)
  assert.match(error.message, 'no connection was made within 150 ms (phase: connect)')
  await deaf.stop()
})

/** A server at `alive` whose port is `first`'s at another address: others on this machine take ports, too. */
async function beside<T extends { port: number; stop(): Promise<void> }>(
  first: () => Promise<T>,
  alive: string,
  isKept: boolean,
): Promise<{ server: TestServer; other: T }> {
  for (let left = 20; ; left--) {
    const other = await first()
    if (!isKept) await other.stop()
    try {
      return { server: await startServer({ host: alive, port: other.port }), other }
    } catch (error) {
      if (isKept) await other.stop()
      if (left === 0 || !String(error).includes('EADDRINUSE')) throw error
    }
  }
}

const withIPv6 = hasIPv6 ? test : test.skip

withIPv6('of two addresses, the one that lives is taken, whichever comes first', async () => {
  for (const [dead, alive] of [
    ['127.0.0.1', '::1'],
    ['::1', '127.0.0.1'],
  ] as const) {
    const silent = await beside(() => startWire('full', { host: dead }), alive, true)
    await silent.server.set('/x', 'x')
    const { port } = silent.server
    assert.is((await request(`http://localhost:${port}/x`)).statusCode, 200)
    await Promise.all([silent.server.stop(), silent.other.stop()])
    const refusing = await beside(() => startServer({ host: dead }), alive, false)
    await refusing.server.set('/x', 'x')
    assert.is((await request(`http://localhost:${refusing.server.port}/x`)).statusCode, 200)
    await refusing.server.stop()
  }
})

test.run()
