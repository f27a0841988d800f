/** `mimeport vendor`: the program runs with the network gone and the cache deleted, byte for byte the same, elsewhere too. */

import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mimeport } from '../support/cli.mts'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { encrypted } from '../support/signer.mts'
import { makeProject, run } from '../support/spawn.mts'
import { canary, denied, leak, passed } from '../threats/record.mts'
import type { Run } from '../support/spawn.mts'

const test = suite('vendor')

/** (module (func (export "answer") (result i32) (i32.const 42))) */
const wasm = Buffer.from('AGFzbQEAAAABBQFgAAF/AwIBAAcKAQZhbnN3ZXIAAAoGAQQAQSoL', 'base64')
/** Bytes that no charset and no line-end rule leaves alone. */
const binary = Buffer.from(Array.from({ length: 600 }, (_, index) => index % 256))

const files = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

/** All files of a folder, by their paths in it. */
const snapshot = (folder: string) =>
  files(folder).map((file) => [file.slice(folder.length), readFileSync(file, 'base64')])

/** Everything at once: a git host, redirects, goals, binary bodies, CommonJS, TypeScript, Markdown, charsets. */
async function startOrigins() {
  const server = await startServer()
  const github = await startGitHub({
    repos: {
      'acme/lib': {
        files: {
          'main.mjs':
            "export { parts } from './lib/parts.ts'\nexport { default as old } from './old.cjs'",
          'lib/parts.ts':
            "import data from '../data.json' with { type: 'json' }\nexport const parts: number[] = data",
          'data.json': '[1, 2]\n',
          'old.cjs': "module.exports = require('./lib/older.cjs') + 1",
          'lib/older.cjs': 'module.exports = 1\r\n',
        },
      },
    },
  })
  await server.set({
    '/latest': { status: 302, headers: { location: '/one' } },
    '/one': { status: 307, headers: { location: '/report.md?v=1' } },
    '/report.md?v=1': {
      headers: { 'content-type': 'text/markdown' },
      body: "# Report\r\n\r\n```ts\r\nimport { latin } from './latin.md'\r\nexport const report: string = latin + import.meta.url.slice(-5)\r\n```\r\n",
    },
    '/latin.md': {
      headers: { 'content-type': 'text/markdown; charset=iso-8859-1' },
      body: Buffer.from("```js\nexport const latin = 'é'\n```\n", 'latin1'),
    },
    '/answer.wasm': { headers: { 'content-type': 'application/wasm' }, body: wasm },
    '/raw.bin': { headers: { 'content-type': 'application/octet-stream' }, body: binary },
    '/con': { headers: { 'content-type': 'application/json', vary: 'Accept' }, body: '{"a":1}' },
    '/page.txt': { headers: { 'content-type': 'text/plain' }, body: 'text\r\n' },
    '/lazy.mjs': "export default 'lazy'",
    '/CASE.mjs': 'export default 1',
    '/case.mjs': 'export default 2',
  })
  return { server, github }
}

const program = (url: string) => `
  import { report } from '${url}/latest'
  import { answer } from '${url}/answer.wasm'
  import bytes from '${url}/raw.bin' with { type: 'bytes' }
  import con from '${url}/con' with { type: 'json' }
  import page from '${url}/page.txt' with { type: 'text' }
  import one from '${url}/CASE.mjs'
  import two from '${url}/case.mjs'
  import { parts, old } from 'github:acme/lib/main.mjs'
  import { createHash } from 'node:crypto'
  const { default: lazy } = await import('${url}/lazy.mjs')
  const digest = createHash('sha256').update(bytes).digest('hex')
  console.log(JSON.stringify([report, answer(), digest, con, page, one, two, parts, old, lazy]))
  console.log(import.meta.resolve('${url}/latest'), import.meta.resolve('github:acme/lib/main.mjs'))`

const quiet = (result: Run) => ({
  status: result.status,
  stdout: result.stdout,
  stderr: result.stderr,
})

test('a vendored program runs without its servers and without a cache, in another folder, the same', async () => {
  const { server, github } = await startOrigins()
  const project = makeProject({ 'app.mjs': program(server.url) })
  const elsewhere = makeProject({})
  const cache = join(project.path, '.cache')
  // Node warns of WebAssembly, with the process's number.
  const env = { ...github.env, CI: '', MIMEPORT_CACHE: cache, NODE_NO_WARNINGS: '1' }
  const cwd = project.path
  try {
    const online = quiet(await run(['app.mjs'], { cwd, env }))
    assert.equal([online.status, online.stderr], [0, ''])
    assert.not.ok(existsSync(join(cwd, 'mimeport.lock')), 'no lock is made by running')

    const { stdout, stderr, status } = await mimeport(['vendor', 'app.mjs'], { cwd, env })
    assert.is(stderr, '')
    assert.is(status, 0)
    assert.match(stdout, /mimeport_modules: 14 files, [\d.]+ kB; 14 written, 0 removed/)
    const whole = snapshot(join(cwd, 'mimeport_modules'))

    const again = await mimeport(['vendor'], { cwd, env })
    assert.match(again.stdout, '14 files, ')
    assert.match(again.stdout, '0 written, 0 removed')
    assert.equal(snapshot(join(cwd, 'mimeport_modules')), whole, 'the same, whenever it is made')

    const requests = (await server.requests()).length
    assert.equal(quiet(await run(['app.mjs'], { cwd, env })), online)
    canary('T14', (await server.requests()).length - requests, 'what is vendored')

    await server.stop()
    await github.stop()
    rmSync(cache, { recursive: true })
    // Without MIMEPORT_CACHE a run has a cache of its own, which is empty.
    const { MIMEPORT_CACHE: _cache, ...alone } = env
    assert.equal(quiet(await run(['app.mjs'], { cwd, env: alone })), online)
    cpSync(cwd, join(elsewhere.path, 'a folder/copy'), { recursive: true })
    const moved = ['a folder/copy/app.mjs']
    const offline = { ...alone, MIMEPORT_FROZEN: '1', MIMEPORT_OFFLINE: '1', MIMEPORT_CACHE: 'off' }
    assert.equal(quiet(await run(moved, { cwd: elsewhere.path, env: offline })), online)
    // The bodies that are there are enough to write the folder anew.
    const mended = await mimeport(['vendor'], { cwd, env: alone })
    assert.is(mended.status, 0, mended.stderr)
    assert.equal(snapshot(join(cwd, 'mimeport_modules')), whole)
    passed('T14', 'a vendored program without its servers')
  } finally {
    project.remove()
    elsewhere.remove()
  }
})

test('a vendored body that was changed is refused, whatever its server has, until it is written anew', async () => {
  const server = await startServer()
  await server.set({ '/x.mjs': 'export default 1\n' })
  const project = makeProject({ 'app.mjs': `import x from '${server.url}/x.mjs'\nconsole.log(x)` })
  const cwd = project.path
  const env = { CI: '', MIMEPORT_CACHE: join(cwd, '.cache') }
  try {
    await mimeport(['vendor', 'app.mjs'], { cwd, env })
    const file = files(join(cwd, 'mimeport_modules')).find((each) => each.endsWith('.mjs'))!
    const requests = (await server.requests()).length
    for (const [text, more] of [
      ['export default 2\n', {}],
      [undefined, { MIMEPORT_FROZEN: '1' }],
    ] as const) {
      if (text === undefined) rmSync(file)
      else writeFileSync(file, text)
      const { status, stdout, stderr } = await run(['app.mjs'], { cwd, env: { ...env, ...more } })
      assert.is(status, 1)
      assert.is(stdout, '')
      assert.match(stderr, 'ERR_MIMEPORT_INTEGRITY')
      assert.ok(stderr.includes(file), stderr)
      assert.match(stderr, 'npx mimeport vendor')
      denied('T14', 'a vendored body that was changed')
    }
    canary('T14', (await server.requests()).length - requests, 'whose vendored body is wrong')
    assert.match((await mimeport(['vendor'], { cwd, env })).stdout, '1 written')
    assert.is((await run(['app.mjs'], { cwd, env })).stdout, '1\n')
    passed('T14')
  } finally {
    project.remove()
    await server.stop()
  }
})

test('what is locked later comes from its server, and from the folder once it is vendored', async () => {
  const server = await startServer()
  await server.set({ '/a.mjs': 'export default 1', '/b.mjs': 'export default 2' })
  const importing = (name: string) =>
    `import ${name} from '${server.url}/${name}.mjs'\nconsole.log(${name})\n`
  const project = makeProject({ 'app.mjs': importing('a') })
  const cwd = project.path
  const env = { CI: '', MIMEPORT_CACHE: join(cwd, '.cache') }
  try {
    await mimeport(['vendor', 'app.mjs'], { cwd, env })
    const [a] = files(join(cwd, 'mimeport_modules')).filter((file) => file.endsWith('.mjs'))
    project.write({ 'app.mjs': importing('a') + importing('b') })
    assert.is((await run(['app.mjs'], { cwd, env })).stdout, '1\n2\n')
    assert.match((await mimeport(['vendor'], { cwd, env })).stdout, '2 files, 32 bytes; 1 written')
    // Not a program any more: its file goes with its entry, and nothing else does.
    project.write({ 'app.mjs': importing('b'), 'mimeport_modules/notes.txt': 'mine' })
    const locked = await mimeport(['lock', '--prune', 'app.mjs'], { cwd, env })
    assert.match(locked.stdout, 'mimeport_modules is behind: npx mimeport vendor')
    assert.match(
      (await mimeport(['vendor'], { cwd, env })).stdout,
      '1 file, 16 bytes; 0 written, 1 removed',
    )
    assert.not.ok(existsSync(a!))
    assert.is(readFileSync(join(cwd, 'mimeport_modules/notes.txt'), 'utf8'), 'mine')
    await server.stop()
    assert.is((await run(['app.mjs'], { cwd, env: { CI: '' } })).stdout, '2\n')
  } finally {
    project.remove()
    await server.stop()
  }
})

test('while anything fails the folder stays as it is, and all that fails is told', async () => {
  const server = await startServer()
  await server.set({ '/a.mjs': '', '/b.mjs': '' })
  const project = makeProject({
    'app.mjs': `import '${server.url}/a.mjs'\nimport '${server.url}/b.mjs'`,
  })
  const cwd = project.path
  const env = { CI: '', MIMEPORT_CACHE: 'off' }
  try {
    const none = await mimeport(['vendor'], { cwd, env })
    assert.is(none.status, 1)
    assert.match(none.stderr, /ERR_MIMEPORT_LOCK: Cannot vendor without a lock/)
    assert.is((await mimeport(['lock', 'app.mjs'], { cwd, env })).status, 0)
    await server.set({ '/a.mjs': '"changed"', '/b.mjs': { status: 404 } })
    const { status, stderr } = await mimeport(['vendor'], { cwd, env })
    assert.is(status, 1)
    assert.match(stderr, '2 imports failed:')
    assert.match(stderr, 'ERR_MIMEPORT_INTEGRITY')
    assert.match(stderr, 'ERR_MODULE_NOT_FOUND')
    assert.not.ok(existsSync(join(cwd, 'mimeport_modules')))
    denied('T14', 'mimeport vendor')
    await server.set({ '/a.mjs': '', '/b.mjs': '' })
    assert.is((await mimeport(['vendor'], { cwd, env })).status, 0)
    passed('T14', 'mimeport vendor')
  } finally {
    project.remove()
    await server.stop()
  }
})

test('what comes encrypted is not written in plain, and what grants access is not asked for without it', async () => {
  const server = await startServer()
  const key = randomBytes(16)
  const plain = "export default 'the-plain-text'"
  await server.set({
    '/open.mjs': 'export default 1',
    '/x.mjs?token=first': 'export default 2',
    '/x.mjs?token=***': { status: 403 },
  })
  const other = await startServer()
  await other.set('/secret.mjs', {
    headers: { 'content-type': 'text/javascript', 'content-encoding': 'aes128gcm' },
    body: encrypted(plain, { key }),
  })
  const project = makeProject({
    'app.mjs': `
      import one from '${server.url}/open.mjs'
      import two from '${server.url}/x.mjs?token=first'
      import secret from '${other.url}/secret.mjs'
      console.log(one, two, secret)`,
    'mimeport.json': JSON.stringify({ encryption: { [other.url]: { '': '$MODULES_KEY' } } }),
  })
  const cwd = project.path
  const env = { CI: '', MIMEPORT_CACHE: 'off', MODULES_KEY: key.toString('base64url') }
  try {
    const { status, stdout, stderr } = await mimeport(['vendor', 'app.mjs'], { cwd, env })
    assert.is(status, 0, stderr)
    assert.is(stderr, `note: ${other.url}/secret.mjs comes encrypted, and is left to its server\n`)
    assert.match(stdout, 'mimeport_modules: 2 files')
    const written = () => files(cwd).filter((file) => !file.endsWith('app.mjs'))
    const holding = (text: string) =>
      written().filter((file) => readFileSync(file, 'latin1').includes(text))
    leak('T12', holding('the-plain-text').length, 'an encrypted body')
    leak('T12', holding('token=first').length, 'a token')
    const before = snapshot(join(cwd, 'mimeport_modules'))
    assert.is((await mimeport(['vendor'], { cwd, env })).status, 0)
    assert.equal(snapshot(join(cwd, 'mimeport_modules')), before, 'what is there is kept')
    canary('T12', (await server.requests('/x.mjs?token=***')).length)
    await server.stop()
    assert.is((await run(['app.mjs'], { cwd, env })).stdout, '1 2 the-plain-text\n')
    rmSync(join(cwd, 'mimeport_modules'), { recursive: true })
    const refused = await mimeport(['vendor'], { cwd, env })
    assert.is(refused.status, 1)
  } finally {
    project.remove()
    await server.stop()
    await other.stop()
  }
})

test.run()
