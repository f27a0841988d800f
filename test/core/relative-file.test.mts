/** A plain relative specifier's URL is what a parser of URLs makes of it. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { relativeFile } from '../../core/application/relative-file.mts'

const test = suite('relative-file')

const parents = [
  'file:///a/b/c/d.ts',
  'file:///a.ts',
  'file:///a/b.ts?x=/y/z#/w',
  'file:///a/b.ts#/c/d',
  'file:///C:/a.ts',
  'file:///C:/a/b.ts',
  'file:///a%20b/%C3%A9/c.ts',
  'file://host/a/b.ts',
  'https://host.test/a/b.ts',
  'data:text/javascript,1',
  undefined,
]

const specifiers = [
  './a.ts',
  './a',
  './a/b.test.ts',
  './A-b_c.d/e.mjs.md',
  '../a.ts',
  '../../a/b.ts',
  '../../../../../a.ts',
  './../a.ts',
  './a/../b.ts',
  './.a.ts',
  '../.a/b.ts',
  './a..ts',
  './a//b.ts',
  './a.ts?b',
  './a.ts#b',
  './a%20b.ts',
  './é.ts',
  './a b.ts',
  './a\\b.ts',
  '.',
  '..',
  './',
  '../',
  'a.ts',
  '#a',
  '/a.ts',
  'file:///a.ts',
  'node:fs',
]

for (const parent of parents) {
  test(`from ${parent}`, () => {
    for (const specifier of specifiers) {
      const isAbsolute = specifier.startsWith('file:')
      const isRelative = /^(?:\.{0,2}\/|\.{1,2}$)/.test(specifier)
      const isOurs = isAbsolute || (isRelative && parent?.startsWith('file:') === true)
      const expected = isOurs ? URL.parse(specifier, parent)?.href : undefined
      assert.is(relativeFile(specifier, parent), expected, specifier)
    }
  })
}

test.run()
