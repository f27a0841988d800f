import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeCertificate } from '../faults/certificate.mts'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import type { Project, Run } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('offline')

/** Prints the whole of what each import gave: values, the text of functions, and URLs. */
const program = `
  import { createRequire } from 'node:module'
  const print = (name, module) => {
    const show = (key, value) => typeof value === 'function' ? value.toString() : value
    console.log(name, JSON.stringify({ ...module }, show))
  }
  for (const specifier of process.argv.slice(2)) {
    try {
      print(specifier, await import(specifier))
    } catch (error) {
      console.log(specifier, error.code, error.message)
    }
  }
  if (process.env.REQUIRED) print('required', createRequire(import.meta.url)(process.env.REQUIRED))
`

/** A loader that notes each attempt of the engine's thread to open a socket or to look up a name. */
const canary = `
  import { appendFileSync, writeFileSync } from 'node:fs'
  import { createRequire } from 'node:module'
  const require = createRequire(import.meta.url)
  const note = (what) => appendFileSync('sockets.txt', what + '\\n')
  writeFileSync('sockets.txt', '')
  for (const [module, object, name] of [
    ['net', require('net').Socket.prototype, 'connect'],
    ['dns', require('dns'), 'lookup'],
    ['dns', require('dns').promises, 'lookup'],
    ['dgram', require('dgram'), 'createSocket'],
    ['tls', require('tls'), 'connect'],
    ['http2', require('http2'), 'connect'],
  ]) {
    const before = object[name]
    object[name] = function (...args) {
      note(module)
      return before.apply(this, args)
    }
  }
  export const extensionMimeMap = { '.never-seen': 'text/plain' }
`

let project: Project
let cache: string

test.before.each(() => {
  project = makeProject({
    'app.mjs': program,
    'canary.mjs': canary,
    'mimeport.json': '{ "loaders": ["./canary.mjs"], "limits": { "tries": 1 } }',
  })
  cache = join(project.path, 'cache')
})
test.after.each(() => project.remove())

const sockets = () => readFileSync(join(project.path, 'sockets.txt'), 'utf8')

function start(
  specifiers: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
  nodeArgs: readonly string[] = ['--import', loaderPath],
): Promise<Run> {
  const options = { cwd: project.path, env: { MIMEPORT_CACHE: cache, ...env }, nodeArgs }
  return run(['app.mjs', ...specifiers], options)
}

async function withServer(work: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await startServer()
  try {
    await work(server)
  } finally {
    await server.stop()
  }
}

test('a program runs a second time with every server gone, byte for byte the same', async () => {
  const tls = makeCertificate()
  writeFileSync(join(project.path, 'ca.pem'), tls.cert)
  const plain = await startServer()
  const secure = await startServer({ tls, http2: true })
  const github = await startGitHub({
    repos: {
      'owner/repo': {
        files: {
          'index.mjs': "export * from './lib/sum.ts'\nexport { text } from './notes.mjs.md'",
          'lib/sum.ts': 'export const sum = (a: number, b: number): number => a + b',
          'notes.mjs.md': "# Notes\n\n```js\nexport const text = 'Größe'\n```\n",
        },
        branches: { 'feature/x': { 'index.mjs': "export const branch = 'x'" } },
      },
    },
  })
  try {
    await secure.set({
      '/latest': { status: 302, headers: { location: '/v1/main.ts' } },
      '/v1/main.ts': {
        body: "import { deep } from './deep.mjs'\nexport const main: string = deep(import.meta.url)",
        headers: { 'content-type': 'application/typescript', 'cache-control': 'no-cache' },
      },
      '/v1/deep.mjs': "export const deep = (url) => 'deep ' + url",
      '/page.md': '```js\nexport default 1\n```\n',
    })
    await plain.set({
      '/moved': { status: 301, headers: { location: `${secure.url}/page.md` } },
      '/data.json': '{ "a": [1, 2] }',
      '/common.cjs': "exports.two = require('./other.cjs').one * 2",
      '/other.cjs': 'exports.one = 1',
    })
    const specifiers = [
      'github:owner/repo/index.mjs',
      'github:owner/repo@feature/x/index.mjs',
      `${secure.url}/latest`,
      `${plain.url}/moved`,
    ]
    const env = {
      ...github.env,
      NODE_EXTRA_CA_CERTS: join(project.path, 'ca.pem'),
      REQUIRED: `${plain.url}/common.cjs`,
    }
    const online = await start(specifiers, env)
    assert.is(online.status, 0, online.stderr)
    assert.match(online.stdout, 'Größe')
    assert.match(online.stdout, `deep ${secure.url}/v1/main.ts`)
    assert.match(online.stdout, 'required {"two":2}')
    assert.not.match(online.stdout, 'ERR_')
    assert.match(sockets(), 'net', 'the control: the canary sees sockets')
    await Promise.all([plain.stop(), secure.stop(), github.stop()])
    const offline = await start(specifiers, { ...env, MIMEPORT_OFFLINE: '1' })
    assert.equal(
      [offline.status, offline.stdout, offline.stderr],
      [0, online.stdout, online.stderr],
    )
    assert.is(sockets(), '')
  } finally {
    await Promise.all([plain.stop(), secure.stop(), github.stop()])
  }
})

test('offline, no socket is opened and no name looked up, also for what is missing', () =>
  withServer(async (server) => {
    await server.set('/x.mjs', 'export default 1')
    const specifiers = [`${server.url}/x.mjs`, 'https://never.example/x.mjs', 'github:a/b/x.mjs']
    const { stdout, stderr, status } = await start(specifiers, {
      MIMEPORT_OFFLINE: 'true',
      MIMEPORT_ALLOW: 'https://never.example/',
    })
    assert.is(status, 0, stderr)
    const lines = stdout.trim().split('\n')
    assert.equal(
      lines.map((line) => line.split(' ', 2)),
      specifiers.map((specifier) => [specifier, 'ERR_MIMEPORT_OFFLINE']),
    )
    for (const [index, specifier] of specifiers.entries()) {
      assert.match(lines[index]!, `Cannot load '${specifier}' imported from 'file:`)
      assert.match(lines[index]!, `.mjs': it is not in the cache`)
    }
    assert.is(sockets(), '')
    assert.equal(await server.requests(), [])
    // The control.
    await start(specifiers.slice(0, 1))
    assert.match(sockets(), 'net')
  }))

test('under the permission model a program runs offline without --allow-net', () =>
  withServer(async (server) => {
    await server.set('/x.mjs', 'export default 1')
    const specifier = `${server.url}/x.mjs`
    await start([specifier])
    const flags = ['--permission', '--allow-fs-read=*', '--allow-fs-write=*', '--allow-worker']
    const nodeArgs = [...flags, '--import', loaderPath]
    const offline = await start([specifier], { MIMEPORT_OFFLINE: '1' }, nodeArgs)
    assert.is(offline.stdout, `${specifier} {"default":1}\n`, offline.stderr)
    // The control: from Node 25 on the model covers the network.
    const denied = await start([specifier], {}, nodeArgs)
    if (process.allowedNodeEnvironmentFlags.has('--allow-net')) {
      assert.match(denied.stdout, 'ERR_MIMEPORT_PERMISSION')
    } else assert.is(denied.stdout, offline.stdout)
  }))

test('the error of the first import that is missing lists the others that are', () =>
  withServer(async (server) => {
    await server.set({
      '/a.mjs': "import './b.mjs'\nimport './c.mjs'\nimport './d.mjs'",
      '/c.mjs': "import './e.mjs'\nimport './f.mjs?deep'",
      '*': { status: 500 },
    })
    // Each module by its own, so that its imports' failures do not keep it from being asked for.
    await start(['/a.mjs', '/c.mjs'].map((path) => server.url + path))
    await server.set('/e.mjs', 'export {}')
    await start([`${server.url}/e.mjs`])
    const asked = (await server.requests()).length
    const { stdout } = await start([`${server.url}/a.mjs`], { MIMEPORT_OFFLINE: '1' })
    const shown = stdout
      .replaceAll(server.url, '<server>')
      .replace(dirname(loaderPath), '<mimeport>')
    assert.match(
      shown,
      /^<server>\/a\.mjs ERR_MIMEPORT_OFFLINE Cannot load '<server>\/b\.mjs' imported from '<server>\/a\.mjs': it is not in the cache; nor are '<server>\/[df]\.mjs(?:\?deep)?' and '<server>\/[df]\.mjs(?:\?deep)?', and MIMEPORT_OFFLINE forbids to ask for them; run the program once with the network: MIMEPORT_OFFLINE= node --import <mimeport>\/loader\.m[jt]s app\.mjs\n$/,
    )
    assert.is((await server.requests()).length, asked)
  }))

test("the imports of the program's own file are listed, though Node stops at the first", () =>
  withServer(async (server) => {
    await server.set({ '/here.mjs': 'export {}', '*': { status: 500 } })
    const lines = ['here', 'a', 'b'].map((name) => `import '${server.url}/${name}.mjs'`)
    project.write({
      'main.mjs': [...lines, "import './beside.mjs'", "import 'github:owner/repo/x.mjs'"].join(
        '\n',
      ),
      'beside.mjs': 'export {}',
    })
    await start([`${server.url}/here.mjs`])
    const env = { MIMEPORT_CACHE: cache, MIMEPORT_OFFLINE: '1' }
    const { stderr } = await run(['main.mjs'], { cwd: project.path, env })
    assert.match(
      stderr.replaceAll(server.url, '<server>'),
      "main.mjs': it is not in the cache; nor are '<server>/b.mjs' and 'github:owner/repo/x.mjs', and",
    )
  }))

test('of many that are missing ten are listed, and the rest counted', () =>
  withServer(async (server) => {
    const imports = Array.from({ length: 25 }, (_, index) => `import './m${index}.mjs'`)
    await server.set({ '/a.mjs': imports.join('\n'), '*': { status: 500 } })
    await start([`${server.url}/a.mjs`])
    const { stdout } = await start([`${server.url}/a.mjs`], { MIMEPORT_OFFLINE: '1' })
    assert.is(stdout.match(/'http:[^']+\/m\d+\.mjs'/g)?.length, 11, stdout)
    assert.match(stdout, / and 14 more, and MIMEPORT_OFFLINE forbids to ask for them;/)
  }))

test('the command of the message, pasted into a shell, fetches what is missing', () =>
  withServer(async (server) => {
    project.write({ "it's/my app.mjs": `import '${server.url}/a.mjs'` })
    await server.set({ '/a.mjs': "import './b.mjs'", '/b.mjs': "console.log('there')" })
    const env = { MIMEPORT_CACHE: cache }
    const main = "it's/my app.mjs"
    const options = { cwd: project.path, env: { ...env, MIMEPORT_OFFLINE: '1' } }
    const failed = await run([main], options)
    assert.is(failed.status, 1)
    const [, command = ''] = /once with the network: (.+)$/m.exec(failed.stderr) ?? []
    assert.match(command, /^MIMEPORT_OFFLINE= node --import \S+ 'it'\\''s\/my app\.mjs'$/)
    const inherited = { ...process.env, ...options.env, NODE_OPTIONS: '' }
    const PATH = `${join(project.path, 'bin')}:${process.env['PATH']}`
    project.write({ 'bin/node': `#!/bin/sh\nexec '${process.execPath}' "$@"\n` })
    const { chmodSync } = await import('node:fs')
    chmodSync(join(project.path, 'bin/node'), 0o755)
    const pasted = await new Promise((resolve, reject) =>
      execFile(
        '/bin/sh',
        ['-c', command],
        { cwd: project.path, env: { ...inherited, PATH } },
        (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
      ),
    )
    assert.is(pasted, 'there\n')
    assert.is((await run([main], options)).stdout, 'there\n')
  }))

test('the command names a program that is a URL, and one that is in the command line', async () => {
  const env = { MIMEPORT_OFFLINE: '1', MIMEPORT_ALLOW: 'https://never.example/' }
  const options = { cwd: project.path, env }
  for (const [args, shown] of [
    [['https://never.example/app.mjs', 'argument'], ' https://never.example/app.mjs'],
    [['github:owner/repo/app.mjs'], ' github:owner/repo/app.mjs'],
    [
      ['-e', "import('https://never.example/x')"],
      " -e 'import('\\''https://never.example/x'\\'')'",
    ],
  ] as const) {
    const { stderr } = await run(args, options)
    const [, command = ''] =
      /MIMEPORT_OFFLINE= node --import \S+( .+?)\]?(?: \{)?$/m.exec(stderr) ?? []
    assert.is(command, shown, stderr)
  }
})

test('without a cache everything is missing', () =>
  withServer(async (server) => {
    await server.set('/x.mjs', 'export default 1')
    const specifiers = [`${server.url}/x.mjs`]
    await start(specifiers)
    const table = { off: 'there is no cache (MIMEPORT_CACHE', './empty': 'it is not in the cache' }
    for (const [folder, reason] of Object.entries(table)) {
      const env = { MIMEPORT_CACHE: folder, MIMEPORT_OFFLINE: '1' }
      const { stdout } = await start(specifiers, env)
      assert.match(stdout, 'ERR_MIMEPORT_OFFLINE')
      assert.match(stdout, reason)
    }
    // The control.
    assert.match((await start(specifiers, { MIMEPORT_OFFLINE: '1' })).stdout, '{"default":1}')
  }))

test("the configuration's cache is used; false keeps nothing, and size is a bound", () =>
  withServer(async (server) => {
    const specifiers = [`${server.url}/x.mjs`]
    const env = { MIMEPORT_CACHE: '' }
    const entries = () => {
      try {
        return readdirSync(join(project.path, 'own'), { recursive: true }).length
      } catch {
        return 0
      }
    }
    await server.set('/x.mjs', 'export default 1')
    project.write({ 'mimeport.json': '{ "cache": false }' })
    await start(specifiers, { ...env, XDG_CACHE_HOME: join(project.path, 'own') })
    assert.is(entries(), 0)
    project.write({ 'mimeport.json': '{ "cache": { "folder": "./own", "size": 1000000 } }' })
    assert.match((await start(specifiers, { ...env, MIMEPORT_OFFLINE: '1' })).stdout, 'OFFLINE')
    await start(specifiers, env)
    assert.ok(entries() > 0)
    assert.match((await start(specifiers, { ...env, MIMEPORT_OFFLINE: '1' })).stdout, ':1}')
    rmSync(join(project.path, 'own'), { recursive: true })
    assert.match((await start(specifiers, { ...env, MIMEPORT_OFFLINE: '1' })).stdout, 'OFFLINE')
  }))

test('a wrong MIMEPORT_OFFLINE is an error of what needs the network, and of nothing else', async () => {
  project.write({ 'x.ts': 'export const x: number = 1', 'mimeport.json': '{}' })
  const { stdout } = await start(['./x.ts', 'http://localhost:1/x.mjs'], {
    MIMEPORT_OFFLINE: 'yes',
  })
  assert.is(
    stdout,
    './x.ts {"x":1}\n' +
      "http://localhost:1/x.mjs ERR_MIMEPORT_CONFIG Cannot use the environment's 'MIMEPORT_OFFLINE': it must be 1 or 0. Received a string ('yes')\n",
  )
})

test('MIMEPORT_RELOAD asks for a repository anew, whose files never change', async () => {
  const github = await startGitHub({
    repos: { 'owner/repo': { files: { 'x.mjs': "import './y.mjs'", 'y.mjs': '' } } },
  })
  try {
    const raw = async () => (await github.requests('.mjs')).length
    const specifiers = ['github:owner/repo/x.mjs']
    await start(specifiers, github.env)
    assert.is(await raw(), 2)
    await start(specifiers, github.env)
    assert.is(await raw(), 2)
    await start(specifiers, { ...github.env, MIMEPORT_RELOAD: 'github:owner/other' })
    assert.is(await raw(), 2)
    await start(specifiers, { ...github.env, MIMEPORT_RELOAD: 'github:owner/repo' })
    assert.is(await raw(), 4)
    const { stdout } = await start(specifiers, { ...github.env, MIMEPORT_RELOAD: '1' })
    assert.is(await raw(), 6)
    await github.stop()
    const offline = await start(specifiers, { ...github.env, MIMEPORT_OFFLINE: '1' })
    assert.equal([offline.stdout, stdout], Array(2).fill('github:owner/repo/x.mjs {}\n'))
  } finally {
    await github.stop()
  }
})

test('what is reloaded is asked for once in a process, its workers included', () =>
  withServer(async (server) => {
    const headers = { 'content-type': 'text/javascript', 'cache-control': 'max-age=1000' }
    await server.set('/x.mjs', { body: 'export default 1', headers })
    project.write({
      'twice.mjs': `
        import { Worker, isMainThread } from 'node:worker_threads'
        await import('${server.url}/x.mjs')
        if (isMainThread) new Worker(new URL(import.meta.url))`,
    })
    const options = { cwd: project.path, env: { MIMEPORT_CACHE: cache, MIMEPORT_RELOAD: '1' } }
    for (const asked of [1, 2]) {
      const { status, stderr } = await run(['twice.mjs'], options)
      assert.is(status, 0, stderr)
      assert.is((await server.requests('/x.mjs')).length, asked)
    }
  }))

test.run()
