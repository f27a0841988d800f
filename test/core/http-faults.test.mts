import { Buffer } from 'node:buffer'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { request } from '../../core/http/request.mts'
import { configureLimits } from '../../core/limits.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import type { TestServer } from '../support/server.mts'

const test = suite<{ server: TestServer }>('http faults')

test.before(async (context) => {
  context.server = await startServer()
})
test.after(({ server }) => server.stop())
test.before.each(({ server }) => server.clear())
test.after.each(() => configureLimits({}, {}))

const network = 'ERR_MIMEPORT_NETWORK'
const timeout = 'ERR_MIMEPORT_TIMEOUT'
const text = (body: Uint8Array): string => Buffer.from(body).toString()

test('a body cut at any byte fails, by Content-Length and in chunks', async ({ server }) => {
  const body = 'export default 42'
  for (const framing of ['length', 'chunked'] as const) {
    for (let cutAfter = 0; cutAfter < body.length; cutAfter++) {
      await server.set('/x', { framing, body, cutAfter })
      const error = await rejects(request(`${server.url}/x`), network)
      assert.match(error.message, 'its body is cut off')
      assert.ok(error.cause)
    }
  }
})

test('a body that ends with the connection is refused when it could run', async ({ server }) => {
  await server.set('/x', { framing: 'close', body: 'export default 1' })
  const error = await rejects(request(`${server.url}/x`), network)
  assert.match(error.message, 'the server must send Content-Length or chunks')
  await server.set('/x', { raw: 'HTTP/1.0 200 OK\r\n\r\nexport default 1' })
  await rejects(request(`${server.url}/x`), network)
  await server.set('/x', { raw: 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\nabc' })
  await rejects(request(`${server.url}/x`), network)
  await server.set('/x', { status: 404, framing: 'close', body: 'no' })
  assert.is((await request(`${server.url}/x`)).statusCode, 404)
})

test('a length that contradicts itself fails', async ({ server }) => {
  const heads = [
    'content-length: 3\r\ncontent-length: 4',
    'content-length: 3, 4',
    'content-length: 3\r\ntransfer-encoding: chunked',
    'content-length: -3',
    'content-length: 3x',
    'content-length: ',
  ]
  for (const head of heads) {
    await server.set('/x', { raw: `HTTP/1.1 200 OK\r\n${head}\r\n\r\nabcd` })
    await rejects(request(`${server.url}/x`), network)
  }
})

test('what is beyond Content-Length is not part of the body', async ({ server }) => {
  await server.set('/x', { raw: 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabcdef' })
  const result = await request(`${server.url}/x`).then(
    ({ body }) => text(body),
    (e) => e.code,
  )
  assert.ok(result === 'abc' || result === network, result)
})

test('an answer that is not HTTP fails, and its bytes are escaped', async ({ server }) => {
  for (const raw of ['\x1b[2Jgarbage\r\n\r\n', '<html>', 'HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n']) {
    await server.set('/x', { raw })
    const error = await rejects(request(`${server.url}/x`), network)
    assert.match(error.message, `the server's answer is not HTTP`)
    assert.not.match(error.message, '\x1b')
  }
})

test('a header section above 16 KiB fails', async ({ server }) => {
  const raw = (size: number): string =>
    `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(size)}\r\ncontent-length: 0\r\n\r\n`
  await server.set('/fits', { raw: raw(15_000) })
  await server.set('/large', { raw: raw(17_000) })
  assert.is((await request(`${server.url}/fits`)).statusCode, 200)
  const error = await rejects(request(`${server.url}/large`), network)
  assert.match(error.message, 'header section')
})

test('interim responses are passed over, and a flood of them ends', async ({ server }) => {
  const early = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'
  await server.set('/x', { raw: `${early}HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx` })
  assert.is(text((await request(`${server.url}/x`)).body), 'x')
  configureLimits({}, { headers: 100 })
  await server.set('/x', { raw: early.repeat(10_000), keepOpen: true })
  await rejects(request(`${server.url}/x`), timeout)
})

test('a server that never answers ends after the headers time', async ({ server }) => {
  configureLimits({}, { headers: 60 })
  await server.set('/x', { hang: 'headers' })
  const error = await rejects(request(`${server.url}/x`), timeout)
  assert.match(error.message, 'the server did not answer within 60 ms (phase: headers)')
  assert.is(error.url, `${server.url}/x`)
})

test('a body that stops ends after the idle time', async ({ server }) => {
  configureLimits({}, { idle: 60 })
  await server.set('/x', { hang: 'body', body: 'abcdef', cutAfter: 2 })
  const error = await rejects(request(`${server.url}/x`), timeout)
  assert.match(error.message, '60 ms (phase: body)')
})

test('a body that drips is read, and ends by the signal', async ({ server }) => {
  configureLimits({}, { idle: 1000 })
  await server.set('/x', { body: 'abcdefgh', drip: { size: 1, every: 20 } })
  assert.is(text((await request(`${server.url}/x`)).body), 'abcdefgh')
  await rejects(request(`${server.url}/x`, { signal: AbortSignal.timeout(60) }), timeout)
})

test('the signal ends a request that waits', async ({ server }) => {
  await server.set('/x', { hang: 'headers' })
  await rejects(request(`${server.url}/x`, { signal: AbortSignal.abort() }), timeout)
  await rejects(request(`${server.url}/x`, { signal: AbortSignal.timeout(50) }), timeout)
})

test('exactly the body limit passes, one byte more fails', async ({ server }) => {
  configureLimits({ body: 1000 }, {})
  const tooLarge = 'ERR_MIMEPORT_BODY_TOO_LARGE'
  for (const framing of ['length', 'chunked'] as const) {
    await server.set('/fits', { framing, body: 'x'.repeat(1000) })
    await server.set('/large', { framing, body: 'x'.repeat(1001) })
    assert.is((await request(`${server.url}/fits`)).body.length, 1000)
    const error = await rejects(request(`${server.url}/large`), tooLarge)
    assert.match(error.message, '1,001 bytes or more, the limit is 1,000 bytes')
  }
})

test('a body that is announced too large is not waited for', async ({ server }) => {
  await server.set('/x', { headers: { 'content-length': '99999999999' }, hang: 'body' })
  await rejects(request(`${server.url}/x`), 'ERR_MIMEPORT_BODY_TOO_LARGE')
})

test.run()
