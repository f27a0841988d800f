import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { composeMaps, inlineMap } from '../../core/engine/source-map.mts'
import { rejects } from '../support/rejects.mts'

const test = suite('source-map')

const url = 'https://host/a.x'

/** Line 1 of the output is line `line + 1` of the source. `A` is 0, `C` is 1, `E` is 2: VLQ. */
const shift = (line: 0 | 1 | 2) => ({
  version: 3,
  sources: ['whatever'],
  names: [],
  mappings: `AA${['A', 'C', 'E'][line]}A`,
})

test('one map is the module’s own, with the text as it was acquired', async () => {
  for (const map of [shift(1), JSON.stringify(shift(1))]) {
    assert.equal(JSON.parse(await composeMaps([map], url, 'original')), {
      ...shift(1),
      sources: [url],
      sourcesContent: ['original'],
    })
  }
})

test('the maps of two steps are one map to the first text', async () => {
  const composed = JSON.parse(await composeMaps([shift(1), shift(0)], url, 'original'))
  assert.equal(composed.sources, [url])
  assert.equal(composed.sourcesContent, ['original'])
  assert.is(composed.mappings, 'AACA')
})

test('the maps of three steps are one, too', async () => {
  const steps = [shift(2), JSON.stringify(shift(0)), shift(0)]
  const composed = JSON.parse(await composeMaps(steps, url, 'original'))
  assert.equal(composed.sources, [url])
  assert.is(composed.mappings, 'AAEA')
})

test('a loader’s map is left as it is, and may be frozen', async () => {
  const map = Object.freeze({ ...shift(1), sources: Object.freeze(['whatever']) })
  for (const maps of [[map], [map, shift(0)]]) {
    const composed = JSON.parse(await composeMaps(maps, url, 'original'))
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

test.run()
