/**
 * Prints the fault matrix: what becomes of an import when a server goes wrong, and how long that takes. Then the truncation
 * sweep over a module of 200 bytes, and the bombs. Fails when a cell does, a part of a module runs, or memory grows too much.
 * `--only <part of a fault's name>` measures a part of the matrix alone; `--write` writes docs/faults.md, if nothing fails.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BAR, bombAll } from '../test/faults/bomb.mts'
import { cellsOf, measure, titleOf } from '../test/faults/measure.mts'
import { pageOf, writePage } from '../test/faults/page.mts'
import { sweep } from '../test/faults/sweep.mts'
import { tablesOf } from '../test/faults/table.mts'
import type { Result } from '../test/faults/measure.mts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
})

const say = (text: string) => process.stdout.write(`${text}\n`)
const count = (number: number) => Math.round(number).toLocaleString('en')

// Many processes strip the types of the same files.
const cache = mkdtempSync(join(tmpdir(), 'mimeport-compile-cache-'))
process.on('exit', () => rmSync(cache, { recursive: true, force: true }))
process.env['NODE_COMPILE_CACHE'] ??= cache

/** The cells that came closest to their deadline. */
const closest = (results: readonly Result[]) =>
  [...results].sort((a, b) => b.took / b.deadline - a.took / a.deadline)

const started = performance.now()
const isWhole = values.only === ''
const cells = cellsOf().filter(({ fault }) => fault.name.includes(values.only))
const { results, said } = await measure(cells)
const failed = results.filter(({ fault }) => fault !== undefined)
const tables = tablesOf(results)
for (const table of tables) say(table)
say('Closest to their deadlines:')
for (const { cell, took, deadline } of closest(results).slice(0, 12)) {
  say(`  ${count(took).padStart(6)} of ${count(deadline)} ms  ${titleOf(cell)}`)
}
for (const { cell, fault } of failed) say(`\n✗ ${titleOf(cell)}: ${fault}`)
for (const text of said) say(`\n✗ printed ${text}`)
const seconds = ((performance.now() - started) / 1000).toFixed(1)
say(
  `\n${results.length - failed.length} cells hold, ${failed.length} fail; Node ${process.version}, ${seconds} s`,
)
let isWrong = failed.length > 0 || said.length > 0 || results.length === 0

if (isWhole) {
  const late = Math.max(0, ...results.map(({ took, deadline }) => took - deadline))
  const swept = await sweep(100)
  const byError = Object.entries(swept.errors).map(([code, number]) => `${code} ${count(number)}`)
  const cuts = `${count(swept.cuts)} cuts of a module of 200 bytes: ${swept.short.length} short modules ran, ${swept.stored.length} were in the cache; ${count(swept.ran)} of ${count(swept.wholes)} whole ones ran`
  say(`\n${cuts} (${byError.join(', ')})`)
  isWrong ||= swept.short.length > 0 || swept.stored.length > 0 || swept.ran < swept.wholes

  const bombs = await bombAll()
  say('')
  for (const { name, code, growth, took } of bombs) {
    const isRight = code === 'ERR_MIMEPORT_BODY_TOO_LARGE' && growth <= BAR
    if (!isRight) isWrong = true
    say(
      `${isRight ? '✓' : '✗'} 10 GiB, ${name}: ${code}, ${growth.toFixed(1)} MiB, ${count(took)} ms`,
    )
  }
  if (values.write && !isWrong) {
    const growths = bombs.map(({ name, growth }) => `${name} ${growth.toFixed(0)}`)
    const figures = [
      `Node ${process.version}, ${process.platform}.`,
      '',
      `- ${count(results.length)} cells, none wrong. No import ended later than ${count(late)} ms after its deadline.`,
      `- ${cuts}. Every part of that module parses, and would run. It was cut at every byte, under each coding, in each framing of HTTP/1.1 and HTTP/2, by each end that a connection and a stream can have.`,
      `- Ten gigabytes of zeros: refused in every form, and the peak of memory above that of a process with a small module was, in MiB: ${growths.join(', ')}. (\`long\` announces its length, \`endless\` comes in chunks.)`,
      '',
    ]
    writePage(pageOf(tables, figures.join('\n')))
  }
}
if (values.write && (isWrong || !isWhole))
  say('Only the whole matrix is written, and without a fault')
if (isWrong || (values.write && !isWhole)) process.exitCode = 1
