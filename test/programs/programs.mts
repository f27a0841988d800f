/**
 * Runs real programs of npm with and without us, and prints a table: `npm run test:programs [-- part of a name …]`.
 *
 * `✓`: stdout, stderr, exit code and all files are the same. `≈`: they are not, and would not be with hooks that do
 * nothing; with these they are as with ours, frames of Node's own files aside. The first column is the program against
 * itself. `--package` leaves the source out. The programs are installed when they are not there.
 */

import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { binFolder } from '../installed/manager.mts'
import { startServer } from '../support/server.mts'
import { bundling } from './bundling.mts'
import { checking } from './checking.mts'
import { differences, runJob, unfinished, withoutFrames } from './comparison.mts'
import { serving } from './serving.mts'
import { testing } from './testing.mts'
import { remote, withUs } from './with-us.mts'
import type { RunFolder, Way } from './comparison.mts'
import type { Job, JobWithUs } from './job.mts'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(dirname(here))
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mimeport-programs-')))
const say = (text: string) => process.stdout.write(`${text}\n`)

function must(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`)
}

if (!existsSync(join(here, 'node_modules'))) must('npm', ['run', 'programs'])

/** The package as it is installed, beside what it depends on. */
function buildPackage(): string {
  const home = join(folder, 'node_modules/mimeport')
  mkdirSync(home, { recursive: true })
  must(process.execPath, [join(root, 'scripts/build.mts'), join(home, 'dist')])
  cpSync(join(root, 'package.json'), join(home, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'))
  return join(home, 'dist/loader.mjs')
}

/** Hooks that do nothing: what is another under these as well is Node's. */
function writeNoop(): string {
  const path = join(folder, 'node_modules/noop.mjs')
  const hooks = '{ resolve: (s, c, next) => next(s, c), load: (u, c, next) => next(u, c) }'
  writeFileSync(path, `process.getBuiltinModule('node:module').registerHooks(${hooks})\n`)
  return path
}

/** A program with a preload, and the same with hooks that do nothing. */
interface PreloadWay extends Way {
  readonly control: Way
}

const byFlag = (preload: string) => ({ nodeArgs: ['--import', preload] })
const byOptions = (preload: string) => ({ options: `--import ${preload}` })
const source = join(root, 'loader.mts')
const built = buildPackage()
const noop = writeNoop()
const without: Way = { name: 'without' }
const preloads: readonly PreloadWay[] = Object.entries({ package: built, source }).flatMap(
  ([form, preload]) => [
    { name: `--import, ${form}`, ...byFlag(preload), control: { name: 'noop', ...byFlag(noop) } },
    {
      name: `NODE_OPTIONS, ${form}`,
      ...byOptions(preload),
      control: { name: 'noop', ...byOptions(noop) },
    },
  ],
)
const flags = process.argv.slice(2).filter((arg) => arg.startsWith('--'))
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'))
const ways = preloads.filter(({ name }) => !flags.includes('--package') || name.endsWith('package'))

const bin = binFolder(folder)
const server = await startServer()
await server.set(remote)
let count = 0

function runFolder(): RunFolder {
  const home = join(folder, `home-${++count}`)
  mkdirSync(home)
  return { folder: join(folder, `job-${count}`), home, bin, server: server.url }
}

type Mark = '✓' | '≈' | '✗'

interface Row {
  readonly name: string
  readonly marks: readonly Mark[]
  readonly faults: readonly string[]
}

/** The same with us as without. */
async function compare(job: Job): Promise<Row> {
  const at = runFolder()
  const own = await runJob(job, without, at)
  const faults = unfinished(job, own)
  if (own.status !== job.status) faults.push(`  it ended with ${own.status}:\n${own.stderr}`)
  const unsteady = differences(own, await runJob(job, without, at))
  if (unsteady.length > 0) faults.push(' itself:', ...unsteady)
  const marks: Mark[] = [unsteady.length === 0 ? '✓' : '✗']
  for (const way of ways) {
    const outcome = await runJob(job, way, at)
    const found = differences(own, outcome)
    if (found.length === 0) {
      marks.push('✓')
      continue
    }
    const control = await runJob(job, way.control, at)
    const more = differences(withoutFrames(control, noop), withoutFrames(outcome, noop))
    marks.push(more.length === 0 ? '≈' : '✗')
    if (more.length > 0) faults.push(` ${way.name}:`, ...found)
  }
  return { name: job.name, marks, faults }
}

/** Works with us, and not without. */
async function complete(job: JobWithUs): Promise<Row> {
  const at = runFolder()
  const faults: string[] = []
  const own = await runJob(job, without, at)
  const marks: Mark[] = [own.status === 0 ? '✗' : '✓']
  if (own.status === 0) faults.push('  it needs nothing of ours')
  for (const way of ways) {
    const outcome = await runJob(job, way, at)
    const found = unfinished(job, outcome)
    if (outcome.status !== 0) found.push(`  it ended with ${outcome.status}:\n${outcome.stderr}`)
    marks.push(found.length === 0 ? '✓' : '✗')
    if (found.length > 0) faults.push(` ${way.name}:`, ...found)
  }
  return { name: job.name, marks, faults }
}

function print(title: string, first: string, rows: readonly Row[]): void {
  if (rows.length === 0) return
  const width = Math.max(...rows.map(({ name }) => name.length), title.length)
  const names = [first, ...ways.map(({ name }) => name)]
  say(`\n${title.padEnd(width)}  ${names.join('  ')}`)
  for (const { name, marks, faults } of rows) {
    const cells = marks.map((mark, index) => mark.padEnd(names[index]!.length))
    say(`${name.padEnd(width)}  ${cells.join('  ').trimEnd()}`)
    for (const fault of faults) say(fault)
  }
}

/** Runs jobs two at a time, in order. */
async function runAll<T>(jobs: readonly T[], run: (job: T) => Promise<Row>): Promise<Row[]> {
  const rows: Row[] = []
  const queue = [...jobs.entries()]
  async function work(): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      rows[next[0]] = await run(next[1])
    }
  }
  await Promise.all([work(), work()])
  return rows
}

const isWanted = ({ name }: { readonly name: string }) =>
  wanted.length === 0 || wanted.some((part) => name.includes(part))
const started = performance.now()
try {
  const jobs = [...checking, ...bundling, ...testing, ...serving].filter(isWanted)
  const rows = await runAll(jobs, compare)
  print('the same with us as without', 'itself', rows)
  const more = await runAll(withUs.filter(isWanted), complete)
  print('with us, and not without', 'fails without', more)
  const faulty = [...rows, ...more].filter(({ faults }) => faults.length > 0)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const all = rows.length + more.length
  say(
    `\n${all} jobs, Node ${process.version}, ${seconds} s: ${all - faulty.length} right, ${faulty.length} not`,
  )
  process.exitCode = faulty.length > 0 || all === 0 ? 1 : 0
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
