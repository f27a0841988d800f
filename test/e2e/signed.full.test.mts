/** Programs that import what has to be signed, from a server and from whoever stands before it. */

import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeCertificate } from '../faults/certificate.mts'
import { outcomesIn } from '../support/outcomes.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run } from '../support/spawn.mts'
import { newSigner, now, signed } from '../support/signer.mts'
import { denied, passed } from '../threats/record.mts'
import type { Outcome } from '../support/outcomes.mts'
import type { RouteAnswer, TestServer } from '../support/server.mts'
import type { Project } from '../support/spawn.mts'
import type { Signing } from '../support/signer.mts'

const test = suite('signed modules')

const signer = newSigner('2026-11')
const js = { 'content-type': 'text/javascript' }

/** Imports each, one after the other, and says what came of it. */
const program = `
  for (const specifier of process.argv.slice(2)) {
    const { code, message, ...module } = await import(specifier).catch((error) => error)
    console.log(JSON.stringify({ code, message, module: { ...module } }))
  }
`

let server: TestServer
let other: TestServer
let project: Project

test.before(async () => {
  ;[server, other] = await Promise.all([startServer(), startServer()])
  project = makeProject({ 'app.mjs': program, 'keys/2026-11.pem': signer.pem })
})
test.after(async () => {
  project.remove()
  await Promise.all([server, other].map((each) => each.stop()))
})
test.before.each(async () => {
  await Promise.all([server.clear(), other.clear()])
  project.write({ 'mimeport.json': configuration({ keys: { '2026-11': './keys/2026-11.pem' } }) })
})

function configuration(rule: object, more: object = {}): string {
  return JSON.stringify({ signatures: { [server.url]: rule }, ...more })
}

/** A signed route: its path, and what is signed. */
function at(path: string, signing: Partial<Signing> = {}): RouteAnswer {
  const defaults = { headers: js, body: 'export const ran = true', signer }
  return signed({ url: `${server.url}${path}`, ...defaults, ...signing })
}

async function imports(
  paths: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome[]> {
  const specifiers = paths.map((path) => (path.startsWith('/') ? `${server.url}${path}` : path))
  const { stdout, stderr, status } = await run(['app.mjs', ...specifiers], {
    cwd: project.path,
    env,
  })
  assert.is(stderr, '')
  assert.is(status, 0)
  return outcomesIn(stdout)
}

function isRefused({ code, message = '' }: Outcome, why: string): void {
  assert.is(code, 'ERR_MIMEPORT_SIGNATURE', message)
  assert.ok(message.includes(why), message)
  denied('T14', why)
}

test('what its origin signed runs, and what it imports; redirects, codings and media types as ever', async () => {
  await server.set({
    '/a.mjs': at('/a.mjs', { body: "import { b } from './b.mjs'; export const ran = b + 1" }),
    '/b.mjs': at('/b.mjs', { body: 'export const b = 1' }),
    '/moved': at('/moved', { status: 302, headers: { location: '/a.mjs' }, body: '' }),
    '/away': at('/away', { status: 307, headers: { location: `${other.url}/c.mjs` }, body: '' }),
    '/zipped.mjs': at('/zipped.mjs', {
      headers: { ...js, 'content-encoding': 'gzip' },
      body: gzipSync('export const ran = "zipped"'),
    }),
    '/notes.md': at('/notes.md', {
      headers: { 'content-type': 'text/markdown' },
      body: '```js\nexport const ran = "Markdown"\n```\n',
    }),
    '/query.mjs?v=1': at('/query.mjs?v=1', { body: 'export const ran = 1' }),
    // A lone question mark is not sent.
    '/lone.mjs': at('/lone.mjs', { body: 'export const ran = "lone"' }),
    '/chunked.mjs': {
      ...at('/chunked.mjs', { body: 'export const ran = "chunked"' }),
      framing: 'chunked',
    },
  })
  // Nothing is said of this one.
  await other.set('/c.mjs', 'export const ran = "elsewhere"')
  const ran = (
    await imports([
      '/a.mjs',
      '/moved',
      '/away',
      '/zipped.mjs',
      '/notes.md',
      '/query.mjs?v=1',
      '/lone.mjs?',
      '/chunked.mjs',
    ])
  ).map(({ module, message }) => module['ran'] ?? message)
  assert.equal(ran, [2, 2, 'elsewhere', 'zipped', 'Markdown', 1, 'lone', 'chunked'])
  passed('T14', 'signed modules', ran.length)
})

test('what somebody between changes, takes from elsewhere or keeps for later does not run', async () => {
  const good = at('/good.mjs')
  const twin = at('/twin.mjs', { body: 'export const ran = "the twin"' })
  const moved = at('/moved', { status: 302, headers: { location: '/good.mjs' }, body: '' })
  const zipped = at('/zip.mjs', {
    headers: { ...js, 'content-encoding': 'gzip' },
    body: gzipSync('export const ran = true'),
  })
  const own = newSigner('2026-11')
  const change = (
    answer: RouteAnswer,
    headers: Record<string, string>,
    more: RouteAnswer = {},
  ) => ({
    ...answer,
    ...more,
    headers: { ...answer.headers, ...headers },
  })
  const table: Record<string, [RouteAnswer, string]> = {
    '/body': [{ ...at('/body'), body: 'export const ran = "evil"' }, 'its content is another'],
    '/none': [
      { headers: { ...js, 'cache-control': 'max-age=60' }, body: 'export const ran = "evil"' },
      'it is not signed',
    ],
    '/type': [
      change(at('/type'), { 'content-type': 'text/markdown' }),
      "it is not that of '2026-11'",
    ],
    '/status': [{ ...at('/status'), status: 203 }, "it is not that of '2026-11'"],
    '/to-content': [
      { ...moved, status: 200, headers: { ...moved.headers, ...js } },
      "does not cover 'content-type'",
    ],
    '/to-redirect': [
      change(good, { location: `${other.url}/evil.mjs` }, { status: 302 }),
      "does not cover 'location'",
    ],
    '/moved': [change(moved, { location: `${other.url}/evil.mjs` }), "it is not that of '2026-11'"],
    '/unsigned-redirect': [
      { status: 302, headers: { location: `${other.url}/evil.mjs` } },
      'it is not signed',
    ],
    '/good.mjs': [twin, "it is not that of '2026-11'"],
    '/twin.mjs': [good, "it is not that of '2026-11'"],
    '/good.mjs?v=2': [good, "it is not that of '2026-11'"],
    '/coding': [
      change(at('/coding'), { 'content-encoding': 'gzip' }),
      "does not cover 'content-encoding'",
    ],
    '/zip.mjs': [change(zipped, { 'content-encoding': 'identity' }), "it is not that of '2026-11'"],
    '/old': [at('/old', { created: now() - 900, expires: now() - 600 }), 'it expired at'],
    '/key': [at('/key', { signer: own }), "it is not that of '2026-11'"],
    '/other-key': [at('/other-key', { signer: newSigner('mine') }), "its key 'mine' is not known"],
    '/twice': [
      change(
        at('/twice', { signer: own }),
        {},
        { headers: { ...at('/twice').headers, 'content-digest': 'sha-256=:AAAA:' } },
      ),
      "it is not that of '2026-11'",
    ],
  }
  await server.set(
    Object.fromEntries(Object.entries(table).map(([path, [answer]]) => [path, answer])),
  )
  await other.set('*', 'export const ran = "evil"')
  const cache = join(project.path, 'cache-of-nothing')
  const outcomes = await imports(Object.keys(table), { MIMEPORT_CACHE: cache })
  for (const [index, [path, [, why]]] of Object.entries(table).entries()) {
    const outcome = outcomes[index]!
    assert.equal(outcome.module['ran'], undefined, path)
    isRefused(outcome, why)
  }
  assert.equal(readdirSync(join(cache, 'responses')), [], 'nor is it stored')
  assert.equal(await other.requests(), [], 'and nobody was asked for what a changed redirect names')
  denied('T16', 'a media type that somebody between changed')
})

test('a static import, a require, a preload and a worker are refused as an import() is', async () => {
  await server.set('/evil.mjs', 'globalThis.console.log("evil")')
  const url = JSON.stringify(`${server.url}/evil.mjs`)
  project.write({
    'static.mjs': `import ${url}`,
    'entrances.mjs': `
      import { createRequire } from 'node:module'
      import { Worker } from 'node:worker_threads'
      const codes = [await import('./static.mjs').catch(({ code }) => code)]
      try { createRequire(import.meta.url)(${url}) } catch ({ code }) { codes.push(code) }
      codes.push(await new Promise((resolve) => {
        new Worker('import(' + JSON.stringify(${url}) + ').catch(({ code }) => require("node:worker_threads").parentPort.postMessage(code))', { eval: true }).on('message', resolve)
      }))
      console.log(codes.join(' '))
      await import('data:text/javascript,import ' + JSON.stringify(${url})).catch(({ code }) => console.log(code))
    `,
  })
  const { stdout, stderr } = await run(['entrances.mjs'], { cwd: project.path })
  assert.is(stderr, '')
  assert.is(stdout, `${'ERR_MIMEPORT_SIGNATURE '.repeat(3).trimEnd()}\nERR_MIMEPORT_SIGNATURE\n`)
})

test('what is stored is verified each time that it is loaded, and asked for anew once it has expired', async () => {
  const cache = join(project.path, 'cache')
  const env = { MIMEPORT_CACHE: cache }
  const fresh = { ...js, 'cache-control': 'max-age=3600' }
  await server.set('/a.mjs', at('/a.mjs', { headers: fresh }))
  const first = await imports(['/a.mjs'], env)
  const second = await imports(['/a.mjs'], env)
  assert.equal(
    [first, second].map(([each]) => each!.module['ran']),
    [true, true],
  )
  assert.is((await server.requests('/a.mjs')).length, 1, 'the second time it came out of the cache')
  // It stays as fresh by HTTP's rules, and its signature does not.
  const keys = { '2026-11': './keys/2026-11.pem' }
  await server.set('/b.mjs', [
    at('/b.mjs', { headers: fresh, created: now() - 600, expires: undefined }),
    at('/b.mjs', { headers: fresh, body: 'export const ran = "anew"' }),
  ])
  project.write({ 'mimeport.json': configuration({ keys, maxAge: 3600 }) })
  assert.equal((await imports(['/b.mjs'], env))[0]!.module['ran'], true)
  project.write({ 'mimeport.json': configuration({ keys, maxAge: 60 }) })
  assert.equal((await imports(['/b.mjs'], env))[0]!.module['ran'], 'anew')
  assert.is((await server.requests('/b.mjs')).length, 2)
  // Without the network there is nobody to ask.
  await server.set('/c.mjs', at('/c.mjs', { headers: fresh }))
  await imports(['/c.mjs'], env)
  const offline = { ...env, MIMEPORT_OFFLINE: '1' }
  assert.equal((await imports(['/c.mjs'], offline))[0]!.module['ran'], true)
  project.write({
    'mimeport.json': configuration({ keys: { other: './keys/2026-11.pem' } }),
  })
  isRefused((await imports(['/c.mjs'], offline))[0]!, "its key '2026-11' is not known")
})

test('a response that was stored before signatures were wanted is asked for anew', async () => {
  const env = { MIMEPORT_CACHE: join(project.path, 'cache-before') }
  project.write({ 'mimeport.json': '{}' })
  const plain = {
    headers: { ...js, 'cache-control': 'max-age=3600' },
    body: 'export const ran = "unsigned"',
  }
  await server.set('/a.mjs', [plain, at('/a.mjs')])
  assert.equal((await imports(['/a.mjs'], env))[0]!.module['ran'], 'unsigned')
  project.write({ 'mimeport.json': configuration({ keys: { '2026-11': './keys/2026-11.pem' } }) })
  assert.equal((await imports(['/a.mjs'], env))[0]!.module['ran'], true)
})

test('a 304 changes nothing that is signed', async () => {
  const env = { MIMEPORT_CACHE: join(project.path, 'cache-304') }
  const stale = { ...js, etag: '"x"', date: new Date().toUTCString(), 'cache-control': 'max-age=0' }
  const unmodified = {
    status: 304,
    headers: {
      etag: '"x"',
      signature: 'x=:AAAA:',
      'signature-input': 'x=()',
      date: 'Tue, 20 Apr 2021 02:07:55 GMT',
      'cache-control': 'max-age=7',
      'x-other': 'new',
    },
  }
  await server.set('/a.mjs', [at('/a.mjs', { headers: stale }), unmodified])
  for (let times = 0; times < 3; times++) {
    const [{ module, message } = {} as Outcome] = await imports(['/a.mjs'], env)
    assert.is(module['ran'], true, message)
  }
  const asked = await server.requests('/a.mjs')
  assert.equal(
    asked.map(({ headers }) => headers['if-none-match']),
    [undefined, '"x"', '"x"'],
  )
})

test('keys are exchanged without a gap', async () => {
  const next = newSigner('2026-12')
  project.write({ 'keys/2026-12.pem': next.pem })
  const both = {
    '2026-11': './keys/2026-11.pem',
    '2026-12': { key: '$NEXT_KEY', algorithm: 'ed25519' },
  }
  await server.set({ '/old.mjs': at('/old.mjs'), '/new.mjs': at('/new.mjs', { signer: next }) })
  project.write({ 'mimeport.json': configuration({ keys: both }) })
  const during = await imports(['/old.mjs', '/new.mjs'], { NEXT_KEY: next.pem })
  assert.equal(
    during.map(({ module }) => module['ran']),
    [true, true],
  )
  project.write({ 'mimeport.json': configuration({ keys: { '2026-12': './keys/2026-12.pem' } }) })
  const [old, current] = await imports(['/old.mjs', '/new.mjs'])
  isRefused(old!, "its key '2026-11' is not known")
  assert.equal(current!.module['ran'], true)
})

test('a configuration that cannot be used fails what needs it, and says which key', async () => {
  const { publicKey } = generateKeyPairSync('x25519')
  project.write({ 'keys/odd.pem': publicKey.export({ type: 'spki', format: 'pem' }) as string })
  await server.set({
    '/a.mjs': at('/a.mjs', { signer: { ...signer, id: 'gone' } }),
    '/b.mjs': at('/b.mjs', { signer: { ...signer, id: 'odd' } }),
    '/c.mjs': at('/c.mjs'),
  })
  const keys = { gone: './keys/gone.pem', odd: './keys/odd.pem', '2026-11': './keys/2026-11.pem' }
  project.write({ 'mimeport.json': configuration({ keys }) })
  const [gone, odd, good] = await imports(['/a.mjs', '/b.mjs', '/c.mjs'])
  assert.is(gone!.code, 'ERR_MIMEPORT_CONFIG')
  assert.match(gone!.message!, "mimeport.json': the key 'gone' in the 'signatures' of")
  assert.match(gone!.message!, 'there is no such file')
  assert.is(odd!.code, 'ERR_MIMEPORT_CONFIG')
  assert.match(odd!.message!, 'is for no algorithm of RFC 9421')
  assert.equal(good!.module['ran'], true)
})

test('by HTTP/2 as by HTTP/1.1, and a host with a dot at its end goes by the same rules', async () => {
  const tls = makeCertificate({ names: ['localhost', 'localhost.'] })
  writeFileSync(join(project.path, 'ca.pem'), tls.cert)
  const secure = await startServer({ tls, http2: true })
  try {
    const origin = `https://localhost:${secure.port}`
    const make = (url: string): RouteAnswer =>
      signed({ url, headers: js, body: 'export const ran = true', signer })
    await secure.set({
      '/a.mjs': make(`${origin}/a.mjs`),
      '/plain.mjs': 'export const ran = "unsigned"',
    })
    const rule = { keys: { '2026-11': './keys/2026-11.pem' } }
    project.write({
      'mimeport.json': JSON.stringify({ signatures: { [origin]: rule } }),
    })
    const [good, plain, dotted] = await imports(
      [`${origin}/a.mjs`, `${origin}/plain.mjs`, `https://localhost.:${secure.port}/plain.mjs`],
      { NODE_EXTRA_CA_CERTS: join(project.path, 'ca.pem') },
    )
    assert.equal(good!.module['ran'], true, good!.message)
    assert.is((await secure.requests('/a.mjs'))[0]!.httpVersion, '2.0')
    isRefused(plain!, 'it is not signed')
    assert.is(dotted!.module['ran'], undefined)
  } finally {
    await secure.stop()
  }
})

test('a loader that asks such an origin for another’s sake is refused: it verifies nothing', async () => {
  project.write({
    'mimeport.json': configuration({ keys: { '2026-11': './keys/2026-11.pem' } }),
  })
  await server.set('*', 'export const ran = "unsigned"')
  const commit = 'a'.repeat(40)
  const [file] = await imports([`github:owner/repo@${commit}/a.mjs`], {
    MIMEPORT_GITHUB_URL: server.url,
    MIMEPORT_GITHUB_RAW_URL: server.url,
  })
  isRefused(
    file!,
    "the configuration's 'signatures' has its origin, and loader 'github' verifies nothing",
  )
})

test.run()
