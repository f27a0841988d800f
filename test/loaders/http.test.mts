import { Buffer } from 'node:buffer'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { resolve, resolveRelativePath, schemes } from '../../loaders/http/http.mts'
import { makeCertificate } from '../faults/certificate.mts'
import { freePort } from '../support/free-port.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run } from '../support/spawn.mts'
import { startWire } from '../support/wire-server.mts'
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

test('redirects and errors are given as they are, bodies without their coding', async ({
  server,
}) => {
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
  const plain = await resolve(`${server.url}/coded`)
  assert.is(Buffer.from(plain.body).toString(), 'x')
  assert.is(plain.headers['content-encoding'], undefined)
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

/** A graph: an entry that imports `count` modules, each of which imports one more. */
function graph(count: number): Record<string, string> {
  const names = Array.from({ length: count }, (_, at) => `m${at}`)
  const imports = names.map((name) => `import ${name} from './lib/${name}.mjs'`)
  const files: Record<string, string> = {
    '/entry.mjs': `${imports.join('\n')}\nexport default ${names.join(' + ')}\n`,
    '/one.mjs': 'export default 1\n',
  }
  for (const name of names) {
    files[`/lib/${name}.mjs`] = "import one from '../one.mjs'\nexport default one\n"
  }
  return files
}

test('a program: a graph by HTTP/2 takes one connection, by HTTP/1.1 one for each at most', async () => {
  const tls = makeCertificate()
  for (const http2 of [true, false]) {
    const server = await startServer({ tls, http2 })
    await server.set(graph(50))
    const project = makeProject({
      'app.mjs': `import sum from '${server.url}/entry.mjs'\nconsole.log(sum)\n`,
      'ca.pem': tls.cert,
    })
    const env = { NODE_EXTRA_CA_CERTS: join(project.path, 'ca.pem') }
    const { stdout, stderr } = await run(['app.mjs'], { cwd: project.path, env })
    assert.is(stdout, '50\n', stderr)
    const asked = await server.requests()
    assert.is(asked.length, 52)
    const connections = new Set(asked.map(({ connection }) => connection)).size
    if (http2) assert.is(connections, 1)
    else assert.ok(connections > 6 && connections <= 52, String(connections))
    project.remove()
    await server.stop()
  }
})

test('a program: https goes through HTTPS_PROXY, and says what is wrong with it', async () => {
  const tls = makeCertificate({ names: ['modules.test'] })
  const server = await startServer({ tls, http2: true })
  await server.set(graph(3))
  const proxy = await startWire('proxy', { to: server.port })
  const project = makeProject({
    'app.mjs': "import sum from 'https://modules.test/entry.mjs'\nconsole.log(sum)\n",
    'ca.pem': tls.cert,
    'mimeport.json': '{ "allow": ["https://modules.test/"], "timeout": { "total": 4000 } }',
  })
  const env = {
    NODE_EXTRA_CA_CERTS: join(project.path, 'ca.pem'),
    HTTPS_PROXY: `http://user:canary@localhost:${proxy.port}`,
    NO_PROXY: 'other.test',
  }
  const good = await run(['app.mjs'], { cwd: project.path, env })
  assert.is(good.stdout, '3\n', good.stderr)
  assert.equal(await proxy.seen(), [
    `CONNECT modules.test:443 Basic ${Buffer.from('user:canary').toString('base64')}`,
  ])
  await proxy.stop()
  const bad = await run(['app.mjs'], { cwd: project.path, env })
  assert.is(bad.status, 1)
  assert.match(bad.stderr, `the proxy 'localhost:${proxy.port}' of HTTPS_PROXY cannot be used`)
  assert.not.match(bad.stderr, 'canary')
  project.remove()
  await server.stop()
})

test('a program: that its server started again is not noticed', async () => {
  const port = await freePort()
  let server = await startServer({ port })
  const routes = { '/a.mjs': "export default 'a'", '/b.mjs': "export default 'b'" }
  await server.set(routes)
  const project = makeProject({
    'app.mjs': `
      import { existsSync } from 'node:fs'
      import { setTimeout } from 'node:timers/promises'
      console.log((await import('${server.url}/a.mjs')).default)
      while (!existsSync('again')) await setTimeout(5)
      console.log((await import('${server.url}/b.mjs')).default)
    `,
  })
  const { stdout, stderr } = await run(['app.mjs'], {
    cwd: project.path,
    onSpawn(child) {
      child.stdout?.once('data', async () => {
        await server.stop()
        server = await startServer({ port })
        await server.set(routes)
        project.write({ again: '' })
      })
    },
  })
  assert.is(stdout, 'a\nb\n', stderr)
  project.remove()
  await server.stop()
})

test.run()
