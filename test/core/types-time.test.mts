/** What `mimeport types` reads of texts from elsewhere takes time in proportion to them. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { assignsExports } from '../../cli/types/text.mts'
import { dataOf } from '../../core/engine/typing/value-type.mts'
import { denied, passed } from '../threats/record.mts'

const test = suite('types-time')

test('blank lines are read once', () => {
  assert.is(assignsExports('\n'.repeat(2_000_000)), false)
  denied('T27', 'a declaration of blank lines')
  for (const text of ['export = x', 'let x\n  export  =x', 'a\r\nexport=x']) {
    assert.is(assignsExports(text), true, text)
    passed('T27', text)
  }
  assert.is(assignsExports('export default x'), false)
})

test('the space in a default export is read once', () => {
  const space = ' '.repeat(2_000_000)
  assert.is(dataOf(`export default "${space}${space}x`), undefined)
  denied('T27', 'a default export of spaces')
  for (const [text, value] of [
    [`export default [1]${space}\n`, [1]],
    ['\nexport  default {"a":1} ;\n', { a: 1 }],
    ['export default "a"', 'a'],
    ['export default -1;', -1],
  ] as const) {
    assert.equal(dataOf(text)?.value, value)
    passed('T27', text.slice(0, 40))
  }
  for (const text of [
    'export default a',
    'export default 1;;',
    'let a = 1',
    'export default 1\nlet a',
  ]) {
    assert.is(dataOf(text), undefined, text)
  }
})

test.run()
