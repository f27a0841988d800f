import { Buffer } from 'node:buffer'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { inspect } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchActivity } from '../../core/http/activity.mts'
import { isTransient } from '../../core/http/network-error.mts'
import { proxyFor } from '../../core/http/proxy.mts'
import { request } from '../../core/http/request.mts'
import { configureLimits } from '../../core/limits.mts'
import { makeCertificate } from '../faults/certificate.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import { startWire } from '../support/wire-server.mts'
import { canary, denied, leak, passed } from '../threats/record.mts'
import type { TestServer } from '../support/server.mts'
import type { WireOptions } from '../support/wire-server.mts'

const test = suite<{ http1: TestServer; http2: TestServer }>('http proxy')
const network = 'ERR_MIMEPORT_NETWORK'
const tls = makeCertificate({ names: ['localhost', ...hosts()] })
const names = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'no_proxy', 'NO_PROXY']
const kept = names.map((name) => [name, process.env[name]] as const)
let lastHost = 0

/** Connections are kept: each test asks another host. */
function hosts(): string[] {
  return Array.from({ length: 60 }, (_, count) => `host${count}.test`)
}

const host = (): string => `host${lastHost++}.test`

function clearEnvironment(): void {
  for (const name of names) delete process.env[name]
}

test.before(async (context) => {
  setDefaultCACertificates([...getCACertificates('default'), tls.cert])
  context.http1 = await startServer({ tls })
  context.http2 = await startServer({ tls, http2: true })
  await context.http1.set('*', { body: 'one' })
  await context.http2.set('*', { body: 'two' })
})
test.after(async ({ http1, http2 }) => {
  await Promise.all([http1.stop(), http2.stop()])
  setDefaultCACertificates(getCACertificates('bundled'))
  clearEnvironment()
  for (const [name, value] of kept) if (value !== undefined) process.env[name] = value
})
test.before.each(clearEnvironment)
test.after.each(() => configureLimits({}, {}))

const nameFor = (url: string, environment: Record<string, string>): string | undefined =>
  proxyFor(new URL(url), environment)?.name

test('the variables, in order', () => {
  const all = {
    https_proxy: 'http://a:1',
    HTTPS_PROXY: 'http://b:2',
    http_proxy: 'http://c:3',
    HTTP_PROXY: 'http://d:4',
  }
  const without = (...names: string[]): Record<string, string> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)))
  assert.is(nameFor('https://x.test/', all), 'a:1')
  assert.is(nameFor('https://x.test/', without('https_proxy')), 'b:2')
  assert.is(nameFor('https://x.test/', without('https_proxy', 'HTTPS_PROXY')), 'c:3')
  assert.is(nameFor('https://x.test/', { HTTP_PROXY: 'http://d:4' }), 'd:4')
  assert.is(nameFor('https://x.test/', {}), undefined)
  // An empty one says: none.
  assert.is(nameFor('https://x.test/', { https_proxy: '', HTTPS_PROXY: 'http://b:2' }), undefined)
  assert.is(nameFor('https://x.test/', { https_proxy: ' ', HTTP_PROXY: 'http://b:2' }), undefined)
})

test('in CGI, HTTP_PROXY is a field of the request, and not believed', () => {
  const cgi = { REQUEST_METHOD: 'GET', HTTP_PROXY: 'http://evil:1' }
  assert.is(nameFor('https://x.test/', cgi), undefined)
  denied('T10', 'HTTP_PROXY in CGI')
  assert.is(nameFor('https://x.test/', { ...cgi, http_proxy: 'http://good:1' }), 'good:1')
})

test('loopback goes through no proxy', () => {
  const environment = { https_proxy: 'http://p:1', http_proxy: 'http://p:1' }
  const own = ['http://localhost/', 'https://localhost/', 'https://a.localhost/', 'https://[::1]/']
  for (const url of [...own, 'http://127.0.0.1:8080/', 'https://127.1.2.3/']) {
    assert.is(nameFor(url, environment), undefined, url)
  }
  assert.is(nameFor('https://localhost.test/', environment), 'p:1')
  denied('T10', 'loopback by way of a proxy', own.length + 2)
  passed('T10', 'another host by way of a proxy')
})

test('forms of a proxy', () => {
  const table: [string, string, boolean, string | undefined][] = [
    ['http://proxy:3128', 'proxy:3128', false, undefined],
    ['http://proxy', 'proxy:80', false, undefined],
    ['https://proxy/', 'proxy:443', true, undefined],
    ['proxy:3128', 'proxy:3128', false, undefined],
    ['localhost:3128', 'localhost:3128', false, undefined],
    ['user:pass@proxy:3128', 'proxy:3128', false, 'user:pass'],
    ['http://[::1]:3128', '[::1]:3128', false, undefined],
    ['http://us%40er:p%3Aw%25@proxy:1', 'proxy:1', false, 'us@er:p:w%'],
    ['http://user@proxy:1', 'proxy:1', false, 'user:'],
    ['http://user:100%@proxy:1', 'proxy:1', false, 'user:100%'],
  ]
  for (const [value, name, secure, user] of table) {
    const proxy = proxyFor(new URL('https://x.test/'), { https_proxy: value })
    assert.is(proxy?.name, name, value)
    assert.is(proxy?.secure, secure, value)
    const basic = user && `Basic ${Buffer.from(user).toString('base64')}`
    assert.is(proxy?.authorization, basic, value)
  }
})

test('what is no proxy is refused by the name of its variable, without its value', async () => {
  for (const value of ['socks5://user:canary@proxy:1', 'http://user:canary@', 'ht!tp://canary']) {
    process.env['HTTPS_PROXY'] = value
    const error = await rejects(request(`https://${host()}/`), 'ERR_MIMEPORT_CONFIG')
    assert.match(error.message, 'HTTPS_PROXY')
    assert.not.match(inspect(error), 'canary')
    denied('T12', 'the value of a variable that names no proxy')
  }
})

test('NO_PROXY', () => {
  const table: [string, string, boolean][] = [
    ['*', 'https://x.test/', true],
    ['example.org, *', 'https://x.test/', true],
    ['', 'https://x.test/', false],
    ['x.test', 'https://x.test/', true],
    ['X.Test', 'https://x.test/', true],
    ['x.test.', 'https://x.test/', true],
    ['x.test', 'https://x.test./', true],
    ['x.test', 'https://a.x.test/', true],
    ['.x.test', 'https://a.x.test/', true],
    ['.x.test', 'https://x.test/', true],
    ['*.x.test', 'https://a.x.test/', true],
    ['x.test', 'https://ax.test/', false],
    ['test', 'https://x.test/', true],
    ['est', 'https://x.test/', false],
    ['x.test:443', 'https://x.test/', true],
    ['x.test:443', 'https://x.test:8443/', false],
    ['x.test:8443', 'https://x.test:8443/', true],
    ['*:8443', 'https://x.test:8443/', true],
    ['*:8443', 'https://x.test/', false],
    ['a.test b.test,x.test', 'https://x.test/', true],
    ['10.1.2.3', 'https://10.1.2.3/', true],
    ['10.1.2.3:443', 'https://10.1.2.3/', true],
    ['2.3', 'https://10.1.2.3/', false],
    ['10.0.0.0/8', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://11.1.2.3/', false],
    ['10.1.2.3/33', 'https://10.1.2.3/', false],
    ['10.1.2.3/', 'https://10.1.2.3/', false],
    ['10.0.0.0/8', 'https://10.test/', false],
    ['fe80::1', 'https://[fe80::1]/', true],
    ['[fe80::1]', 'https://[fe80::1]/', true],
    ['[fe80::1]:443', 'https://[fe80::1]/', true],
    ['[fe80::1]:444', 'https://[fe80::1]/', false],
    ['fe80:0:0:0:0:0:0:1', 'https://[fe80::1]/', true],
    ['fe80::/10', 'https://[fe80::1]/', true],
    ['::/0', 'https://10.1.2.3/', false],
  ]
  for (const [list, url, direct] of table) {
    for (const variable of ['no_proxy', 'NO_PROXY']) {
      const found = nameFor(url, { https_proxy: 'http://p:1', [variable]: list })
      assert.is(found, direct ? undefined : 'p:1', `${list} ${url}`)
    }
  }
})

test('http and https proxies tunnel, HTTP/1.1 and HTTP/2 in it', async ({ http1, http2 }) => {
  for (const secure of [false, true]) {
    for (const [server, version] of [[http1, '1.1'] as const, [http2, '2.0'] as const]) {
      await server.clear()
      await server.set('*', { body: 'x' })
      const proxy = await startWire('proxy', { to: server.port, ...(secure && { tls }) })
      const scheme = secure ? 'https' : 'http'
      process.env['https_proxy'] = `${scheme}://user:p%40ss@localhost:${proxy.port}`
      const [first, second] = [host(), host()]
      assert.is((await request(`https://${first}/a?b=c`)).statusCode, 200)
      assert.is((await request(`https://${first}/d`)).statusCode, 200)
      assert.is((await request(`https://${second}:8443/`)).statusCode, 200)
      const basic = `Basic ${Buffer.from('user:p@ss').toString('base64')}`
      assert.equal(await proxy.seen(), [
        `CONNECT ${first}:443 ${basic}`,
        `CONNECT ${second}:8443 ${basic}`,
      ])
      const asked = await server.requests()
      assert.equal(
        asked.map(({ url, httpVersion }) => `${url} ${httpVersion}`),
        [`/a?b=c ${version}`, `/d ${version}`, `/ ${version}`],
      )
      for (const { headers } of asked) {
        assert.is(headers['proxy-authorization'], undefined)
        assert.is(headers['proxy-connection'], undefined)
      }
      passed('T10', `by way of a proxy over ${scheme}`)
      await proxy.stop()
    }
  }
})

test('loopback and what NO_PROXY lists is asked directly', async ({ http1 }) => {
  const proxy = await startWire('proxy', { to: http1.port })
  process.env['https_proxy'] = process.env['http_proxy'] = `http://localhost:${proxy.port}`
  const plain = await startServer()
  await plain.set('/x', 'x')
  assert.is((await request(`${plain.url}/x`)).statusCode, 200)
  assert.is((await request(`${http1.url}/x`)).statusCode, 200)
  process.env['no_proxy'] = '.test'
  await rejects(request(`https://${host()}/`), network)
  assert.equal(await proxy.seen(), [])
  denied('T10', 'loopback, and what NO_PROXY lists', 3)
  canary('T10', (await proxy.seen()).length, 'the proxy')
  delete process.env['no_proxy']
  assert.is((await request(`https://${host()}/`)).statusCode, 200)
  assert.is((await proxy.seen()).length, 1)
  await Promise.all([proxy.stop(), plain.stop()])
})

/** The error of a request through a proxy, which shows its password nowhere. */
async function failure(options: WireOptions | number, code = network, scheme = 'http') {
  const proxy = typeof options === 'number' ? undefined : await startWire('proxy', options)
  const port = proxy?.port ?? options
  process.env['https_proxy'] = `${scheme}://user:canary@localhost:${port}`
  const told: unknown[] = []
  const stop = watchActivity((activity) => told.push(activity))
  const error = await rejects(request(`https://${host()}/x`), code)
  stop()
  await proxy?.stop()
  const basic = Buffer.from('user:canary').toString('base64')
  const shown = inspect([error, told], { depth: 20, showHidden: true })
  for (const secret of ['canary', basic]) assert.not.match(shown, secret)
  leak('T12', shown.split('canary').length - 1, 'what is told of a proxy')
  assert.match(error.message, `the proxy 'localhost:${port}' of https_proxy`)
  return error
}

test('a proxy that refuses is told from the server', async () => {
  for (const status of [401, 407]) {
    const unknown = await failure({ status })
    assert.match(unknown.message, `does not take the user name and password (${status})`)
    assert.not.ok(isTransient(unknown))
  }
  const forbidden = await failure({ status: 403 })
  assert.match(forbidden.message, 'refuses to go there (403); NO_PROXY names what is asked without')
  assert.not.ok(isTransient(forbidden))
  const gateway = await failure({ status: 502 })
  assert.match(gateway.message, 'could not reach the server (502)')
  assert.ok(isTransient(gateway))
})

test('a proxy that wants a password says how to give it', async () => {
  const proxy = await startWire('proxy', { status: 407 })
  process.env['HTTPS_PROXY'] = `localhost:${proxy.port}`
  const error = await rejects(request(`https://${host()}/x`), network)
  const how = `write http://user:password@localhost:${proxy.port} into HTTPS_PROXY`
  assert.match(error.message, `asks for a user name and password (407); ${how}`)
  await proxy.stop()
})

test('a proxy that is down, hangs or is none', async ({ http1 }) => {
  const down = await failure(1)
  assert.match(down.message, 'ECONNREFUSED')
  assert.ok(isTransient(down))
  configureLimits({}, { connect: 150 })
  const hangs = await failure({ status: 0 }, 'ERR_MIMEPORT_TIMEOUT')
  assert.match(hangs.message, 'opened no tunnel within 150 ms (phase: connect)')
  configureLimits({}, {})
  const none = await failure(http1.port, network, 'https')
  assert.match(none.message, 'the server closed the connection without an answer')
  const stranger = makeCertificate()
  const untrusted = await failure({ tls: stranger, to: http1.port }, network, 'https')
  assert.match(untrusted.message, 'NODE_EXTRA_CA_CERTS')
  assert.not.ok(isTransient(untrusted))
})

test('what is wrong behind the proxy is not said of the proxy', async () => {
  // The tunnel's time, too.
  configureLimits({}, { connect: 1500 })
  const deaf = await startWire('deaf')
  const proxy = await startWire('proxy', { to: deaf.port })
  process.env['https_proxy'] = `http://localhost:${proxy.port}`
  const error = await rejects(request(`https://${host()}/x`), 'ERR_MIMEPORT_TIMEOUT')
  assert.match(error.message, 'no connection was made within 1500 ms')
  assert.not.match(error.message, 'proxy')
  await Promise.all([deaf.stop(), proxy.stop()])
})

test.run()
