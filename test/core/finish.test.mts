import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { finish } from '../../core/engine/finish.mts'
import { parseMediaType } from '../../core/media-type.mts'
import { acquiredOf, errandFor, registryOf } from '../support/inline-loader.mts'
import { rejects } from '../support/rejects.mts'
import { assertLinear } from '../support/growth.mts'
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

test('eight times the imports on one line take about eight times the work', async () => {
  const work = async (count: number) => {
    const source = "import'./a';".repeat(count)
    const { imports } = await make('module', source)
    assert.is(imports.at(-1)?.position, `1:${(count - 1) * 12 + 7}`)
  }
  // Were the line searched for each import, it would be 64 times, and minutes.
  await assertLinear(work, [5_000, 40_000], 'imports')
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

test('an import of JSON gets JSON or Node’s own error', async () => {
  const attributes = { type: 'json' }
  assert.is((await make('json', '1', { attributes })).format, 'json')
  for (const format of ['module', 'commonjs', 'wasm', 'builtin', 'addon', 'dynamic'] as const) {
    const error = await rejects(
      make(format, '', { attributes }),
      'ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE',
    )
    assert.is(error.name, 'TypeError')
    assert.is(error.message, `Module "test://host/x" is not of type "json"`)
  }
})

test('JSON has to be stated where the response is JSON, and not where a loader made it so', async () => {
  const stated = async (mediaType: string | undefined) => {
    const type = mediaType === undefined ? undefined : parseMediaType(mediaType)
    return (await finish(errandFor(registryOf()), acquiredOf('1'), json, type)).type
  }
  const json: Converted = { format: 'json', source: '1', maps: [], transformed: false }
  assert.is(await stated('application/json'), 'json')
  assert.is(await stated('application/manifest+json; charset=utf-8'), 'json')
  assert.is(await stated('text/json'), 'json')
  assert.is(await stated('application/jsonc'), undefined)
  assert.is(await stated('text/tab-separated-values'), undefined)
  assert.is(await stated(undefined), undefined)
})

test('a builtin is a module that is the builtin, and for require the builtin itself', async () => {
  for (const source of ['fs', 'node:fs']) {
    const made = await make('builtin', source)
    assert.is(made.format, 'module')
    assert.is(
      made.source,
      'export * from "node:fs"\nexport { default, default as \'module.exports\' } from "node:fs"\n',
    )
    assert.is(made.hasDefault, true)
  }
})

test('an addon is bytes, and all of them', async () => {
  const bytes = new Uint8Array([1, 2, 3])
  assert.equal((await make('addon', bytes)).source, bytes)
  assert.equal((await make('addon', 'abc')).source, new TextEncoder().encode('abc'))
  // ELF, 64 bits, little-endian: no segments, and sections that begin at 64.
  const elf = new Uint8Array(128)
  elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1])
  elf[40] = 64
  elf[58] = 64
  elf[60] = 1
  assert.is((await make('addon', elf)).format, 'addon')
  const error = await rejects(make('addon', elf.slice(0, 127)), 'ERR_MIMEPORT_INVALID_BODY')
  assert.match(error.message, /cut short: .* 127 bytes$/)
  await rejects(make('addon', elf.slice(0, 20)), 'ERR_MIMEPORT_INVALID_BODY')
})

test('a long data: URL is named by its hash', async () => {
  const named = async (url: string) => {
    const json: Converted = { format: 'json', source: '1', maps: [], transformed: false }
    return (await finish(errandFor(registryOf()), acquiredOf('1', {}, url), json)).url
  }
  const short = `data:text/x;a=b,${'x'.repeat(1008)}`
  assert.is(short.length, 1024)
  assert.is(await named(short), short)
  assert.match(await named(`${short}y`), /^data:text\/x;sha256=[\da-f]{64},$/)
  assert.is.not(await named(`${short}y`), await named(`${short}z`))
  const long = `https://example.com/${'x'.repeat(2000)}`
  assert.is(await named(long), long)
})

test('CommonJS in a local file says what the name says that is something else', async () => {
  const otherName = async (url: string) => {
    const commonjs: Converted = { format: 'commonjs', source: '', maps: [], transformed: true }
    return (await finish(errandFor(registryOf()), acquiredOf('', {}, url), commonjs)).otherName
  }
  assert.is(await otherName('file:///x/a.mjs'), 'module')
  assert.is(await otherName('file:///x/a.json'), 'json')
  assert.is(await otherName('file:///x/a.cjs'), undefined)
  assert.is(await otherName('file:///x/a.txt'), undefined)
  assert.is(await otherName('https://example.com/a.mjs'), undefined)
  // This very package is one of ES modules.
  assert.is(await otherName(new URL('../../LICENSE', import.meta.url).href), 'module')
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
