/** `register` and `deregister`: other settings from a program, and Node's own again. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loaderPath, runProject } from '../support/spawn.mts'
import type { RunOptions } from '../support/spawn.mts'

const test = suite('register')

const psv = `
export const extensionMimeMap = { psv: 'text/tab-separated-values' }
export const accepts = ['text/tab-separated-values']
export function transform(headers, body) {
  return { source: 'export default ' + JSON.stringify(body.trim().split('\\t')), format: 'module' }
}`

/** Each import is of a file of its own: what Node failed to import once it does not try again. */
const rows = Object.fromEntries('abcdefgh'.split('').map((name) => [`${name}.psv`, 'x\ty\n']))
const files = { ...rows, 'psv.mjs': psv, 'loaders/psv.mjs': psv }

const begin = `
import { loaders, preload, register } from ${JSON.stringify(loaderPath)}
const tries = (specifier) => import(specifier).then((m) => String(m.default), (e) => e.code)
const options = { loaders: [new URL('./psv.mjs', import.meta.url)] }
`

const own = 'ERR_UNKNOWN_FILE_EXTENSION'

async function printed(
  code: string,
  options: RunOptions & { files?: Record<string, string> } = {},
): Promise<string[]> {
  const all = { ...files, ...options.files, 'app.mjs': begin + code }
  const { stdout, stderr, status } = await runProject(all, { nodeArgs: [], ...options })
  assert.is(stderr, '')
  assert.is(status, 0, stdout)
  return stdout.trimEnd().split('\n')
}

test('puts settings in force, takes them away, and puts them in force again', async () => {
  const lines = await printed(`
console.log(await tries('./a.psv'))
const first = register(options)
console.log(await tries('./b.psv'))
first.deregister()
console.log(await tries('./c.psv'))
console.log(await tries('https://modules.example/x.mjs'))
const second = register(options)
console.log(await tries('./d.psv'))
second.deregister()
second.deregister()
console.log(await tries('./e.psv'))
// What was imported stays.
console.log(await tries('./b.psv'))`)
  assert.equal(lines, [own, 'x,y', own, 'ERR_UNSUPPORTED_ESM_URL_SCHEME', 'x,y', own, 'x,y'])
})

test('puts back what the command line preloads', async () => {
  const preloaded = { nodeArgs: ['--import', loaderPath] }
  const configured = { 'mimeport.json': '{ "loaders": ["./loaders/*"] }' }
  const code = `
console.log(await tries('./a.psv'))
const { deregister } = register({ loaders: [] })
console.log(await tries('./b.psv'))
deregister()
console.log(await tries('./c.psv'))
console.log(await preload('./d.psv', import.meta.url) === new URL('./d.psv', import.meta.url).href)`
  const lines = await printed(code, { ...preloaded, files: configured })
  assert.equal(lines, ['x,y', own, 'x,y', 'true'])
})

test('nests: the last one is in force, and each can be taken back', async () => {
  const lines = await printed(`
const outer = register(options)
const inner = register({ loaders: [] })
console.log(await tries('./a.psv'))
inner.deregister()
console.log(await tries('./b.psv'))
const third = register(options)
outer.deregister()
console.log(await tries('./c.psv'))
third.deregister()
console.log(await tries('./d.psv'))
{
  using _ = register(options)
  console.log(await tries('./e.psv'))
}
console.log(await tries('./f.psv'))`)
  assert.equal(lines, [own, 'x,y', 'x,y', own, 'x,y', own])
})

test('takes the configuration for what it is not given, another one, or none', async () => {
  const configured = {
    'mimeport.json': '{ "loaders": ["./loaders/*"] }',
    'other/mimeport.json': '{ "loaders": [] }',
  }
  const code = `
const names = async () => (await loaders()).loaders.filter((l) => l.from !== 'built-in').map((l) => l.name).join()
for (const each of [undefined, {}, { timeout: { total: 5000 } }, { config: false }, { config: './other/mimeport.json' }, { config: false, ...options }]) {
  const { deregister } = register(each)
  console.log('<' + await names() + '>')
  deregister()
}`
  const lines = await printed(code, { files: configured })
  assert.equal(lines, ['<psv>', '<psv>', '<psv>', '<>', '<>', '<psv>'])
})

test('a worker has what is in force where it is started', async () => {
  const worker = `import { parentPort } from 'node:worker_threads'
parentPort.postMessage(await import('./a.psv').then((m) => String(m.default), (e) => e.code))`
  const lines = await printed(
    `
import { Worker } from 'node:worker_threads'
import { once } from 'node:events'
const asked = async () => (await once(new Worker(new URL('./worker.mjs', import.meta.url)), 'message'))[0]
const { deregister } = register(options)
console.log(await asked())
deregister()
console.log(await asked())`,
    { files: { 'worker.mjs': worker } },
  )
  assert.equal(lines, ['x,y', own])
})

test('registering and deregistering leaves no thread and no listener', async () => {
  const lines = await printed(`
import { subscribe } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
const live = new Set()
let started = 0
subscribe('worker_threads', ({ worker }) => {
  started += 1
  live.add(worker)
  worker.once('exit', () => live.delete(worker))
})
const listeners = process.listenerCount('exit')
for (let number = 0; number < 12; number += 1) {
  const { deregister } = register(options)
  await tries('./a.psv?' + number)
  deregister()
}
for (let tried = 0; tried < 200 && live.size > 0; tried += 1) await sleep(50)
console.log(started, live.size, process.listenerCount('exit') - listeners)`)
  assert.equal(lines, ['12 0 0'])
})

test('what is under way when it is taken away fails, and so does what is asked for later', async () => {
  const lines = await printed(`
const { deregister } = register(options)
const under = preload('./a.psv', import.meta.url).catch((error) => error.code)
deregister()
console.log(await under)
console.log(await preload('./b.psv', import.meta.url).catch((error) => error.code))
console.log(await loaders().catch((error) => error.code))`)
  assert.equal(
    lines,
    Array.from({ length: 3 }, () => 'ERR_MIMEPORT_NOT_REGISTERED'),
  )
})

const refusals: [options: string, message: RegExp][] = [
  ['{ laoders: [] }', /no key 'laoders'; did you mean 'loaders'\?/],
  ['{ loaders: [{ transform() {} }] }', /a loader itself\. Loaders run in a thread of their own/],
  ['{ loaders: [() => {}] }', /a loader itself/],
  [`{ loaders: [new URL('https://host.example/x.mjs')] }`, /no file: URL/],
  [`{ loaders: ['https://host.example/x.mjs'] }`, /which is a URL/],
  ['{ loaders: [7] }', /'loaders' must hold paths or packages/],
  ['{ config: 7 }', /'config' must be a path, a file: URL or false/],
  ['7', /it takes an object of options/],
]

test('options that cannot be meant are refused, by the line that has them, and change nothing', async () => {
  const code = `
const { deregister } = register(options)
for (const make of [${refusals.map(([each]) => `() => register(${each})`).join(', ')}]) {
  try {
    make()
    console.log('taken')
  } catch (error) {
    console.log(JSON.stringify([error.code, error.message, /^ +at .*app\\.mjs:\\d+/m.test(error.stack)]))
  }
}
console.log(await tries('./a.psv'))`
  const lines = await printed(code)
  assert.is(lines.length, refusals.length + 1)
  for (const [index, [, expected]] of refusals.entries()) {
    const [code, message, isPlaced] = JSON.parse(lines[index]!) as [string, string, boolean]
    assert.is(code, 'ERR_MIMEPORT_CONFIG', lines[index])
    assert.match(message, /^Cannot use the options of register\(\): /)
    assert.match(message, expected)
    assert.ok(isPlaced, lines[index])
  }
  assert.is(lines.at(-1), 'x,y')
})

test('what its policy refuses is allowed by its own options', async () => {
  const lines = await printed(`
register({ allow: ['default', 'https://one.example/'] })
await import('https://two.example/x.mjs').catch((error) => console.log(error.message))`)
  assert.match(
    lines[0]!,
    'to allow it, pass "allow": ["default", "https://one.example/", "https://two.example/"] to register()',
  )
})

test('a loader cannot register', async () => {
  const loader = `import { register } from ${JSON.stringify(loaderPath)}
export const schemes = ['try:']
export const resolveRelativePath = (specifier) => specifier
export function resolve() { register() }`
  const { stderr } = await runProject(
    { 'app.mjs': `import 'try:x'`, 'l.mjs': loader, 'mimeport.json': '{ "loaders": ["./l.mjs"] }' },
    {},
  )
  assert.match(stderr, 'Cannot do this from within a loader')
})

test('works where the program is CommonJS', async () => {
  const code = `const { register } = require(${JSON.stringify(loaderPath)})
const { deregister } = register({ loaders: ['./psv.mjs'] })
console.log(require('./a.psv').default)
deregister()
try { require('./b.psv') } catch (error) { console.log(error.code ?? error.name) }`
  const project = { ...files, 'app.cjs': code }
  const { stdout, stderr } = await runProject(project, { main: 'app.cjs', nodeArgs: [] })
  assert.is(stderr, '')
  assert.equal(stdout.split('\n').slice(0, 3), ["[ 'x', 'y' ]", 'SyntaxError', ''])
})

test('a program that registers nothing more ends by itself', async () => {
  const { status, signal } = await runProject(
    { ...files, 'app.mjs': `${begin}\nregister(options)\nawait tries('./a.psv')` },
    { nodeArgs: [] },
  )
  assert.is(status, 0)
  assert.is(signal, null)
})

test.run()
