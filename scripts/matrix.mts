/**
 * Prints the matrix: what can be imported, through every entrance of Node, from every source. Fails when a cell does.
 * `--loader <file>` measures another form of the loader, `--source <name>` and `--only <part of an entrance's name>` a
 * part of the matrix; `--write` writes docs/matrix.md, if nothing fails.
 */

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { titleOf } from '../test/matrix/cell.mts'
import { Matrix } from '../test/matrix/measure.mts'
import { pageOf, writePage } from '../test/matrix/page.mts'
import { reasons } from '../test/matrix/reasons.mts'
import { sourceNames } from '../test/matrix/source.mts'
import { openStage } from '../test/matrix/stage.mts'
import { countOf, tableOf } from '../test/matrix/table.mts'
import { loaderPath } from '../test/support/spawn.mts'
import type { SourceName } from '../test/matrix/source.mts'

const { values } = parseArgs({
  options: {
    loader: { type: 'string', default: loaderPath },
    source: { type: 'string', multiple: true, default: [...sourceNames] },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
})

const say = (text: string) => process.stdout.write(`${text}\n`)
const started = performance.now()
const names = sourceNames.filter((name) => values.source.includes(name))
const stage = await openStage(names)
const matrix = new Matrix({ stage, loader: resolve(values.loader), only: values.only })
const results = await matrix.measure().finally(() => stage.close())

for (const name of names) say(tableOf(name, results))
for (const [index, { text }] of reasons.entries()) say(`${index + 1}. ${text}`)
for (const { cell, fault } of results) {
  if (fault !== undefined) say(`\n✗ ${titleOf(cell)}: ${fault}`)
}
const { passed, failed, empty } = countOf(results)
const seconds = ((performance.now() - started) / 1000).toFixed(1)
say(
  `\n${passed} cells hold, ${empty} are empty, ${failed} fail; Node ${process.version}, ${seconds} s`,
)

const isWhole = names.length === sourceNames.length && values.only === ''
const tables = names.map((name) => [name, tableOf(name, results)] as const)
const isEmpty = results.length === 0 || (isWhole && tables.some(([, table]) => table.includes('?')))
if (isEmpty) say('A cell has no mark')
if (isEmpty || failed > 0) process.exitCode = 1
else if (values.write && isWhole) {
  writePage(pageOf(Object.fromEntries(tables) as Record<SourceName, string>))
} else if (values.write) {
  say('Only the whole matrix is written')
  process.exitCode = 1
}
