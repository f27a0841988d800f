/** Every way into a program: what is not allowed is refused there, before its name is looked up and before anybody is connected to. */

import { readFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeCertificate } from '../faults/certificate.mts'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import { canary, denied, passed } from '../threats/record.mts'
import type { TestServer } from '../support/server.mts'
import type { Project } from '../support/spawn.mts'

const test = suite('policy: entrances')

const refused = 'ERR_MIMEPORT_NOT_ALLOWED'

let good: TestServer
/** Nobody is allowed to ask it. */
let bad: TestServer
let project: Project

/** A loader that writes down which names are looked up in its thread, the engine's. */
const spy = `
  import dns from 'node:dns'
  import { appendFileSync } from 'node:fs'
  import { syncBuiltinESMExports } from 'node:module'
  const { lookup } = dns
  dns.lookup = (name, ...rest) => {
    appendFileSync(${JSON.stringify('lookups.txt')}, name + '\\n')
    const callback = rest.at(-1)
    callback(Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }))
  }
  syncBuiltinESMExports()
  export const schemes = ['spy:']
  export const resolve = (specifier) => ({ statusCode: 302, headers: { location: specifier.slice(4) } })
  export const resolveRelativePath = (specifier) => specifier`

const worker = `
  import { parentPort, workerData } from 'node:worker_threads'
  try { parentPort.postMessage('ok ' + (await import(workerData)).default) } catch ({ code }) { parentPort.postMessage(code) }`

/** Ways in for a URL: each says \`ok\` or how it fails. Not all that resolves also asks for the module's imports. */
const app = `
  import { once } from 'node:events'
  import { createRequire } from 'node:module'
  import { Worker } from 'node:worker_threads'
  import { preload } from ${JSON.stringify(loaderPath)}
  const require = createRequire(import.meta.url)
  const [, , ...urls] = process.argv
  const text = (code) => 'data:text/javascript,' + encodeURIComponent(code)
  const started = async (url, options) => {
    const worker = new Worker(url, options)
    worker.on('error', () => {})
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    const [said] = await Promise.race([once(worker, 'message'), once(worker, 'error')]).catch((error) => [error])
    await worker.terminate()
    await ended
    return said?.code ?? said
  }
  const named = (found) => 'ok ' + (found?.default ?? found)
  const ways = {
    dynamic: async (url) => named(await import(url)),
    static: async (url) => named(await import(text('export { default } from ' + JSON.stringify(url)))),
    require: async (url) => named(require(url)),
    'require.resolve': async (url) => named(require.resolve(url)),
    'import.meta.resolve': async (url) => named(import.meta.resolve(url)),
    preload: async (url) => named(await preload(url)),
    'a worker': (url) => started(new URL(url)),
    'a text in a worker': (url) => started(new URL(text('import { parentPort } from "node:worker_threads"; parentPort.postMessage("ok " + (await import(' + JSON.stringify(url) + ')).default)'))),
    "a worker's graph": (url) => started(new URL('./worker.mjs', import.meta.url), { workerData: url }),
    'a module of an allowed host': async (url) => named(await import(process.env.GOOD + '/reads.mjs?' + encodeURIComponent(url))),
    'an allowed redirect': async (url) => named(await import(process.env.GOOD + '/to?' + encodeURIComponent(url))),
    "the project's loader": async (url) => named(await import('spy:' + url)),
    'an import attribute': async (url) => named(await import(url, { with: { type: 'text' } })),
  }
  const results = []
  for (const url of urls) {
    for (const [way, enter] of Object.entries(ways)) {
      if (way.includes('worker') && (process.env.WORKERS === '0' || !url.startsWith('http:'))) continue
      let said
      try { said = await enter(url) } catch (error) { said = error.code ?? String(error) }
      results.push([way, url, said])
    }
  }
  console.log(JSON.stringify(results))`

test.before(async () => {
  ;[good, bad] = await Promise.all([startServer(), startServer()])
  const module =
    "import { parentPort } from 'node:worker_threads'\nparentPort?.postMessage('ok x')\nexport default 'x'"
  await good.set({
    '*': { headers: { 'content-type': 'text/javascript' }, body: module },
    '/reads.mjs':
      'export default (await import(decodeURIComponent(new URL(import.meta.url).search.slice(1)))).default',
  })
  await bad.set('*', { headers: { 'content-type': 'text/javascript' }, body: module })
  project = makeProject({
    'mimeport.json': JSON.stringify({ allow: [`${good.url}/`], loaders: ['./spy.mjs'] }),
    'spy.mjs': spy,
    'worker.mjs': worker,
    'app.mjs': app,
  })
})
test.after(async () => {
  project.remove()
  await Promise.all([good.stop(), bad.stop()])
})

const lookups = (): string => {
  const file = join(project.path, 'lookups.txt')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

async function enter(urls: readonly string[], env: Readonly<Record<string, string>> = {}) {
  await good.set('/to', { status: 302, headers: { location: '/x.mjs' } })
  for (const url of urls) {
    await good.set(`/to?${encodeURIComponent(url)}`, { status: 302, headers: { location: url } })
  }
  const { stdout, stderr, status } = await run(['app.mjs', ...urls], {
    cwd: project.path,
    env: { GOOD: good.url, ...env },
    nodeArgs: ['--no-warnings', '--import', loaderPath],
  })
  assert.is(stderr, '')
  assert.is(status, 0)
  return JSON.parse(stdout) as [way: string, url: string, said: string][]
}

test('no way leads to a host that is not allowed, and each leads to one that is', async () => {
  const unlisted = [`${bad.url}/x.mjs`, 'https://unlisted.example/x.mjs', 'github:owner/repo/x.mjs']
  const results = await enter([...unlisted, `${good.url}/x.mjs`])
  for (const [way, url, said] of results) {
    if (unlisted.includes(url)) {
      assert.is(said, refused, `${way}: ${url}`)
      denied('T04', way)
      if (way === 'an allowed redirect') denied('T05', 'one hop')
    } else {
      assert.match(said, /^ok /, `${way}: ${url}`)
      passed('T04', way)
      if (way === 'an allowed redirect') passed('T05', 'one hop')
    }
  }
  assert.is(results.length, 13 * 4 - 3 * 2)
  assert.is(lookups(), '', 'no name is looked up')
  canary('T04', (await bad.requests()).length, 'a host that is not allowed')
})

test('MIMEPORT_ALLOW and a configuration that allows it let each way through; deny closes them again', async () => {
  const urls = [`${bad.url}/x.mjs`]
  for (const [, , said] of await enter(urls, {
    WORKERS: '0',
    MIMEPORT_ALLOW: ` ${bad.url}/  https://other/ `,
  })) {
    assert.match(said, /^ok /)
  }
  const before = (await bad.requests()).length
  assert.ok(before > 0, 'the control: it is asked')
  project.write({
    'deny.json': JSON.stringify({
      allow: ['default'],
      deny: [`${bad.url}/`],
      loaders: ['./spy.mjs'],
    }),
  })
  for (const [way, , said] of await enter(urls, {
    MIMEPORT_CONFIG: join(project.path, 'deny.json'),
    MIMEPORT_ALLOW: `${bad.url}/`,
    WORKERS: '0',
  })) {
    assert.is(said, refused, way)
    denied('T04', `deny: ${way}`)
  }
  canary('T04', (await bad.requests()).length - before, 'a host that is denied')
})

test('a program given by its URL is allowed by that, with its origin, and its other imports are not', async () => {
  await good.set(
    '/main.mjs',
    `import './x.mjs'\nawait import('${bad.url}/x.mjs').catch(({ code }) => console.log('ran', code))`,
  )
  project.write({ 'none.json': '{ "allow": [] }' })
  const before = (await bad.requests()).length
  const env = { MIMEPORT_CONFIG: join(project.path, 'none.json') }
  const start = (args: string[], more = {}) =>
    run(args, { cwd: project.path, env: { ...env, ...more } })
  const typed = await start([`${good.url}/main.mjs`])
  assert.is(typed.stdout, `ran ${refused}\n`, typed.stderr)
  const entryURL = await run([`${good.url}/main.mjs`], {
    cwd: project.path,
    env,
    nodeArgs: ['--no-warnings', '--entry-url', '--import', loaderPath],
  })
  assert.is(entryURL.stdout, `ran ${refused}\n`, entryURL.stderr)
  passed('T04', 'the program', 2)
  denied('T04', "the program's imports", 2)
  project.write({ 'file.mjs': `import '${good.url}/main.mjs'` })
  const imported = await start(['file.mjs'])
  assert.match(imported.stderr, refused)
  denied('T04', 'the same, imported by a file')
  project.write({ 'denied.json': JSON.stringify({ deny: ['loopback'] }) })
  const config = { MIMEPORT_CONFIG: join(project.path, 'denied.json') }
  assert.match((await start([`${good.url}/main.mjs`], config)).stderr, refused)
  denied('T04', 'a program that is denied')
  canary('T04', (await bad.requests()).length - before)
})

test('what is in the cache is refused when the rules change, online and offline', async () => {
  await good.set('/cached.mjs', {
    headers: { 'content-type': 'text/javascript', 'cache-control': 'max-age=600' },
    body: 'export default "cached"',
  })
  project.write({
    'open.json': '{}',
    'closed.json': JSON.stringify({ deny: [`${good.url}/cached.mjs`] }),
    'cached.mjs': `console.log(await import('${good.url}/cached.mjs').then((m) => m.default, (e) => e.code))`,
  })
  const start = async (config: string, env = {}) => {
    const more = {
      MIMEPORT_CONFIG: join(project.path, config),
      MIMEPORT_CACHE: join(project.path, 'cache'),
      ...env,
    }
    return (await run(['cached.mjs'], { cwd: project.path, env: more })).stdout
  }
  assert.is(await start('open.json'), 'cached\n')
  assert.is(await start('open.json', { MIMEPORT_OFFLINE: '1' }), 'cached\n')
  passed('T04', 'out of the cache')
  assert.is(await start('closed.json'), `${refused}\n`)
  assert.is(await start('closed.json', { MIMEPORT_OFFLINE: '1' }), `${refused}\n`)
  denied('T04', 'out of the cache', 2)
  assert.is((await good.requests('/cached.mjs')).length, 1)
})

test('what is stored is not used when the policy refuses the address that it came from', async () => {
  const tls = makeCertificate({ names: ['modules.test'] })
  const secure = await startServer({ tls })
  await secure.set('/x.mjs', {
    headers: { 'content-type': 'text/javascript', 'cache-control': 'max-age=600' },
    body: 'export default "stored"',
  })
  const origin = `https://modules.test:${secure.port}`
  const config = { allow: [`${origin}/`], loaders: ['./names.mjs'], limits: { tries: 1 } }
  const own = makeProject({
    'ca.pem': tls.cert,
    'names.mjs': spy.replace(
      /callback\(Object[^\n]*/,
      "callback(null, [{ address: '127.0.0.1', family: 4 }])",
    ),
    'named.json': JSON.stringify({ ...config, allowPrivate: ['modules.test'] }),
    'block.json': JSON.stringify({ ...config, allowPrivate: ['127.0.0.0/8'] }),
    'mimeport.json': JSON.stringify(config),
    'app.mjs': `console.log(await import('${origin}/x.mjs').then((m) => m.default, (e) => e.code))`,
  })
  const start = async (name: string, env = {}) => {
    const more = {
      MIMEPORT_CONFIG: join(own.path, name),
      MIMEPORT_CACHE: join(own.path, 'cache'),
      NODE_EXTRA_CA_CERTS: join(own.path, 'ca.pem'),
      ...env,
    }
    return (await run(['app.mjs'], { cwd: own.path, env: more })).stdout.trim()
  }
  const offline = { MIMEPORT_OFFLINE: '1' }
  assert.is(await start('mimeport.json'), 'ERR_MIMEPORT_PRIVATE_ADDRESS')
  canary('T08', (await secure.requests()).length, 'an address of this machine')
  assert.is(await start('named.json'), 'stored')
  assert.is(await start('block.json', offline), 'stored')
  passed('T08', 'what is stored, from an address that is named', 2)
  assert.is(await start('mimeport.json'), 'ERR_MIMEPORT_PRIVATE_ADDRESS')
  assert.is(await start('mimeport.json', offline), 'ERR_MIMEPORT_OFFLINE')
  denied('T08', 'what is stored, from an address that is refused', 2)
  assert.is((await secure.requests()).length, 1)
  own.remove()
  await secure.stop()
})

test('a lock leads to no host that is not allowed', async () => {
  await good.set('/locked', { status: 307, headers: { location: `${bad.url}/locked.mjs` } })
  await bad.set('/locked.mjs', {
    headers: { 'content-type': 'text/javascript' },
    body: 'export default "locked"',
  })
  const own = makeProject({
    'mimeport.json': JSON.stringify({ allow: [`${good.url}/`] }),
    'mimeport.lock': '{\n  "version": 1\n}\n',
    'app.mjs': `for (const url of ['${good.url}/locked', '${bad.url}/locked.mjs'])
      console.log(await import(url).then((m) => m.default, (e) => e.code))`,
  })
  const start = async (more: Readonly<Record<string, string>>) => {
    const env = { CI: '', MIMEPORT_FROZEN: '0', ...more }
    return (await run(['app.mjs'], { cwd: own.path, env })).stdout
  }
  assert.is(await start({ MIMEPORT_ALLOW: `${bad.url}/` }), 'locked\nlocked\n')
  const lock = readFileSync(join(own.path, 'mimeport.lock'), 'utf8')
  assert.match(lock, `${bad.url}/locked.mjs`)
  const before = (await bad.requests()).length
  assert.is(await start({ MIMEPORT_FROZEN: '1' }), `${refused}\n${refused}\n`)
  denied('T04', 'what a lock has', 2)
  canary('T04', (await bad.requests()).length - before, 'what a lock leads to')
  assert.is(
    await start({ MIMEPORT_FROZEN: '1', MIMEPORT_ALLOW: `${bad.url}/` }),
    'locked\nlocked\n',
  )
  passed('T04', 'what a lock has', 2)
  own.remove()
})

test('an import map leads to no host that is not allowed', async () => {
  const imports = {
    there: `${good.url}/x.mjs`,
    elsewhere: `${bad.url}/x.mjs`,
    'folder/': `${bad.url}/`,
  }
  project.write({
    'map.json': JSON.stringify({ allow: [`${good.url}/`], imports }),
    'map.mjs': `for (const name of ['there', 'elsewhere', 'folder/x.mjs'])
      console.log(name, await import(name).then((m) => m.default, (e) => e.code))`,
  })
  const before = (await bad.requests()).length
  const env = { MIMEPORT_CONFIG: join(project.path, 'map.json') }
  const { stdout, stderr } = await run(['map.mjs'], { cwd: project.path, env })
  assert.is(stdout, `there x\nelsewhere ${refused}\nfolder/x.mjs ${refused}\n`, stderr)
  denied('T04', 'an import map', 2)
  passed('T04', 'an import map')
  canary('T04', (await bad.requests()).length - before)
})

test('a bad host is refused at each place of a chain of redirects', async () => {
  await bad.set('/hop', { status: 302, headers: { location: `${good.url}/x.mjs` } })
  await good.set({
    '/3': { status: 307, headers: { location: '/2' } },
    '/2': { status: 307, headers: { location: '/1' } },
    '/1': { status: 307, headers: { location: '/x.mjs' } },
    '/bad-last': { status: 301, headers: { location: '/b1' } },
    '/b1': { status: 302, headers: { location: '/b2' } },
    '/b2': { status: 308, headers: { location: `${bad.url}/x.mjs` } },
    '/bad-middle': { status: 303, headers: { location: '/b3' } },
    '/b3': { status: 307, headers: { location: `${bad.url}/hop` } },
    '/bad-first': { status: 302, headers: { location: `${bad.url}/hop` } },
  })
  project.write({
    'chain.mjs': `for (const path of ['/3', '/bad-first', '/bad-middle', '/bad-last'])
      console.log(path, await import('${good.url}' + path).then((m) => m.default, (e) => e.code + ' ' + e.message))`,
  })
  const before = (await bad.requests()).length
  const { stdout } = await run(['chain.mjs'], { cwd: project.path })
  const lines = stdout.trim().split('\n')
  assert.is(lines.shift(), '/3 x')
  passed('T05', 'a chain of three')
  for (const line of lines)
    assert.match(line, new RegExp(`^/bad-\\w+ ${refused} Cannot load '${bad.url}`))
  assert.match(lines[2]!, /bad-last -301→ .*b1 -302→ .*b2 -308→ /)
  denied('T05', 'a chain with the bad host at each place', 3)
  canary('T05', (await bad.requests()).length - before)
})

test('a loader is no URL', async () => {
  const own = makeProject({
    'mimeport.json': JSON.stringify({ loaders: [`${good.url}/loader.mjs`] }),
    'app.mjs': 'console.log("ran")',
  })
  const { stdout, stderr, status } = await run(['app.mjs'], { cwd: own.path })
  own.remove()
  assert.is(stdout, '')
  assert.is(status, 1)
  assert.match(stderr, /ERR_MIMEPORT_CONFIG.*is a URL.* full trust/)
  denied('T04', 'a loader given by its URL')
  canary('T04', (await good.requests('/loader.mjs')).length, 'where a loader is')
})

test.run()
