import { once } from 'node:events'
import { join } from 'node:path'
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isTransient } from '../../core/http/network-error.mts'
import { request } from '../../core/http/request.mts'
import { makeCertificate } from '../faults/certificate.mts'
import { hasIPv6 } from '../support/ipv6.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run } from '../support/spawn.mts'
import { canary, denied, passed } from '../threats/record.mts'
import type { AddressInfo } from 'node:net'
import type { Project } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

const test = suite<{ server: TestServer; project: Project }>('http tls')
const network = 'ERR_MIMEPORT_NETWORK'
const known = makeCertificate()
const day = 24 * 60 * 60 * 1000

test.before(async (context) => {
  context.server = await startServer({ tls: known, http2: true })
  await context.server.set('/x.mjs', 'export default 42')
  const program = `import x from '${context.server.url}/x.mjs'\nconsole.log(x)\n`
  context.project = makeProject({ 'app.mjs': program, 'ca.pem': known.cert })
})
test.after(async ({ server, project }) => {
  await server.stop()
  project.remove()
  setDefaultCACertificates(getCACertificates('bundled'))
})

test('a certificate that is not good is refused, says why, and is final', async ({ server }) => {
  const [now, past] = [Date.now(), new Date(Date.now() - 2 * day)]
  const expired = makeCertificate({ from: past, to: new Date(now - day) })
  const future = makeCertificate({ from: new Date(now + day), to: new Date(now + 2 * day) })
  const wrong = makeCertificate({ names: ['other.test'], addresses: [] })
  const all = [known, expired, future, wrong].map(({ cert }) => cert)
  setDefaultCACertificates([...getCACertificates('bundled'), ...all])
  const table = [
    [expired, 'its certificate has expired; is the clock of this machine right?'],
    [future, 'its certificate is not valid yet; is the clock of this machine right?'],
    [wrong, 'its certificate is for another host name'],
    [makeCertificate(), 'signed by nobody whom Node knows'],
  ] as const
  for (const [tls, reason] of table) {
    for (const http2 of [false, true]) {
      const bad = await startServer({ tls, http2 })
      const error = await rejects(request(`${bad.url}/x`), network)
      assert.match(error.message, reason)
      assert.match(error.message, `'${bad.url}/x'`)
      assert.not.ok(isTransient(error))
      assert.equal(await bad.requests(), [])
      denied('T03', reason)
      canary('T03', (await bad.requests()).length)
      await bad.stop()
    }
  }
  assert.is((await request(`${server.url}/x.mjs`)).statusCode, 200)
  passed('T03', 'a good certificate')
})

const withIPv6 = hasIPv6 ? test : test.skip

withIPv6('a certificate for an IPv6 address is for that one alone', async () => {
  const mine = makeCertificate()
  const loopback4 = makeCertificate({ addresses: [[127, 0, 0, 1]] })
  const all = [known, mine, loopback4].map(({ cert }) => cert)
  setDefaultCACertificates([...getCACertificates('bundled'), ...all])
  const good = await startServer({ tls: mine, host: '::1' })
  await good.set('/x', 'x')
  assert.match(good.url, '[::1]')
  assert.is((await request(`${good.url}/x`)).statusCode, 200)
  await good.stop()
  passed('T03', 'a certificate for an IPv6 address')
  const bad = await startServer({ tls: loopback4, host: '::1' })
  const error = await rejects(request(`${bad.url}/x`), network)
  assert.match(error.message, 'its certificate is for another host name')
  await bad.stop()
})

test('a server of an old TLS is refused, and says so', async () => {
  // In this process: nothing is imported, so nothing sleeps. SECLEVEL: OpenSSL would not speak it at all.
  const old = createServer({
    ...known,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  }).listen(0, '127.0.0.1')
  await once(old, 'listening')
  const { port } = old.address() as AddressInfo
  const error = await rejects(request(`https://127.0.0.1:${port}/`), network)
  assert.match(error.message, 'speaks no version of TLS that Node takes for safe')
  denied('T03', 'TLS 1.1')
  assert.not.ok(isTransient(error))
  old.close()
})

test('a server without TLS is told from one with', async () => {
  const plain = await startServer()
  const error = await rejects(request(plain.url.replace('http:', 'https:')), network)
  assert.match(error.message, 'does not speak TLS')
  assert.not.ok(isTransient(error))
  await plain.stop()
})

test('a program: an unknown authority, NODE_EXTRA_CA_CERTS, the system', async ({ project }) => {
  const cwd = project.path
  const none = await run(['app.mjs'], { cwd })
  assert.is(none.status, 1)
  assert.match(none.stderr, 'NODE_EXTRA_CA_CERTS')
  const file = join(cwd, 'ca.pem')
  const given = await run(['app.mjs'], { cwd, env: { NODE_EXTRA_CA_CERTS: file } })
  assert.is(given.stdout, '42\n', given.stderr)
  denied('T03', 'an unknown authority, in a program')
  passed('T03', 'NODE_EXTRA_CA_CERTS')
  // Elsewhere the system's store is no file.
  if (process.platform !== 'linux') return
  const env = { NODE_USE_SYSTEM_CA: '1', SSL_CERT_FILE: file }
  const system = await run(['app.mjs'], { cwd, env })
  assert.is(system.stdout, '42\n', system.stderr)
})

test('a program: NODE_TLS_REJECT_UNAUTHORIZED=0 warns, once', async ({ project }) => {
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' }
  const { stdout, stderr } = await run(['app.mjs'], { cwd: project.path, env })
  assert.is(stdout, '42\n', stderr)
  assert.is(stderr.split('makes TLS connections and HTTPS requests insecure').length, 2, stderr)
})

test.run()
