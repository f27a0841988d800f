/** What the client of node:http does as undici's does; test/core/http-faults.test.mts has what servers do to both. */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { request } from '../../core/http/request.mts'
import { makeCertificate } from '../faults/certificate.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import type { TestServer } from '../support/server.mts'

const test = suite<{ server: TestServer }>('plain client')

test.before(async (context) => {
  context.server = await startServer()
})
test.after(({ server }) => server.stop())
test.before.each(({ server }) => server.clear())

test('HTTP without TLS loads nothing of undici', async ({ server }) => {
  const secure = await startServer({ tls: makeCertificate() })
  await Promise.all([server.set('/x', 'x'), secure.set('/x', 'x')])
  const source = `
    import { createRequire } from 'node:module'
    import { request } from ${JSON.stringify(new URL('../../core/http/request.mts', import.meta.url).href)}
    const loaded = () => Object.keys(createRequire('/').cache).filter((path) => /undici/.test(path)).length
    for (const url of process.argv.slice(1)) {
      const { statusCode } = await request(url)
      console.log(statusCode, loaded() === 0)
    }
  `
  const urls = [`${server.url}/x`, `${secure.url}/x`]
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', source, ...urls],
    { env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' } },
  )
  assert.is(stdout, '200 true\n200 false\n')
  await secure.stop()
})

test('requests one after another go by one connection', async ({ server }) => {
  await server.set('*', 'x')
  for (let count = 0; count < 5; count++) await request(`${server.url}/${count}`)
  const connections = (await server.requests()).map(({ connection }) => connection)
  assert.is(new Set(connections).size, 1)
})

test('what comes on a connection that nobody waits on is no answer to the next request', async ({
  server,
}) => {
  const answer = (body: string) =>
    `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  await server.set({
    '/first': { raw: answer('first') + answer('forged'), keepOpen: true },
    '/second': 'second',
  })
  const first = await request(`${server.url}/first`)
  assert.is(Buffer.from(first.body).toString(), 'first')
  const second = await request(`${server.url}/second`)
  assert.is(Buffer.from(second.body).toString(), 'second')
})

test('a field that comes several times is joined, and none is dropped', async ({ server }) => {
  const fields = ['Content-Length: 1', 'ETag: "a"', 'ETag: "b"', 'X-A: 1', 'x-a: 2', 'X-A: 3']
  await server.set('/x', {
    raw: `HTTP/1.1 200 OK\r\n${[...fields, '__proto__: x'].join('\r\n')}\r\n\r\nx`,
  })
  const { headers } = await request(`${server.url}/x`)
  assert.equal(Object.entries(headers), [
    ['content-length', '1'],
    ['etag', '"a", "b"'],
    ['x-a', '1, 2, 3'],
    ['__proto__', 'x'],
  ])
})

test('a header section may have 16 KiB, and no more', async ({ server }) => {
  const head = (size: number) => {
    const start = 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nX: '
    return `${start}${'x'.repeat(size - start.length)}\r\n\r\nx`
  }
  await server.set({ '/fits': { raw: head(16_000) }, '/large': { raw: head(17_000) } })
  assert.is((await request(`${server.url}/fits`)).statusCode, 200)
  const error = await rejects(request(`${server.url}/large`), 'ERR_MIMEPORT_NETWORK')
  assert.match(error.message, 'its header section is above 16 KiB')
})

test('a POST has its content, whole', async ({ server }) => {
  await server.set('/x', 'x')
  for (const body of ['', 'text', new TextEncoder().encode('bytes')]) {
    await request(`${server.url}/x`, { method: 'POST', body })
  }
  const asked = await server.requests()
  assert.equal(
    asked.map(({ method, body }) => method + body),
    ['POST', 'POSTtext', 'POSTbytes'],
  )
  assert.equal(
    asked.map(({ headers }) => headers['content-length']),
    ['0', '4', '5'],
  )
})

test.run()
