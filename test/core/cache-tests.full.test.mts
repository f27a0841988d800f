import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { knownFailures } from '../../bench/cache-tests/known-failures.mts'
import type { SuiteResult } from '../../bench/cache-tests/suite.mts'

const test = suite('cache tests')

const program = fileURLToPath(new URL('../../bench/cache-tests/cache-tests.mts', import.meta.url))

async function runSuite(): Promise<SuiteResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--json'], {
    maxBuffer: 2 ** 24,
  })
  return JSON.parse(stdout) as SuiteResult
}

const known = new Set(Object.values(knownFailures).flat())

function unexpected({ required }: SuiteResult): string[] {
  const names = required.failed.map((failure) => failure.split(': ')[0] ?? '')
  return names.filter((name) => !known.has(name))
}

/** What fails in each of some runs: its tests wait three seconds between requests, and some count on no more than that. */
async function findOut(): Promise<{ result: SuiteResult; failed: string[] }> {
  let result = await runSuite()
  let failed = unexpected(result)
  for (let runs = 1; runs < 4 && failed.length > 0; runs++) {
    result = await runSuite()
    const again = unexpected(result)
    failed = failed.filter((name) => again.includes(name))
  }
  return { result, failed }
}

let running: ReturnType<typeof findOut> | undefined

/** The suite runs once, and when it cannot, each test says why. */
const found = () => (running ??= findOut())

test('http-cache-tests runs whole', async () => {
  const { result } = await found()
  const { required, optimal, check } = result
  assert.ok(required.total === 163)
  assert.ok(optimal.total === 107)
  assert.ok(check.total === 100)
})

test('every required test passes but those of which we say why', async () => {
  assert.equal((await found()).failed, [])
})

test('what is said not to pass does not', async () => {
  const { required } = (await found()).result
  const names = required.failed.map((failure) => failure.split(': ')[0] ?? '')
  assert.equal(
    [...known].filter((name) => !names.includes(name)),
    [],
  )
})

test('nearly as many of the others pass as ever did, 71', async () => {
  const { result } = await found()
  assert.ok(result.optimal.passed >= 69, `optimal: ${result.optimal.passed}`)
})

test.run()
