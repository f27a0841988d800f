import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { finish } from '../../core/engine/finish.mts'
import { acquiredOf, errandFor, registryOf } from '../support/inline-loader.mts'
import { rejects } from '../support/rejects.mts'
import type { Converted } from '../../core/engine/convert.mts'
import type { NodeModule } from '../../core/types.mts'

const test = suite('finish')

const map = { version: 3, sources: ['x'], names: [], mappings: 'AAAA' }

interface Options {
  readonly attributes?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** Finishes what was converted; a body and an attribute when they count. */
function make(
  format: Converted['format'],
  source: string | Uint8Array,
  more: Partial<Converted> & Options = {},
): Promise<NodeModule> {
  const { attributes = {}, body = 'original', headers = {}, ...rest } = more
  return finish(
    errandFor(registryOf(), 'test:x', { importAttributes: attributes }),
    acquiredOf(body, headers),
    { format, source, maps: [], transformed: true, ...rest },
  )
}

test('a module has its URL, its origin and its format', async () => {
  assert.equal(await make('module', 'let a = 1'), {
    url: 'test://host/x',
    origin: { loader: 'origin', specifier: 'test://host/x' },
    format: 'module',
    source: 'let a = 1',
    hasDefault: false,
    mapped: false,
    imports: [],
    native: false,
  })
})

test('static imports are found with their attributes, and where they name the specifier', async () => {
  const source = [
    "import a from './a.mjs'",
    '',
    "  import b, { c } from 'github:o/r/b' with { type: 'json' }; export * from './é.mjs'",
    "export { d } from './d'; import('./dynamic')",
    'import.meta.url',
  ]
  for (const lineBreak of ['\n', '\r\n', '\r']) {
    const { imports } = await make('module', source.join(lineBreak))
    assert.equal(imports, [
      { specifier: './a.mjs', attributes: {}, position: '1:15' },
      { specifier: 'github:o/r/b', attributes: { type: 'json' }, position: '3:24' },
      { specifier: './é.mjs', attributes: {}, position: '3:76' },
      { specifier: './d', attributes: {}, position: '4:19' },
    ])
  }
})

test('lines end where V8 says', async () => {
  const { imports } = await make('module', "/*\u2028\u2029\n\v\f\u0085*/ import './a'")
  assert.is(imports[0]?.position, '4:14')
})

test('many imports on one line are found in time', async () => {
  const started = performance.now()
  const { imports } = await make('module', "import'./a';".repeat(40_000))
  assert.ok(performance.now() - started < 600)
  assert.is(imports.at(-1)?.position, `1:${39_999 * 12 + 7}`)
})

test('a default export is noticed', async () => {
  const table: readonly [source: string, hasDefault: boolean][] = [
    ['export default 1', true],
    ['const a = 1; export { a as default }', true],
    ["export { default } from './a'", true],
    ['export const a = 1', false],
    ["export * from './a'", false],
    ['', false],
  ]
  for (const [source, hasDefault] of table) {
    assert.is((await make('module', source)).hasDefault, hasDefault, source)
  }
})

test('a module that is no JavaScript is V8’s to refuse', async () => {
  assert.equal((await make('module', 'import {')).imports, [])
})

test('CommonJS and JSON have no imports', async () => {
  for (const format of ['commonjs', 'json'] as const) {
    const { imports, source } = await make(format, "import './a'")
    assert.equal(imports, [])
    assert.is(source, "import './a'")
  }
})

test('bytes of a text format are UTF-8; text of WebAssembly becomes bytes', async () => {
  const bytes = new TextEncoder().encode('"é"')
  for (const format of ['module', 'commonjs', 'json'] as const) {
    assert.is((await make(format, bytes)).source, '"é"')
  }
  assert.equal((await make('wasm', '\0asm')).source, new Uint8Array([0, 0x61, 0x73, 0x6d]))
  assert.is((await make('wasm', bytes)).source, bytes)
  await rejects(make('module', new Uint8Array([0xff])), 'ERR_MIMEPORT_INVALID_BODY')
})

test('an import of JSON gets JSON or an error', async () => {
  const attributes = { type: 'json' }
  assert.is((await make('json', '1', { attributes })).format, 'json')
  for (const format of ['module', 'commonjs', 'wasm', 'builtin', 'addon', 'dynamic'] as const) {
    const error = await rejects(make(format, '', { attributes }), 'ERR_MIMEPORT_UNSUPPORTED_FORMAT')
    assert.is(
      error.message,
      `Cannot load 'test://host/x' imported from 'file:///app.mjs': it was imported with { type: 'json' } and is of format '${format}'`,
    )
  }
})

test('a builtin is a module that is the builtin', async () => {
  for (const source of ['fs', 'node:fs']) {
    const made = await make('builtin', source)
    assert.is(made.format, 'module')
    assert.is(made.source, 'export * from "node:fs"\nexport { default } from "node:fs"\n')
    assert.is(made.hasDefault, true)
  }
})

test('an addon and a dynamic module are refused, with the reason', async () => {
  for (const format of ['addon', 'dynamic'] as const) {
    const error = await rejects(make(format, ''), 'ERR_MIMEPORT_UNSUPPORTED_FORMAT')
    assert.match(error.message, new RegExp(`^Cannot load 'test://host/x' .*format '${format}'`))
  }
})

test('a source map goes with the source, and holds the text as it was acquired', async () => {
  const { source, mapped } = await make('module', 'let a', { maps: [map], body: 'let é' })
  assert.is(mapped, true)
  const [, base64] = /base64,(.+)$/.exec(source as string)!
  const made = JSON.parse(Buffer.from(base64!, 'base64').toString())
  assert.equal(made.sources, ['test://host/x'])
  assert.equal(made.sourcesContent, ['let é'])
})

test('a body in another charset has a source map, too', async () => {
  const { source } = await make('module', 'let a', {
    maps: [map],
    body: new Uint8Array([0xe9]),
    headers: { 'content-type': 'text/x; charset=windows-1252' },
  })
  assert.match(source as string, /sourceMappingURL/)
})

test('a binary body has a source map, too', async () => {
  const { source } = await make('module', 'let a', { maps: [map], body: new Uint8Array([0xff, 0]) })
  assert.match(source as string, /sourceMappingURL/)
})

test.run()
