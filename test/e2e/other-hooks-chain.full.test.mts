/** mimeport in a chain with a program's own hooks, before it and after, and with what changes `require` (docs/other-hooks.md). */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { orders, ours } from '../support/hook-orders.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'
import type { Project } from '../support/spawn.mts'

const test = suite('other-hooks-chain')
let server: TestServer
let project: Project

/** Hooks of the program's, by what they do. `SERVER` is the server's origin. */
const hooks = `
import { registerHooks } from 'node:module'
const mode = process.env.MODE
const remote = process.env.SERVER + '/m.mjs'
const notes = new URL('./notes.md', import.meta.url).href
const isOurs = (url) => /m\\.mjs$|notes\\.md$|c\\.cjs$/.test(url)
globalThis.own = registerHooks({
  resolve(specifier, context, next) {
    const target = { 'the-remote': remote, 'the-moved': process.env.SERVER + '/moved.mjs', 'the-notes': notes }[specifier]
    if (target === undefined) return next(specifier, context)
    if (mode === 'throws') throw new RangeError('no ' + specifier)
    if (mode === 'answers') return { url: target, shortCircuit: true }
    if (mode === 'moves' && target !== notes) {
      return next('./' + target.split('/').at(-1), { ...context, parentURL: process.env.SERVER + '/d.mjs' })
    }
    // To require a file: URL is nothing that Node does.
    return next(target === notes ? './notes.md' : target, context)
  },
  load(url, context, next) {
    if (mode === 'fails to load' && isOurs(url)) throw new RangeError('no load')
    const result = next(url, context)
    if (mode !== 'changes sources' || !isOurs(url)) return result
    return { ...result, source: result.source + '\\n;globalThis.changed = (globalThis.changed ?? 0) + 1' }
  },
})`

const schemes = (isAsync: boolean) => `
export ${isAsync ? 'async ' : ''}function resolve(specifier, context, next) {
  if (specifier === 'bare-name') return { url: 'virtual:bare', shortCircuit: true }
  return specifier.startsWith('virtual:') ? { url: specifier, shortCircuit: true } : next(specifier, context)
}
export ${isAsync ? 'async ' : ''}function load(url, context, next) {
  if (url.endsWith('.virt')) return { format: 'module', source: 'export default "virt"', shortCircuit: true }
  if (!url.startsWith('virtual:')) return next(url, context)
  return { format: 'module', source: 'export default ' + JSON.stringify(url), shortCircuit: true }
}`

test.before(async () => {
  server = await startServer()
  const js = { 'content-type': 'application/node' }
  await server.set({
    '/m.mjs':
      'export const v = "remote"; export const url = import.meta.url; globalThis.runs = (globalThis.runs ?? 0) + 1',
    '/d.mjs': 'export const d = 1',
    '/moved.mjs': { status: 302, headers: { location: '/m.mjs' } },
    '/c.cjs': { headers: js, body: 'exports.v = require("./e.cjs").e' },
    '/e.cjs': { headers: js, body: 'exports.e = "E"' },
    '/data.json': { headers: { 'content-type': 'application/json' }, body: '{ "one": 1 }' },
  })
  project = makeProject({
    'own.mjs': hooks,
    'virtual.mjs': `import { registerHooks } from 'node:module'\n${schemes(false)}\nregisterHooks({ resolve, load })`,
    'virtual-async.mjs': `import { register } from 'node:module'\nregister('data:text/javascript,' + encodeURIComponent(${JSON.stringify(schemes(true))}))`,
    'notes.md': '```ts\nenum Count { Two = 2 }\nexport const v: number = Count.Two\n```\n',
    'common.md': '```cjs\nexports.v = 3\n```\n',
    'x.virt': 'a: 1',
    'app.mjs': `
      import { createRequire } from 'node:module'
      const require = createRequire(import.meta.url)
      const out = {}
      const attempt = async (name, work) => (out[name] = await work().catch((error) => error.name + ' ' + (error.code ?? error.message)))
      await attempt('remote', async () => (await import('the-remote')).v)
      await attempt('notes', async () => (await import('the-notes')).v)
      await attempt('required remote', async () => require('the-remote').v)
      await attempt('required notes', async () => require('the-notes').v)
      await attempt('moved', async () => (await import('the-moved')).url === process.env.SERVER + '/m.mjs')
      await attempt('common', async () => (await import(process.env.SERVER + '/c.cjs')).default.v)
      out.runs = globalThis.runs
      out.changed = globalThis.changed
      globalThis.own.deregister()
      await attempt('gone', async () => (await import('the-remote')).v)
      await attempt('still', async () => (await import(process.env.SERVER + '/d.mjs')).d)
      console.log(JSON.stringify(out))`,
    'schemes.mjs': `
      import { createRequire } from 'node:module'
      const require = createRequire(import.meta.url)
      const out = []
      for (const work of [
        () => import('virtual:x'), () => import('virtual://h/x'), () => import('bare-name'), () => import('./x.virt'),
        async () => require('virtual:y'), () => import('nobodys:x'), async () => ({ default: import.meta.resolve('virtual:z') }),
      ]) out.push(await work().then((m) => m.default, (error) => error.code))
      console.log(JSON.stringify(out))`,
    'reads.cjs': `
      const { readFileSync } = require('node:fs')
      const { _extensions: handlers } = require('node:module')
      globalThis.read = []
      for (const extension of ['.js', '.json']) {
        handlers[extension] = (module, filename) => {
          globalThis.read.push(filename)
          const text = readFileSync(filename, 'utf8')
          if (extension === '.json') module.exports = JSON.parse(text)
          else module._compile(text, filename)
        }
      }`,
    'wraps.cjs': `
      const { _extensions: handlers } = require('node:module')
      const old = handlers['.js']
      handlers['.js'] = (module, filename) => {
        const compile = module._compile
        module._compile = (code, ...rest) => {
          module._compile = compile
          module._compile(code + '\\n;(globalThis.wrapped ??= []).push(' + JSON.stringify(filename.replace(/^.*\\//, '')) + ')', ...rest)
        }
        old(module, filename)
      }`,
    'loads.cjs': `
      const Module = require('node:module')
      const load = Module._load
      globalThis.loads = []
      Module._load = function (request) {
        const exports = Reflect.apply(load, this, arguments)
        if (!request.startsWith('node:')) globalThis.loads.push(request.replace(/^.*\\//, ''))
        return exports
      }`,
    'handlers.cjs': `
      const own = require.extensions['.js']
      const first = require('./common.md').v
      const c = require(process.env.SERVER + '/c.cjs').v
      const m = require(process.env.SERVER + '/m.mjs').v
      const data = require(process.env.SERVER + '/data.json').one
      const plain = require('./plain.cjs')
      import(process.env.SERVER + '/m.mjs').then(({ v }) => import('./common.md').then((common) =>
        console.log(JSON.stringify({ values: [first, c, m, data, plain, v, common.default.v], runs: globalThis.runs, read: globalThis.read?.map((file) => file.replace(/^.*\\//, '')), wrapped: globalThis.wrapped, loads: globalThis.loads }))))`,
    'plain.cjs': 'module.exports = "plain"',
    'fails.cjs': `
      try { require('./throws.md') } catch (error) { console.log(error.message, globalThis.count) }`,
    'throws.md':
      '```cjs\nglobalThis.count = (globalThis.count ?? 0) + 1\nthrow new Error("its own")\n```\n',
  })
})
test.after(async () => {
  project.remove()
  await server.stop()
})

async function outputOf(nodeArgs: readonly string[], app: string, mode = ''): Promise<any> {
  const env = { MODE: mode, SERVER: server.url }
  const { stdout, stderr } = await run([app], { cwd: project.path, nodeArgs, env })
  const errors = stderr.split('\n').filter((line) => !/\[DEP0205\]|--trace-deprecation/.test(line))
  assert.is(errors.join('\n'), '')
  return JSON.parse(stdout)
}

const works = {
  remote: 'remote',
  notes: 2,
  'required remote': 'remote',
  'required notes': 2,
  moved: true,
  common: 'E',
  runs: 1,
  gone: 'Error ERR_MODULE_NOT_FOUND',
  still: 1,
}
const thrown = {
  remote: 'RangeError no the-remote',
  notes: 'RangeError no the-notes',
  'required remote': 'RangeError no the-remote',
  'required notes': 'RangeError no the-notes',
  moved: 'RangeError no the-moved',
  common: 'E',
  gone: works.gone,
  still: 1,
}
const unloaded = {
  remote: 'RangeError no load',
  notes: 'RangeError no load',
  'required remote': 'RangeError no load',
  'required notes': 'RangeError no load',
  moved: 'RangeError no load',
  common: 'RangeError no load',
  gone: works.gone,
  still: 1,
}
/** `require` of a URL by `next()`, before us, or relative to a module that is not there: Node has refused it when we are told. */
const refused = { ...works, 'required remote': 'Error MODULE_NOT_FOUND' }

const modes = [
  ['passes on', works, refused],
  ['answers', works, works],
  ['moves', refused, refused],
  ['throws', thrown, thrown],
  ['fails to load', unloaded, refused],
  ['changes sources', { ...works, changed: 4 }, refused],
] as const

for (const [mode, after, before] of modes) {
  for (const [order, nodeArgs] of orders(['--import', './own.mjs'])) {
    test(`a hook that ${mode}, ${order}`, async () => {
      const expected = order === 'after mimeport' ? after : before
      assert.equal(await outputOf(nodeArgs, 'app.mjs', mode), expected)
    })
  }
}

for (const [file, required] of [
  ['virtual.mjs', 'virtual:y'],
  ['virtual-async.mjs', 'ERR_MODULE_NOT_FOUND'],
] as const) {
  for (const [order, nodeArgs] of orders(['--import', `./${file}`])) {
    test(`schemes and extensions of another hook (${file}), ${order}, are its own`, async () => {
      assert.equal(await outputOf(nodeArgs, 'schemes.mjs'), [
        'virtual:x',
        'virtual://h/x',
        'virtual:bare',
        'virt',
        required,
        'ERR_MODULE_NOT_FOUND',
        'virtual:z',
      ])
    })
  }
}

const values = [3, 'E', 'remote', 1, 'plain', 'remote', 3]

for (const [order, nodeArgs] of orders(['--require', './reads.cjs'])) {
  test(`a handler that reads files itself (--require, ${order}) is not asked for ours`, async () => {
    const result = await outputOf(nodeArgs, 'handlers.cjs')
    assert.equal(result.values, values)
    assert.is(result.runs, 1)
    assert.ok(result.read.includes('plain.cjs'), 'the control: it is asked for its own')
  })
}

test('a handler that reads files itself, preloaded after mimeport, is not asked for ours', async () => {
  const result = await outputOf([...ours, '--import', './reads.cjs'], 'handlers.cjs')
  assert.equal([result.values, result.runs], [values, 1])
})

for (const nodeArgs of [
  ['--require', './wraps.cjs', ...ours],
  [...ours, '--import', './wraps.cjs'],
]) {
  test(`a handler that asks Node's changes our CommonJS: ${nodeArgs[0]} ${nodeArgs[1]?.includes('wraps') ? 'first' : 'last'}`, async () => {
    const result = await outputOf(nodeArgs, 'handlers.cjs')
    assert.equal([result.values, result.runs], [values, 1])
    for (const name of ['common.md', 'c.cjs', 'e.cjs', 'plain.cjs']) {
      assert.is(result.wrapped.filter((each: string) => each === name).length, 1, name)
    }
  })
}

test('a module of ours that throws beside a handler runs once, and its error is its own', async () => {
  for (const theirs of ['./wraps.cjs', './reads.cjs']) {
    const nodeArgs = ['--require', theirs, ...ours]
    const { stdout, stderr } = await run(['fails.cjs'], { cwd: project.path, nodeArgs })
    assert.is(stdout, 'its own 1\n', stderr)
  }
})

test('a program without handlers of its own keeps those of Node', async () => {
  project.write({
    'same.cjs': `
      const before = { ...require.extensions }
      require('./common.md'); require(process.env.SERVER + '/c.cjs')
      console.log(JSON.stringify(Object.keys(before).map((each) => before[each] === require.extensions[each])))`,
  })
  assert.equal(await outputOf(ours, 'same.cjs'), [true, true, true])
})

for (const [order, nodeArgs] of orders(['--require', './loads.cjs'])) {
  test(`a changed Module._load (${order}) sees ours`, async () => {
    const result = await outputOf(nodeArgs, 'handlers.cjs')
    assert.equal(result.values, values)
    for (const name of ['common.md', 'c.cjs', 'e.cjs', 'm.mjs', 'data.json', 'plain.cjs']) {
      assert.ok(result.loads.includes(name), name)
    }
  })
}

test.run()
