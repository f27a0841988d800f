/**
 * Measures us beside everyone who does the same, bar by bar: `npm run bench [-- --only A,C]`. `--help` has the rest, and
 * docs/performance.md what is measured.
 */

import { untouched } from './bars/untouched.mts'
import { remote, writeGraphs } from './bars/remote.mts'
import { sizes as realSizes, smokeSizes } from './bars/sizes.mts'
import { startup } from './bars/startup.mts'
import { typescript } from './bars/typescript.mts'
import { Cast } from './contenders/cast.mts'
import { runRounds } from './measure/round.mts'
import { readOptions, usage } from './options.mts'
import { installPeers, showPeers } from './peers/peers.mts'
import { resultOf } from './report/result.mts'
import { barsTable, rowTable } from './report/tables.mts'
import { ModuleServer } from './server/server.mts'
import { buildPackage, installPackage } from './workloads/installation.mts'
import { makeProject } from './workloads/project.mts'
import { SERVED } from './workloads/remote.mts'
import type { Row } from './bars/row.mts'
import type { RowResult } from './report/result.mts'

if (process.argv.includes('--help')) {
  process.stdout.write(usage)
  process.exit()
}
const options = readOptions(process.argv.slice(2))
const sizes = options.smoke ? smokeSizes : realSizes
const say = (text: string) => void process.stderr.write(`${text}\n`)

if (!options.built) {
  say('building')
  buildPackage()
}
const peers = options.peers ? installPeers() : undefined
const project = makeProject()
let server: ModuleServer | undefined

async function rowsAsked(cast: Cast): Promise<Row[]> {
  const { only } = options
  const asked = (letter: Row['letter']) => only.has(letter) || only.has('F')
  const rows: Row[] = []
  if (asked('A')) rows.push(...startup(cast))
  if (asked('B')) rows.push(...untouched(cast, sizes))
  if (asked('C')) rows.push(...(await typescript(cast, sizes)))
  if (asked('D')) {
    const graphs = writeGraphs(cast, sizes)
    server = await ModuleServer.start(`${project.folder}/${SERVED}`)
    rows.push(...remote(cast, server, graphs))
  }
  return rows.filter(({ name }) => name.includes(options.rows))
}

try {
  installPackage(project.folder)
  if (peers !== undefined) showPeers(peers, project.folder)
  const cast = new Cast({ project, node: options.node, peers })
  const results: RowResult[] = []
  for (const row of await rowsAsked(cast)) {
    const { contenders, name, expected } = row
    const rounds = await runRounds({
      contenders,
      expected: options.expect ?? expected,
      rounds: options.roundsGiven ? options.rounds : (row.rounds ?? options.rounds),
      memoryRounds: Math.min(3, options.rounds),
      counts: row.server && (() => row.server!.counts()),
      progress: (text) => {
        if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${name}: ${text}`)
      },
    })
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
    const result = resultOf(row, rounds)
    results.push(result)
    process.stdout.write(`${rowTable(result)}\n\n`)
  }
  process.stdout.write(`${barsTable(results.flatMap(({ bars }) => bars))}\n`)
  const failures = results.flatMap(({ failures }) => failures)
  if (failures.some(({ role, wrong }) => wrong || role === 'ours')) process.exitCode = 1
} finally {
  await server?.stop()
  project.remove()
}
