/**
 * Runs the end-to-end tests, the examples and the contract suite against the installed package:
 * `npm run test:installed [-- npm pnpm yarn]`, all three when none is named. The same tests run from the source in
 * `npm test`.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bare, installProject, makeSource } from './layout.mts'
import { managers, programOf } from './manager.mts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const parts = ['test/e2e/', 'test/contract/', 'examples/']

/** Tests of the repository itself: what they copy or change is laid out otherwise in the package. They must fail. */
const exceptions = [
  'contract: encrypted "resolve answers the samples"',
  'contract: encrypted "resolve works without a context"',
  'discovery "a loader that is dropped in beside the built-in ones is found"',
  'processes "an engine whose entry has a syntax error is an error at the import, at once"',
  'processes "an engine whose entry imports what is missing is an error at the import, at once"',
  'processes "an engine whose entry is missing is an error at the import, at once"',
]

/** A test that failed, or a file that ended otherwise. */
interface Failure {
  readonly name: string
  /** What was printed of it. */
  readonly report: string
}

/** What failed, by what the runner has printed. */
function readFailures(output: string): Failure[] {
  const files = output.split(/^(?=(?:ok {4}|FAILED) \S+ \d+\/\d+\D)/m)
  return files.flatMap((text): Failure[] => {
    const [, file = '', passed, total] = /^FAILED (\S+) (\d+)\/(\d+)\D/.exec(text) ?? []
    if (file === '') return []
    const tests = text.split(/^(?= +FAIL {2})/m).flatMap((report): Failure[] => {
      const [, suite, name] = /^ +FAIL {2}(.+) {2}(".*")$/m.exec(report) ?? []
      return name === undefined ? [] : [{ name: `${suite} ${name}`, report }]
    })
    return passed === total || tests.length === 0 ? [{ name: file, report: text }] : tests
  })
}

/** Runs the tests, and says of each file that passes that it does. */
async function runTests(loader: string): Promise<readonly Failure[]> {
  const redirect = pathToFileURL(join(root, 'test/installed/redirect.mts')).href
  const child = spawn(process.execPath, [join(root, 'test/run.mts'), ...parts], {
    cwd: root,
    env: { ...process.env, MIMEPORT_UNDER_TEST: loader, NODE_OPTIONS: `--import ${redirect}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('ok ')) say(line)
  })
  await new Promise((resolve) => child.on('close', resolve))
  if (!/^\d+ passed, /m.test(output)) {
    say(output)
    throw new Error('the tests did not run to their end')
  }
  return readFailures(output)
}

/** Our package, and the parsers that a project installs for the formats that it has. */
const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  peerDependencies: Readonly<Record<string, string>>
}
const withParsers = { ...bare, dependencies: { ...bare.dependencies, ...peerDependencies } }

const say = (text: string) => process.stdout.write(`${text}\n`)
const wanted = process.argv.slice(2)
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mimeport-installed-')))
const source = await makeSource(folder)
try {
  for (const manager of managers) {
    if (wanted.length > 0 && !wanted.includes(manager)) continue
    if (programOf(manager) === undefined) throw new Error(`no ${manager}: npm run programs`)
    const layout = await installProject(manager, source, withParsers)
    say(`— ${manager}, Node ${process.version}`)
    // pnpm's is a link, and Node's `--import mimeport` leads through it.
    const home = realpathSync(join(layout, 'node_modules/mimeport'))
    const failures = await runTests(join(home, 'dist/loader.mjs'))
    // What is expected to fail is not shown: somebody who looks for what is wrong would find that first.
    const faults = failures.filter(({ name }) => !exceptions.includes(name))
    const mended = exceptions.filter((name) => failures.every((failure) => failure.name !== name))
    for (const { name, report } of faults) say(`FAILED with the package: ${name}\n${report}`)
    for (const name of mended) say(`No exception any more: ${name}`)
    if (faults.length + mended.length > 0) process.exitCode = 1
    else say(`${manager}: all but the ${exceptions.length} tests of the repository itself`)
  }
} finally {
  await source.registry.stop()
  rmSync(folder, { recursive: true, force: true })
}
