import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { request } from '../../core/http/request.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'

const test = suite('http process')
const run = promisify(execFile)
const client = new URL('../../core/http/request.mts', import.meta.url).href

/** A program that asks for each URL and prints what came, and how long it lived after that. */
const program = `
  const { request } = await import(${JSON.stringify(client)})
  for (const url of process.argv.slice(1)) {
    const answer = await request(url).then(({ statusCode }) => statusCode, ({ code }) => code)
    console.log(answer)
  }
  const end = performance.now()
  process.on('exit', () => console.log(performance.now() - end < 1000 ? 'at once' : 'late'))
`

async function ask(urls: readonly string[], env: Record<string, string> = {}): Promise<string[]> {
  const args = ['--input-type=module', '--eval', program, ...urls]
  const options = { env: { ...process.env, ...env }, timeout: 20_000 }
  const answers = async () => (await run(process.execPath, args, options)).stdout.trim().split('\n')
  let last = await answers()
  // Where the machine was busy; what keeps the process keeps it each time.
  for (let tries = 1; tries < 3 && last.at(-1) === 'late'; tries++) last = await answers()
  return last
}

/** A key and a self-signed certificate for loopback; `undefined` without openssl. */
function makeCertificate(folder: string): { key: string; cert: string } | undefined {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  args.push('-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost')
  args.push('-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1')
  try {
    execFileSync('openssl', args, { stdio: 'ignore' })
  } catch {
    return undefined
  }
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}

/** Runs `work` with a certificate and the environment that trusts it; not at all without openssl. */
async function withCertificate(
  work: (tls: { key: string; cert: string }, env: Record<string, string>) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mimeport-test-'))
  try {
    const tls = makeCertificate(folder)
    if (tls !== undefined) await work(tls, { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('a process that has made its requests ends at once', async () => {
  const server = await startServer()
  await server.set('/x', 'x')
  await server.set('/cut', { body: 'abc', cutAfter: 1 })
  await server.set('/close', { framing: 'close', body: 'abc' })
  const paths = ['/x', '/cut', '/close', '/x', '/404']
  assert.equal(await ask(paths.map((path) => server.url + path)), [
    '200',
    'ERR_MIMEPORT_NETWORK',
    'ERR_MIMEPORT_NETWORK',
    '200',
    '404',
    'at once',
  ])
  await server.stop()
})

test('undici is loaded by the first request, not before', async () => {
  const source = `
    await import(${JSON.stringify(client)})
    const { createRequire } = await import('node:module')
    const loaded = Object.keys(createRequire(${JSON.stringify(client)}).cache)
    console.log(loaded.filter((file) => /node_modules.undici/.test(file)).length)
  `
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', source])
  assert.is(stdout.trim(), '0')
})

test('TLS: an unknown authority is refused, and known by NODE_EXTRA_CA_CERTS', async () => {
  await withCertificate(async (tls, env) => {
    for (const http2 of [false, true]) {
      const server = await startServer({ tls, http2 })
      await server.set('/x', 'x')
      const error = await rejects(request(`${server.url}/x`), 'ERR_MIMEPORT_NETWORK')
      assert.match(error.message, 'NODE_EXTRA_CA_CERTS')
      const byName = `https://localhost:${server.port}/x`
      assert.equal(await ask([`${server.url}/x`, byName], env), ['200', '200', 'at once'])
      const wrongName = `https://a.localhost:${server.port}/x`
      assert.equal(await ask([wrongName], env), ['ERR_MIMEPORT_NETWORK', 'at once'])
      const versions = (await server.requests()).map(({ httpVersion }) => httpVersion)
      assert.equal(versions, http2 ? ['2.0', '2.0'] : ['1.1', '1.1'])
      await server.stop()
    }
  })
})

test('HTTP/2: a body without length and content coding is asked for by HTTP/1.1', async () => {
  await withCertificate(async (tls, env) => {
    const server = await startServer({ tls, http2: true })
    await server.set({
      '/streamed': { framing: 'chunked', body: 'abc' },
      '/coded': { framing: 'chunked', headers: { 'content-encoding': 'gzip' }, body: 'abc' },
      '/cut': { framing: 'chunked', body: 'abc', cutAfter: 1 },
    })
    const table: [string, string, string[]][] = [
      ['/streamed', '200', ['2.0', '1.1']],
      ['/coded', '200', ['2.0']],
      ['/cut', 'ERR_MIMEPORT_NETWORK', ['2.0', '1.1']],
    ]
    for (const [path, answer, versions] of table) {
      assert.equal(await ask([server.url + path], env), [answer, 'at once'])
      const asked = await server.requests(path)
      assert.equal(
        asked.map(({ httpVersion }) => httpVersion),
        versions,
      )
    }
    await server.stop()
  })
})

test.run()
