/** Programs that import what is encrypted, and what of it is found on the disk and in what is printed. */

import { hash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { outcomesIn } from '../support/outcomes.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run } from '../support/spawn.mts'
import { encrypted, newSigner, signed } from '../support/signer.mts'
import { leak } from '../threats/record.mts'
import type { Outcome } from '../support/outcomes.mts'
import type { RouteAnswer, TestServer } from '../support/server.mts'
import type { Project, Run } from '../support/spawn.mts'

const test = suite('encrypted modules')

const key = randomBytes(16)
const secret = key.toString('base64url')
const js = { 'content-type': 'text/javascript' }
const canary = 'the-plain-text-of-a-module'

const program = `
  import { inspect } from 'node:util'
  for (const specifier of process.argv.slice(2)) {
    const { code, message, ...module } = await import(specifier).catch((error) => {
      console.error(inspect(error, { depth: 9, showHidden: true }))
      return error
    })
    console.log(JSON.stringify({ code, message, module: { ...module } }))
  }
`

let server: TestServer
let project: Project

test.before(async () => {
  server = await startServer()
  project = makeProject({ 'app.mjs': program })
})
test.after(async () => {
  project.remove()
  await server.stop()
})
test.before.each(async () => {
  await server.clear()
  configure({ '': '$MODULES_KEY' })
})

function configure(keys: object, more: object = {}): void {
  const json = JSON.stringify({ encryption: { [server.url]: keys }, ...more })
  project.write({ 'mimeport.json': json })
}

/** An encrypted route; `body` is what it decodes to, unless its codings say otherwise. */
function route(
  body: string | Uint8Array,
  options: Partial<Parameters<typeof encrypted>[1]> = {},
  headers: Record<string, string> = {},
): RouteAnswer {
  return {
    headers: { ...js, 'content-encoding': 'aes128gcm', ...headers },
    body: encrypted(body, { key, ...options }),
  }
}

async function imports(
  paths: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Run & { outcomes: Outcome[] }> {
  const specifiers = paths.map((path) => `${server.url}${path}`)
  const options = { cwd: project.path, env: { MODULES_KEY: secret, ...env } }
  const result = await run(['app.mjs', ...specifiers], options)
  assert.is(result.status, 0, result.stderr)
  return { ...result, outcomes: outcomesIn(result.stdout) }
}

const ran = (outcomes: readonly Outcome[]) =>
  outcomes.map(({ module, message }) => module['default'] ?? message)

test('what is encrypted runs: by id, in many records, after gzip, of any media type, with attributes', async () => {
  configure({ '': '$MODULES_KEY', second: './second.key' })
  const second = randomBytes(32)
  project.write({
    'second.key': `${second.toString('base64url')}\n`,
    'data.mjs': `export { default } from ${JSON.stringify(`${server.url}/data.json`)} with { type: 'json' }`,
    'bytes.mjs': `import bytes from ${JSON.stringify(`${server.url}/text.txt`)} with { type: 'bytes' }; export default bytes.length`,
  })
  const text = 'export default "JavaScript"'
  await server.set({
    '/a.mjs': route("import b from './b.mjs'; export default b"),
    '/b.mjs': route('export default "imported"', { size: 20 }),
    '/second.mjs': route('export default "by id"', { key: second, id: 'second' }),
    '/zip.mjs': route(
      gzipSync('export default "gzip"'),
      {},
      { 'content-encoding': 'gzip, aes128gcm' },
    ),
    '/outer.mjs': {
      ...route('', {}, { 'content-encoding': 'aes128gcm, gzip' }),
      body: gzipSync(encrypted('export default "gzip outside"', { key })),
    },
    // RFC 8188 §3.1 has its media type be nothing that would tell.
    '/octets.mjs': route(text, {}, { 'content-type': 'application/octet-stream' }),
    '/common.js': route('module.exports = "CommonJS"'),
    '/data.json': route('{"a":1}', {}, { 'content-type': 'application/json' }),
    '/text.txt': route('eleven text', {}, { 'content-type': 'text/plain' }),
    '/moved': { status: 302, headers: { location: '/a.mjs' } },
    '/chunked.mjs': { ...route('export default "chunked"'), framing: 'chunked' },
  })
  const { outcomes } = await imports([
    '/a.mjs',
    '/second.mjs',
    '/zip.mjs',
    '/outer.mjs',
    '/octets.mjs',
    '/common.js',
    '/moved',
    '/chunked.mjs',
  ])
  assert.equal(ran(outcomes), [
    'imported',
    'by id',
    'gzip',
    'gzip outside',
    'JavaScript',
    'CommonJS',
    'imported',
    'chunked',
  ])
  const attributes = await run(
    [
      '-e',
      'Promise.all([import("./data.mjs"), import("./bytes.mjs")]).then((all) => console.log(JSON.stringify(all.map((each) => each.default))))',
    ],
    {
      cwd: project.path,
      env: { MODULES_KEY: secret },
    },
  )
  assert.is(attributes.stdout, '[{"a":1},11]\n', attributes.stderr)
  const [asked] = await server.requests('/a.mjs')
  assert.match(asked!.headers['accept-encoding']!, /^aes128gcm, /)
})

test('another key, a flipped byte, a missing record, no encryption: nothing of it runs', async () => {
  const good = encrypted(`globalThis.console.log(${JSON.stringify(canary)}); export default 1`, {
    key,
    size: 40,
  })
  const answer = (body: Uint8Array): RouteAnswer => ({
    headers: { ...js, 'content-encoding': 'aes128gcm' },
    body,
  })
  const flipped = Buffer.from(good)
  flipped[good.length - 20]! ^= 1
  await server.set({
    '/key.mjs': route('export default 1', { key: randomBytes(16) }),
    '/id.mjs': route('export default 1', { id: 'unknown' }),
    '/flipped.mjs': answer(flipped),
    '/cut.mjs': answer(good.subarray(0, 21 + 40)),
    '/small.mjs': answer(
      Buffer.concat([good.subarray(0, 16), Buffer.from([0, 0, 0, 17]), good.subarray(20)]),
    ),
    '/empty.mjs': answer(new Uint8Array()),
    '/plain.mjs': 'export default 1',
    '/gzip.mjs': {
      headers: { ...js, 'content-encoding': 'gzip' },
      body: gzipSync('export default 1'),
    },
    '/gone.mjs': { status: 410, body: 'gone' },
  })
  const { outcomes, stdout } = await imports([
    '/key.mjs',
    '/id.mjs',
    '/flipped.mjs',
    '/cut.mjs',
    '/small.mjs',
    '/empty.mjs',
    '/plain.mjs',
    '/gzip.mjs',
    '/gone.mjs',
  ])
  const reasons = [
    'the key is another, or something was changed',
    "its key 'unknown' is not among those of",
    'was changed, or is missing',
    'its last record is missing: it was cut off',
    'its records have 17 bytes, and the least is 18',
    'its header is cut off',
    'it is not encrypted',
    'it is not encrypted',
  ]
  for (const [index, reason] of reasons.entries()) {
    const { code, message = '' } = outcomes[index]!
    assert.is(code, 'ERR_MIMEPORT_DECRYPTION', message)
    assert.ok(message.includes(reason), message)
  }
  assert.is(outcomes[8]!.code, 'ERR_MODULE_NOT_FOUND', 'what is no content need not be encrypted')
  assert.not.match(stdout, canary)
})

test('a key that cannot be used is the configuration’s error, and is not shown', async () => {
  configure({ '': '$MODULES_KEY', gone: '$NOT_SET', file: './none.key' })
  await server.set({
    '/a.mjs': route('export default 1'),
    '/gone.mjs': route('export default 1', { id: 'gone' }),
    '/file.mjs': route('export default 1', { id: 'file' }),
  })
  const short = randomBytes(15).toString('base64url')
  const { outcomes } = await imports(['/a.mjs', '/gone.mjs', '/file.mjs'], { MODULES_KEY: short })
  const reasons = [
    "the key without an id in the 'encryption' of",
    "needs the environment's 'NOT_SET'",
    'there is no such file',
  ]
  for (const [index, reason] of reasons.entries()) {
    const { code, message = '' } = outcomes[index]!
    assert.is(code, 'ERR_MIMEPORT_CONFIG', message)
    assert.ok(message.includes(reason), message)
    assert.not.match(message, short)
  }
  assert.match(outcomes[0]!.message!, 'has 15 bytes, and needs 16 or more')
})

/** Every file below a folder. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
}

test('neither the key nor the plain text is on the disk, nor the key in what is printed; the cache is used', async () => {
  const cache = join(project.path, 'cache')
  const text = `export default ${JSON.stringify(canary)}`
  const fresh = { 'cache-control': 'max-age=3600' }
  await server.set({
    '/a.mjs': route(text, {}, fresh),
    '/zip.mjs': route(gzipSync(text), {}, { 'content-encoding': 'gzip, aes128gcm', ...fresh }),
    // A server that repeats what it should not know.
    '/told.mjs': {
      ...route(text, { key: randomBytes(16) }),
      headers: { ...js, 'content-encoding': 'aes128gcm', 'x-key': secret },
    },
    '/error.mjs': {
      status: 500,
      headers: { 'content-type': 'text/plain' },
      body: `the key is ${secret}`,
    },
  })
  const env = { MIMEPORT_CACHE: cache, MIMEPORT_LOG: 'debug' }
  const first = await imports(['/a.mjs', '/zip.mjs', '/told.mjs', '/error.mjs'], env)
  assert.equal(ran(first.outcomes.slice(0, 2)), [canary, canary])
  const second = await imports(['/a.mjs', '/zip.mjs'], { ...env, MIMEPORT_OFFLINE: '1' })
  assert.equal(ran(second.outcomes), [canary, canary], 'out of the cache')
  const stored = filesOf(cache)
  assert.ok(stored.length >= 2)
  const forms = [secret, key.toString('base64'), key.toString('hex'), key]
  const printed = [first, second].flatMap(({ stdout, stderr }) => [stdout, stderr])
  let hits = 0
  for (const form of forms) {
    for (const path of filesOf(project.path)) hits += readFileSync(path).includes(form) ? 1 : 0
    for (const each of printed) hits += Buffer.from(each).includes(form) ? 1 : 0
  }
  leak('T12', hits, 'an encryption key')
  for (const path of stored) assert.not(readFileSync(path).includes(canary), path)
  // Without the key, what is stored is of no use.
  const without = await imports(['/a.mjs'], {
    MIMEPORT_CACHE: cache,
    MIMEPORT_OFFLINE: '1',
    MODULES_KEY: randomBytes(16).toString('base64url'),
  })
  assert.is(without.outcomes[0]!.code, 'ERR_MIMEPORT_DECRYPTION')
})

test('signed and encrypted: the digest is of what came, and both are wanted', async () => {
  const signer = newSigner('k')
  project.write({ 'k.pem': signer.pem })
  configure({ '': '$MODULES_KEY' }, { signatures: { [server.url]: { keys: { k: './k.pem' } } } })
  const coded = { ...js, 'content-encoding': 'gzip, aes128gcm' }
  const body = encrypted(gzipSync('export default "both"'), { key })
  const make = (path: string) => signed({ url: server.url + path, headers: coded, body, signer })
  await server.set({
    '/a.mjs': make('/a.mjs'),
    '/other.mjs': {
      ...make('/other.mjs'),
      body: encrypted(gzipSync('export default "evil"'), { key }),
    },
    '/plain.mjs': signed({
      url: `${server.url}/plain.mjs`,
      headers: js,
      body: 'export default 1',
      signer,
    }),
    '/unsigned.mjs': { headers: coded, body },
  })
  const { outcomes } = await imports(['/a.mjs', '/other.mjs', '/plain.mjs', '/unsigned.mjs'])
  assert.equal(
    outcomes.map(({ code, module }) => code ?? module['default']),
    ['both', 'ERR_MIMEPORT_SIGNATURE', 'ERR_MIMEPORT_DECRYPTION', 'ERR_MIMEPORT_SIGNATURE'],
  )
  assert.match(outcomes[1]!.message!, 'its content is another')
})

test('a lock pins what was decrypted, whatever it was encrypted into', async () => {
  project.write({ 'mimeport.lock': '{\n  "version": 1\n}\n' })
  try {
    // A CI would hold it frozen.
    const additive = { MIMEPORT_FROZEN: '0' }
    const text = 'export default "locked"'
    await server.set('/a.mjs', [route(text), route(text), route('export default "another"')])
    const first = await imports(['/a.mjs'], additive)
    assert.equal(ran(first.outcomes), ['locked'])
    const lock = readFileSync(join(project.path, 'mimeport.lock'), 'utf8')
    assert.ok(lock.includes(hash('sha256', text, 'base64')), lock)
    const again = await imports(['/a.mjs'], additive)
    assert.equal(ran(again.outcomes), ['locked'], 'by another salt')
    const changed = await imports(['/a.mjs'], additive)
    assert.is(changed.outcomes[0]!.code, 'ERR_MIMEPORT_INTEGRITY')
    assert.is(readFileSync(join(project.path, 'mimeport.lock'), 'utf8'), lock)
  } finally {
    rmSync(join(project.path, 'mimeport.lock'))
  }
})

test('an origin that nothing is said of: aes128gcm is known there, and its key is not', async () => {
  project.write({ 'mimeport.json': '{}' })
  await server.set('/a.mjs', route('export default 1'))
  const { outcomes } = await imports(['/a.mjs'])
  assert.is(outcomes[0]!.code, 'ERR_MIMEPORT_DECRYPTION')
  assert.match(outcomes[0]!.message!, "the configuration's 'encryption' has no key for")
  const [asked] = await server.requests('/a.mjs')
  assert.is(asked!.headers['accept-encoding'], 'gzip, deflate, br, zstd')
})

test.run()
