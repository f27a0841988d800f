import { Buffer } from 'node:buffer'
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decodeContent } from '../../core/content-coding.mts'
import { request } from '../../core/http/request.mts'
import { configureLimits } from '../../core/limits.mts'
import { version } from '../../core/version.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import type { TestServer } from '../support/server.mts'

const test = suite<{ server: TestServer }>('http request')

test.before(async (context) => {
  context.server = await startServer()
})
test.after(({ server }) => server.stop())
test.before.each(({ server }) => server.clear())
test.after.each(() => configureLimits({}, {}))

const network = 'ERR_MIMEPORT_NETWORK'
const timeout = 'ERR_MIMEPORT_TIMEOUT'
const text = (body: Uint8Array): string => Buffer.from(body).toString()

test('a response is given as it is', async ({ server }) => {
  await server.set('/x', { headers: { 'Content-Type': 'text/javascript', ETag: '"1"' }, body: 'é' })
  const { statusCode, headers, body } = await request(`${server.url}/x?y=1#fragment`)
  assert.is(statusCode, 200)
  assert.is(headers['content-type'], 'text/javascript')
  assert.is(headers.etag, '"1"')
  assert.is(text(body), 'é')
  const [asked] = await server.requests()
  assert.is(asked?.url, '/x?y=1')
})

test('every status is passed through', async ({ server }) => {
  for (const status of [201, 204, 301, 302, 304, 307, 400, 404, 429, 500, 503]) {
    await server.set('/x', { status, headers: { location: '/y' } })
    assert.is((await request(`${server.url}/x`)).statusCode, status)
  }
  assert.is((await server.requests()).length, 11)
})

test('a field that comes several times is joined', async ({ server }) => {
  await server.set('/x', { headers: { 'Set-Cookie': ['a=1', 'b=2'], Vary: ['a', 'b'] } })
  const { headers } = await request(`${server.url}/x`)
  assert.is(headers['set-cookie'], 'a=1, b=2')
  assert.is(headers.vary, 'a, b')
})

test('a field named __proto__ pollutes nothing', async ({ server }) => {
  const raw =
    'HTTP/1.1 200 OK\r\n__proto__: polluted\r\nconstructor: x\r\ncontent-length: 0\r\n\r\n'
  await server.set('/x', { raw })
  const { headers } = await request(`${server.url}/x`)
  assert.is(headers.constructor as unknown, 'x')
  assert.is(Object.getOwnPropertyDescriptor(headers, '__proto__')?.value, 'polluted')
  assert.is(Object.getPrototypeOf(headers), Object.prototype)
})

test('the request names us, and has the fields that were given', async ({ server }) => {
  await request(`${server.url}/x`, { headers: { Accept: 'text/*', 'X-A': '1' } })
  const [asked] = await server.requests()
  assert.is(asked?.method, 'GET')
  assert.is(asked?.headers.accept, 'text/*')
  assert.is(asked?.headers['x-a'], '1')
  assert.is(asked?.headers['user-agent'], `mimeport/${version()} node/${process.versions.node}`)
  assert.match(version(), /^\d+\.\d+\.\d+/)
})

test('a POST has its body', async ({ server }) => {
  await server.set('/x', 'answer')
  for (const body of ['question', Buffer.from('question')]) {
    const answer = await request(`${server.url}/x`, { method: 'POST', body })
    assert.is(text(answer.body), 'answer')
  }
  const asked = await server.requests('/x')
  assert.equal(
    asked.map((one) => [one.method, one.body]),
    [
      ['POST', 'question'],
      ['POST', 'question'],
    ],
  )
})

test('no redirect is followed and no content coding undone', async ({ server }) => {
  const body = gzipSync('text')
  await server.set('/x', {
    status: 302,
    headers: { location: '/y', 'content-encoding': 'gzip' },
    body,
  })
  const response = await request(`${server.url}/x`)
  assert.is(response.statusCode, 302)
  assert.equal(Buffer.from(response.body), body)
})

test('coded bodies go through decodeContent, up to the limit of codings', async ({ server }) => {
  const twice = brotliCompressSync(gzipSync('text'))
  await server.set('/two', { headers: { 'content-encoding': ['gzip', 'br'] }, body: twice })
  await server.set('/three', {
    headers: { 'content-encoding': 'gzip, br, zstd' },
    body: zstdCompressSync(twice),
  })
  const two = await request(`${server.url}/two`)
  assert.is(text(await decodeContent(two.body, two.headers['content-encoding'])), 'text')
  const three = await request(`${server.url}/three`)
  const decoding = decodeContent(three.body, three.headers['content-encoding'])
  await rejects(decoding, 'ERR_MIMEPORT_CONTENT_CODING')
})

test('a chunked body is whole', async ({ server }) => {
  await server.set('/x', { framing: 'chunked', body: 'abcdef', drip: { size: 2, every: 5 } })
  assert.is(text((await request(`${server.url}/x`)).body), 'abcdef')
})

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

test('a server that starts again at its port is found', async () => {
  let server = await startServer()
  const { port } = server
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
