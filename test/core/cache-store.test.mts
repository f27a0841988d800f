import { randomBytes, randomInt } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defaultFolder, exposure, folderOfEnvironment } from '../../core/cache-place.mts'
import { CacheStore } from '../../core/cache/cache-store.mts'
import { decodeEntry, decodeFile, encodeEntry, nameOf } from '../../core/cache/entry.mts'
import { sweep } from '../../core/sweep.mts'
import { contentOf } from '../support/cache-content.mts'
import { makeCache } from '../support/disk-cache.mts'
import { denied, passed } from '../threats/record.mts'
import type { CacheKey, StoredResponse } from '../../core/cache/entry.mts'
import type { DiskCache } from '../support/disk-cache.mts'

const test = suite<{ disk: DiskCache }>('cache store')

test.before.each((context) => {
  context.disk = makeCache()
})
test.after.each(({ disk }) => disk.remove())

const keyOf = (number: number): CacheKey => ['GET', `https://example.com/${number}`, '', '']

function response(body: Uint8Array, more: Partial<StoredResponse> = {}): StoredResponse {
  const headers = { 'content-type': 'text/javascript', etag: '"é"' }
  const times = { requestTime: 1, responseTime: 2 }
  return { statusCode: 200, headers, body, ...times, vary: [], keptOnly: false, ...more }
}

const responsesOf = (disk: DiskCache) => join(disk.folder, 'responses')
const fileOf = (disk: DiskCache, key: CacheKey) => join(responsesOf(disk), nameOf(key))
const entries = (folder: string) => readdirSync(folder).filter((name) => name !== 'swept')

/** Another process's view: nothing that this one remembers. */
const again = (disk: DiskCache, size = 2 ** 30) =>
  new CacheStore({ folder: disk.folder, size, warn: (text) => disk.warnings.push(text) })

function found(store: CacheStore, number: number): 'right' | 'none' | 'wrong' {
  const [stored] = store.read(keyOf(number))
  if (stored === undefined) return 'none'
  return contentOf(number).equals(stored.body) ? 'right' : 'wrong'
}

test('what another process writes into an empty folder is found by one that has looked before', ({
  disk,
}) => {
  assert.is(found(disk.store, 1), 'none')
  again(disk).write(keyOf(1), [response(contentOf(1))])
  assert.is(found(disk.store, 1), 'right')
  assert.is(found(disk.store, 2), 'none')
})

test('what is written is read, whatever it is', ({ disk }) => {
  for (const body of [new Uint8Array(), Buffer.from([0, 255, 10]), randomBytes(1_000_000)]) {
    const all = [response(body), response(randomBytes(9), { vary: [['accept', 'x']] })]
    disk.store.write(keyOf(1), all)
    const read = again(disk).read(keyOf(1))
    assert.equal(
      read.map((one) => ({ ...one, body: Buffer.from(one.body) })),
      all.map((one) => ({ ...one, body: Buffer.from(one.body) })),
    )
  }
})

test('keys that differ have files that differ', () => {
  const keys: CacheKey[] = [
    ['GET', 'https://example.com/a', '', ''],
    ['POST', 'https://example.com/a', '', ''],
    ['GET', 'http://example.com/a', '', ''],
    ['GET', 'https://example.com:8443/a', '', ''],
    ['GET', 'https://example.com/a?', '', ''],
    ['GET', 'https://example.com/a?b', '', ''],
    ['GET', 'https://example.com/A', '', ''],
    ['GET', 'https://example.com/a', 'x', ''],
    ['GET', 'https://example.com/a', '', 'x'],
    ['GET', 'https://example.com/a,1:x', '', ''],
    ['GET', 'https://example.com/a,0:,0:', '', ''],
    ['GET,', 'https://example.com/a', '', ''],
    ['GET', 'https://example.com/a', ',0:', ''],
  ]
  assert.is(new Set(keys.map(nameOf)).size, keys.length)
  denied('T31', 'a key that is like another', keys.length)
  for (const key of keys) assert.match(nameOf(key), /^[0-9a-f]{64}$/)
  assert.is(nameOf(keys[0]!), nameOf([...keys[0]!]))
  passed('T31', 'the same key')
})

test('of a request nothing is in a file but its method, and its URL without what grants access by it', async ({
  disk,
}) => {
  const headers = { accept: 'secret-accept' }
  const answer = { headers: { vary: 'accept', 'cache-control': 'max-age=60' }, body: 'x' }
  await disk.get(answer, {
    url: 'https://example.com/a?token=secret-token',
    headers,
    identity: 'secret-digest',
    specifier: 'own:a?token=secret-token',
  })
  const [name = ''] = entries(responsesOf(disk))
  const file = readFileSync(join(responsesOf(disk), name))
  assert.not.match(file.toString('latin1'), /secret/)
  const { subject, responses } = decodeFile(name, file)!
  assert.equal(subject, {
    method: 'GET',
    url: 'https://example.com/a?token=***',
    isPersonal: true,
  })
  assert.is(responses[0]?.specifier, 'own:a?token=***')
})

test('10,000 random changes of a file: not one wrong byte is given', () => {
  const key = keyOf(7)
  const whole = Buffer.concat(encodeEntry(key, [response(contentOf(7)), response(contentOf(8))]))
  for (let round = 0; round < 10_000; round++) {
    let file = Buffer.from(whole)
    const what = round % 4
    if (what === 0) {
      const at = randomInt(file.length)
      file[at] = file[at]! ^ (1 << randomInt(8))
    } else if (what === 1) file = file.subarray(0, randomInt(file.length))
    else if (what === 2) file = Buffer.concat([file, randomBytes(1 + randomInt(50))])
    else {
      const [from, to] = [randomInt(file.length - 20), randomInt(file.length - 20)]
      const bytes = randomBytes(20)
      file.copy(file, to, from, from + 20)
      bytes.copy(file, from)
    }
    assert.is(decodeEntry(key, file), undefined)
  }
  denied('T30', 'a flip, a cut, bytes more, bytes from elsewhere', 10_000)
  assert.is(decodeEntry(key, whole)?.length, 2)
  passed('T30', 'the same file unchanged')
})

test('a damaged file is a miss, and is removed', ({ disk }) => {
  const damages: ((file: Buffer) => Buffer)[] = [
    () => Buffer.alloc(0),
    (file) => file.subarray(0, 20),
    (file) => file.subarray(0, -1),
    (file) => Buffer.from(file.toString('latin1').replace('mimeport 1', 'mimeport 0'), 'latin1'),
    (file) => Buffer.from(file.map((byte, at) => (at === file.length - 1 ? byte ^ 1 : byte))),
  ]
  for (const damage of damages) {
    disk.store.write(keyOf(1), [response(contentOf(1))])
    const file = fileOf(disk, keyOf(1))
    writeFileSync(file, damage(readFileSync(file)))
    assert.is(found(disk.store, 1), 'none')
    assert.not.ok(existsSync(file))
    disk.store.write(keyOf(1), [response(contentOf(1))])
    assert.is(found(disk.store, 1), 'right')
  }
  assert.equal(disk.warnings, [])
})

test('an entry in the place of another is a miss', ({ disk }) => {
  for (const number of [1, 2]) disk.store.write(keyOf(number), [response(contentOf(number))])
  renameSync(fileOf(disk, keyOf(1)), fileOf(disk, keyOf(2)))
  assert.is(found(disk.store, 2), 'none')
  denied('T30', "another's entry")
})

test('a file is for its user alone', ({ disk }) => {
  if (process.platform === 'win32') return
  disk.store.write(keyOf(1), [response(contentOf(1))])
  assert.is(statSync(responsesOf(disk)).mode & 0o777, 0o700)
  assert.is(statSync(fileOf(disk, keyOf(1))).mode & 0o777, 0o600)
})

test('what others could have changed is not used', ({ disk }) => {
  if (process.platform === 'win32') return
  disk.store.write(keyOf(1), [response(contentOf(1))])
  chmodSync(fileOf(disk, keyOf(1)), 0o622)
  assert.is(found(disk.store, 1), 'none')
  disk.store.write(keyOf(1), [response(contentOf(1))])
  for (const folder of [disk.folder, responsesOf(disk)]) {
    for (const mode of [0o770, 0o702]) {
      chmodSync(folder, mode)
      const store = again(disk)
      assert.is(found(store, 1), 'none')
      store.write(keyOf(2), [response(contentOf(2))])
      assert.match(disk.warnings.pop() ?? '', /others may write to it \(its mode is 07[70][02]\)/)
      assert.is(disk.warnings.length, 0)
    }
    chmodSync(folder, 0o755)
    assert.is(found(again(disk), 1), 'right')
    denied('T29', 'a folder that others may write to', 2)
    passed('T29', 'a folder that others may read')
  }
  assert.not.ok(existsSync(fileOf(disk, keyOf(2))))
})

test("another user's files are not used, root's are", () => {
  const own = process.geteuid?.() ?? 0
  assert.is(exposure({ uid: own, mode: 0o600 }), undefined)
  if (process.platform === 'win32') return
  assert.is(exposure({ uid: 0, mode: 0o644 }), undefined)
  assert.match(exposure({ uid: own + 1, mode: 0o600 }) ?? '', 'it belongs to another user')
  assert.match(exposure({ uid: own, mode: 0o620 }) ?? '', 'others may write to it')
})

test("another user's folder is not used", ({ disk }) => {
  // Only root can give a folder away.
  if (process.geteuid?.() !== 0) return
  disk.store.write(keyOf(1), [response(contentOf(1))])
  chownSync(responsesOf(disk), 65_534, 65_534)
  assert.is(found(again(disk), 1), 'none')
  assert.match(disk.warnings[0] ?? '', 'it belongs to another user')
  chownSync(responsesOf(disk), 0, 0)
  chownSync(fileOf(disk, keyOf(1)), 65_534, 65_534)
  assert.is(found(again(disk), 1), 'none')
  denied('T29', "another user's folder and file", 2)
})

test('a link in the place of a file leads nowhere: what it names stays as it is', ({ disk }) => {
  if (process.platform === 'win32') return
  const victim = join(disk.folder, 'victim')
  const content = Buffer.concat(encodeEntry(keyOf(1), [response(contentOf(1))]))
  const isUntouched = () => readFileSync(victim).equals(content)
  const file = fileOf(disk, keyOf(1))
  writeFileSync(victim, content, { mode: 0o600 })
  // It would be right, were it not a link.
  symlinkSync(victim, file)
  assert.is(found(disk.store, 1), 'none')
  assert.not.ok(existsSync(file))
  symlinkSync(victim, file)
  disk.store.write(keyOf(1), [response(contentOf(2))])
  assert.not.ok(lstatSync(file).isSymbolicLink())
  rmSync(file)
  linkSync(victim, file)
  disk.store.write(keyOf(1), [response(contentOf(2))])
  symlinkSync(victim, join(responsesOf(disk), 'swept-link'))
  rmSync(join(responsesOf(disk), 'swept'), { force: true })
  symlinkSync(victim, join(responsesOf(disk), 'swept'))
  sweep(responsesOf(disk), 1)
  assert.ok(isUntouched())
  denied('T29', 'a link in the place of a file', 3)
})

test('a link in the place of the folder of responses is not followed', ({ disk }) => {
  if (process.platform === 'win32') return
  const elsewhere = mkdtempSync(join(tmpdir(), 'mimeport-elsewhere-'))
  rmSync(responsesOf(disk), { recursive: true })
  symlinkSync(elsewhere, responsesOf(disk))
  again(disk).write(keyOf(1), [response(contentOf(1))])
  assert.equal(readdirSync(elsewhere), [])
  assert.match(disk.warnings[0] ?? '', 'it is no folder')
  denied('T29', 'a link in the place of the folder')
  rmSync(elsewhere, { recursive: true })
})

test('a folder or a pipe in the place of a file is a miss', ({ disk }) => {
  mkdirSync(fileOf(disk, keyOf(1)))
  assert.is(found(disk.store, 1), 'none')
  disk.store.write(keyOf(1), [response(contentOf(1))])
  disk.store.write(keyOf(1), [response(contentOf(1))])
  assert.is(disk.warnings.length, 1)
  assert.equal(
    entries(responsesOf(disk)).filter((name) => name.includes('.')),
    [],
  )
})

test('a folder that vanishes is made again', ({ disk }) => {
  disk.store.write(keyOf(1), [response(contentOf(1))])
  rmSync(disk.folder, { recursive: true })
  assert.is(found(disk.store, 1), 'none')
  disk.store.write(keyOf(1), [response(contentOf(1))])
  assert.is(found(disk.store, 1), 'right')
  // Where it cannot be made again, there is none.
  rmSync(disk.folder, { recursive: true })
  writeFileSync(disk.folder, 'a file')
  disk.store.write(keyOf(1), [response(contentOf(1))])
  disk.store.write(keyOf(2), [response(contentOf(2))])
  assert.is(found(disk.store, 1), 'none')
  assert.is(disk.warnings.length, 1)
})

test('what is above a quarter of the size is not stored', ({ disk }) => {
  const store = again(disk, 400_000)
  store.write(keyOf(1), [response(randomBytes(90_000))])
  assert.is(store.read(keyOf(1)).length, 1)
  store.write(keyOf(1), [response(randomBytes(110_000))])
  assert.is(store.read(keyOf(1)).length, 0)
})

test('what was used longest ago goes first, and what is used stays', ({ disk }) => {
  const size = 1_000_000
  const store = again(disk, size)
  const old = (number: number, days: number) => {
    const time = new Date(Date.now() - days * 24 * 3600 * 1000)
    utimesSync(fileOf(disk, keyOf(number)), time, time)
  }
  for (let number = 0; number < 40; number++) {
    store.write(keyOf(number), [response(randomBytes(20_000))])
    old(number, 100 - number)
  }
  // The oldest is used again.
  assert.is(store.read(keyOf(0)).length, 1)
  for (let number = 100; number < 200; number++) {
    store.write(keyOf(number), [response(randomBytes(20_000))])
    const total = entries(responsesOf(disk)).reduce(
      (sum, name) => sum + statSync(join(responsesOf(disk), name)).size,
      0,
    )
    assert.ok(total <= size * 1.1, String(total))
    if (number < 110) assert.is(store.read(keyOf(0)).length, 1)
  }
  assert.is(store.read(keyOf(1)).length, 0)
  assert.is(store.read(keyOf(199)).length, 1)
})

test('a temporary file of a killed process is removed after an hour, and nothing that is not ours', ({
  disk,
}) => {
  const folder = responsesOf(disk)
  const hoursAgo = (hours: number, name: string) => {
    const time = new Date(Date.now() - hours * 3600 * 1000)
    writeFileSync(join(folder, name), 'x')
    utimesSync(join(folder, name), time, time)
  }
  const temporary = (digit: string) => `${nameOf(keyOf(1))}.${digit.repeat(16)}`
  hoursAgo(1.1, temporary('a'))
  hoursAgo(0.9, temporary('b'))
  hoursAgo(9, 'notes.txt')
  disk.store.write(keyOf(2), [response(contentOf(2))])
  assert.equal(entries(folder).sort(), [temporary('b'), nameOf(keyOf(2)), 'notes.txt'].sort())
})

test('a sweep is not made at each start', ({ disk }) => {
  const folder = responsesOf(disk)
  disk.store.write(keyOf(1), [response(contentOf(1))])
  const stale = join(folder, `${nameOf(keyOf(1))}.${'a'.repeat(16)}`)
  writeFileSync(stale, 'x')
  utimesSync(stale, 0, 0)
  again(disk).write(keyOf(2), [response(contentOf(2))])
  assert.ok(existsSync(stale))
  utimesSync(join(folder, 'swept'), 0, 0)
  again(disk).write(keyOf(3), [response(contentOf(3))])
  assert.not.ok(existsSync(stale))
})

test('the folder is where the platform has caches', () => {
  const { XDG_CACHE_HOME, HOME, LOCALAPPDATA } = process.env
  try {
    process.env['HOME'] = '/home/me'
    delete process.env['XDG_CACHE_HOME']
    if (process.platform !== 'win32') {
      assert.is(defaultFolder('linux'), '/home/me/.cache/mimeport')
      assert.is(defaultFolder('darwin'), '/home/me/Library/Caches/mimeport')
      process.env['XDG_CACHE_HOME'] = 'relative'
      assert.is(defaultFolder('linux'), '/home/me/.cache/mimeport')
      process.env['XDG_CACHE_HOME'] = '/caches'
      assert.is(defaultFolder('linux'), '/caches/mimeport')
    }
    process.env['LOCALAPPDATA'] = join('C:', 'local')
    assert.is(defaultFolder('win32'), join('C:', 'local', 'mimeport', 'Cache'))
  } finally {
    for (const [name, value] of Object.entries({ XDG_CACHE_HOME, HOME, LOCALAPPDATA })) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
})

test('MIMEPORT_CACHE is a folder, or off', () => {
  const before = process.env['MIMEPORT_CACHE']
  const of = (value: string) => {
    process.env['MIMEPORT_CACHE'] = value
    return folderOfEnvironment()
  }
  try {
    for (const value of ['off', '0', 'false']) assert.is(of(value), false)
    for (const value of ['', ' ', 'on', '1', 'true']) assert.is(of(value), undefined)
    assert.is(of('./off'), join(process.cwd(), 'off'))
    assert.is(of('/a/b'), join('/a/b'))
    delete process.env['MIMEPORT_CACHE']
    assert.is(folderOfEnvironment(), undefined)
  } finally {
    if (before !== undefined) process.env['MIMEPORT_CACHE'] = before
  }
})

test.run()
