import { Buffer } from 'node:buffer'
import { inspect } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isTransient, networkError } from '../../core/http/network-error.mts'
import { request } from '../../core/http/request.mts'
import { configureLimits } from '../../core/limits.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import { canary, denied, passed } from '../threats/record.mts'
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

test('100 and 101 that nobody asked for are final; other interim responses do not matter', async ({
  server,
}) => {
  const end = '\r\n\r\n'
  const answer = `HTTP/1.1 200 OK\r\ncontent-length: 2${end}ok`
  for (const head of [
    '100 Continue',
    '101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c',
  ]) {
    await server.set('/x', { raw: `HTTP/1.1 ${head}${end}${answer}` })
    const error = await rejects(request(`${server.url}/x`), network)
    assert.match(error.message, 'the server sends 100 or 101, which nobody asked for')
    assert.not.ok(isTransient(error))
  }
  await server.set('/x', { raw: `HTTP/1.1 103 Early Hints${end}${answer}` })
  assert.is(text((await request(`${server.url}/x`)).body), 'ok')
})

test('too many open files is told as that, and may pass', () => {
  const cause = Object.assign(new Error('connect EMFILE'), { code: 'EMFILE' })
  const error = networkError(cause, 'https://h.test/x', 'connect')
  assert.match(error.message, 'too many files and connections are open in this process')
  assert.ok(isTransient(error))
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

test('what is beyond Content-Length is no part of the body, nor of the next', async ({
  server,
}) => {
  const evil = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil'
  for (const more of ['def', evil]) {
    const raw = `HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc${more}`
    await server.set({ '/x': { raw, keepOpen: true }, '/y': 'y' })
    assert.is(text((await request(`${server.url}/x`)).body), 'abc')
    assert.is(text((await request(`${server.url}/y`)).body), 'y')
    const [first, second] = (await server.requests()).slice(-2)
    assert.is.not(first?.connection, second?.connection)
  }
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
  const flood = Array.from({ length: 100_000 }, (_, count) => `x-${count}: y\r\n`).join('')
  await server.set('/flood', { raw: `HTTP/1.1 200 OK\r\n${flood}\r\n` })
  await server.set('/line', { raw: `HTTP/1.1 200 ${'x'.repeat(3_000_000)}\r\n\r\n` })
  for (const path of ['/flood', '/line']) {
    const error = await rejects(request(server.url + path), network)
    assert.not.ok(isTransient(error), path)
  }
  denied('T25', '100,000 fields, and a line of 3 MB', 2)
  await server.set('/fits', { raw: raw(15_000) })
  await server.set('/large', { raw: raw(17_000) })
  assert.is((await request(`${server.url}/fits`)).statusCode, 200)
  const error = await rejects(request(`${server.url}/large`), network)
  assert.match(error.message, 'header section')
  passed('T25', '15 KiB of fields')
})

test('ten interim responses are passed over, one more fails', async ({ server }) => {
  const early = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'
  const last = 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx'
  await server.set('/x', { raw: early.repeat(10) + last })
  assert.is(text((await request(`${server.url}/x`)).body), 'x')
  await server.set('/x', { raw: early.repeat(11) + last })
  const error = await rejects(request(`${server.url}/x`), network)
  assert.match(error.message, 'it sends more than 10 interim responses')
  await server.set('/x', { raw: early.repeat(10_000), keepOpen: true })
  await rejects(request(`${server.url}/x`), network)
  denied('T25', '11 and 10,000 interim responses', 2)
  passed('T25', '10 interim responses')
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

test('a body that drips is too slow below the limit, and not above it', async ({ server }) => {
  // What is asked for is far from what comes: machines are busy.
  await server.set('/x', { body: 'x'.repeat(50), drip: { size: 1, every: 50 } })
  configureLimits({ speed: 5000 }, { idle: 400 })
  const error = await rejects(request(`${server.url}/x`), timeout)
  assert.match(error.message, /only \d+ bytes came from its server in 400 ms \(phase: body\)/)
  denied('T25', 'a body that drips')
  for (const speed of [1, 0]) {
    configureLimits({ speed }, { idle: 2000 })
    assert.is((await request(`${server.url}/x`)).body.length, 50)
  }
})

test('bodies that share a slow line are judged together', async ({ server }) => {
  configureLimits({ speed: 300 }, { idle: 300 })
  await server.set({
    '/slow': { body: 'x'.repeat(40), drip: { size: 1, every: 15 } },
    '/large': { body: 'x'.repeat(40_000), drip: { size: 400, every: 15 } },
  })
  await rejects(request(`${server.url}/slow`), timeout)
  const large = request(`${server.url}/large`)
  assert.is((await request(`${server.url}/slow`)).body.length, 40)
  assert.is((await large).body.length, 40_000)
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

test('of a response that is not 2xx, a body that fails is not missed', async ({ server }) => {
  await server.set({
    '/hangs': { status: 404, body: 'not found', cutAfter: 3, hang: 'body' },
    '/cut': { status: 500, body: 'not found', cutAfter: 3 },
    '/moved': { status: 302, headers: { location: '/y' }, body: 'moved', hang: 'body' },
    '/coded': { status: 404, headers: { 'content-encoding': 'gzip' }, body: 'abc', cutAfter: 1 },
    '/large': { status: 404, framing: 'chunked', body: 'x'.repeat(1_000_000) },
    '/huge': { status: 404, headers: { 'content-length': '99999999999' }, hang: 'body' },
    '/whole': { status: 404, body: 'not found' },
  })
  const ask = async (path: string) => {
    const { statusCode, headers, body } = await request(server.url + path)
    return [statusCode, text(body).slice(0, 10), headers['content-encoding']]
  }
  assert.equal(await ask('/hangs'), [404, 'not', undefined])
  assert.equal(await ask('/cut'), [500, 'not', undefined])
  assert.equal(await ask('/moved'), [302, '', undefined])
  assert.equal(await ask('/coded'), [404, '', undefined])
  assert.equal(await ask('/large'), [404, 'xxxxxxxxxx', undefined])
  assert.equal(await ask('/huge'), [404, '', undefined])
  assert.equal(await ask('/whole'), [404, 'not found', undefined])
  const stop = AbortSignal.timeout(50)
  await rejects(request(`${server.url}/hangs`, { signal: stop }), timeout)
})

test('a field that nobody may send is refused, and not shown', async ({ server }) => {
  const values = ['canary\r\nx-evil: 1', 'canary\n', 'canary\0', 'canary\x7f', 'canary\u0100']
  for (const value of values) {
    const headers = { authorization: value }
    const refused = 'ERR_MIMEPORT_INVALID_SPECIFIER'
    const error = await rejects(request(`${server.url}/x`, { headers }), refused)
    assert.match(error.message, `field 'authorization' has a character`)
    assert.not.match(inspect(error), 'canary')
  }
  for (const name of ['', 'a b', 'a:b', 'a\nb', 'é']) {
    const headers = { [name]: 'x' }
    await rejects(request(`${server.url}/x`, { headers }), 'ERR_MIMEPORT_INVALID_SPECIFIER')
  }
  assert.equal(await server.requests(), [])
  denied('T20', 'a field that would be more than one', values.length + 5)
  canary('T20', (await server.requests()).length, 'the server')
  await request(`${server.url}/x`, { headers: { authorization: 'Bearer \t é!' } })
  assert.is((await server.requests()).length, 1)
  passed('T20', 'a field of all that one may have')
})

test('what a URL cannot have never reaches the wire', async ({ server }) => {
  for (const path of [
    '/a\r\nx-evil: 1',
    '/a\nGET /evil',
    '/a\0b',
    '/a b',
    '/a\u2028',
    '//evil/x',
  ]) {
    await request(server.url + path)
  }
  for (const { url, headers } of await server.requests()) {
    assert.match(url, /^[\x21-\x7e]+$/)
    assert.is(headers['x-evil'], undefined)
    assert.is(headers['host'], new URL(server.url).host)
  }
  denied('T20', 'a path that would be more than one line', 6)
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
