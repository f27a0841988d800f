import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startGitHub } from '../support/github.mts'
import { makeProject, run, runProject } from '../support/spawn.mts'
import { startServer } from '../support/server.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('redirects')

let server: TestServer
test.before(async () => {
  server = await startServer()
})
test.after(() => server.stop())

/** A loader of one scheme that answers from a table of statuses and locations, or of modules. */
const table = (scheme: string, answers: Readonly<Record<string, string | [number, string?]>>) => `
  const answers = ${JSON.stringify(answers)}
  export const schemes = ['${scheme}:']
  export function resolve(specifier) {
    const chain = /^${scheme}:h\\/([0-9]+)-of-([0-9]+)$/.exec(specifier)
    const [, at, end] = chain ?? []
    const answer = chain ? (at === end ? 'export default "end"' : [302, './' + (Number(at) + 1) + '-of-' + end]) : answers[specifier]
    if (answer === undefined) return false
    if (typeof answer === 'string') return { headers: { 'content-type': 'text/javascript' }, body: answer }
    return { statusCode: answer[0], headers: { Location: answer[1] } }
  }
  export const resolveRelativePath = (specifier, parentPath) =>
    new URL(specifier, parentPath.replace(':', '://')).href.replace('://', ':')`

const config = { 'mimeport.json': '{ "loaders": ["./one.mjs", "./two.mjs"] }' }

/** Prints what each import gives, or how it fails. */
const app = (specifiers: readonly string[]) => `
  for (const specifier of ${JSON.stringify(specifiers)}) {
    try {
      console.log(JSON.stringify((await import(specifier)).default))
    } catch ({ code, message }) {
      console.log(code + ' ' + message)
    }
  }`

test('a redirect is followed from loader to loader, and the module is where it was found', async () => {
  await server.set({
    '/start': { status: 302, headers: { location: 'one:h/dir/a' } },
    '/lib/end.mjs':
      "import own from './own.mjs'\nexport default [import.meta.url, own, globalThis.count = (globalThis.count ?? 0) + 1]",
    '/lib/own.mjs': 'export default import.meta.url',
  })
  const end = `${server.url}/lib/end.mjs`
  // A server may lead to what is the project's own where the project says so, and nowhere else.
  const allow = ['default', 'one:', 'two:', `${server.url}/`]
  const { stdout, stderr } = await runProject({
    'mimeport.json': JSON.stringify({ ...JSON.parse(config['mimeport.json']), allow }),
    'one.mjs': table('one', { 'one:h/dir/a': [301, '../b'], 'one:h/b': [308, 'two:x/y'] }),
    'two.mjs': table('two', { 'two:x/y': [303, end] }),
    'app.mjs': `
      import { createRequire } from 'node:module'
      import first from '${server.url}/start'
      import second from 'one:h/b'
      import third from '${end}'
      const require = createRequire(import.meta.url)
      console.log(JSON.stringify(first))
      console.log(first === second, second === third, require('two:x/y').default === first)
      console.log(import.meta.resolve('two:x/y'))`,
  })
  assert.is(stderr, '')
  assert.equal(stdout.split('\n'), [
    JSON.stringify([end, `${server.url}/lib/own.mjs`, 1]),
    'true true true',
    end,
    '',
  ])
})

test('circles, long ways and dead ends fail with the way that they came', async () => {
  const { stdout, stderr } = await runProject({
    ...config,
    'one.mjs': table('one', {
      'one:self': [302, 'one:self'],
      'one:there': [307, 'two:back'],
      'one:nowhere': [302],
      'one:gone': [302, 'nobody:x'],
      'one:file': [302, 'two:lost'],
    }),
    'two.mjs': table('two', { 'two:back': [308, 'one:there'], 'two:lost': [404] }),
    'app.mjs': app([
      'one:h/0-of-10',
      'one:h/0-of-11',
      'one:self',
      'one:there',
      'one:nowhere',
      'one:gone',
      'one:file',
    ]),
  })
  assert.is(stderr, '')
  const lines = stdout.split('\n')
  assert.is(lines[0], '"end"')
  assert.match(
    lines[1]!,
    /^ERR_MIMEPORT_TOO_MANY_REDIRECTS Cannot load 'one:h\/0-of-11' imported from 'file:.*app\.mjs': stopped after 10 redirects: one:h\/0-of-11 -302→ one:h\/1-of-11 -302→ .*→ one:h\/11-of-11$/,
  )
  assert.match(lines[2]!, /^ERR_MIMEPORT_REDIRECT_CYCLE .*: one:self -302→ one:self$/)
  assert.match(
    lines[3]!,
    /^ERR_MIMEPORT_REDIRECT_CYCLE .*: one:there -307→ two:back -308→ one:there$/,
  )
  assert.match(
    lines[4]!,
    /^ERR_MIMEPORT_INVALID_REDIRECT Cannot follow the 302 from 'one:nowhere' .*: it has no Location$/,
  )
  assert.match(
    lines[5]!,
    /^ERR_MODULE_NOT_FOUND Cannot find 'nobody:x' .*\(one:gone -302→ nobody:x\)$/,
  )
  assert.match(
    lines[6]!,
    /^ERR_MODULE_NOT_FOUND Cannot find 'two:lost' .* it answered 404; is its name spelt right\? \(one:file -302→ two:lost\)$/,
  )
})

test('the web redirects by relative paths, with every code, and keeps fragments', async () => {
  const codes = [301, 302, 303, 307, 308]
  await server.set('/a/end.mjs', 'export default import.meta.url')
  for (const status of codes) {
    await server.set(`/a/b/${status}`, { status, headers: { location: '../end.mjs' } })
  }
  const { stdout, stderr } = await runProject({
    'app.mjs': app(codes.map((status) => `${server.url}/a/b/${status}#${status}`)),
  })
  assert.is(stderr, '')
  assert.is(stdout, codes.map((status) => `"${server.url}/a/end.mjs#${status}"\n`).join(''))
})

/** Imports each specifier in a program of its own cache, and again with nothing but that cache: code and message, or URL. */
async function coldAndOffline(
  specifiers: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const project = makeProject({ 'app.mjs': app(specifiers) })
  try {
    const own = { ...env, MIMEPORT_CACHE: join(project.path, 'cache') }
    const cold = await run(['app.mjs'], { cwd: project.path, env: own })
    const asked = (await server.requests()).length
    const offline = await run(['app.mjs'], {
      cwd: project.path,
      env: { ...own, MIMEPORT_OFFLINE: '1' },
    })
    assert.is(cold.stderr, '')
    assert.is(offline.stdout, cold.stdout)
    assert.is((await server.requests()).length, asked)
    return cold.stdout.trim().split('\n')
  } finally {
    project.remove()
  }
}

const keep = 'cache-control: max-age=600'

/** An answer with a Location of whatever bytes, which a cache keeps. */
const movedTo = (location: string, status = 301) => ({
  raw: `HTTP/1.1 ${status} X\r\n${keep}\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`,
})

test('odd Locations lead where the URL standard says, or nowhere, cold and from the cache', async () => {
  const { url } = server
  const host = url.slice('http:'.length)
  const end = `"${url}/a/end.mjs"`
  const invalid = 'ERR_MIMEPORT_INVALID_REDIRECT'
  const local = 'ERR_MIMEPORT_LOCAL_IMPORT'
  const table: readonly [location: string, outcome: string][] = [
    ['end.mjs', end],
    ['./end.mjs', end],
    ['/a/end.mjs', end],
    [`${url}/a/end.mjs`, end],
    [`${host}/a/end.mjs`, end],
    [`${host}/a/end.mjs`.replaceAll('/', '\\'), end],
    [`HTTP:${host}/x/../a/./end.mjs`, end],
    ['http:end.mjs', end],
    ['../a/%65nd.mjs', `"${url}/a/%65nd.mjs"`],
    ['end.mjs#x', `"${url}/a/end.mjs#x"`],
    ['end.mjs?a b', `"${url}/a/end.mjs?a%20b"`],
    ['/\xc3\xa9\xe9', `"${url}/%C3%A9%E9"`],
    ['', invalid],
    ['http://', invalid],
    ['//[', invalid],
    [`${url}/a/end.mjs\r\nlocation: ${url}/a/end.mjs`, end],
    [`${url}/a/end.mjs\r\nlocation: /b`, invalid],
    ['x'.repeat(9000), invalid],
    ['file:///etc/hostname', local],
    ['FILE:/etc/hostname', local],
    ['fi\tle:///etc/hostname', local],
    ['file:\\\\host\\x', local],
    ['data:text/javascript,export default 1', invalid],
    ['DATA:,1', invalid],
    ['blob:nodedata:1', invalid],
    ['node:fs', invalid],
    ['javascript:1', 'ERR_MIMEPORT_NOT_ALLOWED'],
    ['about:blank', 'ERR_MIMEPORT_NOT_ALLOWED'],
    ['c:\\x', 'ERR_MODULE_NOT_FOUND'],
    ['http://example.com/x.mjs', 'ERR_MIMEPORT_INSECURE_URL'],
    [`http://me:secret@${host.slice(2)}/a/end.mjs`, invalid],
    ['fi\x01le:///etc/hostname', 'ERR_MIMEPORT_NETWORK'],
  ]
  const ok = { headers: { 'content-type': 'text/javascript', 'cache-control': 'max-age=600' } }
  const body = 'export default import.meta.url'
  for (const path of ['/a/end.mjs', '/a/%65nd.mjs', '/%C3%A9%E9']) {
    await server.set(path, { ...ok, body })
  }
  // What is no HTTP is in no cache, nor is a password: the last two.
  const cached = table.slice(0, -2)
  for (const [index, [location]] of table.entries()) {
    await server.set(`/a/${index}`, movedTo(location))
  }
  const lines = await coldAndOffline(cached.map((_, index) => `${url}/a/${index}`))
  assert.equal(
    lines.map((line, index) => [table[index]![0], line.split(' ')[0]]),
    cached.map(([location, outcome]) => [location, outcome]),
  )
  assert.not(lines.some((line) => line.includes('secret')))
  for (const line of lines.filter((each) => each.includes('http://example.com/'))) {
    assert.match(line, /\(http:\/\/127.0.0.1:\d+\/a\/\d+ -301→ http:\/\/example\.com\/x\.mjs\)$/)
  }
  const { stdout } = await runProject({
    'mimeport.json': '{ "limits": { "tries": 1 } }',
    'app.mjs': app([`${url}/a/${table.length - 2}`, `${url}/a/${table.length - 1}`]),
  })
  assert.match(stdout, /^ERR_MIMEPORT_INVALID_REDIRECT .*\nERR_MIMEPORT_NETWORK /)
  assert.not.match(stdout, 'secret')
})

test('a redirect has whatever body and coding, and nobody reads it', async () => {
  const to = { location: '/end.mjs', 'content-type': 'text/html' }
  await server.set({
    '/end.mjs': 'export default "end"',
    '/html': { status: 302, headers: to, body: '<a href="/end.mjs">Moved</a>' },
    '/coded': { status: 302, headers: { ...to, 'content-encoding': 'gzip' } },
    '/broken': { status: 302, headers: { ...to, 'content-encoding': 'br' }, body: 'no' },
  })
  const paths = ['html', 'coded', 'broken']
  const { stdout, stderr } = await runProject({
    'app.mjs': app(paths.map((path) => `${server.url}/${path}`)),
  })
  assert.is(stderr, '')
  assert.is(stdout, '"end"\n'.repeat(3))
})

test('10 redirects of the web are followed, of 10,000 no more, and circles are seen', async () => {
  const hops = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => [
      `/${name}/${i}`,
      i + 1 < count ? { status: 307, headers: { location: `${i + 1}` } } : 'export default "end"',
    ])
  await server.set({
    ...Object.fromEntries([...hops('ten', 11), ...hops('eleven', 12), ...hops('many', 10_000)]),
    '/ten/10': { headers: { 'content-type': 'text/javascript' }, body: 'export default "end"' },
    '/self': { status: 302, headers: { location: '/self' } },
    '/there': { status: 308, headers: { location: '/back' } },
    '/back': { status: 302, headers: { location: '/there' } },
  })
  const paths = ['/ten/0', '/eleven/0', '/many/0', '/self', '/there']
  const { stdout } = await runProject({ 'app.mjs': app(paths.map((path) => server.url + path)) })
  const lines = stdout.trim().replaceAll(server.url, '').split('\n')
  const last = ' -307→ /many/10 -307→ /many/11'
  assert.is(lines[0], '"end"')
  assert.match(lines[1]!, /^ERR_MIMEPORT_TOO_MANY_REDIRECTS .*: stopped after 10 redirects: /)
  assert.ok(lines[2]!.startsWith('ERR_MIMEPORT_TOO_MANY_REDIRECTS') && lines[2]!.endsWith(last))
  assert.match(lines[3]!, /^ERR_MIMEPORT_REDIRECT_CYCLE .*: \/self -302→ \/self$/)
  assert.match(lines[4]!, /^ERR_MIMEPORT_REDIRECT_CYCLE .*: \/there -308→ \/back -302→ \/there$/)
  const asked = (await server.requests()).filter(({ url }) => url.startsWith('/many/'))
  assert.is(asked.length, 11)
})

/** A key and a self-signed certificate for loopback, in a folder. */
function certificate(folder: string): { key: string; cert: string; file: string } {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  args.push('-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost')
  args.push('-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1')
  execFileSync('openssl', args, { stdio: 'ignore' })
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8'), file: cert }
}

test('https: never becomes http:, not at any hop, not on this machine, not from the cache', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mimeport-test-'))
  const tls = certificate(folder)
  const secure = await startServer({ tls })
  try {
    const ok = {
      headers: { 'content-type': 'text/javascript', 'cache-control': 'max-age=600' },
      body: 'export default import.meta.url',
    }
    await server.clear()
    await server.set({
      '/plain.mjs': ok,
      '/up': movedTo(`${secure.url}/end.mjs`),
      '/up-and-down': movedTo(`${secure.url}/down`),
    })
    await secure.set({
      '/end.mjs': ok,
      '/along': movedTo('/end.mjs', 308),
      '/down': movedTo(`${server.url}/plain.mjs`),
      '/later': movedTo('/later/still'),
      '/later/still': movedTo('/down'),
      '/scheme': movedTo(`http:${server.url.slice(5)}/plain.mjs`, 308),
    })
    const specifiers = [
      `${server.url}/up`,
      `${secure.url}/along`,
      `${secure.url}/down`,
      `${secure.url}/later`,
      `${secure.url}/scheme`,
      `${server.url}/up-and-down`,
    ]
    const lines = await coldAndOffline(specifiers, { NODE_EXTRA_CA_CERTS: tls.file })
    assert.equal(lines.slice(0, 2), [`"${secure.url}/end.mjs"`, `"${secure.url}/end.mjs"`])
    for (const line of lines.slice(2)) {
      assert.match(
        line,
        /^ERR_MIMEPORT_INSECURE_URL Cannot follow the 30[18] from 'https:.*: it leads from https: to http:, where anyone on the way could change it \(.* -30[18]→ http:\/\/127\.0\.0\.1:\d+\/plain\.mjs\)$/,
      )
    }
    assert.match(lines[3]!, /\/later -301→ .*\/later\/still -301→ .*\/down -301→ http:/)
    // Nothing was asked of the plain server but what leads to the other one.
    assert.equal((await server.requests('/plain.mjs')).length, 0)
  } finally {
    await secure.stop()
    rmSync(folder, { recursive: true })
  }
})

test('the web redirects to a repository', async () => {
  const github = await startGitHub({
    repos: { 'o/r': { files: { 'lib/code.mjs': 'export default import.meta.url' } } },
  })
  try {
    await server.set('/to-github', movedTo('github:o/r/lib/code.mjs', 302))
    const { stdout, stderr } = await runProject(
      { 'app.mjs': app([`${server.url}/to-github`]) },
      { env: github.env },
    )
    assert.is(stderr, '')
    assert.match(stdout, /^"github:\/\/o\/r@[\da-f]{40}\/lib\/code\.mjs"\n$/)
  } finally {
    await github.stop()
  }
})

test.run()
