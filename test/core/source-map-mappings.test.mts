import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { composeMappings } from '../../core/source-map/map-composition.mts'
import { NONE, WIDTH, encodeMappings, toMappings } from '../../core/source-map/mappings.mts'
import { keepsPositions } from '../../core/source-map/positions.mts'

const test = suite('source-map: mappings')

/** Generated column, source, line, column, name. */
type Segment = readonly number[]

const read = (text: string, sources = 10, names = 10): Segment[][] => {
  const { lines, segments } = toMappings(text, sources, names)
  return Array.from({ length: lines.length - 1 }, (_, line) =>
    Array.from({ length: lines[line + 1]! - lines[line]! }, (_, index) => {
      const at = (lines[line]! + index) * 5
      return [...segments.subarray(at, at + 5)]
    }),
  )
}

test('mappings are read', () => {
  assert.equal(read(''), [[]])
  assert.equal(read('A'), [[[0, -1, -1, -1, -1]]])
  assert.equal(read('AAAA,CACAC;;ECACA,gC'), [
    [
      [0, 0, 0, 0, -1],
      [1, 0, 1, 0, 1],
    ],
    [],
    [
      [2, 1, 1, 1, 1],
      [34, -1, -1, -1, -1],
    ],
  ])
})

test('what is read is written as it was', () => {
  for (const text of ['', 'A', ';;;', 'AAAA', 'AAAA,CAAC;;EACA,C;AAAAA']) {
    assert.is(encodeMappings(toMappings(text, 10, 10)), text)
  }
})

test('32 bits are the limit', () => {
  assert.equal(read('+/////D'), [[[2 ** 31 - 1, -1, -1, -1, -1]]])
  assert.is(encodeMappings(toMappings('+/////D', 1, 0)), '+/////D')
  for (const text of ['+/////D,C', 'ggggggE', 'gggggggA']) {
    assert.throws(() => read(text), /too large/, text)
  }
})

test('a line is put in order', () => {
  assert.equal(read('EAAA,DAAC'), read('CAAC,CAAD'))
  assert.equal(read('EAAA,DAAC'), [
    [
      [1, 0, 0, 1, -1],
      [2, 0, 0, 0, -1],
    ],
  ])
})

test('empty segments are none, and a name that is not there is none', () => {
  assert.equal(read(',AAAA,,C,;,'), read('AAAA,C;'))
  assert.equal(read('AAAAC', 1, 1), [[[0, 0, 0, 0, -1]]])
})

test('what is malformed is refused, and says where', () => {
  for (const [text, message] of [
    ['AA', /too short \(character 2\)/],
    ['AAA', /too short/],
    ['AAAAAA', /too long/],
    ['AAAAAAA', /too long/],
    ['g', /no Base64 VLQ/],
    ['A=', /no Base64 VLQ/],
    ['é', /no Base64 VLQ/],
    ['\u{1f600}', /no Base64 VLQ/],
    ['g,', /no Base64 VLQ/],
    ['D', /before the beginning/],
    ['AADA', /before the beginning/],
    ['AUAA', /a source that is not there/],
  ] as const) {
    assert.throws(
      () => read(text),
      (error: Error) => error instanceof SyntaxError && message.test(error.message),
      text,
    )
  }
})

test('the composed map leads where the two lead, one after the other', () => {
  let state = 7
  const next = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >>> 8) % below
  }
  const build = (lines: number): string => {
    const starts: number[] = []
    const segments: number[] = []
    for (let line = 0; line < lines; line++) {
      starts.push(segments.length / 5)
      let column = 0
      for (let each = next(6); each > 0; each--) {
        segments.push(column, 0, next(lines), next(12), -1)
        column += 1 + next(5)
      }
    }
    starts.push(segments.length / 5)
    return encodeMappings({ lines: Uint32Array.from(starts), segments: Int32Array.from(segments) })
  }
  const onLine = (mappings: string, line: number, column: number) => {
    const found = read(mappings)[line]?.findLast(([start]) => start! <= column)
    return found === undefined ? undefined : ([found[2]!, found[3]!] as const)
  }
  for (let round = 0; round < 200; round++) {
    const lines = 1 + next(8)
    const [earlier, later] = [build(lines), build(lines)]
    const composed = encodeMappings(
      composeMappings(toMappings(later, 1, 0), [{ earlier: toMappings(earlier, 1, 0), names: 0 }]),
    )
    for (let line = 0; line < lines; line++) {
      for (let column = 0; column < 30; column++) {
        const middle = onLine(later, line, column)
        const expected = middle && onLine(earlier, ...middle)
        const found = read(composed)[line]?.findLast(([start]) => start! <= column)
        const place = found === undefined || found[1] === -1 ? undefined : [found[2], found[3]]
        assert.equal(place, expected, `${earlier} ${later} ${composed} ${line}:${column}`)
      }
    }
  }
})

const kept: readonly [what: string, before: string, after: string][] = [
  ['the same', 'a\nb', 'a\nb'],
  ['blanked', 'let a: number = 1', 'let a         = 1'],
  ['a wide character blanked', 'let a: "日" = 1', 'let a       = 1'],
  ['an import that went', 'import a\nb', ';       \nb'],
  ['more at the end of a line', 'a\nb', 'a;c()\nb'],
  ['more at the end', 'a\nb', 'a\nb\nc\nd'],
  ['over white space', '             \na', '"use strict"; \na'],
  ['white space that went', 'a   \nb\n\n', 'a\nb'],
  ['other line ends', 'a\r\nb\rc', 'a\nb\nc'],
  ['nothing', '', 'a'],
]
const moved: readonly [what: string, before: string, after: string][] = [
  ['a line at the top', 'a\nb', '"use strict"\na\nb'],
  ['a line between', 'a\nb', 'a\nc\nb'],
  ['a line that went', 'a\nb\nc', 'a\nc'],
  ['a word in front', 'a', 'x a'],
  ['a word between', 'a b', 'a x b'],
  ['two lines in one', 'a\nb', 'a b'],
  ['another text', 'a = -> 1', 'var a;\na = function() {};'],
  ['nothing left', 'a\nb', ''],
]

for (const [what, before, after] of kept) {
  test(`places are kept: ${what}`, () => assert.is(keepsPositions(before, after), true))
}
for (const [what, before, after] of moved) {
  test(`places are not kept: ${what}`, () => assert.is(keepsPositions(before, after), false))
}

test('a segment without an origin has nothing of one that was left out', () => {
  const written = toMappings('aAaa,aAAA,a', 1, 0)
  const composed = composeMappings(written, [0])
  assert.is(composed.segments.length, 2 * WIDTH)
  assert.equal([...composed.segments.subarray(WIDTH)], [39, NONE, NONE, NONE, NONE])
})

test.run()
