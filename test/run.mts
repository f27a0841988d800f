/**
 * Runs every test file in a process of its own, some at a time, and counts. A file that runs no test has failed: without
 * `.run()` uvu says nothing and exits 0. `node test/run.mts [part of a path …]` runs the files that match; `--full` runs
 * those that plain runs leave out, `*.full.test.mts`: tables by other protocols and from other sources, other tools, many processes.
 */

import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A file that takes longer hangs, ms. */
const DEADLINE = 120_000

interface Result {
  readonly file: string
  readonly passed: number
  readonly total: number
  readonly skipped: number
  readonly failed: boolean
  readonly output: string
  readonly seconds: number
}

const root = dirname(dirname(fileURLToPath(import.meta.url)))
// Every process strips the types of the same files. A cache of this run's own: what a test finds does not depend on the last.
const cache = mkdtempSync(join(tmpdir(), 'mimeport-compile-cache-'))
process.on('exit', () => rmSync(cache, { recursive: true, force: true }))
const wanted = process.argv.slice(2).filter((arg) => arg !== '--full')
const isFull = process.argv.includes('--full')
const files = globSync(['test/**/*.test.mts', 'examples/**/*.test.mts'], { cwd: root })
  .filter((file) => !file.includes('fixtures') && !file.includes('node_modules'))
  .filter((file) => (wanted.length > 0 && !isFull) || file.includes('.full.') === isFull)
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort()

function runFile(file: string): Promise<Result> {
  const started = performance.now()
  // What is stored is not the user's, nor another file's.
  const httpCache = mkdtempSync(join(tmpdir(), 'mimeport-http-cache-'))
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, file)], {
      cwd: root,
      env: {
        NODE_COMPILE_CACHE: cache,
        ...process.env,
        MIMEPORT_CACHE: httpCache,
        FORCE_COLOR: '0',
        NO_COLOR: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
    const timer = setTimeout(() => {
      output += `\n${file} did not end within ${DEADLINE / 1000} s and was killed\n`
      child.kill('SIGKILL')
    }, DEADLINE)
    child.on('close', (status) => {
      clearTimeout(timer)
      rmSync(httpCache, { recursive: true, force: true })
      const count = (name: string) =>
        [...output.matchAll(new RegExp(`^ {2}${name}: +(\\d+)`, 'gm'))].reduce(
          (sum, [, digits]) => sum + Number(digits),
          0,
        )
      const total = count('Total')
      const passed = count('Passed')
      const skipped = count('Skipped')
      const why = skipped > 0 ? 'what all of them need is not installed' : 'does it call .run()?'
      const empty = total === 0 ? `${file} ran no test: ${why}\n` : ''
      resolve({
        file,
        passed,
        total,
        skipped,
        failed: status !== 0 || total === 0 || passed !== total,
        output: output + empty,
        seconds: (performance.now() - started) / 1000,
      })
    })
  })
}

const say = (text: string) => process.stdout.write(`${text}\n`)
const results: Result[] = []
const queue = [...files]
const started = performance.now()

async function work(): Promise<void> {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const result = await runFile(file)
    results.push(result)
    const { passed, total, skipped, failed, seconds } = result
    const left = skipped === 0 ? '' : `, ${skipped} skipped`
    say(`${failed ? 'FAILED' : 'ok    '} ${file} ${passed}/${total}${left} ${seconds.toFixed(1)} s`)
    // Their names first: what a file prints may be long.
    for (const [, name] of result.output.matchAll(/^ +FAIL {2}(.+)$/gm)) say(`FAILED ${name}`)
    if (failed) say(result.output)
  }
}

// One more than there are processors: some tests wait.
const atOnce = Math.min(4, availableParallelism()) + 1
await Promise.all(Array.from({ length: atOnce }, work))

const passed = results.reduce((sum, result) => sum + result.passed, 0)
// A file that failed as a whole (a crash, no test) counts as one failure.
const failed = results.reduce(
  (sum, result) => sum + (result.failed ? Math.max(1, result.total - result.passed) : 0),
  0,
)
if (files.length === 0) say(`no test file matches ${wanted.join(', ')}`)
say(
  `\n${files.length} files, Node ${process.version}, ${((performance.now() - started) / 1000).toFixed(1)} s`,
)
const skipped = results.reduce((sum, result) => sum + result.skipped, 0)
// Once more at the end: their output is far up by then.
for (const { file } of results.filter((result) => result.failed)) say(`FAILED ${file}`)
say(`${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`)
if (skipped > 0) say('npm run programs and npm run adapters install what most of the skipped need')
process.exitCode = failed > 0 || files.length === 0 ? 1 : 0
