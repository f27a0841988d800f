import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { configureCache } from '../../core/cache/cache-options.mts'
import { noteEnd } from '../../core/deadline.mts'
import { invoke } from '../../core/engine/invocation.mts'
import { watchActivity } from '../../core/http/activity.mts'
import { configureHeaders } from '../../core/resource/credentials/origin-headers.mts'
import { attemptsOf } from '../../core/resource/retry.mts'
import { fetchResource } from '../../core/resource/resource.mts'
import { configureLimits } from '../../core/limits.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import type { Activity } from '../../core/http/activity.mts'
import type { ResourceOptions } from '../../core/resource/resource.mts'
import type { LoadResponse } from '../../core/types.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('resource')

let server: TestServer
let folder: string

test.before(async () => {
  server = await startServer()
})
test.after(() => server.stop())
test.before.each(async () => {
  await server.clear()
  delete process.env['MIMEPORT_CACHE']
  folder = mkdtempSync(join(tmpdir(), 'mimeport-resource-'))
  configureCache({ folder })
})
test.after.each(() => {
  for (const name of ['OFFLINE', 'RELOAD', 'AUTH_TOKENS']) delete process.env[`MIMEPORT_${name}`]
  configureHeaders({}, '')
  configureLimits({}, {})
  configureCache(false)
  rmSync(folder, { recursive: true, force: true })
})

const text = ({ body }: LoadResponse) => new TextDecoder().decode(body)
const get = (path: string, options: ResourceOptions = {}) =>
  fetchResource(server.url + path, options)
const count = async (path: string) => (await server.requests(path)).length
const immutable = { 'cache-control': 'max-age=1000' }

test('requests for the same at the same time are one, and each has bytes of its own', async () => {
  await server.set('/x', { delay: 30, body: 'shared', headers: { 'x-a': 'b' } })
  const all = await Promise.all(Array.from({ length: 20 }, () => get('/x')))
  assert.is(await count('/x'), 1)
  assert.equal(all.map(text), Array(20).fill('shared'))
  const [first, second] = all
  first!.body.fill(0)
  ;(first!.headers as Record<string, string>)['x-a'] = 'changed'
  structuredClone(first!.body, { transfer: [first!.body.buffer as ArrayBuffer] })
  assert.is(text(second!), 'shared')
  assert.is(second!.headers['x-a'], 'b')
  assert.is(new Set(all.map(({ body }) => body.buffer)).size, 20)
  await get('/x')
  assert.is(await count('/x'), 2, 'one after the other')
})

test('another Accept, identity, method or content is another request', async () => {
  await server.set('/x', { delay: 30, body: 'x' })
  await Promise.all([
    get('/x'),
    get('/x#fragment'),
    get('/x', { headers: { accept: 'text/javascript' } }),
    get('/x', { headers: { accept: 'text/javascript' } }),
    get('/x', { credentials: { authorization: 'Bearer some-token' } }),
    get('/x', { method: 'POST', body: 'a' }),
    get('/x', { method: 'POST', body: 'b' }),
  ])
  assert.is(await count('/x'), 5)
})

test('who gives up leaves the others what they wait for; the last one ends the request', async () => {
  await server.set('/x', { delay: 100, body: 'x' })
  const [one, two] = [new AbortController(), new AbortController()]
  const waits = [get('/x', { signal: one.signal }), get('/x', { signal: two.signal })] as const
  one.abort()
  await rejects(waits[0], 'ERR_MIMEPORT_TIMEOUT')
  assert.is(text(await waits[1]), 'x')
  assert.is(await count('/x'), 1)

  await server.set('/y', { hang: 'headers' })
  const ends: Activity[] = []
  const stop = watchActivity((told) => void (told.type === 'error' && ends.push(told)))
  const signals = [new AbortController(), new AbortController()]
  const both = signals.map(({ signal }) => rejects(get('/y', { signal }), 'ERR_MIMEPORT_TIMEOUT'))
  while ((await count('/y')) === 0) await sleep(5)
  signals[0]!.abort()
  await both[0]
  assert.is(ends.length, 0)
  signals[1]!.abort()
  await both[1]
  while (ends.length === 0) await sleep(5)
  stop()
  // The next one begins anew, and does not wait for what was given up.
  await server.set('/y', 'y')
  assert.is(text(await get('/y')), 'y')
})

test('who has given up before asks nobody', async () => {
  await rejects(get('/x', { signal: AbortSignal.abort() }), 'ERR_MIMEPORT_TIMEOUT')
  assert.is(await count('/x'), 0)
})

test('a failure is told to all who wait, and the next one asks again', async () => {
  await server.set('/x', [
    { body: 'cut', cutAfter: 1 },
    { status: 200, body: 'ok' },
  ])
  configureLimits({ tries: 1 }, {})
  const all = [get('/x'), get('/x')].map((each) => rejects(each, 'ERR_MIMEPORT_NETWORK'))
  await Promise.all(all)
  assert.is(text(await get('/x')), 'ok')
})

test('a server that fails twice is asked three times', async () => {
  await server.set('/x', [{ status: 503 }, { body: 'cut', cutAfter: 1 }, { body: 'ok' }])
  const told: Activity[] = []
  const stop = watchActivity((each) => void told.push(each))
  assert.is(text(await get('/x')), 'ok')
  stop()
  assert.is(await count('/x'), 3)
  const retries = told.filter((each) => each.type === 'retry')
  assert.equal(
    retries.map(({ url }) => url),
    [`${server.url}/x`, `${server.url}/x`],
  )
  assert.match(retries[0]!.reason, /^it answered 503$/)
  const requests = told.filter((each) => each.type === 'request')
  assert.equal(
    requests.map(({ attempt }) => attempt),
    [1, 2, 3],
  )
  assert.equal(
    retries.map(({ id }) => id),
    requests.slice(0, 2).map(({ id }) => id),
  )
})

test('a body that is cut off is asked for again whole, coded or not', async () => {
  const coded = gzipSync('export default "a whole module"')
  const headers = { 'content-encoding': 'gzip' }
  await server.set({
    '/plain': [{ body: 'whole', cutAfter: 2 }, 'whole'],
    '/coded': [
      { body: coded.subarray(0, 20), headers },
      { body: coded, headers },
    ],
  })
  assert.is(text(await get('/plain')), 'whole')
  assert.is(text(await get('/coded')), 'export default "a whole module"')
  for (const path of ['/plain', '/coded']) {
    const requests = await server.requests(path)
    assert.is(requests.length, 2)
    for (const request of requests) assert.is(request.headers['range'], undefined)
  }
})

test('of what is no content, a coded body that is broken or empty leaves the status as the news', async () => {
  const headers = { 'content-encoding': 'gzip' }
  const page = gzipSync('not here')
  await server.set({
    '/302': { status: 302, headers: { ...headers, location: '/x' } },
    '/404': { status: 404, headers, body: page },
    '/410': { status: 410, headers, body: page.subarray(0, 12) },
    '/403': { status: 403, headers: { 'content-encoding': 'compress' }, body: 'x' },
    '/204': { status: 204, headers },
    '/200': { headers, body: '' },
  })
  const seen: unknown[] = []
  for (const status of ['302', '404', '410', '403', '204']) {
    const response = await get(`/${status}`)
    seen.push([response.statusCode, text(response), response.headers['content-encoding']])
  }
  assert.equal(seen, [
    [302, '', undefined],
    [404, 'not here', undefined],
    [410, '', undefined],
    [403, '', undefined],
    [204, '', undefined],
  ])
  await rejects(get('/200'), 'ERR_MIMEPORT_CONTENT_CODING')
})

test('Retry-After is waited for within the deadline, and not at all beyond it', async () => {
  const wait = (seconds: string) => ({ status: 429, headers: { 'retry-after': seconds } })
  await server.set({
    '/short': [wait('1'), { body: 'ok' }],
    '/long': [wait('100'), { body: 'ok' }],
  })
  const { signal } = new AbortController()
  noteEnd(signal, 20_000)
  assert.is((await get('/short', { signal })).statusCode, 200)
  const [first, second] = await server.requests('/short')
  assert.ok(second!.time - first!.time >= 990)
  const late = await get('/long', { signal })
  assert.is(late.statusCode, 429)
  assert.is(late.headers['retry-after'], '100')
  assert.is(attemptsOf(late.body), undefined)
  assert.is(await count('/long'), 1)
  // Of those who wait, the one with the most time counts.
  noteEnd(signal, 200_000)
  await server.set('/short', [wait('1'), { body: 'ok' }])
  const hurried = new AbortController()
  noteEnd(hurried.signal, 100)
  setTimeout(() => hurried.abort(), 100)
  const [patient, hasty] = [get('/short', { signal }), get('/short', { signal: hurried.signal })]
  await rejects(hasty, 'ERR_MIMEPORT_TIMEOUT')
  assert.is((await patient).statusCode, 200)
})

test('a failure for good says in how many attempts', async () => {
  await server.set('/x', { status: 503, body: 'closed' })
  const [one, other] = await Promise.all([get('/x'), get('/x')])
  assert.equal([attemptsOf(one.body), attemptsOf(other.body)], [3, 3])
  assert.is(await count('/x'), 3)
})

test('a POST is repeated where its caller says that it may be', async () => {
  await server.set('/x', [{ status: 503 }, { status: 503 }, 'ok'])
  assert.is((await get('/x', { method: 'POST', body: 'a' })).statusCode, 503)
  const { statusCode } = await get('/x', { method: 'POST', body: 'a', idempotent: true })
  assert.is(statusCode, 200)
  assert.is(await count('/x'), 3)
})

test('offline, what is stored answers, however old, and nothing is asked for', async () => {
  await server.set({
    '/fresh': { body: 'fresh', headers: immutable },
    '/stale': {
      body: 'stale',
      headers: { 'cache-control': 'max-age=0, must-revalidate', etag: '"x"' },
    },
    '/plain': 'plain',
    '/moved': { status: 302, headers: { location: '/plain' } },
    '/refs': { body: 'kept' },
  })
  const post = { method: 'POST', body: 'command', keep: true } as const
  const all = () =>
    Promise.all([get('/fresh'), get('/stale'), get('/plain'), get('/moved'), get('/refs', post)])
  const online = await all()
  const asked = (await server.requests()).length
  process.env['MIMEPORT_OFFLINE'] = '1'
  configureCache({ folder })
  const offline = await all()
  assert.equal(offline.map(text), online.map(text))
  assert.equal(
    offline.map(({ statusCode }) => statusCode),
    [200, 200, 200, 302, 200],
  )
  assert.is((await server.requests()).length, asked)
  const error = await rejects(get('/other'), 'ERR_MIMEPORT_OFFLINE')
  assert.match(
    error.message,
    /^Cannot load 'http:.*\/other': it is not in the cache, and MIMEPORT_/,
  )
  assert.is((error as { statusCode?: number }).statusCode, 504)
  await rejects(get('/refs', { ...post, body: 'another' }), 'ERR_MIMEPORT_OFFLINE')
})

test('what one was answered is not found by another', async () => {
  await server.set('/x', { body: 'private', headers: immutable })
  process.env['MIMEPORT_AUTH_TOKENS'] = `first-token@127.0.0.1:${server.port}`
  await get('/x')
  await get('/x')
  assert.is(await count('/x'), 1)
  process.env['MIMEPORT_AUTH_TOKENS'] = `second-token@127.0.0.1:${server.port}`
  await get('/x')
  delete process.env['MIMEPORT_AUTH_TOKENS']
  await get('/x')
  const sent = (await server.requests('/x')).map(({ headers }) => headers['authorization'])
  assert.equal(sent, ['Bearer first-token', 'Bearer second-token', undefined])
  process.env['MIMEPORT_OFFLINE'] = '1'
  process.env['MIMEPORT_AUTH_TOKENS'] = `third-token@127.0.0.1:${server.port}`
  await rejects(get('/x'), 'ERR_MIMEPORT_OFFLINE')
})

test('what is wished to be reloaded is asked for once, though it is fresh', async () => {
  await server.set({
    '/a': { body: 'a', headers: immutable },
    '/b': { body: 'b', headers: immutable },
  })
  await Promise.all([get('/a'), get('/b')])
  process.env['MIMEPORT_RELOAD'] = `https://other.example/, ${server.url}/a`
  await server.set('/a', { body: 'anew', headers: immutable })
  for (let times = 0; times < 3; times++) {
    assert.equal([text(await get('/a')), text(await get('/b'))], ['anew', 'b'])
  }
  assert.equal([await count('/a'), await count('/b')], [2, 1])
  process.env['MIMEPORT_RELOAD'] = '1'
  for (let times = 0; times < 3; times++) await Promise.all([get('/a'), get('/b')])
  assert.equal([await count('/a'), await count('/b')], [2, 2])
})

test('a reload that failed is wished for still', async () => {
  await server.set('/c', { body: 'old', headers: immutable })
  await get('/c')
  process.env['MIMEPORT_RELOAD'] = '1'
  configureLimits({ tries: 1 }, {})
  await server.set('/c', [
    { status: 404 },
    { body: 'cut', cutAfter: 1 },
    { body: 'new', headers: immutable },
  ])
  assert.is((await get('/c')).statusCode, 404)
  await rejects(get('/c'), 'ERR_MIMEPORT_NETWORK')
  assert.is(text(await get('/c')), 'new')
  assert.is(text(await get('/c')), 'new')
  assert.is(await count('/c'), 4)
})

test('a specifier of a loader can be named, at whatever ref', async () => {
  const { signal } = new AbortController()
  const asFor = (specifier: string, path: string) =>
    invoke({ loader: 'github', export: 'resolve', url: specifier }, signal, () => get(path))
  for (const [index, [wish, specifier, isMeant]] of (
    [
      ['github:owner/repo', 'github:owner/repo/x.mjs', true],
      ['GitHub:owner/repo', 'github:owner/repo@main/x.mjs', true],
      ['github://owner/repo/lib/', 'github:owner/repo@feature/lib/x.mjs', true],
      ['github:owner/repo@v1', 'github:owner/repo@v1/x.mjs', true],
      ['github:owner/repo@v1', 'github:owner/repo@v2/x.mjs', false],
      ['github:owner/other', 'github:owner/repo/x.mjs', false],
      ['gitlab:owner/repo', 'github:owner/repo/x.mjs', false],
    ] as const
  ).entries()) {
    const path = `/spec-${index}`
    await server.set(path, { body: 'x', headers: immutable })
    await asFor(specifier, path)
    process.env['MIMEPORT_RELOAD'] = wish
    await asFor(specifier, path)
    delete process.env['MIMEPORT_RELOAD']
    assert.is(await count(path), isMeant ? 2 : 1, `${wish} ${specifier}`)
  }
})

test('a variable that says neither is refused, and so are two that contradict each other', async () => {
  await server.set('/x', 'x')
  const wrong = async (env: Readonly<Record<string, string>>) => {
    Object.assign(process.env, env)
    const { message } = await rejects(get('/x'), 'ERR_MIMEPORT_CONFIG')
    for (const name of Object.keys(env)) delete process.env[name]
    return message
  }
  for (const odd of ['yes', '2', 'TRUE', 'off', '-1']) {
    assert.is(
      await wrong({ MIMEPORT_OFFLINE: odd }),
      `Cannot use the environment's 'MIMEPORT_OFFLINE': it must be 1 or 0. Received a string ('${odd}')`,
    )
  }
  for (const odd of ['yes', 'esm.sh', '/x', 'https://esm.sh/, all', '2']) {
    assert.match(
      await wrong({ MIMEPORT_RELOAD: odd }),
      /'MIMEPORT_RELOAD': it must be 1, or a list /,
    )
  }
  assert.match(
    await wrong({ MIMEPORT_OFFLINE: '1', MIMEPORT_RELOAD: 'https://x/' }),
    /'MIMEPORT_RELOAD': MIMEPORT_OFFLINE forbids to ask for what it wants anew; set one of the two$/,
  )
  for (const off of ['', '0', 'false', ' ']) {
    Object.assign(process.env, { MIMEPORT_OFFLINE: off, MIMEPORT_RELOAD: off })
    assert.is(text(await get('/x')), 'x')
  }
  Object.assign(process.env, { MIMEPORT_OFFLINE: 'true', MIMEPORT_RELOAD: '0' })
  await rejects(get('/never-asked'), 'ERR_MIMEPORT_OFFLINE')
})

test('credentials of the configuration go before those of a loader', async () => {
  await server.set('/x', 'x')
  configureHeaders({ [server.url]: { Authorization: 'Bearer configured', 'x-more': '1' } }, 'c')
  await get('/x', { credentials: { authorization: 'Bearer of-loader', 'x-loader': '2' } })
  const [{ headers } = { headers: {} as Record<string, string> }] = await server.requests('/x')
  assert.equal(
    [headers['authorization'], headers['x-more'], headers['x-loader']],
    ['Bearer configured', '1', '2'],
  )
})

test('a server that repeats what it was sent is not quoted', async () => {
  const echo = 'Bearer echo-canary of you'
  await server.set({
    '/403': {
      status: 403,
      body: `<p>${echo}`,
      headers: { 'x-echo': echo, 'content-type': 'text/html' },
    },
    '/302': { status: 302, headers: { location: 'https://evil.example/?echo-canary' } },
    '/200': { body: echo, headers: { 'x-echo': echo } },
  })
  process.env['MIMEPORT_AUTH_TOKENS'] = `echo-canary@127.0.0.1:${server.port}`
  const refused = await get('/403')
  assert.is(text(refused), '<p>*** of you')
  assert.equal(
    [refused.headers['x-echo'], refused.headers['content-type']],
    ['*** of you', 'text/html'],
  )
  const { message } = await rejects(get('/302'), 'ERR_MIMEPORT_INVALID_REDIRECT')
  assert.match(message, /: its Location repeats the credentials that were sent$/)
  // What is a module is not changed.
  const given = await get('/200')
  assert.equal([text(given), given.headers['x-echo']], [echo, '*** of you'])
})

test.run()
