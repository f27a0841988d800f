import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { networkError } from '../../core/http/network-error.mts'
import { requestURL } from '../../core/http/request-url.mts'
import { request } from '../../core/http/request.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'

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
  await server.stop()
})

test('IPv6 works, by address and by localhost', async () => {
  const server = await startServer({ host: '::1' }).catch((error) => {
    if (!/EADDRNOTAVAIL|EAFNOSUPPORT/.test(error.message)) throw error
  })
  if (server === undefined) return
  await server.set('/x', 'x')
  assert.match(server.url, 'http://[::1]:')
  assert.is((await request(`${server.url}/x`)).statusCode, 200)
  assert.is((await request(`http://localhost:${server.port}/x`)).statusCode, 200)
  await server.stop()
})

test('each failure of a connection says what to do', () => {
  const table: [string, string][] = [
    ['ECONNREFUSED', 'is the server running?'],
    ['ENOTFOUND', 'is it spelt right, and is there a network?'],
    ['EAI_AGAIN', 'is there a network?'],
    ['CERT_HAS_EXPIRED', 'has expired'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'NODE_EXTRA_CA_CERTS'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_EXTRA_CA_CERTS'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'for another host name'],
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
