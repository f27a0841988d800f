import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeCertificate } from '../faults/certificate.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run } from '../support/spawn.mts'
import { startWire } from '../support/wire-server.mts'
import { denied, leak, passed } from '../threats/record.mts'
import type { Project, Run } from '../support/spawn.mts'
import type { RecordedRequest, TestServer } from '../support/server.mts'

const test = suite('credentials')

const canary = 'canary-0123456789'
const basicPair = `someone:${canary}`
/** What must be nowhere, in the forms that a search for a secret would look for. */
const forms = [
  canary,
  Buffer.from(basicPair).toString('base64'),
  btoa(canary),
  encodeURIComponent(canary),
]

/** Imports each, and shows whole errors: messages, stacks, causes, every property. */
const program = `
  import { inspect } from 'node:util'
  for (const specifier of process.argv.slice(2)) {
    try {
      console.log(specifier, JSON.stringify(await import(specifier)))
    } catch (error) {
      console.log(specifier, error.code, inspect(error, { depth: 9, showHidden: true }))
    }
  }
`

let home: TestServer
let other: TestServer
let secure: TestServer
let project: Project
let env: Record<string, string>

test.before(async () => {
  const tls = makeCertificate({ names: ['localhost', '*.localhost', 'sub.localhost'] })
  ;[home, other, secure] = await Promise.all([startServer(), startServer(), startServer({ tls })])
  project = makeProject({ 'app.mjs': program, 'x.mjs': '' })
  writeFileSync(join(project.path, 'ca.pem'), tls.cert)
  env = {
    NODE_COMPILE_CACHE: join(project.path, 'compiled'),
    NODE_EXTRA_CA_CERTS: join(project.path, 'ca.pem'),
  }
})
test.after(async () => {
  project.remove()
  await Promise.all([home, other, secure].map((server) => server.stop()))
})

let caches = 0

/** What was stored for a test before is not found. */
function useNewCache(): void {
  env['MIMEPORT_CACHE'] = join(project.path, `cache-${++caches}`)
}
test.before.each(useNewCache)

/** Every way of telling who asks: what the environment and the configuration say for an origin, and what is sent. */
const kinds = {
  bearer: (url: URL) => ({
    env: { MIMEPORT_AUTH_TOKENS: `${canary}@${url.host}` },
    sent: { authorization: `Bearer ${canary}` },
  }),
  basic: (url: URL) => ({
    env: { MIMEPORT_AUTH_TOKENS: `${basicPair}@${url.host}` },
    sent: { authorization: `Basic ${Buffer.from(basicPair).toString('base64')}` },
  }),
  cookie: (url: URL) => ({
    env: { SESSION: canary },
    headers: { [url.origin]: { Cookie: 'session=$SESSION' } },
    sent: { cookie: `session=${canary}` },
  }),
  'x-api-key': (url: URL) => ({
    env: { KEY: canary },
    headers: { [url.origin]: { 'X-API-Key': '${KEY}' } },
    sent: { 'x-api-key': canary },
  }),
} satisfies Record<
  string,
  (url: URL) => {
    env: Record<string, string>
    headers?: Record<string, Record<string, string>>
    sent: Record<string, string>
  }
>

const holds = (request: RecordedRequest): boolean =>
  forms.some((form) => `${request.url}\n${request.rawHeaders.join('\n')}`.includes(form))

function start(
  specifiers: readonly string[],
  configuration: object,
  more: Readonly<Record<string, string>>,
): Promise<Run> {
  project.write({ 'mimeport.json': JSON.stringify(configuration) })
  return run(['app.mjs', ...specifiers], { cwd: project.path, env: { ...env, ...more } })
}

/** Every file below the project that holds a secret; the program and its configuration name variables alone. */
function leaks(folder = project.path): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile())
    .filter((path) => forms.some((form) => readFileSync(path).includes(form)))
}

function assertSilent({ stdout, stderr }: Run): void {
  for (const form of forms) assert.not.ok(`${stdout}${stderr}`.includes(form), stdout + stderr)
}

const module = (body: string) => ({
  body,
  headers: { 'content-type': 'text/javascript', 'cache-control': 'max-age=600' },
})
const redirect = (location: string) => ({ status: 302, headers: { location } })

for (const [kind, make] of Object.entries(kinds)) {
  test(`${kind}: sent to its origin, and nowhere else that a redirect or an import leads to`, async () => {
    await Promise.all([home, other, secure].map((server) => server.clear()))
    const origin = new URL(home.url)
    const { env: own, sent, ...configuration } = { headers: {}, ...make(origin) }
    const port = `:${origin.port}`
    await other.set('*', module('export default import.meta.url'))
    await home.set({
      '/path': redirect('/there.mjs'),
      '/port': redirect(`${other.url}/port.mjs`),
      '/host': redirect(`http://localhost${port}/host.mjs`),
      '/sub': redirect(`http://sub.localhost${port}/sub.mjs`),
      '/user': redirect(`http://${canary}:x@127.0.0.1${port}/user.mjs`),
      '/import.mjs': module(`export { default } from '${other.url}/imported.mjs'`),
      '*': module('export default import.meta.url'),
    })
    const names = ['path', 'port', 'host', 'sub', 'user', 'import.mjs']
    const result = await start(
      names.map((name) => `${home.url}/${name}`),
      configuration,
      own,
    )
    assert.is(result.status, 0, result.stderr)
    assertSilent(result)
    const requests = await home.requests()
    for (const { url, headers } of requests) {
      const isHome = headers['host'] === origin.host
      for (const [name, value] of Object.entries(sent)) {
        assert.is(headers[name], isHome ? value : undefined, `${headers['host']}${url}`)
      }
    }
    const targets = requests.map(({ url, headers }) => headers['host'] + url)
    for (const reached of [
      `${origin.host}/there.mjs`,
      `localhost${port}/host.mjs`,
      `sub.localhost${port}/sub.mjs`,
    ]) {
      assert.ok(targets.includes(reached), reached)
    }
    assert.not.ok(targets.some((target) => target.endsWith('/user.mjs')))
    const foreign = await other.requests()
    assert.equal(foreign.map(({ url }) => url).sort(), ['/imported.mjs', '/port.mjs'])
    assert.not.ok(foreign.some(holds))
    denied('T11', kind, names.length)
    passed('T11', `${kind} to its own origin`)
    leak('T11', foreign.filter(holds).length, 'a request to another origin')
    assert.equal(leaks(), [])
  })
}

test('what a TLS origin is sent is not sent by http, nor to a sub-domain', async () => {
  await Promise.all([home, other, secure].map((server) => server.clear()))
  const { port } = secure
  await secure.set({
    '/down': redirect(`${home.url}/down.mjs`),
    '/sub': redirect(`https://sub.localhost:${port}/sub.mjs`),
    '*': module('export default 1'),
  })
  await home.set('*', module('export default 1'))
  const url = `https://localhost:${port}`
  for (const make of [kinds.bearer, kinds['x-api-key']]) {
    useNewCache()
    const { env: own, sent, ...configuration } = { headers: {}, ...make(new URL(url)) }
    const specifiers = [`${url}/x.mjs`, `${url}/down`, `${url}/sub`]
    const result = await start(specifiers, configuration, own)
    assertSilent(result)
    const [name = '', value = ''] = Object.entries(sent)[0] ?? []
    const requests = await secure.requests()
    assert.ok(requests.length >= 4)
    for (const { headers } of requests) {
      assert.is(headers[name], headers['host'] === `localhost:${port}` ? value : undefined)
    }
    assert.equal(await home.requests(), [])
    assert.match(result.stdout, /\/down ERR_MIMEPORT_INSECURE_URL/)
    denied('T11', 'by http:, and to a sub-domain', 2)
    await secure.clear()
    await secure.set({
      '/down': redirect(`${home.url}/down.mjs`),
      '/sub': redirect(`https://sub.localhost:${port}/sub.mjs`),
      '*': module('export default 1'),
    })
  }
  assert.equal(leaks(), [])
})

test('no secret is in any output or file, whatever goes wrong and however much is logged', async () => {
  await Promise.all([home, other, secure].map((server) => server.clear()))
  // The server says back all that it was sent.
  const serve = (echo: string) => {
    const said = { 'x-echo': echo, 'www-authenticate': `Bearer realm="${canary}"` }
    const tagged = { ...module('').headers, etag: `"${canary}"` }
    return home.set({
      '/ok.mjs': module('export default "ok"'),
      '/401.mjs': { status: 401, headers: said, body: echo },
      '/403.mjs': {
        status: 403,
        headers: { ...said, 'content-type': 'text/html' },
        body: `<p>${echo}`,
      },
      '/404.mjs': { status: 404, headers: { ...said, 'cache-control': 'max-age=60' }, body: echo },
      '/429.mjs': { status: 429, headers: { ...said, 'retry-after': '100' }, body: echo },
      '/500.mjs': { status: 500, headers: said, body: 'x'.repeat(190) + echo },
      '/302': redirect(`${other.url}/${canary}.mjs`),
      // Where nothing can be put in its place it is in no error, and not stored.
      '/etag.mjs': { ...module('export default "ok"'), headers: tagged },
      '/content.mjs': module(`// ${echo}\nexport default "ok"`),
      '/charset.txt': { headers: { 'content-type': `text/plain; charset=${canary}` }, body: 'x' },
      '/type': { headers: { 'content-type': `application/x-${canary}` }, body: echo },
      '/garbage.mjs': { raw: `HTTP/1.1 200 OK\r\n${echo}\r\n\r\n` },
      '/cut.mjs': { body: echo, cutAfter: 20 },
      '/reset.mjs': { hangUp: 'reset' },
      '/echo.mjs': {
        ...module('export default "ok"'),
        headers: { ...said, 'content-type': 'text/javascript' },
      },
    })
  }
  const failing = ['401', '403', '404', '429', '500', 'garbage', 'cut', 'reset']
  const names = ['ok', ...failing, 'echo', 'etag', 'content'].map((name) => `${name}.mjs`)
  const specifiers = [...names, '302', 'charset.txt', 'type'].map((name) => `${home.url}/${name}`)
  const { host } = new URL(home.url)
  const configuration = {
    limits: { tries: 2 },
    headers: {
      [home.url]: {
        Cookie: 'session=$SESSION',
        'X-API-Key': '$SESSION',
        authorization: 'Token $SESSION',
      },
      [other.url]: { 'x-api-key': '$NOT_SET' },
    },
  }
  const ways: readonly [echo: string, config: object, env: Record<string, string>][] = [
    [
      `Bearer ${canary} ${btoa(canary)}`,
      { limits: configuration.limits },
      { MIMEPORT_AUTH_TOKENS: `${canary}@${host}` },
    ],
    [
      `Basic ${btoa(basicPair)} ${canary} ${basicPair}`,
      { limits: configuration.limits },
      { MIMEPORT_AUTH_TOKENS: `${basicPair}@${host}` },
    ],
    [`session=${canary} Token ${canary}`, configuration, { SESSION: canary }],
  ]
  for (const [echo, config, own] of ways) {
    await serve(echo)
    for (const log of [undefined, 'debug', 'json']) {
      const more = { ...own, ...(log !== undefined && { MIMEPORT_LOG: log }) }
      const result = await start([...specifiers, `${other.url}/x.mjs`], config, more)
      assertSilent(result)
      assert.match(result.stdout, /ok\.mjs \{"default":"ok"\}/)
      assert.match(result.stdout, /etag\.mjs \{"default":"ok"\}/)
      assert.match(result.stdout, /content\.mjs \{"default":"ok"\}/)
      assert.match(result.stdout, /its charset '\*\*\*' is unknown/)
      assert.match(result.stdout, /403\.mjs ERR_MIMEPORT_STATUS/)
      if (log !== undefined) assert.match(result.stderr, '***')
      if (own['SESSION'] !== undefined)
        assert.match(result.stdout, /'x-api-key' .* needs the environment's 'NOT_SET'/)
    }
    const offline = await start(specifiers, config, { ...own, MIMEPORT_OFFLINE: '1' })
    assertSilent(offline)
    assert.match(offline.stdout, /ok\.mjs \{"default":"ok"\}/)
  }
  const sent = await home.requests('/ok.mjs')
  assert.ok(sent.length > 0 && sent.every(holds), 'the control: the secrets are sent')
  assert.equal(await other.requests(`/${canary}.mjs`), [])
  passed('T12', 'the secrets are sent to their own origin')
  denied('T12', 'an error that would say them', 9 * specifiers.length)
  leak('T12', leaks().length, 'the files of the project, and the cache')
  assert.equal(leaks(), [])
})

test("a proxy's password is in no output, of Node's own debugging neither", async () => {
  const proxy = await startWire('proxy', { status: 403 })
  const result = await start(
    ['https://modules.test/x.mjs'],
    {},
    {
      https_proxy: `http://${basicPair}@localhost:${proxy.port}`,
      no_proxy: '',
      MIMEPORT_ALLOW: 'https://modules.test/',
      NODE_DEBUG: 'http,https,net,tls',
    },
  )
  assert.match(result.stdout, 'refuses to go there (403)')
  assert.match(result.stderr, /NET \d+: .*connect/)
  assertSilent(result)
  denied('T12', "a proxy's password")
  await proxy.stop()
})

test('a worker of the program has the same configuration', async () => {
  await home.clear()
  await home.set('*', module('export default 1'))
  const worker = `
    import { Worker, isMainThread } from 'node:worker_threads'
    if (isMainThread) new Worker(new URL(import.meta.url))
    else await import('${home.url}/of-worker.mjs')`
  project.write({
    'worker.mjs': worker,
    'mimeport.json': JSON.stringify({ headers: { [home.url]: { 'x-api-key': '$KEY' } } }),
  })
  const { status, stderr } = await run(['worker.mjs'], {
    cwd: project.path,
    env: { ...env, KEY: canary },
  })
  assert.is(status, 0, stderr)
  const [request] = await home.requests('/of-worker.mjs')
  assert.is(request?.headers['x-api-key'], canary)
})

test('an unusable entry of MIMEPORT_AUTH_TOKENS is told by its number, when the network is needed', async () => {
  const wrong = { MIMEPORT_AUTH_TOKENS: `ok-token@host;${canary}` }
  const { stdout, stderr } = await start([`${home.url}/ok.mjs`, './x.mjs'], {}, wrong)
  assert.match(
    stdout,
    "ERR_MIMEPORT_CONFIG LoaderError [ERR_MIMEPORT_CONFIG]: Cannot use the environment's 'MIMEPORT_AUTH_TOKENS': its entry 2 names no host; write token@host or user:password@host",
  )
  assert.match(stdout, './x.mjs {}')
  assertSilent({ stdout, stderr } as Run)
})

test('a program whose configuration has a secret in a wrong place does not print it', async () => {
  for (const headers of [
    { [`https://user:${canary}@host`]: {} },
    { 'https://host': { 'x-api-key': `${canary}\n` } },
    { 'https://host': { 'x-api-key': `$ ${canary}` } },
  ]) {
    const result = await start(['./x.mjs'], { headers }, {})
    assert.is(result.status, 1)
    assert.match(result.stderr, 'ERR_MIMEPORT_CONFIG')
    assertSilent(result)
  }
})

test.run()
