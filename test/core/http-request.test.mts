import { Buffer } from 'node:buffer'
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decodeContent } from '../../core/body/content-coding.mts'
import { request } from '../../core/http/request.mts'
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

test.run()
