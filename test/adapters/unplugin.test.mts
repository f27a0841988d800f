/** `toPlugin`: which imports are ours, under the program's policy and lock, and what cannot be bundled. In process. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { toPlugin } from '../../adapters/unplugin.mts'
import { rejects } from '../support/rejects.mts'
import { makeProject } from '../support/spawn.mts'
import { startServer } from '../support/server.mts'
import type { Plugin as RollupPlugin } from 'rollup'
import type { MimeportPlugin } from '../../adapters/unplugin.mts'

const test = suite('toPlugin')
const server = await startServer()
const project = makeProject({
  'app.mjs': '',
  'a.css': 'a {}',
  'a.js': '',
  'a.md': '```js\nexport const a = 1\n```\n',
  'a.ts': 'export enum A { B }',
  'rows.tsv': 'a\tb',
  'tsv.mjs': `
    export const extensionMimeMap = { tsv: 'text/x-tsv', 'own.js': 'text/x-tsv' }
    export const accepts = ['text/x-tsv']
    export const transform = (headers, body) => ({ source: 'export default ' + JSON.stringify(body), format: 'module' })`,
  'named.own.js': 'x',
  'values.mjs': `
    export const extensionMimeMap = { values: 'text/x-values' }
    export const accepts = ['text/x-values']
    export const transform = () => ({ format: 'dynamic', execute: './nothing.mjs' })`,
  'some.values': '',
  'mimeport.json': JSON.stringify({
    loaders: ['./values.mjs'],
    allow: [`${server.url}/`],
    builtins: ['node:path'],
    externals: { allowed: true, '*': false },
  }),
})
const app = join(project.path, 'app.mjs')

function open(...loaders: readonly string[]): MimeportPlugin {
  // As Vite tells of its root; a bundler without has it from the working folder.
  const plugin = toPlugin(...loaders)
  plugin.configResolved({ root: project.path })
  return plugin
}

const plugin = open('./tsv.mjs')
const rollup = { meta: { rollupVersion: '4.67.4' } }
const idOf = async (source: string, importer = app, context: object = rollup) =>
  (await plugin.resolveId.call(context, source, importer))?.id
const codeOf = async (id: string, context: object = rollup) =>
  (await plugin.load.call(context, id))?.code

test.before(async () => {
  const javascript = { headers: { 'content-type': 'text/javascript' } }
  await server.set('/a.mjs', { ...javascript, body: 'export default 1' })
  await server.set('/c.cjs', { ...javascript, body: 'module.exports = 1' })
  await server.set('/w.wasm', {
    headers: { 'content-type': 'application/wasm' },
    body: Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0),
  })
  await server.set('/text.txt?x', 'hello')
})
test.after(async () => {
  project.remove()
  await server.stop()
})

test('it is a plugin to Rollup’s types', () => {
  const typed: RollupPlugin = toPlugin()
  assert.is(typed.name, 'mimeport')
})

test('what Node or the bundler loads by itself is left to it', async () => {
  for (const source of ['./a.js', './a.css', 'node:fs', 'fs', 'some-package', './missing.tsv']) {
    assert.is(await idOf(source), undefined, source)
  }
  for (const query of ['raw', 'url', 'inline', 'worker']) {
    assert.is(await idOf(`./rows.tsv?${query}`), undefined, query)
  }
  assert.is(await idOf('\0virtual'), undefined)
  assert.is(await plugin.load.call(rollup, join(project.path, 'a.css')), null)
})

test('a file that a loader takes keeps its path, and its code is what the loader made', async () => {
  const path = join(project.path, 'rows.tsv')
  for (const source of ['./rows.tsv', pathToFileURL(path).href]) {
    assert.is(await idOf(source), path, source)
  }
  assert.is(await idOf(path), undefined, 'where a path leads, every bundler knows')
  assert.is(await codeOf(path), 'export default "a\\tb"')
  assert.is(await idOf('./named.own.js'), join(project.path, 'named.own.js'))
  assert.match(String(await codeOf((await idOf('./a.md'))!)), 'export const a = 1')
})

test('TypeScript is the bundler’s where it has a compiler, and ours in Rollup', async () => {
  assert.is(await idOf('./a.ts'), undefined)
  const plain = toPlugin()
  const found = await plain.resolveId.call(rollup, join(project.path, 'a.ts'), undefined)
  assert.is(found?.id, join(project.path, 'a.ts'))
  const { code = '' } = (await plain.load.call(rollup, found!.id)) ?? {}
  assert.not.match(code, 'enum')
  const rolldown = { meta: { rolldownVersion: '1.3.2' } }
  assert.is(await toPlugin().resolveId.call(rolldown, join(project.path, 'a.ts'), undefined), null)
})

test('a file that has changed is made anew', async () => {
  const path = join(project.path, 'changing.tsv')
  writeFileSync(path, 'one')
  assert.is(await codeOf((await idOf('./changing.tsv'))!), 'export default "one"')
  writeFileSync(path, 'two')
  plugin.watchChange(path)
  assert.is(await codeOf(path), 'export default "two"')
})

test('a URL has an id without a query, that no bundler takes for a path; its imports are relative to it', async () => {
  const id = (await idOf(`${server.url}/a.mjs`))!
  assert.is(id, `mimeport:${server.url.replace('://', ':')}/a.mjs.mjs`)
  assert.is(await codeOf(id), 'export default 1')
  assert.is(await idOf('./a.mjs', id), id)
  const text = (await idOf(`${server.url}/text.txt?x`))!
  assert.match(text, /%3Fx\.mjs$/)
  assert.is(await codeOf(text), 'export default "hello"')
  const attributes = { attributes: { type: 'text' } }
  const source = `${server.url}/a.mjs`
  const asText = await plugin.resolveId.call(rollup, source, app, attributes)
  assert.is(
    asText?.id,
    id.replace('mimeport:', 'mimeport:text:').replace('.mjs.mjs', '.mjs%23as-text.mjs'),
  )
  assert.is(await codeOf(asText!.id), 'export default "export default 1"\n')
})

test('the policy is the program’s: hosts, local files, builtins and packages', async () => {
  const remote = (await idOf(`${server.url}/a.mjs`))!
  const refused: [string, string, string][] = [
    ['https://elsewhere.example/x.mjs', app, 'ERR_MIMEPORT_NOT_ALLOWED'],
    [pathToFileURL(app).href, remote, 'ERR_MIMEPORT_LOCAL_IMPORT'],
    ['node:fs', remote, 'ERR_MIMEPORT_NOT_ALLOWED'],
    ['forbidden', remote, 'ERR_MIMEPORT_NOT_ALLOWED'],
    [`${server.url}/missing.mjs`, app, 'ERR_MODULE_NOT_FOUND'],
  ]
  for (const [source, importer, code] of refused) {
    const error = await rejects(() => idOf(source, importer), code)
    assert.match(error.message, source, 'it names what was asked for')
  }
  assert.is(await idOf('node:path', remote), undefined)
  mkdirSync(join(project.path, 'node_modules/allowed'), { recursive: true })
  writeFileSync(join(project.path, 'node_modules/allowed/index.js'), '')
  assert.is(await idOf('allowed', remote), join(project.path, 'node_modules/allowed/index.js'))
})

test('projects of one process have each their own policy', async () => {
  const other = makeProject({ 'mimeport.json': `{ "deny": ["${server.url}/"] }`, 'app.mjs': '' })
  const second = toPlugin()
  second.configResolved({ root: other.path })
  const ask = async () =>
    second.resolveId.call(rollup, `${server.url}/a.mjs`, join(other.path, 'app.mjs'))
  await rejects(ask, 'ERR_MIMEPORT_NOT_ALLOWED')
  const remote = (await idOf(`${server.url}/a.mjs`))!
  await rejects(() => idOf('node:fs', remote), 'ERR_MIMEPORT_NOT_ALLOWED')
  other.remove()
})

test('what cannot be bundled says why', async () => {
  const code = 'ERR_MIMEPORT_UNSUPPORTED_FORMAT'
  const wasm = (await idOf(`${server.url}/w.wasm`))!
  assert.match((await rejects(() => codeOf(wasm), code)).message, "format 'wasm'")
  const values = (await idOf('./some.values'))!
  assert.match((await rejects(() => codeOf(values), code)).message, /names are known when/)
})

test('CommonJS from a server is for bundlers that take it', async () => {
  const rolldown = { meta: { rolldownVersion: '1.3.2' } }
  const id = (await idOf(`${server.url}/c.cjs`))!
  assert.match(id, /\.cjs$/)
  assert.is(await codeOf(id, rolldown), 'module.exports = 1')
  const plain = toPlugin()
  const found = await plain.resolveId.call(rollup, `${server.url}/c.cjs`, undefined)
  const error = await rejects(
    async () => plain.load.call(rollup, found!.id),
    'ERR_MIMEPORT_UNSUPPORTED_FORMAT',
  )
  assert.match(error.message, /Rollup itself does not take/)
})

test('a loader that is none, and a configuration that cannot be used, are refused with the program’s words', async () => {
  const broken = open('./missing-loader.mjs')
  const ask = async () => broken.resolveId.call(rollup, './rows.tsv', app)
  assert.match((await rejects(ask, 'ERR_MIMEPORT_INVALID_LOADER')).message, 'missing-loader.mjs')
})

test.run()
