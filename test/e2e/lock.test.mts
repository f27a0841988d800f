/** A program with a lock runs what was locked, or nothing; what it meets anew is in the lock, however it ends. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readLockFile } from '../../core/lock/lock-file.mts'
import { canary, denied, leak, passed } from '../threats/record.mts'
import { startGitHub } from '../support/github.mts'
import { assertLeast } from '../support/growth.mts'
import { lockText, lockedModule } from '../support/lock.mts'
import { deniesNetwork } from '../support/permissions.mts'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'
import type { Project, Run, RunOptions } from '../support/spawn.mts'

const test = suite('lock')
let server: TestServer
let project: Project
let cache: string

test.before(async () => {
  server = await startServer()
})
test.after(() => server.stop())
test.before.each(async () => {
  await server.clear()
  project = makeProject({ 'mimeport.lock': lockText() })
  cache = join(project.path, '.cache')
})
test.after.each(() => project.remove())

const file = () => join(project.path, 'mimeport.lock')
const text = () => readFileSync(file(), 'utf8')

/** The keys of the lock, without the server's address. */
const keys = () =>
  [...(readLockFile(file()) ?? new Map()).keys()].map((key) => key.replace(server.url, ''))

/** Runs a program text with the project's cache; a service for integration may run these tests. */
function start(program: string, env: RunOptions['env'] = {}, more: RunOptions = {}): Promise<Run> {
  project.write({ 'app.mjs': program })
  return run(['app.mjs'], {
    cwd: project.path,
    env: { MIMEPORT_CACHE: cache, CI: '', ...env },
    ...more,
  })
}

/** What is stored, by name. */
function stored(): Record<string, string> {
  const folder = join(cache, 'responses')
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'latin1')]),
  )
}

const fresh = { 'cache-control': 'max-age=600' }
const importing = (path: string) => `import x from '${server.url}${path}'\nconsole.log(x)`

test('a byte that a server flips is refused, cache and lock stay as they were', async () => {
  await server.set({
    '/app.mjs': "import { b } from './lib/b.mjs'\nexport default b",
    '/lib/b.mjs': {
      body: 'export const b = "good"',
      headers: { 'content-type': 'text/javascript', ...fresh },
    },
  })
  const program = importing('/app.mjs')
  const first = await start(program)
  assert.is(first.stdout, 'good\n', first.stderr)
  assert.equal(keys(), ['/app.mjs', '/lib/b.mjs'])
  const [lock, before] = [text(), stored()]

  await server.set('/lib/b.mjs', {
    body: 'export const b = "evil"; console.log("ran")',
    headers: { 'content-type': 'text/javascript', ...fresh },
  })
  // It is stored: nobody is asked.
  assert.is((await start(program)).stdout, 'good\n')
  passed('T14')
  const second = await start(program, { MIMEPORT_CACHE: 'off' })
  assert.is(second.status, 1)
  assert.is(second.stdout, '')
  assert.match(second.stderr, 'ERR_MIMEPORT_INTEGRITY')
  assert.match(second.stderr, `npx mimeport lock --update ${server.url}/lib/b.mjs`)
  assert.equal([text(), stored()], [lock, before])
  denied('T14', 'a byte flipped')

  // Past the cache, twice, and nothing of it is stored.
  await server.set('/lib/b.mjs', {
    body: 'export const b = "evil"',
    headers: { 'content-type': 'text/javascript', ...fresh },
  })
  const third = await start(program, { MIMEPORT_RELOAD: '1' })
  assert.match(third.stderr, 'ERR_MIMEPORT_INTEGRITY')
  assert.is(text(), lock)
  const evil = Object.values(stored()).filter((entry) => entry.includes('evil'))
  assert.is(evil.length, 0)
  assert.is((await start(program)).stdout, 'good\n')
  denied('T14', 'past the cache')
})

test('a media type that a server flips is refused, and not stored', async () => {
  const body = '#!/usr/bin/env node\nexport default 1'
  const as = (type: string) =>
    server.set('/a', { body, headers: { 'content-type': type, ...fresh } })
  await as('text/javascript')
  assert.is((await start(importing('/a'))).stdout, '1\n')
  const [lock, before] = [text(), stored()]
  await as('text/markdown')
  const { stderr } = await start(importing('/a'), { MIMEPORT_RELOAD: '1' })
  assert.match(stderr, 'ERR_MIMEPORT_INTEGRITY')
  assert.match(stderr, "its media type is 'text/markdown'")
  assert.equal([text(), stored()], [lock, before])
  denied('T16', 'a header flipped')
  await as('text/javascript')
  assert.is((await start(importing('/a'), { MIMEPORT_RELOAD: '1' })).stdout, '1\n')
  passed('T16')
})

test('what another project has stored is not taken for what is locked, and mended', async () => {
  const as = (body: string) =>
    server.set('/a.mjs', { body, headers: { 'content-type': 'text/javascript', ...fresh } })
  await as('export default "other"')
  const other = makeProject({ 'app.mjs': importing('/a.mjs') })
  const env = { MIMEPORT_CACHE: cache, CI: '' }
  assert.is((await run(['app.mjs'], { cwd: other.path, env })).stdout, 'other\n')
  writeFileSync(
    file(),
    lockText({ [`${server.url}/a.mjs`]: lockedModule('export default "locked"') }),
  )
  const offline = await start(importing('/a.mjs'), { MIMEPORT_OFFLINE: '1' })
  assert.match(offline.stderr, 'ERR_MIMEPORT_INTEGRITY')
  denied('T14', 'stored by another project, offline')
  await as('export default "locked"')
  assert.is((await start(importing('/a.mjs'))).stdout, 'locked\n')
  assert.is((await server.requests('/a.mjs')).length, 2)
  assert.is((await start(importing('/a.mjs'), { MIMEPORT_OFFLINE: '1' })).stdout, 'locked\n')
  assert.is((await server.requests('/a.mjs')).length, 2)
  passed('T14')
  other.remove()
})

test('what is stored and locked is asked for no more, however old, and nothing is fetched behind it', async () => {
  const headers = {
    'content-type': 'text/javascript',
    'cache-control': 'max-age=0, stale-while-revalidate=600',
  }
  await server.set({
    '/a.mjs': { body: 'export default 1', headers },
    '/b.mjs': { body: 'export default 2', headers: { ...headers, 'cache-control': 'no-cache' } },
  })
  const program = `import a from '${server.url}/a.mjs'; import b from '${server.url}/b.mjs'; console.log(a + b); setTimeout(() => {}, 100)`
  assert.is((await start(program)).stdout, '3\n')
  await server.set({
    '/a.mjs': { body: 'export default 10', headers },
    '/b.mjs': { body: 'export default 20', headers },
  })
  assert.is((await start(program)).stdout, '3\n')
  assert.is((await server.requests()).length, 2)
})

test('redirects to a host that is not on the list are refused, locked or not', async () => {
  const url = 'https://never.example/x.mjs'
  writeFileSync(
    file(),
    lockText({ [`${server.url}/r`]: { status: 302, location: url }, [url]: lockedModule('1') }),
  )
  const { stderr } = await start(importing('/r'))
  assert.match(stderr, 'ERR_MIMEPORT_NOT_ALLOWED')
  denied('T05', 'a locked redirect')
  canary('T05', (await server.requests()).length, 'a locked redirect')
})

const endings: Readonly<Record<string, readonly [program: string, status: number]>> = {
  'process.exit': ['process.exit(3)', 3],
  'an uncaught error': ['throw new Error("boom")', 1],
  'a top-level await that never settles': ['await new Promise(() => {})', 13],
}

for (const [ending, [last, status]] of Object.entries(endings)) {
  test(`what was met is in the lock after ${ending}`, async () => {
    await server.set({
      '/a.mjs': 'export default 1',
      '/b.mjs': "import './c.mjs'",
      '/c.mjs': 'export {}',
    })
    const program = `import '${server.url}/a.mjs'\nawait import('${server.url}/b.mjs')\n${last}`
    const ended = await start(program)
    assert.is(ended.status, status, ended.stderr)
    assert.equal(keys(), ['/a.mjs', '/b.mjs', '/c.mjs'])
    assert.equal(readdirSync(project.path).sort(), [
      '.cache',
      'app.mjs',
      'mimeport.lock',
      'package.json',
    ])
  })
}

test('what was met is in the lock whatever other listeners do at the end', async () => {
  await server.set({ '/a.mjs': '', '/b.mjs': '' })
  const listeners = { a: 'throw new Error("boom")', b: 'process.exit(4)' }
  for (const [name, last] of Object.entries(listeners)) {
    await start(`process.on('exit', () => { ${last} })\nawait import('${server.url}/${name}.mjs')`)
  }
  assert.equal(keys(), ['/a.mjs', '/b.mjs'])
})

test('what was met is in the lock when a program is told to end a moment later', async () => {
  await server.set('/a.mjs', 'export default 1')
  const program = `
    import '${server.url}/a.mjs'
    import { readFileSync, writeSync } from 'node:fs'
    const began = performance.now()
    setInterval(() => {
      if (!readFileSync('mimeport.lock', 'utf8').includes('/a.mjs')) return
      writeSync(1, String(performance.now() - began))
      process.kill(process.pid, 'SIGTERM')
    }, 10)
    setTimeout(() => process.exit(), 5000)`
  const measure = async () => {
    project.write({ 'mimeport.lock': lockText() })
    const { signal, stdout } = await start(program)
    assert.is(signal, 'SIGTERM')
    assert.equal(keys(), ['/a.mjs'])
    return Number(stdout)
  }
  await assertLeast(150, measure, 'until it is in the lock')
})

test('what workers meet is in the lock, and they are held to it', async () => {
  await server.set({
    '/w.mjs': "import { parentPort } from 'node:worker_threads'\nparentPort.postMessage('done')",
    '/x.mjs': 'export default 1',
  })
  const program = `
    import { Worker } from 'node:worker_threads'
    import { once } from 'node:events'
    const worker = new Worker("import('${server.url}/x.mjs').then(() => import('${server.url}/w.mjs')).catch((e) => { console.log(e.code) })", { eval: true })
    worker.on('message', (said) => console.log(said))
    await once(worker, 'exit')`
  const first = await start(program)
  assert.is(first.stdout, 'done\n', first.stderr)
  assert.equal(keys(), ['/w.mjs', '/x.mjs'])
  await server.set('/x.mjs', 'export default 2')
  rmSync(cache, { recursive: true })
  assert.is((await start(program)).stdout, 'ERR_MIMEPORT_INTEGRITY\n')
  denied('T14', 'a worker')
})

test('what a worker has run is in the lock, whoever ends it, or the program', async () => {
  await server.set({
    '/a.mjs': "import './b.mjs'",
    '/b.mjs': '',
    '/c.mjs': "import './d.mjs'",
    '/d.mjs': '',
  })
  const endings = { a: 'await worker.terminate()', c: 'process.exit()' }
  for (const [name, ending] of Object.entries(endings)) {
    const text = `import('${server.url}/${name}.mjs').then(() => require('node:worker_threads').parentPort.postMessage(1))`
    const { status, stderr } = await start(`
      import { Worker } from 'node:worker_threads'
      import { once } from 'node:events'
      const worker = new Worker(${JSON.stringify(text)}, { eval: true })
      await once(worker, 'message')
      ${ending}
      process.exit()`)
    assert.is(status, 0, stderr)
  }
  assert.equal(keys(), ['/a.mjs', '/b.mjs', '/c.mjs', '/d.mjs'])
})

test('every way in is held to the lock', async () => {
  await server.set({
    '/a.cjs': { body: 'module.exports = 2', headers: { 'content-type': 'text/javascript' } },
  })
  writeFileSync(
    file(),
    lockText({
      [`${server.url}/a.cjs`]: lockedModule('module.exports = 1', {
        type: 'application/node',
        format: 'commonjs',
      }),
    }),
  )
  const url = `${server.url}/a.cjs`
  const program = `
    import { createRequire } from 'node:module'
    import { preload } from 'mimeport'
    const require = createRequire(import.meta.url)
    const ways = {
      import: () => import('${url}'),
      require: () => require('${url}'),
      resolve: () => require.resolve('${url}'),
      meta: () => import.meta.resolve('${url}'),
      preload: () => preload('${url}'),
    }
    for (const [name, way] of Object.entries(ways)) {
      try { await way(); console.log(name, 'ran') } catch (error) { console.log(name, error.code) }
    }`.replace("'mimeport'", JSON.stringify(new URL(`file://${loaderPath}`).href))
  const refused = await start(program)
  assert.is(
    refused.stdout,
    ['import', 'require', 'resolve', 'meta', 'preload']
      .map((name) => `${name} ERR_MIMEPORT_INTEGRITY\n`)
      .join(''),
    refused.stderr,
  )
  denied('T14', 'every way in', 5)
  const entry = await run([url], { cwd: project.path, env: { CI: '' } })
  assert.match(entry.stderr, 'ERR_MIMEPORT_INTEGRITY')
  denied('T14', 'the program itself')
})

test('MIMEPORT_FROZEN=1 and CI let nothing new in; MIMEPORT_FROZEN=0 goes before CI', async () => {
  await server.set({ '/a.mjs': 'export default 1' })
  const program = importing('/a.mjs')
  for (const env of [{ MIMEPORT_FROZEN: '1' }, { CI: 'true' }]) {
    const { stderr } = await start(program, env)
    assert.match(stderr, 'ERR_MIMEPORT_FROZEN')
    assert.match(stderr, 'npx mimeport lock')
    denied('T14', JSON.stringify(env))
  }
  assert.is(text(), lockText())
  canary('T14', (await server.requests()).length, 'a module that is not in a frozen lock')
  assert.is((await start(program, { CI: '1', MIMEPORT_FROZEN: '0' })).stdout, '1\n')
  assert.is((await start(program, { CI: '1' })).stdout, '1\n')
  passed('T14')
  rmSync(file())
  assert.match((await start(program, { MIMEPORT_FROZEN: '1' })).stderr, 'ERR_MIMEPORT_FROZEN')
  assert.match((await start(program, { MIMEPORT_FROZEN: 'yes' })).stderr, 'ERR_MIMEPORT_CONFIG')
})

test('a body without an end marker is refused, unless the lock knows it', async () => {
  const body = 'export default 1\n'
  const as = (more: object) =>
    server.set('/a.mjs', {
      body,
      framing: 'close',
      headers: { 'content-type': 'text/javascript' },
      ...more,
    })
  await as({})
  assert.match((await start(importing('/a.mjs'))).stderr, 'ERR_MIMEPORT_NETWORK')
  writeFileSync(file(), lockText({ [`${server.url}/a.mjs`]: lockedModule(body) }))
  assert.is((await start(importing('/a.mjs'), { MIMEPORT_CACHE: 'off' })).stdout, '1\n')
  await as({ cutAfter: 9 })
  const cut = await start(importing('/a.mjs'), { MIMEPORT_CACHE: 'off' })
  assert.match(cut.stderr, /ERR_MIMEPORT_(?:INTEGRITY|NETWORK)/)
  denied('T14', 'a body that was cut off')
})

test('a lock that cannot be used stops what comes from the network, and nothing else', async () => {
  await server.set('/a.mjs', 'export default 1')
  for (const broken of ['', `${lockText()}<<<<<<< HEAD\n`]) {
    writeFileSync(file(), broken)
    const program = `await import('./b.mts'); try { await import('${server.url}/a.mjs') } catch (error) { console.log(error.code, error.message) }`
    project.write({ 'b.mts': 'enum E { a }; console.log("local", E.a)' })
    const { stdout } = await start(program)
    assert.match(
      stdout,
      /^local 0\nERR_MIMEPORT_LOCK Cannot use the lock '.*mimeport\.lock': line \d+: /,
    )
    assert.is(text(), broken)
    denied('T15', 'a program with a broken lock')
  }
  canary('T15', (await server.requests()).length, 'a module of a broken lock')
})

/** How a program is started under the permission model. */
const permitted = (...rights: string[]) => [
  '--permission',
  '--allow-fs-read=*',
  '--allow-worker',
  ...(deniesNetwork ? ['--allow-net'] : []),
  ...rights,
  '--no-warnings',
  '--import',
  loaderPath,
]

test('a lock that may not be written is read, and says once that nothing is kept', async () => {
  await server.set({
    '/a.mjs': "import './b.mjs'; export default 1",
    '/b.mjs': 'export {}',
    '/c.mjs': 'export {}',
  })
  const program = `${importing('/a.mjs')}\nawait new Promise((r) => setTimeout(r, 200))\nawait import('${server.url}/c.mjs')`
  const nodeArgs = permitted()
  const { stdout, stderr } = await start(program, { MIMEPORT_CACHE: 'off' }, { nodeArgs })
  assert.is(stdout, '1\n', stderr)
  assert.is(stderr.match(/What is new is not kept in the lock/g)?.length, 1, stderr)
  assert.is(text(), lockText())
})

test('under the permission model what is new is kept where the folder may be written', async () => {
  await server.set({ '/a.mjs': "import './b.mjs'; export default 1", '/b.mjs': 'export {}' })
  const nodeArgs = permitted(`--allow-fs-write=${project.path}`)
  const { stdout, stderr } = await start(importing('/a.mjs'), {}, { nodeArgs })
  assert.is(stdout, '1\n', stderr)
  assert.is(stderr, '')
  assert.equal(keys(), ['/a.mjs', '/b.mjs'])
})

test('"lock" in the configuration names another file, or none', async () => {
  await server.set('/a.mjs', 'export default 1')
  project.write({ 'mimeport.json': '{ "lock": "locks/web.lock" }', 'locks/web.lock': lockText() })
  await start(importing('/a.mjs'))
  assert.is(text(), lockText())
  assert.is(readLockFile(join(project.path, 'locks/web.lock'))?.size, 1)
  project.write({ 'mimeport.json': '{ "lock": false }' })
  writeFileSync(file(), 'broken')
  assert.is((await start(importing('/a.mjs'))).stdout, '1\n')
})

test('a branch that moved: the lock decides, nobody is asked which commit, and it runs offline', async () => {
  const github = await startGitHub({
    repos: {
      'owner/repo': {
        files: {
          'a.mjs': "export * from './b.mjs'",
          'b.mjs': 'export default 0; export const b = 1',
        },
      },
    },
  })
  try {
    const program = "import * as a from 'github:owner/repo/a.mjs'\nconsole.log(a.b)"
    const first = await start(program, github.env)
    assert.is(first.stdout, '1\n', first.stderr)
    const commit = await github.commit('main')
    assert.equal(readLockFile(file())?.get('github:owner/repo/a.mjs'), {
      status: 307,
      location: `github:owner/repo@${commit}/a.mjs`,
      commit,
      ref: 'refs/heads/main',
    })
    await github.push({ 'b.mjs': 'export const b = 2' }, 'main')
    const before = (await github.requests()).length
    for (const env of [{ MIMEPORT_RELOAD: '1' }, { MIMEPORT_FROZEN: '1', MIMEPORT_CACHE: 'off' }]) {
      const again = await start(program, { ...github.env, ...env })
      assert.is(again.stdout, '1\n', again.stderr)
      passed('T14')
    }
    const later = (await github.requests()).slice(before)
    assert.equal(
      [...new Set(later.map(({ url }) => url.replace(commit, '<commit>')))].filter(
        (url) => !url.includes('<commit>'),
      ),
      [],
    )
    const offline = await start(program, { ...github.env, MIMEPORT_OFFLINE: '1' })
    assert.is(offline.stdout, '1\n', offline.stderr)
  } finally {
    await github.stop()
  }
})

test('no secret is in the lock: a module that is asked for by one is known without it', async () => {
  const secret = '/a.mjs?token=canary-3f9a7c'
  await server.set({
    '/a.mjs': 'export default 1',
    '/r': { status: 302, headers: { location: secret } },
  })
  const program = `${importing(secret)}\nawait import('${server.url}/r')`
  const { stdout, stderr } = await start(program)
  assert.is(stdout, '1\n', stderr)
  assert.equal(keys(), ['/a.mjs?token=***', '/r'])
  leak('T12', text().split('canary').length - 1, 'the lock')
})

test.run()
