/** `mimeport cache` beside a lock, in folders of others, and with what an earlier version has left. */

import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cliPath, mimeport } from '../support/cli.mts'
import { fresh, makeCachedProject } from '../support/cached-program.mts'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import type { CachedProject } from '../support/cached-program.mts'
import type { GitHub } from '../support/github.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('cli-cache-folder')
let server: TestServer
let github: GitHub
let project: CachedProject

test.before(async () => {
  server = await startServer()
  github = await startGitHub({ repos: { 'acme/lib': { files: { 'a.mjs': 'export default 1' } } } })
})
test.after(async () => {
  await Promise.all([server.stop(), github.stop()])
})
test.before.each(async () => {
  await server.clear()
  project = makeCachedProject(server, github)
})
test.after.each(() => project.remove())

test('a lock is held to, and stays as it is', async () => {
  await server.set({ '/a.mjs': { headers: fresh, body: 'export default 1' } })
  project.write({ 'app.mjs': `import '${server.url}/a.mjs'` })
  const cwd = project.path
  assert.is((await mimeport(['lock', 'app.mjs'], project.options({ cwd }))).status, 0)
  const text = readFileSync(join(cwd, 'mimeport.lock'), 'utf8')
  await server.set({
    '/a.mjs': { headers: fresh, body: 'export default 2' },
    '/b.mjs': { headers: fresh, body: 'export default 3' },
  })
  await project.cache(['clean'])
  const changed = await project.cache(['app.mjs'])
  assert.is(changed.status, 1)
  assert.match(changed.stderr, 'ERR_MIMEPORT_INTEGRITY')
  project.write({ 'app.mjs': `import '${server.url}/b.mjs'` })
  assert.is((await project.cache(['app.mjs'])).status, 0)
  const frozen = await project.cache(['app.mjs'], { env: { MIMEPORT_FROZEN: '1' } })
  assert.is(frozen.status, 1)
  assert.match(frozen.stderr, 'ERR_MIMEPORT_FROZEN')
  assert.is(readFileSync(join(cwd, 'mimeport.lock'), 'utf8'), text)
})

test('info: where it is, and how large its parts are', async () => {
  const absent = await project.cache(['info'])
  assert.is(absent.status, 0)
  assert.match(absent.stderr, `there is no cache yet: '${project.folder}' is not there`)
  assert.not(existsSync(project.folder))
  await project.serveGraph()
  await project.start(['app.mjs'])
  const { stdout } = await project.cache(['info'])
  assert.match(stdout, `${project.folder}\n  responses  6 files`)
  const { parts } = JSON.parse((await project.cache(['size', '--json'])).stdout)
  const bytes = project.filesIn('responses').reduce((sum, path) => sum + statSync(path).size, 0)
  assert.equal(parts[0], { name: 'responses', files: 6, bytes, limit: 2 ** 30 })
  assert.is(parts[1].files, 1)
  project.write({ 'mimeport.json': '{ "cache": { "size": 123456 } }' })
  assert.is(JSON.parse((await project.cache(['info', '--json'])).stdout).parts[0].limit, 123456)
})

test('a folder that is not ours is neither read nor cleaned', async () => {
  const code = 'ERR_MIMEPORT_CONFIG'
  const refused = async (args: string[], what: RegExp, env = {}) => {
    const { status, stderr } = await project.cache(args, { env })
    assert.is(status, 1)
    assert.match(stderr, code)
    assert.match(stderr, what)
  }
  await refused(['ls'], /there is to be none/, { MIMEPORT_CACHE: 'off' })
  await refused(['app.mjs'], /no cache to fetch anything into/, {
    MIMEPORT_CACHE: 'off',
    ...(project.write({ 'app.mjs': '' }), {}),
  })
  await refused(['clean'], /none of a cache's folders/, { MIMEPORT_CACHE: project.path })
  await refused(['ls'], /it is no folder/, {
    MIMEPORT_CACHE: join(project.path, 'app.mjs'),
  })
  mkdirSync(join(project.folder, 'responses'), { recursive: true, mode: 0o700 })
  const named = join(project.folder, 'responses', 'a'.repeat(64))
  const mine = join(project.folder, 'responses', 'mine.txt')
  writeFileSync(mine, 'mine')
  symlinkSync(join(project.path, 'app.mjs'), named)
  assert.match((await project.cache(['verify'])).stderr, 'may have been written by somebody else')
  assert.match((await project.cache(['clean'])).stdout, 'removed 1 response')
  assert.ok(existsSync(mine) && existsSync(join(project.path, 'app.mjs')))
  assert.not(readdirSync(join(project.folder, 'responses')).includes('a'.repeat(64)))
  if (process.platform !== 'win32') {
    chmodSync(project.folder, 0o777)
    await refused(['clean'], /others may write to it/)
    chmodSync(project.folder, 0o700)
    assert.is((await project.cache(['clean'])).status, 0)
  }
})

test('what an earlier mimeport has stored is counted, and goes with the rest', async () => {
  await server.set({ '/a.mjs': { headers: fresh, body: 'export default 1' } })
  await project.cache([`${server.url}/a.mjs`])
  const [file = ''] = project.filesIn('responses')
  // As 0.2 wrote it: the same, without what it is of.
  const bytes = readFileSync(file)
  const at = 11 + 32
  const end = at + 4 + bytes.readUInt32BE(at)
  const { subject: _subject, ...rest } = JSON.parse(bytes.toString('utf8', at + 4, end))
  const text = Buffer.from(JSON.stringify(rest))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  const content = Buffer.concat([length, text, bytes.subarray(end)])
  const digest = createHash('sha256').update(content).digest()
  writeFileSync(file, Buffer.concat([bytes.subarray(0, 11), digest, content]))
  const listed = await project.cache(['ls'])
  assert.match(listed.stdout, /^0 responses/)
  assert.match(listed.stderr, 'note: 1 file of an earlier mimeport does not say of what it is')
  assert.is((await project.cache(['verify'])).status, 0)
  // It is used as ever.
  const env = { MIMEPORT_OFFLINE: '1' }
  assert.is((await project.start([`${server.url}/a.mjs`], env)).status, 0)
  assert.match(
    (await project.cache(['clean', `${server.url}/`])).stderr,
    'without a beginning removes all',
  )
  assert.match((await project.cache(['clean'])).stdout, 'removed 1 response')
})

test('clean beside a program that runs does it no harm', async () => {
  await server.set({
    '/a.ts': {
      headers: { ...fresh, 'content-type': 'application/typescript' },
      body: 'export default 1 as number',
    },
    '/b.mjs': { headers: fresh, body: 'export default 2' },
  })
  project.write({
    'app.mjs': `
      import a from '${server.url}/a.ts'
      process.send?.('ready')
      if (process.send) await new Promise((done) => process.once('message', done))
      const { default: b } = await import('${server.url}/b.mjs')
      console.log(a, b)
      process.disconnect?.()`,
    'parent.mjs': `
      import { fork, spawnSync } from 'node:child_process'
      const child = fork('./app.mjs', { execArgv: process.execArgv })
      child.once('message', () => {
        const clean = spawnSync(process.execPath, [process.argv[2], 'cache', 'clean'])
        console.log(String(clean.stdout).split(': ')[1], String(clean.stderr))
        child.send('go on')
      })`,
  })
  await project.start(['app.mjs'])
  const beside = await project.start(['parent.mjs', cliPath])
  assert.is(beside.stderr, '')
  assert.match(beside.stdout, 'removed')
  assert.match(beside.stdout, '1 2\n')
  assert.is((await project.start(['app.mjs'])).stdout, '1 2\n')
})

test.run()
