/** Packs: what is in the file, whole or torn, and what of it still goes. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checksumOf, isSameChecksum } from '../../core/checksum.mts'
import { Pack, openPack } from '../../core/pack/pack.mts'
import { decodeSegments, encodeSegment } from '../../core/pack/segment.mts'
import { isAsBefore, settledStamp, stateOf } from '../../core/stamp.mts'
import type { Basis, PackRecord, SegmentIndex } from '../../core/pack/record.mts'
import type { FileState } from '../../core/stamp.mts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mimeport-pack-')))
const now = Date.now()
const forever: Basis = { until: null, at: now - 1000 }

/** One segment with one module per entry: URL → text. */
function segment(
  texts: Readonly<Record<string, string>>,
  {
    basis = forever,
    consulted = [],
    name = 'a',
  }: { basis?: Basis; consulted?: [string, FileState | null][]; name?: string } = {},
): Buffer {
  const records: PackRecord[] = []
  const bodies: Buffer[] = []
  let offset = 0
  for (const [url, text] of Object.entries(texts)) {
    const body = Buffer.from(text)
    const nothing = { native: false, hasDefault: false, mapped: false, imports: [] }
    const module = {
      url,
      origin: { loader: 'x', specifier: url },
      format: 'module',
      ...nothing,
    } as const
    records.push({ goal: '', module, basis, offset, length: body.length, latin1: false })
    bodies.push(body)
    offset += body.length
  }
  const keys = Object.keys(texts).map((url) => [`\n${url}\n`, `\n${url}`] as const)
  return Buffer.concat(encodeSegment({ name, consulted, records, keys, grants: false }, bodies))
}

const textOf = (pack: Pack, url: string) => pack.module(`\n${url}\n`)?.source

const checksums = suite('checksum')

checksums('changes with each bit', () => {
  const bytes = Buffer.from('export const answer = 42\n')
  const before = checksumOf(bytes)
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const other = Buffer.from(bytes)
    other[bit >> 3]! ^= 1 << (bit & 7)
    assert.not.ok(isSameChecksum(checksumOf(other), before), `bit ${bit}`)
  }
  assert.ok(isSameChecksum(checksumOf(Buffer.from(bytes)), before))
})

checksums('tells zeros of different length apart', () => {
  const seen = new Set(Array.from({ length: 64 }, (_, n) => checksumOf(new Uint8Array(n)).join()))
  assert.is(seen.size, 64)
})

checksums('does not depend on where the bytes lie', () => {
  const text = Buffer.from('0123456789abcdef')
  const moved = new Uint8Array(new ArrayBuffer(40), 3, 16)
  moved.set(text)
  assert.equal(checksumOf(moved), checksumOf(text))
  const buffer = Buffer.from('x0123456789abcdef').subarray(1)
  assert.equal(checksumOf(buffer), checksumOf(text))
  assert.equal(checksumOf(buffer.subarray(1)), checksumOf(Buffer.from('123456789abcdef')))
})
checksums.run()

const files = suite('a pack’s file')

files('gives back what was put in, also what is not Latin-1', () => {
  const pack = new Pack(segment({ 'https://a.example/x.mjs': 'export default "¡ünï → 🦉"' }))
  assert.is(textOf(pack, 'https://a.example/x.mjs'), 'export default "¡ünï → 🦉"')
  assert.is(textOf(pack, 'https://a.example/y.mjs'), undefined)
  assert.ok(pack.isSound)
})

files('has the newest of several segments', () => {
  const both = Buffer.concat([segment({ 'x:a': 'old', 'x:b': 'b' }), segment({ 'x:a': 'new' })])
  const pack = new Pack(both)
  assert.is(textOf(pack, 'x:a'), 'new')
  assert.is(textOf(pack, 'x:b'), 'b')
})

files('loses nothing but the segment that is cut off, wherever it is cut', () => {
  const first = segment({ 'x:a': 'a' })
  const whole = Buffer.concat([first, segment({ 'x:b': 'b' })])
  for (let length = first.length; length < whole.length; length++) {
    const pack = new Pack(whole.subarray(0, length))
    assert.is(textOf(pack, 'x:a'), 'a', `${length}`)
    assert.is(textOf(pack, 'x:b'), undefined, `${length}`)
    assert.is(pack.isSound, length === first.length)
  }
  assert.is(textOf(new Pack(whole), 'x:b'), 'b')
})

files('never has another text for a bit that changed', () => {
  // White space at the start of a text would be read as the end of the index, which is JSON.
  for (const start of ['', ' '.repeat(70), '\n'.repeat(300)]) {
    const whole = segment({ 'x:a': `${start}export default 1`, 'x:b': 'export default 2' })
    assert.is(textOf(new Pack(whole), 'x:a'), `${start}export default 1`)
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const other = Buffer.from(whole)
      other[bit >> 3]! ^= 1 << (bit & 7)
      assert.is(textOf(new Pack(other), 'x:a'), undefined, `bit ${bit}`)
    }
  }
})

files('has a module no longer than the way to it goes, whatever other ways there are', () => {
  const bytes = (keys: SegmentIndex['keys']) => {
    const { index, texts } = decodeSegments(segment({ 'x:a': 'a' })).segments[0]!
    const body = Buffer.from(texts, 'latin1')
    return Buffer.concat(encodeSegment({ ...index, keys }, [body]))
  }
  const file = bytes([
    ['\nx:a\n', '\nx:a'],
    ['\nx:latest\n', '\nx:a', now + 10, now],
  ])
  const at = (time: number, isOffline = false) =>
    new Pack(file, { now: () => time, isOffline: () => isOffline })
  assert.is(textOf(at(now + 9), 'x:latest'), 'a')
  assert.is(textOf(at(now + 10), 'x:latest'), undefined)
  assert.is(textOf(at(now - 1), 'x:latest'), undefined, 'the clock was put back')
  assert.is(textOf(at(now + 10, true), 'x:latest'), 'a', 'nobody may be asked')
  for (const time of [now - 1, now + 10]) assert.is(textOf(at(time), 'x:a'), 'a')
})

files('is empty, not an error, for what is none', () => {
  for (const bytes of ['', 'mimepack', '\0'.repeat(100), 'x'.repeat(1000)]) {
    assert.is(new Pack(Buffer.from(bytes)).size, 0)
  }
  assert.equal(decodeSegments(Buffer.from('mimepack\x01\0\0\0\x1c\0\0\0\0\0\0\0')).segments, [])
})

files('is not sound when most of it is of no use any more', () => {
  const text = 'x'.repeat(2 ** 18)
  const many = (count: number) =>
    new Pack(Buffer.concat(Array.from({ length: count }, () => segment({ 'x:a': text }))))
  assert.ok(many(4).isSound)
  assert.not.ok(many(12).isSound)
})

files('is the one of its name: a copy under another has nothing', () => {
  const place = join(folder, 'named', 'packs')
  mkdirSync(place, { recursive: true, mode: 0o700 })
  for (const [name, text] of [
    ['a', 'a'],
    ['b', undefined],
  ] as const) {
    writeFileSync(join(place, name), segment({ 'x:a': 'a' }, { name: 'a' }), { mode: 0o600 })
    const pack = openPack(join(place, name))!
    assert.is(textOf(pack, 'x:a'), text)
    assert.is(pack.isSound, name === 'a')
  }
})

files('is believed only where nobody else can have written it', () => {
  const place = join(folder, 'cache', 'packs')
  mkdirSync(place, { recursive: true, mode: 0o700 })
  const file = join(place, 'a')
  const open = () => textOf(openPack(file) ?? new Pack(Buffer.alloc(0)), 'x:a')
  writeFileSync(file, segment({ 'x:a': 'a' }), { mode: 0o600 })
  assert.is(open(), 'a')
  if (process.platform === 'win32') return
  for (const path of [file, place, join(folder, 'cache')]) {
    const { mode } = statSync(path)
    chmodSync(path, 0o777)
    assert.is(open(), undefined, path)
    chmodSync(path, mode & 0o777)
    assert.is(open(), 'a')
  }
  renameSync(file, join(folder, 'elsewhere'))
  symlinkSync(join(folder, 'elsewhere'), file)
  assert.is(open(), undefined)
})
files.run()

const times = suite('what came over the network')

times('goes until it is not fresh any more, and for ever where nothing ends it', () => {
  const url = 'https://a.example/x.mjs'
  const at = (time: number, basis: Basis, isOffline = false) =>
    textOf(
      new Pack(segment({ [url]: 'a' }, { basis }), { now: () => time, isOffline: () => isOffline }),
      url,
    )
  assert.is(at(now + 999, { until: now + 1000, at: now }), 'a')
  assert.is(at(now + 1000, { until: now + 1000, at: now }), undefined)
  assert.is(at(now + 1000, { until: now + 1000, at: now }, true), 'a')
  assert.is(at(now + 1e12, { until: null, at: now }), 'a')
})

times('does not go while the clock shows an earlier time than when it was made', () => {
  const url = 'https://a.example/x.mjs'
  const pack = (time: number) =>
    new Pack(segment({ [url]: 'a' }, { basis: { until: null, at: now } }), { now: () => time })
  assert.is(textOf(pack(now - 1), url), undefined)
  assert.is(textOf(pack(now), url), 'a')
})
times.run()

const local = suite('what was made of a local file')

const path = join(folder, 'x.ts')
const url = pathToFileURL(path).href
/** The pack of a file as it is now, when it has settled. */
function packed(): Pack {
  const old = new Date(now - 3_600_000)
  utimesSync(path, old, old)
  const { checksum } = stateOf(path) as FileState
  const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path)
  const file: FileState = { stamp: [dev, ino, size, mtimeMs, ctimeMs], checksum }
  return new Pack(segment({ [url]: 'made' }, { basis: { ...forever, file } }))
}

local.before.each(() => {
  rmSync(path, { force: true })
  writeFileSync(path, 'one')
})

local('goes while the file is as it was', () => {
  const pack = packed()
  assert.is(textOf(pack, url), 'made')
  assert.is(textOf(pack, url), 'made')
})

local('goes when only its times have changed', () => {
  const pack = packed()
  utimesSync(path, new Date(), new Date())
  assert.is(textOf(pack, url), 'made')
})

local('does not go after an edit that keeps size and modification time', () => {
  const pack = packed()
  const { atime, mtime, ctimeMs } = statSync(path)
  do {
    writeFileSync(path, 'two')
    utimesSync(path, atime, mtime)
    // Some systems' clocks for files go by steps of some ms.
  } while (statSync(path).ctimeMs === ctimeMs)
  assert.is(textOf(pack, url), undefined)
})

local(
  'does not go after an edit, nor when the file is gone, a folder, or a link to the same text',
  () => {
    const pack = packed()
    appendFileSync(path, '!')
    assert.is(textOf(pack, url), undefined)
    rmSync(path)
    assert.is(textOf(pack, url), undefined)
    mkdirSync(path)
    assert.is(textOf(pack, url), undefined)
    rmSync(path, { recursive: true })
    writeFileSync(join(folder, 'target.ts'), 'one')
    symlinkSync(join(folder, 'target.ts'), path)
    assert.is(textOf(pack, url), undefined)
    rmSync(path)
    writeFileSync(path, 'one')
    assert.is(textOf(pack, url), 'made')
  },
)

local('does not go where its folder has become a link', () => {
  const real = join(folder, 'real')
  mkdirSync(real)
  const inner = join(real, 'y.ts')
  writeFileSync(inner, 'one')
  const file = stateOf(inner) as FileState
  const href = pathToFileURL(inner).href
  const made = () => new Pack(segment({ [href]: 'made' }, { basis: { ...forever, file } }))
  assert.is(textOf(made(), href), 'made')
  renameSync(real, join(folder, 'moved'))
  symlinkSync(join(folder, 'moved'), real)
  assert.is(textOf(made(), href), undefined)
})

local('is told by its content while its times are too young to tell', () => {
  const stats = statSync(path)
  const latest = Math.max(stats.mtimeMs, stats.ctimeMs)
  assert.is(settledStamp(stats, latest + 1), null)
  assert.is.not(settledStamp(stats, latest + 3000), null)
  // The clock was put back: the file is from the future.
  assert.is(settledStamp(stats, latest - 3_600_000), null)
  const state: FileState = { stamp: null, checksum: checksumOf(Buffer.from('one')) }
  assert.ok(isAsBefore(path, state))
  writeFileSync(path, 'two')
  assert.not.ok(isAsBefore(path, state))
})
local.run()

const consulted = suite('what everything goes by')

consulted(
  'makes the whole pack go, or not: a file that changes, one that comes, one that goes',
  () => {
    const config = join(folder, 'tsconfig.json')
    const other = join(folder, 'none.json')
    writeFileSync(config, '{}')
    const state = stateOf(config) as FileState
    const bytes = segment(
      { 'x:a': 'a' },
      {
        consulted: [
          [config, state],
          [other, null],
        ],
      },
    )
    const text = () => textOf(new Pack(bytes), 'x:a')
    assert.is(text(), 'a')
    writeFileSync(other, '{}')
    assert.is(text(), undefined)
    assert.not.ok(new Pack(bytes).isSound)
    rmSync(other)
    assert.is(text(), 'a')
    writeFileSync(config, '{ }')
    assert.is(text(), undefined)
    writeFileSync(config, '{}')
    assert.is(text(), 'a')
    rmSync(config)
    assert.is(text(), undefined)
  },
)

consulted('has its newest state count', () => {
  const config = join(folder, 'package.json')
  writeFileSync(config, '1')
  const before = stateOf(config) as FileState
  writeFileSync(config, '2')
  const after = stateOf(config) as FileState
  const pack = new Pack(
    Buffer.concat([
      segment({ 'x:a': 'a' }, { consulted: [[config, before]] }),
      segment({ 'x:b': 'b' }, { consulted: [[config, after]] }),
    ]),
  )
  assert.is(textOf(pack, 'x:a'), 'a')
})

consulted.after(() => rmSync(folder, { recursive: true }))
consulted.run()
