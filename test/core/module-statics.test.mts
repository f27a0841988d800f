/** What linking a module takes, as it is found, and as somebody has found it before. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { importSites } from '../../core/import-sites.mts'
import { noteStatics, staticsOf } from '../../core/module-statics.mts'

const test = suite('module-statics')

test('static imports and exports from elsewhere are named in their order, dynamic ones are not', () => {
  const { imports, hasDefault } = staticsOf(
    'import "a"\nimport b from \'b\'\nexport * from "c"; export { d } from "d"; import("e"); import.meta.url',
  )
  assert.equal(
    imports.map(({ specifier }) => specifier),
    ['a', 'b', 'c', 'd'],
  )
  assert.is(hasDefault, false)
  assert.is(staticsOf('export default 1').hasDefault, true)
  assert.is(staticsOf('export { a as default } from "b"').hasDefault, true)
})

test('what is no module has none', () => {
  assert.equal(staticsOf('import {'), { imports: [], hasDefault: false })
})

test('what was noted of a text goes for that text alone', () => {
  const source = 'import "a"'
  noteStatics(source, { imports: [], hasDefault: true })
  assert.is(staticsOf(source).hasDefault, true)
  assert.is(staticsOf(`${source};`).imports.length, 1)
  noteStatics(`${source};`, { imports: [], hasDefault: false })
  assert.is(staticsOf(source).imports.length, 1)
})

test('the place of an import is where its specifier begins', () => {
  const source = '\nimport a from "b"'
  assert.equal(importSites(source, staticsOf(source)), [
    { specifier: 'b', attributes: {}, position: '2:15' },
  ])
})

test.run()
