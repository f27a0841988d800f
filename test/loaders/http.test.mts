import { Buffer } from 'node:buffer'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { resolve, resolveRelativePath, schemes } from '../../loaders/http/http.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import type { LoaderContext } from '../../core/types.mts'
import type { TestServer } from '../support/server.mts'

const test = suite<{ server: TestServer }>('http')

test.before(async (context) => {
  context.server = await startServer()
})
test.after(({ server }) => server.stop())
test.before.each(({ server }) => server.clear())

test('it answers for https: and http: alone', () => {
  assert.equal(schemes, ['https:', 'http:'])
})

test('a GET says what is accepted', async ({ server }) => {
  await server.set('/x.mjs', 'export default 1')
  const url = `${server.url}/x.mjs`
  const { statusCode, headers, body } = await resolve(url)
  assert.is(statusCode, 200)
  assert.is(headers['content-type'], 'text/javascript')
  assert.is(Buffer.from(body).toString(), 'export default 1')
  const accept = 'text/javascript, */*;q=0.1'
  await resolve(url, { accept } as LoaderContext)
  const [first, second] = await server.requests()
  assert.is(first?.method, 'GET')
  assert.is(first?.headers.accept, '*/*')
  assert.is(first?.headers['accept-encoding'], 'gzip, deflate, br, zstd')
  assert.match(first?.headers['user-agent'] as string, /^mimeport\/\S+ node\/\d+/)
  assert.is(second?.headers.accept, accept)
})

test('redirects, errors and coded bodies are given as they are', async ({ server }) => {
  const coded = gzipSync('x')
  await server.set({
    '/moved': { status: 301, headers: { location: '/x' } },
    '/gone': { status: 410, body: 'gone' },
    '/coded': { headers: { 'content-encoding': 'gzip' }, body: coded },
  })
  const moved = await resolve(`${server.url}/moved`)
  assert.is(moved.statusCode, 301)
  assert.is(moved.headers.location, '/x')
  assert.is((await resolve(`${server.url}/gone`)).statusCode, 410)
  assert.equal(Buffer.from((await resolve(`${server.url}/coded`)).body), coded)
  assert.is((await server.requests()).length, 3)
})

test('the signal of the context ends the request', async ({ server }) => {
  await server.set('/x', { hang: 'headers' })
  const context = { accept: '*/*', signal: AbortSignal.timeout(30) } as LoaderContext
  await rejects(resolve(`${server.url}/x`, context), 'ERR_MIMEPORT_TIMEOUT')
})

test('no request goes to a URL that is insecure, invalid or holds a password', async () => {
  await rejects(() => resolve('http://example.com/x'), 'ERR_MIMEPORT_INSECURE_URL')
  await rejects(() => resolve('https://'), 'ERR_MIMEPORT_INVALID_SPECIFIER')
  await rejects(() => resolve('https://a:b@example.com/'), 'ERR_MIMEPORT_INVALID_SPECIFIER')
})

test('a relative specifier is resolved as a URL', async () => {
  const parent = 'https://example.com/a/b.mjs?q=1#f'
  const table: [string, string][] = [
    ['./c.mjs', 'https://example.com/a/c.mjs'],
    ['../c.mjs', 'https://example.com/c.mjs'],
    ['../../../../c.mjs', 'https://example.com/c.mjs'],
    ['/c.mjs', 'https://example.com/c.mjs'],
    ['./c.mjs?x=1&y#z', 'https://example.com/a/c.mjs?x=1&y#z'],
    ['./c d.mjs', 'https://example.com/a/c%20d.mjs'],
    ['./%2e%2e/c.mjs', 'https://example.com/c.mjs'],
    ['?x', 'https://example.com/a/b.mjs?x'],
    ['//example.com/c.mjs', 'https://example.com/c.mjs'],
    ['.', 'https://example.com/a/'],
  ]
  for (const [specifier, expected] of table) {
    assert.is(await resolveRelativePath(specifier, parent), expected)
  }
  assert.is(await resolveRelativePath('./x', 'http://[::1]:8080/a'), 'http://[::1]:8080/x')
})

test('a relative specifier stays at its origin', async () => {
  const outside = [
    '//example.org/x',
    '\\\\example.org/x',
    '/\\example.org/x',
    '//example.com:8443/x',
    'http://example.com/x',
    'file:///x',
    'data:,x',
    'javascript:x',
  ]
  for (const specifier of outside) {
    const error = await rejects(
      () => resolveRelativePath(specifier, 'https://example.com/a'),
      'ERR_MIMEPORT_OUTSIDE_ORIGIN',
    )
    assert.match(error.message, 'write the full URL')
  }
})

test('a relative specifier that makes no URL is refused', async () => {
  for (const [specifier, parent] of [
    ['//', 'https://example.com/'],
    ['./x', 'no url'],
    ['//a b/', 'https://example.com/'],
  ] as const) {
    await rejects(() => resolveRelativePath(specifier, parent), 'ERR_MIMEPORT_INVALID_SPECIFIER')
  }
})

test.run()
