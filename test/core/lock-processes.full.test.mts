import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fork, spawnSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseLock, readLockFile } from '../../core/lock/lock-file.mts'
import { tryWriteLock, writeLock } from '../../core/lock/writer.mts'
import { denied, passed } from '../threats/record.mts'
import { lockText, lockedModule } from '../support/lock.mts'
import type { ChildProcess } from 'node:child_process'
import type { LockEntry } from '../../core/lock/entry.mts'

const test = suite<{ folder: string; file: string }>('lock processes')

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'mimeport-lock-'))
  context.file = join(context.folder, 'mimeport.lock')
})
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }))

const program = fileURLToPath(new URL('../support/lock-process.mts', import.meta.url))

/** Starts a writer; `keys` grows by what it says is written. */
function writer(file: string, name: string, count?: number): ChildProcess & { keys: string[] } {
  const args = [file, name, ...(count === undefined ? [] : [String(count)])]
  const child = Object.assign(fork(program, args, { execArgv: [] }), { keys: [] as string[] })
  child.on('message', (keys) => child.keys.push(...(keys as string[])))
  return child
}

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))

/** Reads the file as often as there is time, and says how often: it is whole each time, and never shrinks. */
async function watch(file: string, until: Promise<unknown>): Promise<number> {
  let samples = 0
  let size = 0
  let over = false
  void until.then(() => (over = true))
  while (!over) {
    const there = readLockFile(file)
    if (there !== undefined) {
      assert.ok(there.size >= size, `${there.size} entries, and there were ${size}`)
      size = there.size
      samples += 1
    }
    await sleep(1)
  }
  return samples
}

const add = (key: string) => (there: ReadonlyMap<string, LockEntry> | undefined) =>
  new Map([...(there ?? []), [key, lockedModule(key)]])

test('16 processes of 50 entries each lose none, and the file is whole at each moment', async ({
  file,
  folder,
}) => {
  writeFileSync(file, lockText())
  const children = Array.from({ length: 16 }, (_, index) => writer(file, `p${index}`, 50))
  const all = Promise.all(children.map(ended))
  const samples = await watch(file, all)
  assert.equal(new Set(await all), new Set([0]))
  assert.is(readLockFile(file)?.size, 800)
  assert.ok(samples > 10, `${samples} samples`)
  assert.equal(readdirSync(folder), ['mimeport.lock'])
  passed('T39', '16 processes of 50 entries')
})

/** Writers that are killed in each of four lanes; 1,000 in all by hand: LOCK_KILLS=1000. */
const killed = Math.ceil(Number(process.env['LOCK_KILLS'] ?? 32) / 4)

test('kill -9 at any moment loses no entry that was written, and leaves a whole file', async ({
  file,
}) => {
  writeFileSync(file, lockText())
  const written = new Set<string>()
  let kills = 0
  const one = async (lane: number) => {
    for (let index = 0; index < killed; index++) {
      const child = writer(file, `k${lane}-${index}`)
      const end = ended(child)
      await new Promise((resolve) => child.once('message', resolve))
      await sleep(Math.random() * 20)
      child.kill('SIGKILL')
      await end
      kills += 1
      for (const key of child.keys) written.add(key)
      const there = readLockFile(file)!
      for (const key of written) assert.ok(there.has(key), `${key} is lost`)
    }
  }
  await Promise.all([0, 1, 2, 3].map(one))
  assert.is(kills, killed * 4)
  // What the dead have left does not keep the living from writing.
  writeLock(file, add('https://a.example/after.mjs'))
  assert.ok(readLockFile(file)?.has('https://a.example/after.mjs'))
  passed('T39', 'writers that were killed')
})

test('the turn of a dead process is over at once, that of a living one is waited for', ({
  file,
  folder,
}) => {
  writeFileSync(file, lockText())
  const turn = (pid: number, host = hostname()) =>
    writeFileSync(`${file}.turn`, JSON.stringify({ pid, host, token: '0123456789abcdef' }))
  // No process has this number: it is above the largest.
  turn(2 ** 22 + 1)
  writeFileSync(`${file}.0123456789abcdef.new`, 'half')
  assert.not(tryWriteLock(file, add('https://a.example/1')))
  assert.ok(tryWriteLock(file, add('https://a.example/1')))
  assert.equal(readdirSync(folder), ['mimeport.lock'])

  turn(process.pid)
  assert.not(tryWriteLock(file, add('https://a.example/2')))
  assert.not(tryWriteLock(file, add('https://a.example/2')))
  turn(1, 'another-machine')
  assert.not(tryWriteLock(file, add('https://a.example/2')))
  assert.is(readLockFile(file)?.size, 1)
  // On whatever machine: nobody takes so long.
  const old = new Date(Date.now() - 60_000)
  utimesSync(`${file}.turn`, old, old)
  writeLock(file, add('https://a.example/2'))
  assert.is(readLockFile(file)?.size, 2)
})

test('a lock that is a link is written where it leads, and keeps its permissions', ({ folder }) => {
  const real = join(folder, 'real')
  const file = join(folder, 'linked.lock')
  mkdirSync(real)
  writeFileSync(join(real, 'a.lock'), lockText())
  chmodSync(join(real, 'a.lock'), 0o640)
  symlinkSync(join('real', 'a.lock'), file)
  writeLock(file, add('https://a.example/x'))
  assert.ok(lstatSync(file).isSymbolicLink())
  assert.ok(readLockFile(join(real, 'a.lock'))?.has('https://a.example/x'))
  if (process.platform !== 'win32') assert.is(statSync(join(real, 'a.lock')).mode & 0o777, 0o640)
  assert.equal(readdirSync(real), ['a.lock'])
})

test('line ends of Windows stay', ({ file }) => {
  writeFileSync(
    file,
    lockText({ 'https://a.example/0': lockedModule('') }).replaceAll('\n', '\r\n'),
  )
  writeLock(file, add('https://a.example/1'))
  const text = readFileSync(file, 'utf8')
  assert.is(text.split('\r\n').length, text.split('\n').length)
  assert.is(parseLock(text, file).size, 2)
})

test('a lock that cannot be used is not written', ({ file, folder }) => {
  for (const broken of [
    '',
    '{}',
    '<<<<<<< HEAD\n',
    `${lockText()}x`,
    lockText().replace('1', '2'),
  ]) {
    writeFileSync(file, broken)
    assert.throws(
      () => writeLock(file, add('https://a.example/x')),
      (error: { code: string }) => error.code === 'ERR_MIMEPORT_LOCK',
    )
    assert.is(readFileSync(file, 'utf8'), broken)
    assert.equal(readdirSync(folder), ['mimeport.lock'])
    denied('T15', 'a lock that is broken is not rewritten')
  }
  writeFileSync(file, lockText())
  writeLock(file, add('https://a.example/x'))
  passed('T15')
})

test('a turn from the future, by a clock that was set back, ends as others do', ({ file }) => {
  writeFileSync(file, lockText())
  writeFileSync(`${file}.turn`, '')
  const tomorrow = Date.now() / 1000 + 86_400
  utimesSync(`${file}.turn`, tomorrow, tomorrow)
  assert.is(tryWriteLock(file, add('https://a.example/x')), false)
  assert.is(tryWriteLock(file, add('https://a.example/x')), true)
})

test('a turn that is no file, but a link to a device or a folder, is nobody’s', ({
  file,
  folder,
}) => {
  if (process.platform === 'win32') return
  writeFileSync(file, lockText())
  symlinkSync('/dev/zero', `${file}.turn`)
  const before = new Date(0)
  lutimesSync(`${file}.turn`, before, before)
  assert.is(tryWriteLock(file, add('https://a.example/x')), false)
  assert.is(tryWriteLock(file, add('https://a.example/x')), true)
  denied('T19', 'a link to a device for a turn')
  assert.equal(readdirSync(folder), ['mimeport.lock'])
})

test('where there is no space, nothing is left that others would wait for', ({ file, folder }) => {
  if (process.platform === 'win32') return
  writeFileSync(file, lockText())
  const before = lockText()
  // A limit on the size of a process's files is a disk that is full.
  const [entry, lock] = [program, file].map((each) => `'${each}'`)
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', `ulimit -f 0; trap '' XFSZ; exec '${process.execPath}' ${entry} ${lock} a 1`],
    { encoding: 'utf8' },
  )
  assert.is.not(status, 0)
  assert.match(stderr, /it cannot be written: (?:EFBIG|ENOSPC)/)
  assert.equal(readdirSync(folder), ['mimeport.lock'])
  assert.is(readFileSync(file, 'utf8'), before)
})

test('a folder that is not there is said of the lock', ({ folder }) => {
  assert.throws(
    () => writeLock(join(folder, 'no', 'mimeport.lock'), add('https://a.example/x')),
    (error: { code: string; message: string }) =>
      error.code === 'ERR_MIMEPORT_LOCK' && /it cannot be written: ENOENT/.test(error.message),
  )
})

test.run()
