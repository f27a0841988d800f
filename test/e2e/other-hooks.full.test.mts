/** mimeport beside other tools that have hooks: tsx, import-in-the-middle, mocks, itself (docs/other-hooks.md). */

import { cpSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { orders, ours } from '../support/hook-orders.mts'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'
import type { Project, Run } from '../support/spawn.mts'

const test = suite('other-hooks')
const root = fileURLToPath(new URL('../../', import.meta.url))
let server: TestServer
let project: Project

/** A hook of the program's for modules that it sees the exports of. */
const patches = `
globalThis.seen = []
addHook((url, namespace) => {
  globalThis.seen.push(url.replace(/^.*\\//, ''))
  for (const name of ['v', 'one', 'two', 'common']) if (name in namespace) namespace[name] = 'patched'
  if ('hostname' in namespace) namespace.hostname = () => 'patched'
})`

test.before(async () => {
  server = await startServer()
  await server.set({
    '/m.mjs': 'import { d } from "./d.mjs"; export const v = d; export const url = import.meta.url',
    '/d.mjs': 'export const d = "remote"',
    '/moved.mjs': { status: 302, headers: { location: '/m.mjs' } },
    '/c.cjs': {
      headers: { 'content-type': 'application/node' },
      body: 'exports.common = require("./e.cjs").e',
    },
    '/e.cjs': { headers: { 'content-type': 'application/node' }, body: 'exports.e = "E"' },
  })
  project = makeProject({
    'lib.ts': `
      import { type Unused } from './types.ts'
      enum Count { One = 1 }
      export const one: number = Count.One
      export const by = String((a: number) => a).includes('a        ')`,
    'plain.ts':
      'export const by = String((a: number) => a) === "(a        ) => a" ? "ours" : "theirs"',
    'types.ts': 'export type Unused = 1',
    'notes.md':
      '# Notes\n\n```ts\nenum Count { Two = 2 }\nexport const two: number = Count.Two\n```\n',
    'local.mjs': 'export const v = "local"',
    'app.mjs': `
      import { one } from './lib.ts'
      import { two } from './notes.md'
      import { v, url } from '${server.url}/m.mjs'
      import cjs from '${server.url}/c.cjs'
      import { createRequire } from 'node:module'
      const require = createRequire(import.meta.url)
      console.log(JSON.stringify([one, two, v, cjs.common, require('./lib.ts').one, require('./notes.md').two, require('${server.url}/m.mjs').url === url]))`,
    'app.cjs': `
      const { one } = require('./lib.ts')
      const { two } = require('./notes.md')
      const { v, url } = require('${server.url}/m.mjs')
      const cjs = require('${server.url}/c.cjs')
      import('./lib.ts').then((lib) =>
        import('${server.url}/m.mjs').then((m) =>
          console.log(JSON.stringify([one, two, v, cjs.common, lib.one, two, m.url === url]))))`,
    'app.ts': `
      import { one } from './lib.ts'
      import { two } from './notes.md'
      import cjs from '${server.url}/c.cjs'
      enum E { A = 1 }
      console.log(JSON.stringify([one * E.A, two, 'remote', cjs.common, 1, 2, true]))`,
    'who.mjs': `
      import { by } from './plain.ts'
      import { createRequire } from 'node:module'
      console.log(by, createRequire(import.meta.url)('./plain.ts').by)`,
    'who.cjs': `console.log(require('./plain.ts').by)`,
    'iitm-sync.mjs': `
      import { register } from 'import-in-the-middle/register-hooks.mjs'
      import { addHook } from 'import-in-the-middle'
      register({ disableCjsSourceStripping: true, exclude: [/(core|loaders)\\/.*\\.m[tj]s$|loader\\.m[jt]s$/] })
      ${patches}`,
    'iitm-async.mjs': `
      import { register } from 'node:module'
      import { addHook } from 'import-in-the-middle'
      register('import-in-the-middle/hook.mjs', import.meta.url)
      ${patches}`,
    'instrumented.mjs': `
      import { v as local } from './local.mjs'
      import { one } from './lib.ts'
      import { two } from './notes.md'
      import { v } from '${server.url}/m.mjs'
      import { common } from '${server.url}/c.cjs'
      import { hostname } from 'node:os'
      console.log(JSON.stringify({ builtin: hostname() === 'patched', local, one, two, v, common }))`,
    'late.mjs': 'export {}',
    'loaders/a.mjs': `export const extensionMimeMap = { aa: 'text/x' }; export const accepts = ['text/x']
      export const transform = () => ({ source: 'export default 1', format: 'module' })`,
    'x.aa': '',
    'aa.mjs': `import a from './x.aa'; console.log(a)`,
  })
  symlinkSync(join(root, 'node_modules'), join(project.path, 'node_modules'))
})
test.after(async () => {
  project.remove()
  await server.stop()
})

const runWith = (nodeArgs: readonly string[], ...args: string[]) =>
  run(args, { cwd: project.path, nodeArgs })

/** What is printed on stderr apart from Node's warning of `module.register()`, which whoever calls it has to bear. */
const otherErrors = ({ stderr }: Run) =>
  stderr
    .split('\n')
    .filter((line) => !/\[DEP0205\]|--trace-deprecation/.test(line))
    .join('\n')

for (const [tool, flags] of [
  ['tsx', ['--import', 'tsx']],
  ['tsx/cjs', ['--require', 'tsx/cjs']],
] as const) {
  for (const [order, nodeArgs] of orders(flags)) {
    for (const app of ['app.mjs', 'app.cjs', 'app.ts']) {
      test(`${tool} ${order}: ${app} runs`, async () => {
        const ran = await runWith(nodeArgs, app)
        assert.is(otherErrors(ran), '')
        assert.is(ran.stdout, '[1,2,"remote","E",1,2,true]\n')
      })
    }
  }
}

test('tsx after mimeport transforms local TypeScript; before, mimeport does', async () => {
  const [[, after], [, before]] = orders(['--import', 'tsx'])
  // After a TypeScript preload, as the repository's, tsx takes asynchronous hooks, which are behind ours.
  const imported = loaderPath.endsWith('.mts') ? 'ours' : 'theirs'
  assert.is((await runWith(after, 'who.mjs')).stdout, `${imported} theirs\n`)
  assert.is((await runWith(before, 'who.mjs')).stdout, 'ours ours\n')
  assert.is((await runWith(after, 'who.cjs')).stdout, 'theirs\n')
  assert.is((await runWith(before, 'who.cjs')).stdout, 'ours\n')
})

const nothingOfOurs = { builtin: true, local: 'patched', one: 1, two: 2, v: 'remote', common: 'E' }
const everything = {
  builtin: true,
  local: 'patched',
  one: 'patched',
  two: 'patched',
  v: 'patched',
  common: 'patched',
}

for (const [file, afterUs] of [
  ['iitm-sync.mjs', everything],
  ['iitm-async.mjs', nothingOfOurs],
] as const) {
  for (const [order, nodeArgs] of orders(['--import', `./${file}`])) {
    test(`import-in-the-middle (${file}) ${order} instruments what it sees`, async () => {
      const ran = await runWith(nodeArgs, 'instrumented.mjs')
      assert.is(otherErrors(ran), '')
      const expected = order === 'after mimeport' ? afterUs : nothingOfOurs
      assert.equal(JSON.parse(ran.stdout), expected)
    })
  }
}

test('mock.module mocks local, Markdown and remote modules, and gives them back', async () => {
  project.write({
    'mocks.test.mjs': `
      import assert from 'node:assert'
      import { mock, test } from 'node:test'
      const mocks = [['./local.mjs', 'v'], ['./lib.ts', 'one'], ['./notes.md', 'two'], ['${server.url}/m.mjs', 'v'], ['${server.url}/c.cjs', 'common']]
      for (const [specifier, name] of mocks) {
        test(specifier, async () => {
          const mocked = mock.module(specifier, { namedExports: { [name]: 'mocked' } })
          assert.equal((await import(specifier))[name], 'mocked')
          mocked.restore()
          // docs/node-notes.md: beside a mock, Node loads no CommonJS of hooks.
          if (!specifier.endsWith('.cjs')) assert.notEqual((await import(specifier))[name], 'mocked')
        })
      }`,
  })
  const nodeArgs = [...ours, '--no-warnings', '--experimental-test-module-mocks']
  const { stdout, status } = await runWith(
    nodeArgs,
    '--test',
    '--test-reporter=tap',
    'mocks.test.mjs',
  )
  assert.is(status, 0, stdout)
  assert.match(stdout, /^# pass 5$/m)
  const asked = (await server.requests()).map(({ url }) => url)
  assert.not.ok(
    asked.some((url) => url.includes('node-test-mock')),
    'no server is told of it',
  )
})

/** Another copy, of another version. */
function copyFramework(): string {
  const copy = join(project.path, 'copy')
  const from = dirname(loaderPath)
  for (const part of [loaderPath.slice(from.length + 1), 'core', 'loaders']) {
    cpSync(join(from, part), join(copy, part), { recursive: true })
  }
  project.write({
    'copy/package.json': '{ "name": "mimeport", "type": "module", "version": "9.9.9" }',
  })
  return join(copy, loaderPath.slice(from.length + 1))
}

test('of two copies in a thread the first does the work, in either order', async () => {
  const copy = copyFramework()
  project.write({
    'both.mjs': `
      const [a, b] = await Promise.all([import(${JSON.stringify(pathToFileURL(copy).href)}), import(${JSON.stringify(pathToFileURL(loaderPath).href)})])
      // No network: threads that the engine's starts have its name.
      await import('data:text/plain,x')
      const isLinux = process.platform === 'linux'
      const { readFileSync, readdirSync } = process.getBuiltinModule('node:fs')
      const names = isLinux ? readdirSync('/proc/self/task').map((task) => readFileSync('/proc/self/task/' + task + '/comm', 'utf8').trim()) : ['mimeport']
      console.log(a.preload === b.preload, names.filter((name) => name === 'mimeport').length)`,
  })
  for (const [, nodeArgs] of orders(['--import', copy])) {
    for (const app of ['app.mjs', 'app.cjs']) {
      const { stdout, stderr } = await runWith(nodeArgs, app)
      assert.is(stderr, '')
      assert.is(stdout, '[1,2,"remote","E",1,2,true]\n')
    }
    assert.is((await runWith(nodeArgs, 'both.mjs')).stdout, 'true 1\n')
  }
})

for (const [what, nodeArgs] of [
  ['--import twice', [...ours, ...ours]],
  ['--require and --import', ['--require', loaderPath, ...ours]],
  ['--require alone', ['--require', loaderPath]],
] as const) {
  test(`${what} registers once, and works`, async () => {
    const { stdout, stderr } = await runWith(nodeArgs, 'app.mjs')
    assert.is(stderr, '')
    assert.is(stdout, '[1,2,"remote","E",1,2,true]\n')
  })
}

test('a second registration may name the same loaders, and none that would be lost', async () => {
  const url = `${pathToFileURL(loaderPath).href}?loaders=./loaders`
  const twice = await runWith(['--import', url, '--import', url], 'aa.mjs')
  assert.is(twice.stdout, '1\n', twice.stderr)
  const late = await runWith([...ours, '--import', url], 'aa.mjs')
  assert.is(late.status, 1)
  assert.match(
    late.stderr,
    /ERR_MIMEPORT_CONFIG.+registered in this thread already, without the loader '\.\/loaders'/,
  )
  assert.not.match(late.stderr, /[/]core[/]/)
})

test.run()
