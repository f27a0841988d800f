import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inlineMap, mapModule } from '../../core/source-map/mapped-source.mts'
import { composeMaps, configureSourceMaps } from '../../core/source-map/source-map.mts'
import { rejects } from '../support/rejects.mts'
import type { MapStep, StepMap } from '../../core/source-map/source-map.mts'
import type { SourceMap } from '../../core/types.mts'

const test = suite('source-map')

const url = 'https://host/a.x'

/** Line 1 of the output is line `line + 1` of the source. `A` is 0, `C` is 1, `E` is 2: VLQ. */
const shift = (line: 0 | 1 | 2) => ({
  version: 3,
  sources: ['whatever'],
  names: [],
  mappings: `AA${['A', 'C', 'E'][line]}A`,
})

const compose = async (steps: readonly StepMap[], original = 'original') =>
  JSON.parse((await composeMaps(steps, url, original)) ?? 'null')

const step = (map: SourceMap | undefined, before: string, after: string): MapStep => ({
  map,
  mediaType: 'text/javascript',
  before,
  after,
})

test('one map is the module’s own, with the text as it was acquired', async () => {
  for (const map of [shift(1), JSON.stringify(shift(1))]) {
    assert.equal(await compose([map]), {
      ...shift(1),
      mappings: 'AACA;',
      sources: [url],
      sourcesContent: ['original'],
    })
  }
})

test('the text of a local file is not in its map, if it is shown as it is and is that of the file', async () => {
  const contentOf = async (text: string, isFile: boolean, of = 'file:///a/b.ts') => {
    const { source } = await mapModule('x', [shift(1)], of, () => text, [], isFile)
    const data = source.slice(source.indexOf('base64,') + 'base64,'.length)
    return JSON.parse(Buffer.from(data, 'base64').toString()).sourcesContent
  }
  assert.equal(await contentOf('a\t=\n"b~ "', true), [null])
  assert.equal(await contentOf('a\t=\n"b~ "', false), ['a\t=\n"b~ "'])
  assert.equal(await contentOf('a', true, url), ['a'])
  assert.equal(await contentOf('a', true, 'file:///a/b.ts?c'), ['a'])
  assert.equal(await contentOf('ä', true), ['ä'])
  assert.equal(await contentOf('a\r\nb', true), [null])
  assert.type((await contentOf('a\rb', true))[0], 'string')
  assert.not.match((await contentOf('a\x1b[2J', true))[0], '\x1b')
})

test('the maps of two steps are one map to the first text', async () => {
  const composed = await compose([shift(1), shift(0)])
  assert.equal(composed.sources, [url])
  assert.equal(composed.sourcesContent, ['original'])
  assert.is(composed.mappings, 'AACA;')
})

test('the maps of three steps are one, too', async () => {
  const steps = [shift(2), JSON.stringify(shift(0)), shift(0)]
  const composed = await compose(steps)
  assert.equal(composed.sources, [url])
  assert.is(composed.mappings, 'AAEA;')
})

test('a loader’s map is left as it is, and may be frozen', async () => {
  const map = Object.freeze({ ...shift(1), sources: Object.freeze(['whatever']) })
  for (const maps of [[map], [map, shift(0)]]) {
    const composed = await compose(maps)
    assert.equal(composed.sources, [url])
    assert.equal(map, shift(1))
  }
})

test('what is no source map is refused', async () => {
  const odd: readonly unknown[] = ['', '{', 'null', '1', '"x"', '[]', '{}', {}, [], { version: 3 }]
  for (const map of odd) {
    for (const maps of [[map], [shift(0), map], [map, shift(0)]] as any[]) {
      const error = await rejects(composeMaps(maps, url, 'original'))
      assert.is(error['code'], 'ERR_MIMEPORT_INVALID_RETURN', `${JSON.stringify(map)}: ${error}`)
      assert.match(error.message, /https:\/\/host\/a\.x/)
    }
  }
})

test('a map is appended as a comment that Node reads', () => {
  const source = inlineMap('export {}', '{"é":1}')
  const [text, comment] = source.split('\n')
  assert.is(text, 'export {}')
  const [, base64] = /^\/\/# sourceMappingURL=data:application\/json;base64,(.*)$/.exec(comment!)!
  assert.is(Buffer.from(base64!, 'base64').toString(), '{"é":1}')
})

test('the text is left as it is, also where it looks like such a comment', () => {
  for (const text of [
    'one\n//# sourceMappingURL=a.map\ntwo',
    'export default `\n//# sourceMappingURL=a.map\n`',
    'one\n//@ sourceMappingURL=a',
  ]) {
    const source = inlineMap(text, '{}')
    assert.ok(source.startsWith(`${text}\n//# sourceMappingURL=data:`))
    assert.is(source.split('\n').length, text.split('\n').length + 1)
  }
})

test('Node takes the map that comes last', async () => {
  const old = Buffer.from(JSON.stringify({ ...shift(0), sources: ['old.x'] })).toString('base64')
  const text = `//# sourceMappingURL=data:application/json;base64,${old}\nthrow new Error('x')`
  const map = JSON.stringify({ ...shift(1), sources: ['new.x'], mappings: ';AAAA' })
  const folder = mkdtempSync(join(tmpdir(), 'mimeport-source-map-'))
  try {
    const file = join(folder, 'a.mjs')
    writeFileSync(file, inlineMap(text, map))
    const { stderr } = spawnSync(process.execPath, ['--enable-source-maps', file])
    assert.match(String(stderr), /new\.x:1/)
    assert.not.match(String(stderr), /old\.x/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a step without a map that keeps its places is none', async () => {
  const kept = step(undefined, 'let a: 1\nb', 'let a   \nb;c()\nd')
  assert.is(await composeMaps([kept], url, kept.before as string), undefined)
  const composed = await compose(
    [kept, step(shift(1), kept.after as string, 'b')],
    kept.before as string,
  )
  assert.equal(composed.sources, [url])
  assert.equal(composed.sourcesContent, ['let a: 1\nb'])
})

test('a step without a map that moves something is where the chain begins', async () => {
  const text = 'a\nb'
  const first = step(shift(1), text, 'b')
  const moving = step(undefined, 'b', '\n\nb')
  assert.is(await composeMaps([first, moving], url, text), undefined)
  const composed = await compose([first, moving, step(shift(2), '\n\nb', 'b')])
  assert.equal(composed.sources, [url])
  assert.equal(composed.sourcesContent, ['\n\nb'])
  assert.is(composed.mappings, 'AAEA;')
  // Bytes are nothing to compare.
  const bytes = { ...moving, after: new Uint8Array([98]) }
  assert.is(await composeMaps([first, bytes], url, text), undefined)
})

test('a map that such a step leaves in the text is put out of force', async () => {
  const map = { ...shift(1), sources: ['a.ts'] }
  const text = inlineMap('b', JSON.stringify(map))
  const { mapped } = await mapModule(text, [], url, () => null)
  assert.is(mapped, true)
  const moved = `\n\n${text}`
  for (const after of [moved, `${moved}\ncode()`]) {
    const result = await mapModule(after, [step(undefined, text, after)], url, () => null)
    assert.equal(result, {
      source: `${after}\n//# sourceMappingURL=`,
      mapped: false,
      sites: [],
    })
  }
})

test('the step’s input is its source by the text, by the URL, or as the only one', async () => {
  const sources = (map: object) => compose([step({ ...shift(1), ...map }, 'text', 'x')], 'text')
  const other = new URL('other', url).href
  for (const [map, found] of [
    [{ sources: ['other'] }, [url]],
    [{ sources: ['other'], sourcesContent: [null] }, [url]],
    [{ sources: ['other'], sourcesContent: ['text'] }, [url]],
    [{ sources: ['other'], sourcesContent: ['text and a comment'] }, [url]],
    [{ sources: ['other'], sourcesContent: ['another text'] }, [other]],
    [{ sources: [url], sourcesContent: ['another text'] }, [url]],
    [{ sources: ['other', url] }, [other, url]],
    [{ sources: ['other', 'b'], sourcesContent: [null, 'text'] }, [other, url]],
    [{ sources: ['other', 'b'] }, [other, new URL('b', url).href]],
  ] as const) {
    const composed = await sources(map)
    assert.equal(composed.sources, found, JSON.stringify(map))
    for (const [index, each] of found.entries())
      if (each === url) assert.is(composed.sourcesContent[index], 'text')
  }
})

test('a map of several sources is composed by that which was the input', async () => {
  const first = step({ ...shift(2), names: ['first'], mappings: 'AAEAA' }, 'one', 'two')
  // `two` and, on the next line, something of its own with a name.
  const second = step(
    {
      version: 3,
      sources: ['own.ts', 'b'],
      sourcesContent: ['own', 'two'],
      names: ['n'],
      mappings: 'ACAA;ADCCA',
    },
    'two',
    'three',
  )
  const { sources, sourcesContent, names, mappings } = await compose([first, second], 'one')
  assert.equal(sources, [url, new URL('own.ts', url).href])
  assert.equal(sourcesContent, ['one', 'own'])
  assert.equal(names, ['n', 'first'])
  assert.is(mappings, 'AAEAC;ACDCD;')
})

test('what an earlier map knows nothing of leads nowhere', async () => {
  // Line 1 has no segment, line 2 begins at column 2, and has one without a source.
  const first = { version: 3, sources: ['a'], names: [], mappings: 'AAAA;;EACA,C' }
  const second = {
    version: 3,
    sources: ['b'],
    names: [],
    mappings: 'AAAA,CACA,CACA,CAAE,CAAC,CAAA;AADA',
  }
  const { mappings } = await compose([first, second])
  assert.is(mappings, 'AAAA,C,EACA,C;;')
})

test('a text without a map stays as it is; off, every text does', async () => {
  const map = step(shift(1), 'a\nb', 'b')
  assert.is((await mapModule('b', [map], url, () => null)).mapped, true)
  try {
    configureSourceMaps(false)
    assert.equal(await mapModule('b', [map], url, () => null), {
      source: 'b',
      mapped: false,
      sites: [],
    })
    const own = inlineMap('b', JSON.stringify(shift(1)))
    assert.equal(await mapModule(own, [], 'file:///a.js', () => null), {
      source: own,
      mapped: false,
      sites: [],
    })
    // Node may apply it, if it is told to: not to this machine's files.
    const { source } = await mapModule(own, [], url, () => null)
    assert.is(source, `${own}\n//# sourceMappingURL=`)
  } finally {
    configureSourceMaps()
  }
})

test('an import is where the acquired text has it', async () => {
  const site = { specifier: './x', attributes: {} }
  const map = step({ ...shift(1), mappings: ';IACE,C' }, 'a\nb', 'c\n    b')
  const { sites } = await mapModule('c\n    b', [map], url, () => null, [
    { ...site, position: '2:5' },
    { ...site, position: '2:6' },
    { ...site, position: '1:1' },
  ])
  assert.equal(
    sites.map(({ position }) => position),
    ['2:3', '2:6', '1:1'],
  )
})

test('a data: module has the name that Node looks for', async () => {
  const map = step(shift(1), 'a\nb', 'b')
  const { source } = await mapModule('b', [map], `data:text/typescript,a 'b'%0A`, () => null)
  const [, name = ''] = /\n\/\/# sourceURL=(\S+)$/.exec(source) ?? []
  assert.is(name, pathToFileURL(`data:text/typescript,a 'b'%0A`).href)
})

test.run()
