/** What is said of the matrix as a whole. Its cells are tested by protocol, in the files beside this one. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { faults } from './faults.mts'
import { cellsOf } from './measure.mts'
import { pageOf, partsOf, readPage } from './page.mts'

const test = suite('fault matrix')

test('no two faults have one name', () => {
  assert.is(new Set(faults.map(({ name }) => name)).size, faults.length)
})

test('two thousand cells and more are to hold', () => {
  assert.ok(cellsOf().length > 2000)
})

test('each row of the list of faults that is of a server has one here, or a test of its own', () => {
  const ids = new Set(faults.map(({ id }) => id))
  const elsewhere = ['S18', 'S21', 'S23', 'S24']
  const wanted = Array.from({ length: 24 }, (_, n) => `S${String(n + 1).padStart(2, '0')}`)
  assert.equal(
    wanted.filter((id) => !ids.has(id) && !elsewhere.includes(id)),
    [],
  )
})

test('docs/faults.md is the page around its tables and figures, and no cell of it fails', () => {
  const page = readPage()
  const { tables, figures } = partsOf(page)
  assert.is(page, pageOf(tables, figures))
  assert.not.match(tables.join(''), /[✗?]/)
})

test.run()
