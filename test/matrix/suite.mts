/** The tests of one source: each cell is one. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { addon } from './addon.mts'
import { titleOf } from './cell.mts'
import { entrances } from './entrances.mts'
import { formats } from './formats.mts'
import { Matrix } from './measure.mts'
import { readPage, tablesOn } from './page.mts'
import { openStage } from './stage.mts'
import { tableOf } from './table.mts'
import { loaderPath } from '../support/spawn.mts'
import type { Test } from 'uvu'
import type { SourceName } from './source.mts'

/** Measures a source. @returns its tests, to be run */
export async function testSource(source: SourceName): Promise<Test> {
  const test = suite(`matrix, ${source}`)
  const stage = await openStage([source])
  const results = await new Matrix({ stage, loader: loaderPath }).measure()
  await stage.close()

  for (const { cell, fault } of results) {
    const end = cell.reason === undefined ? '' : ' is not to be had'
    test(`${titleOf(cell)}${end}`, () => assert.is(fault, undefined))
  }

  test('there is a cell for each entrance and each format', () => {
    assert.is(results.length, entrances.length * formats.length)
  })

  const compare = addon === undefined ? test.skip : test
  compare(
    'docs/matrix.md has the table that was measured (an addon for this platform given)',
    () => {
      assert.is(tablesOn(readPage())[source], tableOf(source, results))
    },
  )

  return test
}
