/** Source maps. */

import * as assert from 'uvu/assert'
import { composeMappings } from '../../../core/source-map/map-composition.mts'
import { encodeMappings, toMappings, WIDTH } from '../../../core/source-map/mappings.mts'
import { parseMap, sourceURL } from '../../../core/source-map/plain-map.mts'
import { composeMaps } from '../../../core/source-map/source-map.mts'
import { findMapComment, inlineMapOf } from '../../../core/source-map/upstream-map.mts'
import { orError, orRejection } from '../invariant.mts'
import type { Random } from '../random.mts'

export const name = 'source-map'
export const linear = true

const plain =
  '{"version":3,"sources":["a.ts","b.ts"],"names":["x"],"mappings":"AAAA,CAACA;;AACD,SCAC;A"}'

export const seeds = [
  plain,
  `{"version":3,"sections":[{"offset":{"line":0,"column":0},"map":${plain}},{"offset":{"line":1,"column":5},"map":${plain}}]}`,
  '{"version":3,"sources":["file:///etc/passwd",null,"../x"],"sourceRoot":"file:///y","mappings":";;;CAAAA"}',
  'AAAA;;ACAA,CCAC',
  '+/////D,gggggggC',
  `export default 1\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(plain).toString('base64')}`,
  '//# sourceMappingURL=file:///etc/passwd\n',
  '{"version":3,"sources":["__proto__"],"names":["constructor"],"mappings":""}',
]

export const dictionary = [
  '"sections":',
  '"mappings":"',
  'AAAA',
  ';',
  ',',
  'gggggg',
  '//# sourceMappingURL=',
  'data:',
  'null',
]

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function generate(random: Random): string {
  let text = ''
  for (let count = random.below(40); count > 0; count -= 1) {
    text += random.pick([...digits, ';', ',', 'AAAA,', 'CAAC;', 'EACE,'])
  }
  return random.chance(2)
    ? text
    : JSON.stringify({ version: 3, sources: ['a', 'b'], names: ['n'], mappings: text })
}

function checkMappings(text: string): void {
  const mappings = orError(SyntaxError, () => toMappings(text, 2, 1))
  if (mappings === undefined) return
  const { lines, segments } = mappings
  assert.is(lines.at(-1), segments.length / WIDTH)
  for (let line = 0; line + 1 < lines.length; line += 1) {
    let before = 0
    for (let each = lines[line]!; each < lines[line + 1]!; each += 1) {
      const [column = 0, source = 0, , , named = 0] = segments.subarray(each * WIDTH)
      assert.ok(column >= before && source < 2 && named < 1)
      before = column
    }
  }
  const written = encodeMappings(mappings)
  const again = toMappings(written, 2, 1)
  assert.equal(again.segments, segments, 'written and read, they are the same')
  assert.equal(again.lines, lines)
  assert.is(encodeMappings(again), written)
  const same = composeMappings(mappings, [0, 1])
  assert.equal(composeMappings(same, [0, 1]), same, 'what leads through nothing stays')
}

export async function run(input: string): Promise<void> {
  checkMappings(input)
  const map = orError(SyntaxError, () => parseMap(input))
  if (map !== undefined) {
    const mappings = map.mappings
    if (typeof mappings === 'string') checkMappings(mappings)
    assert.is(map.contents.length, map.sources.length)
    for (const index of map.sources.keys()) {
      const url = sourceURL(map, index, 'https://a.example/x.mjs')
      assert.ok(URL.canParse(url))
      assert.not.match(url, /^file:/i, 'a remote map names no local file')
    }
  }
  const comment = findMapComment(input)
  if (comment !== undefined) {
    assert.ok(comment.start >= 0 && comment.end <= input.length)
    assert.ok(input.slice(comment.start, comment.end).includes(comment.url))
  }
  inlineMapOf(input)
  const composed = await orRejection(['ERR_MIMEPORT_INVALID_RETURN'], () =>
    composeMaps([input, plain], 'https://a.example/x.mjs', 'let x\nlet y'),
  )
  if (composed !== undefined)
    assert.ok(orError(SyntaxError, () => parseMap(composed)) !== undefined)
}
