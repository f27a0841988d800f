import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { configureCache } from '../../core/cache/cache-options.mts'
import { request } from '../../core/http/request.mts'
import { fetchResource } from '../../core/resource/resource.mts'
import { makeCertificate } from '../faults/certificate.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import { startWire } from '../support/wire-server.mts'

const test = suite('http crowd')
const tls = makeCertificate()
const REQUESTS = 100

test.before(() => {
  setDefaultCACertificates([...getCACertificates('default'), tls.cert])
  configureCache(false)
})
test.after(() => {
  setDefaultCACertificates(getCACertificates('bundled'))
  configureCache({})
})

const paths = Array.from({ length: REQUESTS }, (_, index) => `/${index}`)
const count = (seen: readonly string[], start: string): number =>
  seen.filter((each) => each.startsWith(start)).length

for (const [name, options] of [
  ['http', {}],
  ['https', { tls }],
] as const) {
  for (const most of [1, 10]) {
    test(`a server that closes all ${name} connections above ${most} is asked by fewer`, async () => {
      const wire = await startWire('crowded', { most, ...options })
      const urls = paths.map((path) => `${name}://localhost:${wire.port}${path}`)
      for (const { statusCode } of await Promise.all(urls.map((url) => request(url)))) {
        assert.is(statusCode, 200)
      }
      const seen = await wire.seen()
      // Each was asked for once by who could be heard.
      assert.equal(
        seen.filter((each) => each.startsWith('taken')).sort(),
        paths.map((path) => `taken ${path}`).sort(),
      )
      assert.ok(count(seen, 'open') > 0)
      // A connection refused is a connection given up: 64, 16 and 4 of them, at the most.
      assert.ok(count(seen, 'too many') <= 64 + 16 + 4, `${count(seen, 'too many')}`)
      await wire.stop()
    })
  }
}

for (const status of [429, 503]) {
  test(`a server that answers ${status} above 16 requests is asked by fewer`, async () => {
    const wire = await startWire('crowded', { most: 16, status })
    const urls = paths.map((path) => `http://127.0.0.1:${wire.port}${path}`)
    for (const { statusCode } of await Promise.all(urls.map((url) => fetchResource(url)))) {
      assert.is(statusCode, 200)
    }
    const seen = await wire.seen()
    assert.is(count(seen, 'taken'), REQUESTS)
    // Of the first 64; from then on there are 16.
    assert.ok(count(seen, 'too many') <= 48, `${count(seen, 'too many')}`)
    await wire.stop()
  })
}

test('a server that answers nobody fails each request, and is not asked for ever', async () => {
  const server = await startServer()
  await server.set('*', { hangUp: 'end' })
  const all = paths.map((path) => rejects(request(`${server.url}${path}`), 'ERR_MIMEPORT_NETWORK'))
  for (const { message } of await Promise.all(all)) assert.match(message, 'closed the connection')
  // Once, and again with 16, with 4 and with one connection.
  assert.ok((await server.requests()).length <= REQUESTS * 4)
  await server.stop()
})

test('a server that is gone fails all that wait by few attempts', async () => {
  const server = await startServer()
  await server.stop()
  const all = paths.map((path) => rejects(request(`${server.url}${path}`), 'ERR_MIMEPORT_NETWORK'))
  for (const { message } of await Promise.all(all)) assert.match(message, 'ECONNREFUSED')
})

test.run()
