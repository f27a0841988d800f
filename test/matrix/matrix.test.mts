/** What is said of the matrix as a whole. Its cells are tested by source, in the files beside this one. */

import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { addon } from './addon.mts'
import { entrances } from './entrances.mts'
import { formats } from './formats.mts'
import { pageOf, readPage, tablesOn } from './page.mts'
import { reasonFor, reasons } from './reasons.mts'
import { sourceNames } from './source.mts'
import { openStage } from './stage.mts'
import { run } from '../support/spawn.mts'
import type { Stage } from './stage.mts'

const test = suite('matrix')
let stage: Stage

test.before(async () => {
  stage = await openStage(['file'])
})
test.after(() => stage.close())

const reasonsOfCells = sourceNames.flatMap((source) =>
  entrances.flatMap((entrance) => formats.map((format) => reasonFor(entrance, format, source))),
)

test('eight hundred cells and more are to hold', () => {
  assert.ok(reasonsOfCells.filter((reason) => reason === undefined).length >= 800)
})

for (const [index, reason] of reasons.entries()) {
  const { args, prints } = reason.control
  test(`reason ${index + 1} is plain Node's`, async () => {
    const cwd = join(stage.project.path, 'file')
    const { stdout, stderr } = await run(args, { cwd, nodeArgs: [] })
    assert.match(stdout + stderr, prints)
  })
  test(`reason ${index + 1} is that of a cell`, () => {
    assert.ok(reasonsOfCells.includes(reason))
  })
}

const compare = addon === undefined ? test.skip : test
compare('docs/matrix.md is the page around its tables (an addon for this platform given)', () => {
  const page = readPage()
  assert.is(page, pageOf(tablesOn(page)))
})

test('docs/matrix.md has no cell that fails or was not measured', () => {
  assert.not.match(Object.values(tablesOn(readPage())).join(''), /[✗?]/)
})

test.run()
