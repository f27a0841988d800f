/**
 * Measures us beside everyone who does the same, bar by bar: `npm run bench [-- --only A,C]`. `--help` has the rest, and
 * docs/performance.md what is measured.
 */

import { availableParallelism, loadavg } from 'node:os'
import { pathToFileURL } from 'node:url'
import { memory } from './bars/memory.mts'
import { sizes, smokeSizes } from './bars/sizes.mts'
import { emptyCaches } from './contenders/contender.mts'
import { Cast } from './contenders/cast.mts'
import { profile } from './measure/profile.mts'
import { runRounds } from './measure/round.mts'
import { readOptions, usage } from './options.mts'
import { installPeers, showPeers } from './peers/peers.mts'
import { circumstances, writeDocument } from './report/document.mts'
import { resultOf } from './report/result.mts'
import { barsTable, brief, rowTable } from './report/tables.mts'
import { makeRows, withMemory } from './rows.mts'
import { buildPackage, installPackage, source } from './workloads/subject.mts'
import { makeProject } from './workloads/project.mts'
import type { Row } from './bars/row.mts'
import type { RowResult } from './report/result.mts'

/** A bar is the median of so many rounds, or more. */
const BAR_ROUNDS = 7
/** Looks at memory; what is most is taken. */
const MEMORY_ROUNDS = 3
/** Runs that fill the caches before the first that counts: some have theirs complete only after the second. */
const WARMING = 2

if (process.argv.includes('--help')) {
  process.stdout.write(usage)
  process.exit()
}
const options = readOptions(process.argv.slice(2))
const { only, json } = options

/** What is going on, on a line of a terminal that the next one replaces. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text.slice(0, 120)}`)
}

/** A row, as far as its letter was asked for: where only memory is wanted, one round shows that all is right. */
async function measure(row: Row): Promise<RowResult> {
  const { contenders, name, expected, letter, server } = row
  const timed = only.has(letter)
  const wanted = options.rounds ?? row.rounds ?? options.usualRounds
  const rounds = await runRounds({
    contenders,
    expected,
    expect: options.expect,
    rounds: timed ? wanted : 1,
    warming: options.smoke ? 1 : WARMING,
    memoryRounds: memoryRounds(row),
    counts: server && (() => server.counts()),
    progress: (text) => progress(`${name}: ${text}`),
  })
  progress('')
  const result = { ...resultOf(row, rounds), ...(options.profile && profileOf(row)) }
  return timed ? result : { ...result, bars: [] }
}

/** Where memory is judged, several; elsewhere one, which shows what size it is. */
function memoryRounds({ letter, facts }: Row): number {
  if (only.has('F') && withMemory.includes(letter)) return MEMORY_ROUNDS
  return facts === undefined && !options.smoke ? 1 : 0
}

/** Where our time goes in a row. What is warm, the runs before have left so. */
function profileOf({ contenders }: Row): Pick<RowResult, 'profile'> {
  const ours = contenders.find(({ role }) => role === 'ours')
  if (ours === undefined) return {}
  if (ours.start === 'cold') emptyCaches(ours)
  const warming = ours.start === 'cold' ? 0 : WARMING
  return { profile: profile(ours, pathToFileURL(subject.folder).href, warming) }
}

// What else runs takes turns with what is measured: ratios of single runs mean little then.
if (loadavg()[0]! > availableParallelism() / 2) {
  process.stderr.write('!! THE MACHINE IS NOT QUIET: these are no figures of a bar\n')
}
if ((options.rounds ?? BAR_ROUNDS) < BAR_ROUNDS) {
  process.stderr.write(`!! FEWER THAN ${BAR_ROUNDS} ROUNDS: these are no figures of a bar\n`)
}
progress('building, installing')
if (!options.built && !options.source) buildPackage()
const peers = options.peers ? installPeers() : undefined
const where = circumstances(options.node, peers)
const project = makeProject()
// However it ends: by a Ctrl-C, an error, or a reader of its output that has gone.
process.on('exit', () => {
  if (options.keep) process.stderr.write(`kept: ${project.folder}\n`)
  else project.remove()
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
let subject = source
let stop: (() => Promise<void>) | undefined
try {
  if (!options.source) subject = installPackage(project.folder)
  if (peers !== undefined) showPeers(peers, project.folder)
  const cast = new Cast({ subject, project, node: options.node, peers })
  const { rows, server } = await makeRows(cast, options.smoke ? smokeSizes : sizes, only)
  stop = server && (() => server.stop())
  const results: RowResult[] = []
  for (const row of rows.filter(({ name }) => name.includes(options.rows))) {
    const result = await measure(row)
    results.push(result)
    if (!json) process.stdout.write(`${rowTable(result)}\n\n`)
  }
  const bars = [
    ...results.flatMap(({ bars }) => bars),
    ...(only.has('F') ? memory(results) : []),
  ].toSorted((a, b) => a.id[0]!.localeCompare(b.id[0]!))
  if (json)
    process.stdout.write(`${JSON.stringify({ where, bars, rows: results }, undefined, 2)}\n`)
  else process.stdout.write(`${where}\n\n${barsTable(bars)}\n`)
  if (options.write) {
    const tables = results.map((row) => rowTable(row, brief))
    writeDocument(`${where}\n\n${barsTable(bars)}\n\n${tables.join('\n\n')}`)
  }
  const failures = results.flatMap(({ failures }) => failures)
  if (failures.some(({ role, wrong }) => wrong || role === 'ours')) process.exitCode = 1
} finally {
  await stop?.()
}
