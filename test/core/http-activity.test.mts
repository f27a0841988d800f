import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchActivity } from '../../core/http/activity.mts'
import { request } from '../../core/http/request.mts'
import { makeCertificate } from '../faults/certificate.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import type { Activity } from '../../core/http/activity.mts'

const test = suite('http activity')

/** What is told while `work` is done. */
async function told(work: () => Promise<unknown>): Promise<Activity[]> {
  const all: Activity[] = []
  const stop = watchActivity((activity) => all.push(activity))
  try {
    await work()
  } finally {
    stop()
  }
  return all
}

type Told<T extends Activity['type']> = Extract<Activity, { type: T }>

function one<T extends Activity['type']>(all: readonly Activity[], type: T): Told<T> {
  const found = all.filter((activity) => activity.type === type)
  assert.is(found.length, 1, `${type}: ${found.length}`)
  return found[0] as Told<T>
}

test('a request and its response are told, in order, by HTTP/1.1 and HTTP/2', async () => {
  const tls = makeCertificate()
  setDefaultCACertificates([...getCACertificates('default'), tls.cert])
  const coded = gzipSync('x'.repeat(10_000))
  for (const options of [{}, { tls }, { tls, http2: true }]) {
    const server = await startServer(options)
    const headers = { 'content-encoding': 'gzip', etag: '"1"' }
    await server.set('/x', { status: 203, headers, body: coded })
    const url = `${server.url}/x`
    const all = await told(() => request(url, { headers: { Accept: 'a/b' }, attempt: 3 }))
    const types = all.map(({ type }) => type).filter((type) => type !== 'data')
    assert.equal(types, ['request', 'connection', 'response', 'end'])
    const asked = one(all, 'request')
    assert.is(asked.method, 'GET')
    assert.is(asked.url, url)
    assert.is(asked.attempt, 3)
    assert.is(asked.headers['accept'], 'a/b')
    assert.match(String(asked.headers['user-agent']), 'mimeport/')
    const connection = one(all, 'connection')
    assert.is(connection.address, '127.0.0.1')
    assert.is(connection.port, server.port)
    assert.is(connection.reused, false)
    const response = one(all, 'response')
    assert.is(response.protocol, 'http2' in options ? 'h2' : 'http/1.1')
    assert.is(response.statusCode, 203)
    assert.is(response.headers['etag'], '"1"')
    const end = one(all, 'end')
    const bytes = all.map((activity) => (activity.type === 'data' ? activity.bytes : 0))
    assert.is(end.bytes, coded.length)
    assert.is(
      bytes.reduce((sum, count) => sum + count, 0),
      coded.length,
    )
    assert.ok(end.time >= response.time && response.time >= 0)
    assert.equal(new Set(all.map((activity) => 'id' in activity && activity.id)).size, 1)
    const again = await told(() => request(url))
    assert.is(one(again, 'connection').reused, true)
    assert.is.not(one(again, 'request').id, asked.id)
    await server.stop()
  }
  setDefaultCACertificates(getCACertificates('bundled'))
})

test('a failure is told, once for each attempt', async () => {
  const server = await startServer()
  await server.set('/x', [{ body: 'x' }, { hangUp: 'end' }, { body: 'abc', cutAfter: 1 }])
  await request(`${server.url}/x`)
  // The kept connection is closed, and what is asked for again is cut off.
  const all = await told(() => rejects(request(`${server.url}/x`)))
  const types = all.map(({ type }) => type).filter((type) => type !== 'data')
  const second = ['request', 'connection', 'response', 'error']
  assert.equal(types, ['request', 'connection', 'error', ...second])
  await server.stop()
  const down = await told(() => rejects(request(`${server.url}/x`)))
  assert.equal(
    down.map(({ type }) => type),
    ['request', 'error'],
  )
})

test('nobody who listens can fail a request', async () => {
  const server = await startServer()
  await server.set('/x', 'x')
  const stop = watchActivity(() => {
    throw new Error('listener')
  })
  assert.is((await request(`${server.url}/x`)).statusCode, 200)
  stop()
  await server.stop()
})

test.run()
