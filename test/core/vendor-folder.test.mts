/** The vendor folder: what is written into it is what is read from it, or an error. */

import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { digestOf } from '../../core/lock/integrity.mts'
import { parseListing, printListing } from '../../core/lock/vendor-listing.mts'
import { configureVendor, readVendored } from '../../core/lock/vendor.mts'
import { VendorWriter, vendoredFields } from '../../core/lock/vendor-writer.mts'
import { makeProject } from '../support/spawn.mts'
import { bodyOf } from '../support/vendor-process.mts'
import { denied, passed } from '../threats/record.mts'
import type { LoadResponse } from '../../core/types.mts'

const test = suite('vendor-folder')

function responseOf(body: string | Uint8Array, headers = {}): LoadResponse {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  return {
    statusCode: 200,
    headers: { 'content-type': 'text/javascript', ...headers },
    body: bytes,
  }
}

const key = 'https://a.example/x.mjs'
const text = 'export default "é"\r\n'
const integrity = digestOf(responseOf(text).body)

/** A folder with these bodies, in force. */
function vendored(
  bodies: Readonly<Record<string, LoadResponse>>,
  work: (folder: string) => void,
): void {
  const project = makeProject({})
  const folder = join(project.path, 'mimeport_modules')
  try {
    fill(folder, bodies)
    configureVendor(folder)
    work(folder)
  } finally {
    configureVendor(undefined)
    project.remove()
  }
}

function fill(folder: string, bodies: Readonly<Record<string, LoadResponse>>) {
  const writer = new VendorWriter(folder)
  const entries = Object.entries(bodies)
  writer.fill(new Map(entries.map(([name, response]) => [name, { loader: 'http', response }])))
  return writer.finish()
}

const files = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

const bodyFile = (folder: string) => files(folder).find((file) => file.endsWith('.mjs'))!

function failure(work: () => unknown): { code: string; message: string } {
  try {
    work()
  } catch (error) {
    return error as { code: string; message: string }
  }
  throw new Error('it did not fail')
}

test('a body comes back byte for byte, with what says what it is', () => {
  const binary = Uint8Array.from({ length: 512 }, (_, index) => index)
  const bodies = { [key]: responseOf(text), 'bytes https://a.example/x.bin': responseOf(binary) }
  vendored(bodies, () => {
    const found = readVendored(key, integrity)!
    assert.is(found.loader, 'http')
    assert.equal(found.response, responseOf(text))
    assert.is(Buffer.isBuffer(found.response.body), false)
    const bytes = readVendored('bytes https://a.example/x.bin', digestOf(binary))!
    assert.equal(bytes.response.body, binary)
    assert.is(readVendored('https://a.example/other', integrity), undefined)
    passed('T14')
  })
})

test('without a folder nothing is vendored', () => {
  vendored({}, (folder) => {
    rmSync(folder, { recursive: true })
    assert.is(readVendored(key, integrity), undefined)
  })
})

test('each changed, missing or extra byte of a body is an error that names the file and the command', () => {
  vendored({ [key]: responseOf(text) }, (folder) => {
    const file = bodyFile(folder)
    const whole = readFileSync(file)
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole)
      changed[at]! ^= 1
      const missing = Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1)])
      const extra = Buffer.concat([whole.subarray(0, at), Buffer.from(' '), whole.subarray(at)])
      for (const bytes of [changed, missing, extra]) {
        writeFileSync(file, bytes)
        const { code, message } = failure(() => readVendored(key, integrity))
        assert.is(code, 'ERR_MIMEPORT_INTEGRITY')
        assert.ok(message.includes(file), message)
        assert.match(message, 'npx mimeport vendor')
        denied('T14', 'a byte of a vendored body')
      }
    }
    writeFileSync(file, whole)
    assert.ok(readVendored(key, integrity))
    passed('T14')
  })
})

test('a file that is gone is an error, and no reason to ask the network', () => {
  vendored({ [key]: responseOf(text) }, (folder) => {
    rmSync(bodyFile(folder))
    assert.is(failure(() => readVendored(key, integrity)).code, 'ERR_MIMEPORT_INTEGRITY')
    denied('T14', 'a vendored body that is gone')
  })
})

test('a listing that was changed, cut short or taken away is an error', () => {
  vendored({ [key]: responseOf(text) }, (folder) => {
    const listing = join(folder, 'index.json')
    const whole = readFileSync(listing, 'utf8')
    const line = whole.split('\n')[1]!
    const { file } = JSON.parse(`{${line.slice(0, -1)}}`)[key] as { file: string }
    const kinds = {
      'another type': whole.replace('text/javascript', 'text/markdown'),
      'another loader': whole.replace('"http"', '"github"'),
      'another field': whole.replace('"headers":{', '"headers":{"vary":"*",'),
      'a path': whole.replace(file, '../../../etc/passwd'),
      'an absolute path': whole.replace(file, '/etc/passwd'),
      'no file': whole.replace(`"file":"${file}",`, ''),
      'no sum': whole.replace(/,"sum":"\w+"/, ''),
      'a merge': `{\n<<<<<<< HEAD\n${line}\n=======\n${line}\n>>>>>>> b\n  "version": 1\n}\n`,
      'half of it': whole.slice(0, whole.length / 2),
      'no text': '',
      'an array': '[]',
      'another version': whole.replace('"version": 1', '"version": 2'),
      'no version': whole.replace(',\n  "version": 1', ''),
      'a prototype': whole.replace('"version"', '"__proto__": {"file":"x"},\n  "version"'),
    }
    for (const [kind, changed] of Object.entries(kinds)) {
      assert.is.not(changed, whole, kind)
      writeFileSync(listing, changed)
      configureVendor(folder)
      const { code, message } = failure(() => readVendored(key, integrity))
      assert.is(code, 'ERR_MIMEPORT_INTEGRITY', kind)
      assert.ok(message.includes(listing) && message.includes('npx mimeport vendor'), message)
      denied('T14', `a listing with ${kind}`)
      if (kind.includes('path')) denied('T19', `a listing with ${kind}`)
    }
    rmSync(listing)
    configureVendor(folder)
    assert.is(failure(() => readVendored(key, integrity)).code, 'ERR_MIMEPORT_INTEGRITY')
    writeFileSync(listing, whole)
    configureVendor(folder)
    assert.ok(readVendored(key, integrity))
    passed('T14')
    passed('T19')
  })
})

test('a listing is the same for the same entries, and reads as it was printed', () => {
  const entry = (digit: string) => ({
    file: `a-example/x-${digit.repeat(16)}.mjs`,
    loader: 'http',
    headers: { 'content-type': 'text/javascript' },
  })
  const one = new Map([
    ['b', entry('1')],
    ['a', entry('2')],
  ])
  const other = new Map([
    ['a', entry('2')],
    ['b', entry('1')],
  ])
  assert.is(printListing(one), printListing(other))
  assert.equal([...parseListing(printListing(one))].sort(), [...other].sort())
  assert.equal([...parseListing(printListing(one).replaceAll('\n', '\r\n'))].length, 2)
})

test('files that no entry has are taken away, and what is not ours stays', () => {
  vendored({ [key]: responseOf(text), 'https://b.example/y.mjs': responseOf('y') }, (folder) => {
    const theirs = ['NOTES.md', 'a-example/README.md', 'b-example/patch/x.diff', 'c/mine.mjs']
    for (const path of theirs) {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), 'theirs')
    }
    const left = join(folder, 'a-example', '.mimeport-0123456789ab.tmp')
    writeFileSync(left, 'half')
    utimesSync(left, 0, 0)
    const { files: number, removed, written } = fill(folder, { [key]: responseOf(text) })
    assert.equal([number, removed, written], [1, 1, 0])
    for (const path of theirs) assert.is(readFileSync(join(folder, path), 'utf8'), 'theirs')
    assert.not.ok(existsSync(left), 'what a killed run left')
    assert.ok(readVendored(key, integrity))
  })
})

test('a link in the place of a file leads to no other bytes than those that are locked', () => {
  vendored({ [key]: responseOf(text) }, (folder) => {
    const file = bodyFile(folder)
    rmSync(file)
    mkdirSync(file)
    assert.is(failure(() => readVendored(key, integrity)).code, 'ERR_MIMEPORT_INTEGRITY')
  })
})

test('nothing is written through a link in the place of a folder', () => {
  if (process.platform === 'win32') return
  const project = makeProject({ 'elsewhere/own.sh': '' })
  const folder = join(project.path, 'mimeport_modules')
  const write = () => fill(folder, { [key]: responseOf(text) })
  write()
  const own = dirname(bodyFile(folder))
  rmSync(own, { recursive: true })
  symlinkSync(join('..', 'elsewhere'), own)
  assert.is(failure(write).code, 'ERR_MIMEPORT_INTEGRITY')
  assert.equal(readdirSync(join(project.path, 'elsewhere')), ['own.sh'])
  denied('T19', 'a link in the vendor folder')
  rmSync(own)
  write()
  assert.ok(bodyFile(folder))
  passed('T19')
  project.remove()
})

test('a link to a device, which has no end, is refused', () => {
  if (process.platform === 'win32') return
  for (const name of ['body', 'listing']) {
    vendored({ [key]: responseOf(text) }, (folder) => {
      const file = name === 'body' ? bodyFile(folder) : join(folder, 'index.json')
      rmSync(file)
      symlinkSync('/dev/zero', file)
      const { code, message } = failure(() => readVendored(key, integrity))
      assert.is(code, 'ERR_MIMEPORT_INTEGRITY')
      assert.match(message, 'it is no file')
      denied('T19', 'a link to a device')
    })
  }
})

test('of a server only fields about the content are kept; of a loader of the project, all but secrets', () => {
  const headers = {
    'content-type': 'text/markdown',
    'content-security-policy': "default-src 'none'",
    'content-length': '3',
    date: 'now',
    etag: '"1"',
    'set-cookie': 'token=1',
    sourcemap: 'x.map',
    vary: 'accept',
    'x-kind': 'a',
    'x-request-id': '123',
  }
  const kept = ['content-type', 'sourcemap', 'vary']
  assert.equal(Object.keys(vendoredFields(key, headers)), kept)
  assert.equal(Object.keys(vendoredFields('json github:a/b/x', headers)), kept)
  const own = Object.keys(vendoredFields('corp:x', headers))
  assert.ok(own.includes('x-kind') && !own.includes('set-cookie'))
})

/** By hand: VENDOR_KILLS=1000. */
const kills = Number(process.env['VENDOR_KILLS'] ?? 10)

test(`a process that is killed while it writes leaves whole files and a whole listing, ${kills} times`, async () => {
  const project = makeProject({})
  const folder = join(project.path, 'vendored')
  const program = fileURLToPath(new URL('../support/vendor-process.mts', import.meta.url))
  const versions = (name: number) =>
    new Set([0, 1, 2, 3, 4].map((version) => digestOf(bodyOf(name, version))))
  const known = Array.from({ length: 20 }, (_, name) => versions(name))
  for (let kill = 0; kill < kills; kill++) {
    const child = fork(program, [folder])
    await once(child, 'message')
    await new Promise((resolve) => setTimeout(resolve, (kill * 7) % 50))
    child.kill('SIGKILL')
    await once(child, 'exit')
    const listing = parseListing(readFileSync(join(folder, 'index.json'), 'utf8'))
    assert.is(listing.size, 20)
    for (const [name, { file }] of listing) {
      const number = Number(/(\d+)\.bin$/.exec(name)![1])
      assert.ok(known[number]!.has(digestOf(readFileSync(join(folder, file)))), 'it is whole')
    }
  }
  // What the killed ones left is taken away once it is old.
  const left = () => files(folder).filter((file) => file.endsWith('.tmp'))
  for (const file of left()) utimesSync(file, 0, 0)
  fill(folder, { [key]: responseOf(text) })
  assert.equal(left(), [])
  assert.is(files(folder).length, 3)
  project.remove()
})

test('git is told to leave the bytes alone', () => {
  vendored({ [key]: responseOf(text) }, (folder) => {
    assert.match(readFileSync(join(folder, '.gitattributes'), 'utf8'), /^\* -text\b/)
  })
})

test.run()
