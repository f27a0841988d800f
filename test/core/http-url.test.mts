import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lookup } from '../../core/http/lookup.mts'
import { networkError } from '../../core/http/network-error.mts'
import { requestURL } from '../../core/http/request-url.mts'
import { request } from '../../core/http/request.mts'
import { freePort } from '../support/free-port.mts'
import { hasIPv6 } from '../support/ipv6.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import { denied, passed } from '../threats/record.mts'

/** URL of one of our files. */
const core = (name: string): string => new URL(`../../core/http/${name}.mts`, import.meta.url).href

const test = suite('http url')

test('https goes anywhere, http to this machine only', async () => {
  const good = [
    'https://example.com/x',
    'http://localhost/x',
    'http://LOCALHOST:8080/x',
    'http://localhost./x',
    'http://a.b.localhost/x',
    'http://127.0.0.1/x',
    'http://127.1/x',
    'http://0x7f.1/x',
    'http://2130706433/x',
    'http://127.255.255.254/x',
    'http://[::1]/x',
    'http://[0:0:0:0:0:0:0:1]:1/x',
  ]
  for (const url of good) assert.is(requestURL(url).href, new URL(url).href)
  passed('T01', 'http: to this machine, https: anywhere', good.length)
  const bad = [
    'http://example.com/x',
    'http://localhost.example.com/x',
    'http://notlocalhost/x',
    'http://128.0.0.1/x',
    'http://127.0.0.1.example.com/x',
    'http://0.0.0.0/x',
    'http://[::]/x',
    'http://[::2]/x',
    'http://10.0.0.1/x',
    'http://localhost%2eexample.com/x',
  ]
  for (const url of bad) {
    const error = await rejects(() => requestURL(url), 'ERR_MIMEPORT_INSECURE_URL')
    assert.match(error.message, 'use https:')
    assert.is(error.statusCode, 403)
  }
  denied('T01', 'http: to another machine', bad.length)
})

test('user info is refused and never shown', async () => {
  const bad = [
    'https://user:hunter2@example.com/x',
    'https://hunter2@example.com/x',
    'http://user:hunter2@localhost/x',
    'http://user:hunter2@example.com/x',
    'https://user:hunter2@exa mple.com/x',
    'https:\\\\user:hunter2@exa mple.com/x',
    'https://user:hun@ter2:hunter2@exa mple.com/x',
    '//user:hunter2@example.com/x',
    'https:user:hunter2@exa mple.com/x',
  ]
  for (const url of bad) {
    const error = await rejects(() => requestURL(url), 'ERR_MIMEPORT_INVALID_SPECIFIER')
    assert.not.match(`${error.message} ${error.url}`, 'hunter2')
  }
  denied('T07', 'user info in a URL', bad.length)
})

test('what is no URL, or not HTTP, is refused', async () => {
  for (const url of ['', 'x', 'https://', 'file:///x', 'ftp://example.com/', 'data:,x']) {
    await rejects(request(url), 'ERR_MIMEPORT_INVALID_SPECIFIER')
  }
})

test('a hostile text of megabytes is refused in linear time', async () => {
  for (const part of ['/', '@', '//', 'a', 'a:', '\\', '/@']) {
    const text = part.repeat(2_000_000)
    await rejects(() => requestURL(text), 'ERR_MIMEPORT_INVALID_SPECIFIER')
  }
})

test('names of localhost are never asked of DNS', async () => {
  const server = await startServer()
  await server.set('/x', 'x')
  for (const host of ['localhost', 'a.localhost', 'no.such.name.localhost']) {
    const { statusCode } = await request(`http://${host}:${server.port}/x`)
    assert.is(statusCode, 200)
  }
  passed('T07', 'names of localhost')
  await server.stop()
})

test('a name of localhost is found no sooner than lookup returns, as any other', async () => {
  for (const options of [{ all: true }, {}]) {
    let returned = false
    const found = new Promise((resolve) => lookup('localhost', options, () => resolve(returned)))
    returned = true
    assert.is(await found, true)
  }
})

const withIPv6 = hasIPv6 ? test : test.skip

withIPv6('IPv6 works, by address and by localhost', async () => {
  // A port where nobody listens at 127.0.0.1: localhost is both.
  const server = await startServer({ host: '::1', port: await freePort() })
  await server.set('/x', 'x')
  assert.match(server.url, 'http://[::1]:')
  assert.is((await request(`${server.url}/x`)).statusCode, 200)
  assert.is((await request(`http://localhost:${server.port}/x`)).statusCode, 200)
  await server.stop()
})

withIPv6(
  'a name is looked up once for each connection, and connected to where it led',
  async () => {
    const server = await startServer()
    const other = await startServer({ host: '::1', port: server.port })
    await server.set('*', 'x')
    // Each lookup would lead elsewhere. Our own are made by the system: what it answers is replaced.
    const source = `
    import dns from 'node:dns'
    import { syncBuiltinESMExports } from 'node:module'
    const answers = []
    dns.lookup = (name, options, callback) => {
      const [address, family] = answers.length % 2 === 0 ? ['127.0.0.1', 4] : ['::1', 6]
      answers.push(name)
      if (options.all) callback(null, [{ address, family }])
      else callback(null, address, family)
    }
    syncBuiltinESMExports()
    const { makeConnector } = await import(${JSON.stringify(core('connector'))})
    const { loadUndici } = await import(${JSON.stringify(core('undici'))})
    const { configurePolicy } = await import(${JSON.stringify(core('../policy/policy'))})
    configurePolicy({ allowPrivate: ['x.test'] })
    const connect = makeConnector(loadUndici().buildConnector, false)
    for (let count = 0; count < 4; count++) {
      const target = { protocol: 'http:', hostname: 'x.test', host: 'x.test:${server.port}', port: '${server.port}' }
      await new Promise((resolve) => connect(target, ({ socket }) => {
        console.log(socket.remoteAddress, answers.length)
        socket.destroy()
        resolve()
      }))
    }
  `
    const args = ['--input-type=module', '--eval', source]
    const env = { ...process.env, NO_PROXY: '*', no_proxy: '*' }
    const { stdout } = await promisify(execFile)(process.execPath, args, { env })
    assert.is(stdout, '127.0.0.1 1\n::1 2\n127.0.0.1 3\n::1 4\n')
    await Promise.all([server.stop(), other.stop()])
  },
)

test('each failure of a connection says what to do', () => {
  const table: [string, string][] = [
    ['ECONNREFUSED', 'is the server running?'],
    ['ENOTFOUND', 'is it spelt right, and is there a network?'],
    ['EAI_AGAIN', 'is there a network?'],
    ['CERT_HAS_EXPIRED', 'has expired'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'NODE_EXTRA_CA_CERTS'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_USE_SYSTEM_CA=1'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'for another host name; is the host of the URL spelt right?'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'does not speak TLS'],
  ]
  for (const [code, reason] of table) {
    const cause = Object.assign(new Error('x'), { code })
    const error = networkError(cause, 'https://example.com/', 'connect')
    assert.is(error.code, 'ERR_MIMEPORT_NETWORK')
    assert.is(error.cause, cause)
    assert.match(error.message, reason)
    assert.match(error.message, `(${code})`)
    assert.match(error.message, `'https://example.com/'`)
  }
})

test('anything that is thrown is wrapped', () => {
  for (const thrown of [null, undefined, 1, 'x', {}, Symbol('x'), { code: 5, message: 6 }]) {
    assert.is(networkError(thrown, 'x:', 'body').code, 'ERR_MIMEPORT_NETWORK')
  }
})

test.run()
