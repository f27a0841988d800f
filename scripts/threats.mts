/**
 * Prints the table of threats: what was tried against each and denied, which controls passed, how many connections came to
 * canaries and how many secrets were found where none may be. Runs the test files that record such things; fails when one
 * of them does, when a threat has no denial or no control, or when anything came through. `--write` puts the figures, and
 * which files hold which threat, into SECURITY.md, if nothing failed; `npm run format` then sets its table.
 */

import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { faultsOf, readRecords, tableOf, tallyOf, totalsOf } from '../test/threats/tally.mts'
import { writePage } from '../test/threats/page.mts'

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } })
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const say = (text: string) => process.stdout.write(`${text}\n`)

const files = globSync(['test/**/*.test.mts', 'examples/**/*.test.mts'], { cwd: root }).filter(
  (file) => /from '[^']*\/record\.mts'/.test(readFileSync(join(root, file), 'utf8')),
)
const folder = mkdtempSync(join(tmpdir(), 'mimeport-threats-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const path = join(folder, 'records.jsonl')
writeFileSync(path, '')

const started = performance.now()
const { status } = spawnSync(process.execPath, [join(root, 'test/run.mts'), ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, MIMEPORT_THREATS: path },
})

const tallies = tallyOf(readRecords(readFileSync(path, 'utf8')), (file) =>
  relative(root, file).replaceAll('\\', '/'),
)
say(`\n${tableOf(tallies)}\n`)
const faults = faultsOf(tallies)
if (status !== 0) faults.push('a test failed')
for (const fault of faults) say(`✗ ${fault}`)
const { denials, controls, connections, leaks } = totalsOf(tallies)
const count = (value: number) => value.toLocaleString('en')
const seconds = ((performance.now() - started) / 1000).toFixed(1)
say(
  `${tallies.size} threats: ${count(denials)} denials, ${count(controls)} controls, ${connections} connections to canaries, ${leaks} secrets found; ${files.length} files, Node ${process.version}, ${seconds} s`,
)
if (faults.length > 0) process.exitCode = 1
else if (values.write) writePage(tallies)
if (values.write && faults.length > 0) say('The figures are written only when nothing fails')
