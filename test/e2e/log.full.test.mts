import { Buffer } from 'node:buffer'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeCertificate } from '../faults/certificate.mts'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run } from '../support/spawn.mts'
import { startWire } from '../support/wire-server.mts'
import type { TestServer } from '../support/server.mts'
import type { Project, Run } from '../support/spawn.mts'

const test = suite<{ server: TestServer; project: Project }>('MIMEPORT_LOG', {} as never)

const app = `
console.log((await import(process.env.START)).default)
`

test.before.each(async (context) => {
  context.server = await startServer()
  context.project = makeProject({ 'app.mjs': app })
})

test.after.each(async ({ server, project }) => {
  await server.stop()
  project.remove()
})

interface Entry {
  readonly type: string
  readonly id?: number
  readonly url?: string
  readonly status?: number
  readonly location?: string
  readonly outcome?: string
  readonly attempt?: number
  readonly message?: string
  readonly code?: string
  readonly protocol?: string
  readonly proxy?: string
}

function entriesOf({ stderr }: Run): Entry[] {
  const lines = stderr.split('\n').filter((line) => line.startsWith('{"time":'))
  return lines.map((line) => JSON.parse(line))
}

/** Runs the program, which imports a URL. */
function start(project: Project, url: string, env: Record<string, string> = {}): Promise<Run> {
  return run(['app.mjs'], { cwd: project.path, env: { START: url, ...env } })
}

test('debug prints requests, redirects and what the cache did', async ({ server, project }) => {
  await server.set({
    '/from.mjs': { status: 302, headers: { location: '/to.mjs' } },
    '/to.mjs': 'export default "there"',
  })
  const { stdout, stderr, status } = await start(project, `${server.url}/from.mjs`, {
    MIMEPORT_LOG: 'debug',
  })
  assert.is(status, 0, stderr)
  assert.is(stdout, 'there\n')
  const { host } = new URL(server.url)
  const wanted = [
    `[1] * GET ${server.url}/from.mjs`,
    `[1] * Connected to 127.0.0.1 port ${server.port}`,
    '[1] > GET /from.mjs HTTP/1.1',
    `[1] > host: ${host}`,
    '[1] < HTTP/1.1 302 Found',
    '[1] < location: /to.mjs',
    `* Redirect: 302 to ${server.url}/to.mjs (${server.url}/from.mjs)`,
    `[2] * Using the connection to 127.0.0.1 port ${server.port}`,
    '[2] > GET /to.mjs HTTP/1.1',
    '[2] < HTTP/1.1 200 OK',
    '[2] < content-type: text/javascript',
  ]
  let from = 0
  for (const line of wanted) {
    const at = stderr.indexOf(`${line}\n`, from)
    assert.ok(at >= from, `${line} is not in its place in\n${stderr}`)
    from = at
  }
  assert.match(stderr, /^\[1\] > accept: .*text\/javascript/m)
  assert.match(stderr, /^\[2\] \* 22 B in \d+ ms$/m)
  assert.match(stderr, /^\* Cache: miss \(.*\/to\.mjs\)$/m)
})

test('json tells the whole story of a request, and of its repetition', async ({
  server,
  project,
}) => {
  await server.set('/flaky.mjs', [
    { status: 503, headers: { 'retry-after': '0' } },
    { headers: { 'content-type': 'text/javascript' }, body: 'export default "at last"' },
  ])
  const url = `${server.url}/flaky.mjs`
  const result = await start(project, url, { MIMEPORT_LOG: 'json' })
  assert.is(result.stdout, 'at last\n', result.stderr)
  const types = entriesOf(result).map(({ type, id }) => `${type}${id ?? ''}`)
  assert.equal(types, [
    'request1',
    'connection1',
    'response1',
    'end1',
    'retry1',
    'request2',
    'connection2',
    'response2',
    'end2',
    'cache',
  ])
  const entries = entriesOf(result)
  assert.ok(entries.every((entry) => entry.url === url))
  assert.equal(
    entries.filter(({ type }) => type === 'response').map(({ status }) => status),
    [503, 200],
  )
  assert.equal(
    entries.filter(({ type }) => type === 'request').map(({ attempt }) => attempt),
    [1, 2],
  )
})

test('a module that is in the cache is a hit, without a request', async ({ server, project }) => {
  await server.set('/kept.mjs', {
    headers: { 'content-type': 'text/javascript', 'cache-control': 'max-age=600' },
    body: 'export default "kept"',
  })
  const env = { MIMEPORT_LOG: 'json', MIMEPORT_CACHE: join(project.path, 'cache') }
  await start(project, `${server.url}/kept.mjs`, env)
  const second = await start(project, `${server.url}/kept.mjs`, env)
  assert.equal(
    entriesOf(second).map(({ type, outcome }) => [type, outcome]),
    [['cache', 'hit']],
  )
})

test('a failure is an entry, and the error that the program gets is as ever', async ({
  server,
  project,
}) => {
  await server.set('/cut.mjs', {
    headers: { 'content-type': 'text/javascript' },
    body: 'export default 1',
    cutAfter: 4,
  })
  const result = await start(project, `${server.url}/cut.mjs`, { MIMEPORT_LOG: 'json' })
  assert.is(result.status, 1)
  assert.match(result.stderr, /LoaderError \[ERR_MIMEPORT_NETWORK\]/)
  const failures = entriesOf(result).filter(({ type }) => type === 'error')
  assert.ok(failures.length > 0)
  for (const { code, message } of failures) {
    assert.is(code, 'ERR_MIMEPORT_NETWORK')
    assert.match(message!, /cut off/)
  }
})

test('no secret is in a log, and no character that commands a terminal', async ({
  server,
  project,
}) => {
  const secrets = ['canary-bearer', 'canary-own', 'canary-cookie']
  project.write({
    'mimeport.json': JSON.stringify({
      headers: {
        [server.url]: { authorization: 'Bearer $TOKEN', 'x-own': '$OWN', cookie: 'sid=$COOKIE' },
      },
    }),
  })
  await server.set('*', {
    status: 403,
    // Latin-1: C1 controls are in it.
    headers: {
      'content-type': 'text/plain',
      'x-echo': `Bearer ${secrets[0]} ${secrets[1]}`,
      'set-cookie': 'sid=canary-set',
      'x-evil': 'a\u009b31m\u0085b',
    },
    body: `You sent ${secrets.join(' ')} \u001b]0;title\u0007`,
  })
  for (const log of ['debug', 'json']) {
    const { stderr, stdout, status } = await start(project, `${server.url}/x.mjs`, {
      MIMEPORT_LOG: log,
      TOKEN: secrets[0]!,
      OWN: secrets[1]!,
      COOKIE: secrets[2]!,
    })
    assert.is(status, 1)
    const [request] = await server.requests('/x.mjs')
    assert.is(request?.headers['authorization'], 'Bearer canary-bearer', 'the control: it is sent')
    assert.not.match(stderr + stdout, /canary/)
    assert.match(stderr, log === 'debug' ? /> x-own: \*\*\*/ : /"x-own":"\*\*\*"/)
    assert.not.match(stderr, /[\0-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  }
})

test('requests of one time are told apart by their number', async ({ server, project }) => {
  const names = ['a', 'b', 'c', 'd']
  for (const name of names) {
    await server.set(`/${name}.mjs`, {
      headers: { 'content-type': 'text/javascript' },
      body: `export default "${name}"`,
      delay: 50,
    })
  }
  const imports = names.map((name) => `import ${name} from './${name}.mjs'\n`).join('')
  await server.set('/all.mjs', `${imports}export default [${names.join()}].join('')`)
  const { stderr, stdout } = await start(project, `${server.url}/all.mjs`, {
    MIMEPORT_LOG: 'debug',
  })
  assert.is(stdout, 'abcd\n')
  for (const name of names) {
    const [, id = ''] = new RegExp(`^(\\[\\d\\]) > GET /${name}\\.mjs HTTP/1\\.1$`, 'm').exec(
      stderr,
    )!
    const own = stderr.split('\n').filter((line) => line.startsWith(id))
    assert.is(own.filter((line) => line.includes(' < HTTP/1.1 200 OK')).length, 1)
    assert.is(own.filter((line) => /\* \d+ B in /.test(line)).length, 1)
  }
})

test('HTTP/2 and a proxy are named, and the proxy without its password', async ({ project }) => {
  const tls = makeCertificate({ names: ['modules.test'] })
  const server = await startServer({ tls, http2: true })
  await server.set('/x.mjs', 'export default "by a proxy"')
  const proxy = await startWire('proxy', { to: server.port })
  project.write({ 'ca.pem': tls.cert })
  const env = {
    NODE_EXTRA_CA_CERTS: join(project.path, 'ca.pem'),
    HTTPS_PROXY: `http://user:canary@localhost:${proxy.port}`,
    NO_PROXY: 'other.test',
    MIMEPORT_ALLOW: 'https://modules.test/',
  }
  const origin = `http://localhost:${proxy.port}`
  const [debug, json] = await Promise.all([
    start(project, 'https://modules.test/x.mjs', { ...env, MIMEPORT_LOG: 'debug' }),
    start(project, 'https://modules.test/x.mjs', { ...env, MIMEPORT_LOG: 'json' }),
  ])
  assert.is(debug.stdout, 'by a proxy\n', debug.stderr)
  const lines = debug.stderr.split('\n')
  assert.ok(lines.some((line) => line.startsWith('[1] * Connected to ') && line.includes(origin)))
  assert.ok(lines.includes('[1] > GET /x.mjs HTTP/2'), debug.stderr)
  assert.ok(lines.includes('[1] > host: modules.test'))
  assert.ok(lines.includes('[1] < HTTP/2 200'))
  const connection = entriesOf(json).find(({ type }) => type === 'connection')
  assert.equal([connection?.protocol, connection?.proxy], ['h2', origin])
  assert.not.match(debug.stderr + json.stderr, 'canary')
  await proxy.stop()
  await server.stop()
})

test("a repository's redirects are told, and its token is not", async ({ project }) => {
  const github = await startGitHub({
    repos: { 'owner/repo': { files: { 'x.mjs': 'export default "private"' } } },
  })
  await github.requireToken('ghp_canary')
  const env = { ...github.env, GITHUB_TOKEN: 'ghp_canary' }
  const [debug, json] = await Promise.all([
    start(project, 'github:owner/repo/x.mjs', { ...env, MIMEPORT_LOG: 'debug' }),
    start(project, 'github:owner/repo/x.mjs', { ...env, MIMEPORT_LOG: 'json' }),
  ])
  assert.is(debug.stdout, 'private\n', debug.stderr)
  assert.match(
    debug.stderr,
    /^\* Redirect: 307 to github:owner\/repo@[\da-f]{40}\/x\.mjs \(github:owner\/repo\/x\.mjs\)$/m,
  )
  assert.match(debug.stderr, /^\[\d\] > authorization: \*\*\*$/m)
  const redirect = entriesOf(json).find(({ type }) => type === 'redirect')
  assert.is(redirect?.url, 'github:owner/repo/x.mjs')
  const encoded = Buffer.from('x-access-token:ghp_canary').toString('base64')
  assert.not.ok((debug.stderr + json.stderr).includes('canary'))
  assert.not.ok((debug.stderr + json.stderr).includes(encoded))
  await github.stop()
})

test('nothing is printed without a log, and an empty variable is none', async ({
  server,
  project,
}) => {
  await server.set('/x.mjs', 'export default "quiet"')
  const runs = [{}, { MIMEPORT_LOG: '' }].map((env) => start(project, `${server.url}/x.mjs`, env))
  for (const { stderr, stdout } of await Promise.all(runs)) {
    assert.is(stdout, 'quiet\n')
    assert.is(stderr, '')
  }
})

test('a warning is one line, with and without a log, and the program runs', async ({
  server,
  project,
}) => {
  await server.set('*', {
    headers: { 'content-type': 'text/javascript', 'cache-control': 'max-age=600' },
    body: 'export default "all the same"',
  })
  project.write({ file: 'no folder' })
  const env = { MIMEPORT_CACHE: join(project.path, 'file') }
  const url = `${server.url}/x.mjs`
  const [plain, debug, json] = await Promise.all([
    start(project, url, env),
    start(project, url, { ...env, MIMEPORT_LOG: 'debug' }),
    start(project, url, { ...env, MIMEPORT_LOG: 'json' }),
  ])
  assert.is(plain.stdout, 'all the same\n')
  assert.match(plain.stderr, /^mimeport: warning: [^\n]+\n$/)
  assert.is(debug.stderr.match(/^mimeport: warning: /gm)?.length, 1)
  const warnings = entriesOf(json).filter(({ type }) => type === 'warning')
  assert.is(warnings.length, 1)
  assert.is(`mimeport: warning: ${warnings[0]?.message}\n`, plain.stderr)
  assert.not.match(json.stderr, /^mimeport: /m)
})

test('another value is an error of the import, and a program without imports of ours runs', async ({
  server,
  project,
}) => {
  const { stderr, status } = await start(project, `${server.url}/x.mjs`, { MIMEPORT_LOG: 'all' })
  assert.is(status, 1)
  assert.match(
    stderr,
    /LoaderError \[ERR_MIMEPORT_CONFIG\]: Cannot use MIMEPORT_LOG='all': there are 'debug'/,
  )
  project.write({ 'plain.mjs': 'console.log("ran")' })
  const plain = await run(['plain.mjs'], { cwd: project.path, env: { MIMEPORT_LOG: 'all' } })
  assert.is(plain.stdout, 'ran\n')
})

test.run()
