/** The tests of one protocol: each cell is one. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cellsOf, measure, titleOf } from './measure.mts'
import { partsOf, readPage } from './page.mts'
import { protocolNames } from './fault.mts'
import { tableOf } from './table.mts'
import type { Test } from 'uvu'
import type { ProtocolName } from './fault.mts'

/** Measures a protocol. @returns its tests, to be run */
export async function testProtocol(protocol: ProtocolName): Promise<Test> {
  const test = suite(`faults, ${protocol}`)
  const { results, said } = await measure(cellsOf().filter((cell) => cell.protocol === protocol))

  for (const { cell, fault } of results) {
    test(titleOf(cell), () => assert.is(fault, undefined))
  }

  test('nothing is printed of what is handled', () => {
    assert.equal(said, [])
  })

  test('docs/faults.md has the table that was measured', () => {
    const table = partsOf(readPage()).tables[protocolNames.indexOf(protocol)]
    assert.is(table, tableOf(protocol, results))
  })

  return test
}
