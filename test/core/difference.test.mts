/** What an update of the lock shows: lines that are different, safe for a terminal, and not too many. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bodyDifference, differences } from '../../cli/difference.mts'
import { compareLines } from '../../cli/line-difference.mts'
import { denied, passed } from '../threats/record.mts'

const test = suite('difference')
const bytes = (text: string) => new TextEncoder().encode(text)
const marked = (before: string, after: string) =>
  compareLines([...before], [...after])!
    .map(({ mark, text }) => mark + text)
    .join('')

test('the lines of both texts come in one order, with as few changes as there can be', () => {
  assert.is(marked('abc', 'abc'), ' a b c')
  assert.is(marked('', 'ab'), '+a+b')
  assert.is(marked('ab', ''), '-a-b')
  assert.is(marked('', ''), '')
  assert.is(marked('abc', 'axc'), ' a-b+x c')
  assert.is(marked('abcabba', 'cbabac').replace(/ ./g, '').length / 2, 5)
})

test('what is marked makes each text again', () => {
  let seed = 1
  const random = (limit: number) => (seed = (seed * 48_271) % 2_147_483_647) % limit
  for (let round = 0; round < 300; round++) {
    const before = Array.from({ length: random(30) }, () => 'abc'[random(3)]!)
    const after = Array.from({ length: random(30) }, () => 'abc'[random(3)]!)
    const lines = compareLines(before, after)!
    const texts = (mark: string) =>
      lines.filter((line) => line.mark !== mark).map((line) => line.text)
    assert.equal(texts('+'), before)
    assert.equal(texts('-'), after)
  }
})

test('hunks have three lines around a change and say where they begin, as diff -u does', () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`)
  const after = before.with(9, 'changed')
  assert.equal(bodyDifference(bytes(before.join('\n')), bytes(after.join('\n'))), [
    '    @@ -7,7 +7,7 @@',
    '     line 7',
    '     line 8',
    '     line 9',
    '    -line 10',
    '    +changed',
    '     line 11',
    '     line 12',
    '     line 13',
  ])
})

test('nothing of a body can command or fool a terminal', () => {
  const evil = '\u001b[2J\u202eevil\r\nx\u0007\u009b31m\u200b'
  const [shown] = [bodyDifference(bytes('a\n'), bytes(`${evil}\n`)).join('\n')]
  // oxlint-disable-next-line no-control-regex
  assert.not.match(shown, /[\0-\x08\x0b-\x1f\x7f-\x9f\u202e\u200b]/)
  assert.match(shown, '\\u{1b}')
  denied('T23', 'the difference of a body')
  assert.match(bodyDifference(bytes('a'), bytes('\tb')).join('\n'), '+\tb')
  passed('T23')
})

test('a long difference is cut, a long line too, and what is no text or quite another has none', () => {
  const long = Array.from({ length: 500 }, (_, index) => `${index}`).join('\n')
  const lines = bodyDifference(bytes(''), bytes(long))
  assert.is(lines.length, 61)
  assert.match(lines.at(-1)!, 'and 441 lines more')
  assert.ok(
    bodyDifference(bytes('a'), bytes('b'.repeat(10_000))).every((line) => line.length < 200),
  )
  assert.equal(bodyDifference(bytes('a'), Uint8Array.of(0, 1)), [])
  assert.equal(bodyDifference(Uint8Array.of(0xff, 0xfe), bytes('a')), [])
  const many = (prefix: string) => Array.from({ length: 5000 }, (_, i) => prefix + i).join('\n')
  assert.equal(bodyDifference(bytes(many('a')), bytes(many('b'))), [
    '    (too much is different to be shown)',
  ])
})

test('a change tells both digests, sizes and types; a new commit of a file is a change of that file', () => {
  const entry = (digest: string) => ({
    integrity: `sha256-${digest}`,
    type: 'text/javascript',
    format: 'module' as const,
    imports: [],
  })
  const old = 'github:a/b@1/x.mjs'
  const own = 'github:a/b@2/x.mjs'
  const changes = [
    { key: old, before: entry('1'), after: undefined },
    { key: own, before: undefined, after: entry('2'), bytes: 2, body: bytes('b\n'), instead: old },
  ]
  assert.equal(differences(changes, new Map([[old, bytes('a\n\n')]])), [
    '~ github:a/b@1/x.mjs',
    '  github:a/b@2/x.mjs',
    '    body    sha256-1 → sha256-2',
    '    size    3 bytes → 2 bytes',
    '    @@ -1,2 +1,1 @@',
    '    -a',
    '    -',
    '    +b',
  ])
})

test.run()
