import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CacheStore } from '../../core/cache/cache-store.mts'
import { contentOf } from '../support/cache-content.mts'
import type { ChildProcess } from 'node:child_process'

const test = suite<{ folder: string }>('cache processes')

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'mimeport-cache-'))
})
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }))

const program = fileURLToPath(new URL('../support/cache-process.mts', import.meta.url))

interface Seen {
  readonly hits: number
  readonly fetched: number
  readonly wrong: number
  readonly warnings: readonly string[]
}

/** Starts a process that uses the cache, by a shell's words around it if there are any. */
function start(folder: string, entries: number, ...more: string[]): ChildProcess {
  const args = [program, folder, String(entries), ...more]
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
}

function output(child: ChildProcess): Promise<Seen> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
      if (text.includes('\n')) resolve(JSON.parse(text) as Seen)
    })
    child.once('close', (code, signal) => reject(new Error(`It ended: ${code ?? signal}: ${text}`)))
  })
}

/** Reads all that is stored as another process would. */
function inspect(folder: string, entries: number) {
  const warnings: string[] = []
  const store = new CacheStore({ folder, size: 2 ** 30, warn: (message) => warnings.push(message) })
  const files = readdirSync(join(folder, 'responses'))
  const result = { whole: 0, wrong: 0, files: 0, temporary: 0, warnings }
  for (const name of files) {
    if (/^[0-9a-f]{64}$/.test(name)) result.files++
    else if (name !== 'swept') result.temporary++
  }
  for (let number = 0; number < entries; number++) {
    const [found] = store.read(['GET', `https://x.example/${number}`, '', ''])
    if (found === undefined) continue
    if (contentOf(number).equals(found.body)) result.whole++
    else result.wrong++
  }
  return result
}

// 1,000 by hand: CACHE_KILLS=1000.
const kills = Number(process.env['CACHE_KILLS'] ?? 30)

test(`a process is killed while it writes, ${kills} times: no file is torn`, async ({ folder }) => {
  const entries = 40
  let temporary = 0
  for (let round = 0; round < kills; round++) {
    const child = start(folder, entries, 'for ever')
    const gone = new Promise((resolve) => child.once('close', resolve))
    await output(child)
    await sleep(randomInt(15))
    child.kill('SIGKILL')
    await gone
    const seen = inspect(folder, entries)
    // What is damaged would have been removed, and not be whole.
    assert.equal([seen.wrong, seen.whole, seen.files], [0, entries, entries])
    assert.equal(seen.warnings, [])
    temporary = seen.temporary
  }
  assert.ok(temporary <= kills)
})

test('16 processes fill one cache at once: each gets everything, and asks no more than once', async ({
  folder,
}) => {
  const entries = 200
  const all = await Promise.all(Array.from({ length: 16 }, () => output(start(folder, entries))))
  for (const { hits, fetched, wrong, warnings } of all) {
    assert.is(hits + fetched, entries)
    assert.is(wrong, 0)
    assert.equal(warnings, [])
  }
  const seen = inspect(folder, entries)
  assert.equal([seen.whole, seen.files, seen.temporary, seen.wrong], [entries, entries, 0, 0])
  const last = await output(start(folder, entries))
  assert.is(last.hits, entries)
})

test('the cache is removed, and moved away, while processes use it: they go on', async ({
  folder,
}) => {
  const child = start(folder, 40, 'for ever')
  await output(child)
  const responses = join(folder, 'responses')
  for (let round = 0; round < 20; round++) {
    await sleep(5)
    if (round % 2 === 0) rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
    else if (existsSync(responses)) {
      renameSync(folder, `${folder}-moved`)
      rmSync(`${folder}-moved`, { recursive: true, force: true, maxRetries: 20 })
    }
  }
  for (let waited = 0; waited < 200 && !existsSync(responses); waited++) await sleep(20)
  assert.is(child.exitCode, null)
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('close', resolve))
  assert.is(inspect(folder, 40).wrong, 0)
})

test('a process may write while another looks at every file', async ({ folder }) => {
  const child = start(folder, 20, 'for ever')
  await output(child)
  let read = 0
  for (let round = 0; round < 100; round++) {
    const seen = inspect(folder, 20)
    assert.equal([seen.wrong, seen.whole], [0, 20])
    read += seen.whole
  }
  assert.is(read, 2000)
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('close', resolve))
})

test.run()
