/** Graphs of many modules, locked and vendored; and programs that are started while the command is killed. */

import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mimeport } from '../support/cli.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('vendor-large')

/** A tree of modules, ten below each, in which the deepest import the first: whoever walks comes by each many times. */
function routesOf(count: number): Record<string, string> {
  const routes: Record<string, string> = {}
  for (let index = 0; index < count; index++) {
    const below = Array.from({ length: 10 }, (_, each) => index * 10 + each + 1)
    const names = below.filter((each) => each < count)
    const imports = (names.length === 0 ? [0] : names).map((each) => `import './m${each}.mjs'\n`)
    routes[`/m${index}.mjs`] = `${imports.join('')}globalThis.count = (globalThis.count ?? 0) + 1\n`
  }
  return routes
}

async function serve(count: number): Promise<TestServer> {
  const server = await startServer()
  const routes = Object.entries(routesOf(count))
  for (let at = 0; at < routes.length; at += 500) {
    await server.set(Object.fromEntries(routes.slice(at, at + 500)))
  }
  return server
}

const program = (url: string) => `import '${url}/m0.mjs'\nconsole.log(globalThis.count)`
const options = { timeout: 110_000 }

test('1,000 modules are vendored, and run without their server', async () => {
  const server = await serve(1000)
  const project = makeProject({ 'app.mjs': program(server.url) })
  const cwd = project.path
  const env = { CI: '', MIMEPORT_CACHE: 'off' }
  const started = performance.now()
  const { stdout, stderr, status } = await mimeport(['vendor', 'app.mjs'], { cwd, env, ...options })
  process.stdout.write(`vendored in ${Math.round(performance.now() - started)} ms\n`)
  assert.is(stderr, '')
  assert.is(status, 0)
  assert.match(stdout, 'mimeport_modules: 1,000 files')
  await server.stop()
  const result = await run(['app.mjs'], { cwd, env: { ...env, MIMEPORT_FROZEN: '1' }, ...options })
  assert.is(result.stderr, '')
  assert.is(result.stdout, '1000\n')
  project.remove()
})

test('5,000 modules are locked, each asked for once', async () => {
  const server = await serve(5000)
  const project = makeProject({ 'app.mjs': program(server.url) })
  const started = performance.now()
  const { stdout, stderr, status } = await mimeport(['lock', 'app.mjs'], {
    cwd: project.path,
    env: { MIMEPORT_CACHE: 'off' },
    ...options,
  })
  process.stdout.write(`locked in ${Math.round(performance.now() - started)} ms\n`)
  assert.is(stderr, '')
  assert.is(status, 0)
  assert.match(stdout, '5,000 added; 5,000 entries; 1 local module, 5,000 from the network')
  assert.is((await server.requests()).length, 5000)
  await server.stop()
  project.remove()
})

test('5,000 local modules are gone along', async () => {
  const files = Object.fromEntries(
    Object.entries(routesOf(5000)).map(([path, text]) => [`.${path}`, text]),
  )
  const project = makeProject(files)
  const started = performance.now()
  const { stdout, status } = await mimeport(['lock', 'm0.mjs'], { cwd: project.path, ...options })
  process.stdout.write(`gone along in ${Math.round(performance.now() - started)} ms\n`)
  assert.is(status, 0)
  assert.match(stdout, '5,000 local modules')
  project.remove()
})

test('many at once lose nothing of what each has locked', async () => {
  const server = await startServer()
  const programs = Array.from({ length: 8 }, (_, index) => `p${index}.mjs`)
  const names = (program: string) => Array.from({ length: 20 }, (_, each) => `/${each}/${program}`)
  await server.set(Object.fromEntries(programs.flatMap(names).map((path) => [path, ''])))
  const project = makeProject(
    Object.fromEntries(
      programs.map((name) => [
        name,
        names(name)
          .map((path) => `import '${server.url}${path}'\n`)
          .join(''),
      ]),
    ),
  )
  const cwd = project.path
  const env = { CI: '', MIMEPORT_CACHE: 'off' }
  const results = await Promise.all(
    programs.map((name) => mimeport(['lock', name], { cwd, env, ...options })),
  )
  assert.equal(
    results.map(({ status }) => status),
    programs.map(() => 0),
  )
  const locked = JSON.parse(readFileSync(join(cwd, 'mimeport.lock'), 'utf8'))
  assert.is(Object.keys(locked).length, 8 * 20 + 1)
  await server.stop()
  project.remove()
})

test('mimeport vendor is killed at any time: the program runs what is locked, or says what to do', async () => {
  const server = await serve(100)
  const project = makeProject({ 'app.mjs': program(server.url) })
  const cwd = project.path
  const env = { CI: '', MIMEPORT_CACHE: join(cwd, '.cache') }
  assert.is((await mimeport(['lock', 'app.mjs'], { cwd, env })).status, 0)
  let refused = 0
  for (let kill = 0; kill < 20; kill++) {
    if (kill % 5 === 0) rmSync(join(cwd, 'mimeport_modules'), { recursive: true, force: true })
    await mimeport(['vendor'], { cwd, env, timeout: 300 + kill * 100 })
    const { stdout, stderr, status } = await run(['app.mjs'], { cwd, env })
    if (status === 0) assert.is(stdout, '100\n')
    else {
      refused += 1
      assert.match(stderr, /ERR_MIMEPORT_INTEGRITY.*npx mimeport vendor/s, stderr)
    }
  }
  process.stdout.write(`${refused} of 20 refused\n`)
  assert.is((await mimeport(['vendor'], { cwd, env })).status, 0)
  await server.stop()
  assert.is((await run(['app.mjs'], { cwd, env: { CI: '' } })).stdout, '100\n')
  project.remove()
})

test('the configuration names another folder, or none', async () => {
  const server = await startServer()
  await server.set({ '/a.mjs': 'console.log(1)' })
  const project = makeProject({
    'app.mjs': `import '${server.url}/a.mjs'`,
    'mimeport.json': '{ "vendor": "third-party/web" }',
  })
  const cwd = project.path
  const env = { CI: '', MIMEPORT_CACHE: join(cwd, '.cache') }
  try {
    const { stdout } = await mimeport(['vendor', 'app.mjs'], { cwd, env })
    assert.match(stdout.replaceAll('\\', '/'), 'third-party/web: 1 file')
    project.write({ 'mimeport.json': '{ "vendor": false }' })
    const refused = await mimeport(['vendor', 'app.mjs'], { cwd, env })
    assert.is(refused.status, 1)
    assert.match(refused.stderr, /ERR_MIMEPORT_CONFIG: .*its 'vendor' is false/)
    assert.not.ok(existsSync(join(cwd, 'mimeport_modules')))
    project.write({ 'mimeport.json': '{ "vendor": "third-party/web" }' })
    await server.stop()
    assert.is((await run(['app.mjs'], { cwd, env: { CI: '' } })).stdout, '1\n')
  } finally {
    project.remove()
    await server.stop()
  }
})

test.run()
