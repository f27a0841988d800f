/** JSON, WebAssembly and builtins that are no files: by every entrance, one instance. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { runProject } from '../support/spawn.mts'
import type { GitHub } from '../support/github.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('formats')
let server: TestServer
let github: GitHub

/** A section of a WebAssembly binary: its id, and its content in pieces. */
function section(id: number, ...content: (number | string)[]): number[] {
  const bytes = content.flatMap((each) =>
    typeof each === 'string' ? [each.length, ...Buffer.from(each)] : [each],
  )
  return [id, bytes.length, ...bytes]
}

const preamble = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]

/** (import <from> "base" (func (result i32))) (func (export "sum") (result i32) (i32.add (call 0) (i32.const 1))) */
function wasm(from: string): Uint8Array {
  return new Uint8Array([
    ...preamble,
    ...section(1, 1, 0x60, 0, 1, 0x7f),
    ...section(2, 1, from, 'base', 0, 0),
    ...section(3, 1, 0),
    ...section(7, 1, 'sum', 0, 1),
    ...section(10, 1, 7, 0, 0x10, 0, 0x41, 1, 0x6a, 0x0b),
  ])
}

const files = {
  'sum.wasm': wasm('./env.mjs'),
  'lib/up.wasm': wasm('../env.mjs'),
  'env.mjs': 'let n = 0; export const base = () => 41 + n++',
  'uses.mjs': "export { sum } from './sum.wasm'; export * as up from './lib/up.wasm'",
  'source.mjs': "import source it from './sum.wasm'; export default it",
  'data.json': '{ "a": [1], "__proto__": 1 }',
  'broken.json': '{ "a": ',
  'uses-json.cjs': "module.exports = require('./data.json')",
}

test.before(async () => {
  server = await startServer()
  for (const [path, body] of Object.entries(files)) await server.set(`/${path}`, body)
  const binary = { 'content-type': 'application/octet-stream' }
  await server.set({
    '/typed': { body: files['sum.wasm'], headers: { 'content-type': 'application/wasm' } },
    '/octets.wasm': { body: files['sum.wasm'], headers: binary },
    '/magic': { body: files['sum.wasm'], headers: binary },
    '/magic-untyped': { body: files['sum.wasm'] },
    '/no-magic': { body: new Uint8Array([0, 0x61, 0x73, 0x6e, 1, 0, 0, 0]), headers: binary },
  })
  github = await startGitHub({ repos: { 'o/r': { files } } })
})
test.after(async () => {
  await Promise.all([server.stop(), github.stop()])
})

/** Runs a program that has `base` and `require`; what it says as JSON. Node's own warning of WebAssembly is let be. */
async function run(
  app: string,
  base = `${server.url}/`,
  more: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<any> {
  const { status, stdout, stderr } = await runProject(
    {
      ...more,
      'app.mjs': `
        import { createRequire } from 'node:module'
        const require = createRequire(import.meta.url)
        const base = process.env.BASE
        const say = (value) => process.stdout.write(JSON.stringify(value))
        ${app}`,
    },
    { env: { ...github.env, BASE: base } },
  )
  assert.is(stderr.replace(/^\(node:\d+\) .*WebAssembly.*\n\(Use .*\n/, ''), '')
  assert.is(status, 0)
  return JSON.parse(stdout)
}

test('WebAssembly imports what lies beside it, and is imported', async () => {
  for (const base of [`${server.url}/`, 'github:o/r/']) {
    assert.equal(
      await run(
        `const { sum } = await import(base + 'sum.wasm')
         const uses = await import(base + 'uses.mjs')
         say([sum(), uses.sum === sum, uses.up.sum()])`,
        base,
      ),
      [42, true, 43],
      base,
    )
  }
  // A file that Node loads by itself: as it ever was.
  assert.equal(
    await run(`say([(await import('./sum.wasm')).sum()])`, '', {
      'sum.wasm': files['sum.wasm'],
      'env.mjs': files['env.mjs'],
    }),
    [42],
  )
})

test('WebAssembly in a data: URL runs, if it imports nothing relative', async () => {
  const inner = `data:text/javascript,export const base = () => 1`
  const url = `data:application/octet-stream;base64,${Buffer.from(wasm(inner)).toString('base64')}`
  assert.is(await run(`say((await import(${JSON.stringify(url)})).sum())`), 2)
})

test('WebAssembly is known by its type, its extension, or its first bytes', async () => {
  for (const path of ['typed', 'octets.wasm', 'magic', 'magic-untyped']) {
    assert.is(await run(`say((await import(base + '${path}')).sum())`), 42, path)
  }
  assert.is(
    await run(`await import(base + 'no-magic').catch(({ code }) => say(code))`),
    'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE',
  )
})

test('WebAssembly that is no file is required, too, and is the instance that is imported', async () => {
  for (const order of [
    `const a = require(base + 'sum.wasm'); const b = await import(base + 'sum.wasm')`,
    `const b = await import(base + 'sum.wasm'); const a = require(base + 'sum.wasm')`,
  ]) {
    const before = (await server.requests('/sum.wasm')).length
    assert.equal(await run(`${order}; say([a.sum(), a.sum === b.sum])`), [42, true])
    assert.is((await server.requests('/sum.wasm')).length, before + 1)
  }
})

test('WebAssembly that a loader made of a file is imported; to require it is an error, and no abort', async () => {
  const loaders = {
    'mimeport.json': '{ "loaders": ["./hex.mjs"] }',
    'hex.mjs': `
      export const extensionMimeMap = { hex: 'text/x-hex' }
      export const accepts = ['text/x-hex']
      export const transform = (headers, body) => ({ source: Buffer.from(body, 'hex'), format: 'application/wasm' })`,
    'sum.hex': Buffer.from(files['sum.wasm']).toString('hex'),
    'env.mjs': files['env.mjs'],
  }
  assert.equal(
    await run(
      `let code
       try { require('./sum.hex') } catch (error) { code = error.code }
       say([code, (await import('./sum.hex')).sum()])`,
      '',
      loaders,
    ),
    ['ERR_MIMEPORT_UNSUPPORTED_FORMAT', 42],
  )
})

test('the source phase gives the module, not an instance', async () => {
  assert.equal(
    await run(`
      const { default: it } = await import(base + 'source.mjs')
      const dynamic = await import.source(base + 'sum.wasm')
      const imports = WebAssembly.Module.imports(it)
      say([it instanceof WebAssembly.Module, imports[0].module, dynamic === it, (await WebAssembly.instantiate(it, { './env.mjs': { base: () => 1 } })).exports.sum()])`),
    [true, './env.mjs', true, 2],
  )
  assert.is(
    await run(`await import.source(base + 'env.mjs').catch((error) => say(error.name))`),
    'SyntaxError',
  )
})

test('JSON is one object, imported or required, from CommonJS or not, and asked for once', async () => {
  const imports = `const b = (await import(base + 'data.json', { with: { type: 'json' } })).default`
  const requires = `const a = require(base + 'data.json')`
  for (const order of [`${requires}; ${imports}`, `${imports}; ${requires}`]) {
    const before = (await server.requests('/data.json')).length
    assert.equal(
      await run(`
        ${order}
        const c = require(base + 'uses-json.cjs')
        const d = (await import(base + 'uses-json.cjs')).default
        say([a === b, a === c, a === d, a, Object.keys(a), require.cache[base + 'data.json'].exports === a])`),
      [true, true, true, { a: [1], ['__proto__']: 1 }, ['a', '__proto__'], true],
    )
    assert.is((await server.requests('/data.json')).length - before <= 2, true)
  }
})

test('JSON values of every kind are required as they are', async () => {
  for (const value of ['null', '0', '"x"', 'false', '[]']) {
    await server.set('/value.json', value)
    assert.is(await run(`say(JSON.stringify(require(base + 'value.json')))`), value)
  }
})

test('JSON that is none fails as Node has it, naming the URL', async () => {
  const [imported, required] = await run(`
    const told = ({ name, message }) => [name, message.includes(base + 'broken.json')]
    const said = [await import(base + 'broken.json', { with: { type: 'json' } }).catch(told)]
    try { require(base + 'broken.json') } catch (error) { said.push(told(error)) }
    say(said)`)
  assert.equal(imported, ['SyntaxError', true])
  assert.equal(required, ['SyntaxError', true])
})

test('a builtin under another name is that builtin', async () => {
  const loaders = {
    'mimeport.json': '{ "loaders": ["./shim.mjs"] }',
    'shim.mjs': `
      export const schemes = ['shim:']
      export const resolve = (specifier) => ({ headers: { 'content-type': 'text/x-shim' }, body: specifier.slice(5) })
      export const resolveRelativePath = (specifier) => specifier
      export const accepts = ['text/x-shim']
      export const transform = (headers, source) => ({ source, format: 'builtin' })`,
  }
  assert.equal(
    await run(
      `const os = process.getBuiltinModule('os')
       const { default: a, EOL } = await import('shim:os')
       say([a === os, EOL === os.EOL, require('shim:os') === os, require('shim:node:path') === process.getBuiltinModule('path')])
       await import('shim:nothing').catch(({ code }) => { if (code !== 'ERR_UNKNOWN_BUILTIN_MODULE') throw code })`,
      '',
      loaders,
    ),
    [true, true, true, true],
  )
})

test.run()
