import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { wasmNames } from '../../core/engine/wasm-names.mts'
import { addingModule } from '../matrix/wasm.mts'
import { startServer } from '../support/server.mts'
import { runProject } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'
import { forbiddenIn } from './forbidden.mts'

const test = suite('names in WebAssembly')

const number = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...number(Math.floor(value / 128))]
const text = (value: string) => {
  const bytes = Buffer.from(value)
  return [...number(bytes.length), ...bytes]
}
const section = (id: number, content: readonly number[]) => [
  id,
  ...number(content.length),
  ...content,
]

/** A module that imports functions by these names from one module, and exports each under the same. */
function named(from: string, imports: readonly string[], exports = imports): Uint8Array {
  return Uint8Array.from([
    ...Buffer.from('\0asm\x01\0\0\0', 'latin1'),
    ...section(1, [1, 0x60, 0, 0]),
    ...section(2, [
      imports.length,
      ...imports.flatMap((name) => [...text(from), ...text(name), 0, 0]),
    ]),
    ...section(7, [
      exports.length,
      ...exports.flatMap((name, index) => [...text(name), 0, index % imports.length]),
    ]),
  ])
}

/** Names that are code to whoever makes code of them (CVE-2023-39333). */
const code = [
  ";import.meta.done=()=>{};console.log('INJECTED');{/*/$;",
  "`+console.log('INJECTED')+`",
  "${console.log('INJECTED')}",
  "'+console.log('INJECTED')+'",
  "\\'+console.log('INJECTED')//",
  '"+console.log("INJECTED")+"',
  "*/console.log('INJECTED')/*",
  "} from 'node:fs'; console.log('INJECTED'); export {",
  '__proto__',
  'constructor',
  'a b',
  'é',
  '',
]

test('names are read from every kind of import, and from what is no module as far as they go', () => {
  assert.equal([...wasmNames(named('x', ['a', 'b'], ['c']))], ['x', 'a', 'x', 'b', 'c'])
  assert.equal([...wasmNames(addingModule('./env.mjs'))], ['./env.mjs', 'base', 'add'])
  const kinds = [
    [...text('m'), ...text('f'), 0, 0],
    [...text('m'), ...text('t'), 1, 0x70, 1, 0, 0xff, 1],
    [...text('m'), ...text('r'), 1, 0x63, 0x80, 1, 0, 1],
    [...text('m'), ...text('mem'), 2, 3, 1, 2],
    [...text('m'), ...text('g'), 3, 0x7f, 1],
    [...text('m'), ...text('tag'), 4, 0, 0],
  ]
  const all = [0, 0, 0, 0, 0, 0, 0, 0, ...section(2, [kinds.length, ...kinds.flat()])]
  const names = [...wasmNames(Uint8Array.from(all))].filter((name) => name !== 'm')
  assert.equal(names, ['f', 't', 'r', 'mem', 'g', 'tag'])
  const whole = named('x', ['a', 'b'])
  for (let length = 0; length < whole.length; length++) {
    for (const name of wasmNames(whole.subarray(0, length))) assert.ok(name.length <= 1)
  }
  assert.equal(
    [...wasmNames(Uint8Array.from([...all.slice(0, 8), 2, 255, 255, 255, 255, 255]))],
    [],
  )
})

const program = `
  const base = process.env.BASE
  for (const name of JSON.parse(process.env.NAMES)) {
    try {
      console.log(JSON.stringify(Object.keys(await import(base + name))))
    } catch (error) {
      console.log(error.code ?? error.name)
      console.error(error)
    }
  }
`

const env = code.map((name, index) => `f${index} as ${JSON.stringify(name)}`).join(', ')
const functions = code.map((_, index) => `export const f${index} = () => {}`).join('\n')
const files = {
  'code.wasm': named('./env.mjs', code),
  'env.mjs': `${functions}\nexport { ${env} }`,
  'app.mjs': program,
}

test('names that look like code are names: at a server, and in a local file', async () => {
  const server = await startServer()
  await server.set({ '/code.wasm': files['code.wasm'], '/env.mjs': files['env.mjs'] })
  for (const base of [`${server.url}/`, './']) {
    const options = { env: { BASE: base, NAMES: '["code.wasm"]' } }
    const { status, stdout, stderr } = await runProject(files, options)
    assert.is(status, 0, stderr)
    assert.equal(JSON.parse(stdout).sort(), code.toSorted())
    assert.not.match(stdout.replace(/^\[.*$/m, '') + stderr, 'INJECTED')
    denied('T36', base === './' ? 'a local file' : 'a server', code.length)
    passed('T36', 'the names are there', code.length)
  }
  await server.stop()
})

test('names that terminals obey are refused before V8 prints them', async () => {
  const server = await startServer()
  const odd = 'a\u001b[2J'
  await server.set({
    '/missing.wasm': named('./env.mjs', [odd]),
    '/module.wasm': named(`./env.mjs?${odd}`, ['x']),
    '/twice.wasm': named('./env.mjs', ['x'], ['b\u001b', 'b\u001b']),
    '/reordered.wasm': named('./env.mjs', ['x'], ['\u202ex']),
    '/line.wasm': named('./env.mjs', ['x'], ['x\nmimeport: fine']),
    '/fine.wasm': named('./env.mjs', ['x'], ['y']),
    '/env.mjs': 'export const x = () => {}',
  })
  const names = ['missing', 'module', 'twice', 'reordered', 'line', 'fine'].map(
    (name) => `${name}.wasm`,
  )
  const options = { env: { BASE: `${server.url}/`, NAMES: JSON.stringify(names) } }
  const { stdout, stderr } = await runProject({ 'app.mjs': program }, options)
  const refused = 'ERR_MIMEPORT_CONTROL_CHARACTER'
  assert.equal(stdout.trim().split('\n'), [refused, refused, refused, refused, refused, '["y"]'])
  assert.equal(forbiddenIn(stdout + stderr), [])
  denied('T23', 'names in WebAssembly', 5)
  passed('T23', 'names in WebAssembly')
  await server.stop()
})

test.run()
