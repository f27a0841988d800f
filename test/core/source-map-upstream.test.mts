import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { wholly } from '../../core/steps.mts'
import { mapModule } from '../../core/source-map/mapped-source.mts'
import { composeMaps } from '../../core/source-map/source-map.mts'
import { findMapComment, inlineMapOf, upstreamMapOf } from '../../core/source-map/upstream-map.mts'
import { assertLinear, assertUnder } from '../support/growth.mts'

const test = suite('source-map: upstream')

const url = 'https://cdn.example/dist/x.js'
const plain = {
  version: 3,
  sources: ['a.ts'],
  sourcesContent: ['one\ntwo\n'],
  names: [],
  mappings: 'AACA',
}
const inline = (map: object = plain) =>
  `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`

const parsed = async (text: string, base = url) => {
  const map = await composeMaps([], base, text)
  return map === undefined ? undefined : JSON.parse(map)
}

const comments: readonly [what: string, text: string, found: string | undefined][] = [
  ['the last line', 'x()\n//# sourceMappingURL=a.map', 'a.map'],
  ['a line with an end', 'x()\r\n//# sourceMappingURL=a.map\r\n\r\n', 'a.map'],
  ['the older form, and a tab', 'x()\n//@\tsourceMappingURL=a.map', 'a.map'],
  ['behind code', 'x() //# sourceMappingURL=a.map', 'a.map'],
  [
    'before other comments',
    'x()\n//# sourceMappingURL=a.map\n// b\n/* c\nd */ //# sourceURL=e',
    'a.map',
  ],
  ['the last of two', '//# sourceMappingURL=a.map\n//# sourceMappingURL=b.map', 'b.map'],
  ['behind U+2028', 'x()\u2028//# sourceMappingURL=a.map', 'a.map'],
  ['before code', '//# sourceMappingURL=a.map\nx()', undefined],
  ['in a template', 'x(`\n//# sourceMappingURL=a.map\n`)', undefined],
  ['in a string, and no data: URL', 'x("//# sourceMappingURL=a.map")', 'a.map")'],
  ['in a string that ends the text', 'x = "http://# sourceMappingURL=a.map"', 'a.map"'],
  ['in a comment of several lines', '/*\n//# sourceMappingURL=a.map\n*/', undefined],
  ['in a comment', '// //# sourceMappingURL=a.map', undefined],
  ['in a comment of one line', '/* //# sourceMappingURL=a.map */', undefined],
  ['with a space in it', '//# sourceMappingURL=a b', undefined],
  ['without a value', '//# sourceMappingURL=', undefined],
  ['without a mark', '// sourceMappingURL=a.map', undefined],
  ['two spaces, as V8 has it', '//#  sourceMappingURL=a.map', undefined],
  ['an open comment behind', '//# sourceMappingURL=a.map\n/* b', undefined],
]

for (const [what, text, found] of comments) {
  test(`a map's comment: ${what}`, () => assert.is(findMapComment(text)?.url, found))
}

test('a map inside a text is read in each form that a data: URL has', () => {
  const json = JSON.stringify({ ...plain, names: ['é'] })
  const base64 = Buffer.from(json).toString('base64')
  for (const data of [
    `data:application/json;base64,${base64}`,
    `data:application/json;charset=utf-8;base64,${base64}`,
    `DATA:text/json;BASE64,${base64}`,
    `data:application/json,${encodeURIComponent(json)}`,
    `data:;base64,${encodeURIComponent(base64)}`,
  ]) {
    assert.equal(inlineMapOf(`x()\n//# sourceMappingURL=${data}`)?.names, ['é'], data.slice(0, 40))
  }
})

const malformed: readonly (readonly [what: string, comment: string])[] = [
  ['no JSON', '//# sourceMappingURL=data:application/json;base64,e30w'],
  ['no base64', `${inline()}"`],
  ['no comma', '//# sourceMappingURL=data:application/json'],
  ['bad percent encoding', '//# sourceMappingURL=data:application/json,%zz'],
  ['null', inline(null as unknown as object)],
  ['a list', inline([])],
  ['no sources', inline({ version: 3, mappings: '' })],
  ['sources that are none', inline({ ...plain, sources: [1] })],
  ['names that are none', inline({ ...plain, names: [{}] })],
  ['mappings that are none', inline({ ...plain, mappings: 1 })],
  ['a section without a map', inline({ sections: [{ offset: { line: 0, column: 0 } }] })],
  ['a section without a place', inline({ sections: [{ map: plain }] })],
  [
    'a section too far down',
    inline({ sections: [{ offset: { line: 1e12, column: 0 }, map: plain }] }),
  ],
  [
    'sections in no order',
    inline({
      sections: [
        { offset: { line: 2, column: 0 }, map: plain },
        { offset: { line: 1, column: 0 }, map: plain },
      ],
    }),
  ],
  [
    'sections in sections',
    inline({ sections: [{ offset: { line: 0, column: 0 }, map: { sections: [] } }] }),
  ],
]

test('a malformed map is none, and cannot lead Node astray', async () => {
  for (const [what, comment] of malformed) {
    const text = `x()\n${comment}\n`
    assert.is(await parsed(text), undefined, what)
    const { source, mapped } = await mapModule(text, [], url, () => null)
    assert.is(mapped, false)
    assert.ok(source.startsWith(text))
    assert.match(source, /\n\/\/# sourceMappingURL=$/, what)
  }
})

const step = {
  map: { version: 3, sources: [url], names: [], mappings: 'AAAA' },
  mediaType: 'text/javascript',
}

test('mappings that are malformed are none', async () => {
  for (const mappings of [
    '!',
    'A',
    'AA',
    'AAA',
    'AAAAAA',
    'AAAg',
    'D',
    'ADAA',
    'AEAA',
    'AAAé',
    'gggggggggA',
  ]) {
    if (mappings === 'A') continue
    const text = `x()\n${inline({ ...plain, mappings })}`
    const map = await composeMaps([{ ...step, before: text, after: 'x()' }], url, text)
    assert.equal(JSON.parse(map!).sources, [url], mappings)
    assert.is(await parsed(text), undefined)
  }
  const text = `x()\n${inline()}`
  const map = await composeMaps([{ ...step, before: text, after: 'x()' }], url, text)
  assert.equal(JSON.parse(map!).sources, ['https://cdn.example/dist/a.ts'])
})

test("a map's sources are relative to its sourceRoot and the module", async () => {
  for (const [sourceRoot, source, found] of [
    [undefined, '../src/a.ts', 'https://cdn.example/src/a.ts'],
    ['', '/src/a b.ts', 'https://cdn.example/src/a%20b.ts'],
    ['../root/', 'a.ts', 'https://cdn.example/root/a.ts'],
    ['root', 'a.ts', 'https://cdn.example/dist/root/a.ts'],
    // ECMA-426: what stands behind the last slash does not count.
    ['/base/x', 'a.ts', 'https://cdn.example/base/a.ts'],
    ['webpack:///', './src/a.ts', 'webpack:///src/a.ts'],
    [undefined, 'webpack://app/./src/a.ts', 'webpack://app/src/a.ts'],
    [undefined, '//other.example/a.ts', 'https://other.example/a.ts'],
    [undefined, 'a\u001b[31m\u202e.ts', 'https://cdn.example/dist/a%1B[31m%E2%80%AE.ts'],
    [undefined, null, 'https://cdn.example/dist/unknown'],
  ] as const) {
    const map = await parsed(inline({ ...plain, sourceRoot, sources: [source] }))
    assert.equal(map.sources, [found])
    assert.equal(map.sourcesContent, plain.sourcesContent)
    assert.is(map.sourceRoot, undefined)
  }
})

test('a module that is no local file names no local file', async () => {
  const sources = ['file:///etc/passwd', 'FILE:/etc/passwd', 'file://host/etc/passwd']
  for (const base of [url, 'github://o/r@c/x.js', 'data:text/typescript,x', 'virtual:///x']) {
    for (const source of sources) {
      const map = await parsed(inline({ ...plain, sources: [source] }), base)
      assert.equal(map.sources, ['source:///etc/passwd'], base)
    }
    const below = await parsed(
      inline({ ...plain, sources: ['etc/passwd'], sourceRoot: 'file:///' }),
      base,
    )
    assert.equal(below.sources, ['source:///etc/passwd'])
  }
  const local = await parsed(inline({ ...plain, sources: ['a.ts'] }), 'file:///app/dist/x.js')
  assert.equal(local.sources, ['file:///app/dist/a.ts'])
})

test('what has no base has a name of its own', async () => {
  for (const source of ['../src/a.ts', './src/a.ts', '/src/a.ts', 'src/a.ts']) {
    const map = await parsed(inline({ ...plain, sources: [source] }), 'data:text/typescript,x')
    assert.equal(map.sources, ['source:///src/a.ts'])
  }
})

test('an index map is one map', async () => {
  const second = {
    ...plain,
    sources: ['b.ts'],
    names: ['n'],
    sourcesContent: [null],
    mappings: 'AAAAA;;CAEA',
  }
  const map = await parsed(
    '\n'.repeat(5) +
      inline({
        version: 3,
        sections: [
          {
            offset: { line: 0, column: 0 },
            map: { ...plain, sourceRoot: 'r/', mappings: 'AAAA,EACA;AACA;;;AAEA' },
          },
          { offset: { line: 1, column: 4 }, map: second },
          { offset: { line: 5, column: 0 }, map: plain },
        ],
      }),
  )
  assert.equal(
    map.sources.map((source: string) => source.replace('https://cdn.example/dist/', '')),
    ['r/a.ts', 'b.ts', 'a.ts'],
  )
  assert.equal(map.sourcesContent, ['one\ntwo\n', null, 'one\ntwo\n'])
  assert.equal(map.names, ['n'])
  // Line 0: both segments. Line 1: one, then the second section's from column 4. Line 3: its other. Line 5: the third's.
  const decoded = new (await import('node:module')).SourceMap(map)
  const at = (line: number, column: number) => {
    const { originalSource, originalLine, originalColumn, name } = decoded.findEntry(
      line,
      column,
    ) as any
    return [originalSource.split('/').at(-1), originalLine, originalColumn, name]
  }
  assert.equal(at(0, 3), ['a.ts', 1, 0, undefined])
  assert.equal(at(1, 3), ['a.ts', 2, 0, undefined])
  assert.equal(at(1, 4), ['b.ts', 0, 0, 'n'])
  assert.equal(at(3, 1), ['b.ts', 2, 0, undefined])
  assert.equal(at(5, 0), ['a.ts', 1, 0, undefined])
})

test('a section below the text is left out: a few bytes make no map of millions of lines', async () => {
  const section = (line: number) => ({ offset: { line, column: 0 }, map: plain })
  const text = (line: number) =>
    `x()\n${inline({ version: 3, sections: [section(0), section(line)] })}`
  assert.is((await parsed(text(1))).sources.length, 2)
  for (const line of [2, 2 ** 25]) {
    const map = await parsed(text(line))
    assert.is(map.sources.length, 1)
    assert.is(map.mappings, 'AACA;')
  }
})

test('a map beside a local file is read, a map beside a remote one is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mimeport-source-map-'))
  try {
    writeFileSync(join(folder, 'x.js.map'), JSON.stringify({ ...plain, sources: ['../src/a.ts'] }))
    writeFileSync(join(folder, 'bad.map'), '{')
    const text = (map: string) => `x()\n//# sourceMappingURL=${map}`
    const local = pathToFileURL(join(folder, 'x.js')).href
    const [source] = (await parsed(text('x.js.map'), local)).sources
    assert.is(source, new URL('../src/a.ts', local).href)
    for (const map of ['bad.map', 'gone.map', '.', 'https://cdn.example/x.map', 'x.js']) {
      assert.is(await wholly(upstreamMapOf(text(map), local)), undefined, map)
    }
    const remote = text(pathToFileURL(join(folder, 'x.js.map')).href)
    for (const each of [remote, text('x.js.map')]) {
      assert.is(await parsed(each), undefined)
      // Left as it is: a debugger fetches it, if it wants.
      assert.is((await mapModule(each, [], url, () => null)).source, each)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test("only a script's own comment is believed", async () => {
  const text = `x()\n${inline()}`
  const map = { version: 3, sources: [url], names: [], mappings: 'AAAA' }
  for (const [mediaType, source] of [
    ['text/javascript', 'a.ts'],
    ['application/node', 'a.ts'],
    ['text/typescript', 'a.ts'],
    ['text/tsx', 'a.ts'],
    ['text/markdown', 'x.js'],
    ['text/plain', 'x.js'],
  ] as const) {
    const composed = await composeMaps([{ map, mediaType, before: text, after: 'x()' }], url, text)
    assert.match(JSON.parse(composed!).sources[0], new RegExp(`/${source}$`), mediaType)
  }
})

test('the map inside a text is replaced by what it became', async () => {
  const text = `x()\n${inline()}\n// end`
  const { source, mapped } = await mapModule(text, [], url, () => null)
  assert.is(mapped, true)
  assert.is(source.match(/sourceMappingURL/g)?.length, 1)
  assert.ok(source.startsWith('x()\n\n// end\n//# sourceMappingURL=data:'))
})

test('large maps take time in proportion, and leave the event loop its turns', async () => {
  const large = (count: number) => {
    const mappings = Array.from({ length: count }, (_, at) =>
      at % 100 === 0 ? ';AAAA' : ',CAAC',
    ).join('')
    const text = `x()\n${inline({ ...plain, mappings })}`
    return { map: { version: 3, sources: [url], names: [], mappings }, before: text, after: 'x()' }
  }
  const compose = async (count: number) => {
    const each = { ...large(count), mediaType: 'text/javascript' }
    await composeMaps([each], url, each.before)
  }
  await assertLinear(compose, [100_000, 800_000], 'segments')
})

test('texts made to be slow are not', async () => {
  for (const text of [
    '//# sourceMappingURL='.repeat(200_000),
    '//# sourceMappingURL=x\n'.repeat(200_000),
    `//# sourceMappingURL=x\n${'/**/'.repeat(500_000)}`,
    `//# sourceMappingURL=x\n${'//\n'.repeat(500_000)}`,
    `${' '.repeat(2_000_000)}//# sourceMappingURL=x`,
    `//# sourceMappingURL=x${' '.repeat(2_000_000)}y`,
    `//#${' '.repeat(2_000_000)}sourceMappingURL=data:x`,
    `//# sourceMappingURL=data:application/json;base64,${'A'.repeat(4_000_000)}"`,
  ]) {
    const look = () => [findMapComment(text), inlineMapOf(text)]
    await assertUnder(1_500, look, text.slice(0, 40))
  }
})

test.run()
