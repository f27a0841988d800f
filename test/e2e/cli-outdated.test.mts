/** `mimeport outdated`: what a lock's refs and versions lead to now, asked of a GitHub and of CDNs on loopback. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeCertificate } from '../faults/certificate.mts'
import { mimeport } from '../support/cli.mts'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { makeProject } from '../support/spawn.mts'
import { startWire } from '../support/wire-server.mts'
import type { GitHub } from '../support/github.mts'
import type { Route, TestServer } from '../support/server.mts'
import type { Project, Run, RunOptions } from '../support/spawn.mts'
import type { WireServer } from '../support/wire-server.mts'

const test = suite('cli-outdated')
const hosts = ['esm.sh', 'unpkg.com', 'cdn.jsdelivr.net', 'jsr.io', 'deno.land']
const tls = makeCertificate({ names: hosts })
let cdn: TestServer
let proxy: WireServer
let github: GitHub
let project: Project
let env: Record<string, string>

test.before(async () => {
  cdn = await startServer({ tls })
  proxy = await startWire('proxy', { to: cdn.port })
  github = await startGitHub({
    repos: {
      'acme/lib': {
        files: { 'a.mjs': 'export default 1', 'b.mjs': 'export default 1' },
        branches: { next: { 'a.mjs': 'export default 3' } },
        tags: { v1: 'main' },
      },
      'acme/quiet': { files: { 'a.mjs': 'export default 1' } },
    },
  })
})
test.after(async () => {
  await Promise.all([cdn.stop(), proxy.stop(), github.stop()])
})

test.before.each(async () => {
  await cdn.clear()
  project = makeProject({ 'ca.pem': tls.cert })
  env = {
    ...github.env,
    HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
    NODE_EXTRA_CA_CERTS: join(project.path, 'ca.pem'),
    MIMEPORT_CACHE: join(project.path, '.cache'),
  }
})
test.after.each(() => project.remove())

const run = (args: readonly string[], options: RunOptions = {}): Promise<Run> =>
  mimeport(args, { cwd: project.path, ...options, env: { ...env, ...options.env } })

const code = (body: string): Route => ({ headers: { 'content-type': 'text/javascript' }, body })
const to = (location: string): Route => ({ status: 302, headers: { location } })
const data = (body: object): Route => {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

interface Shown {
  readonly lock: string | null
  readonly specifiers: readonly {
    readonly specifier: string
    readonly keys: readonly string[]
    readonly locked: string
    readonly now?: string
    readonly latest?: string
    readonly standing: string
    readonly error?: { readonly code: string; readonly message: string }
  }[]
}

const shownBy = ({ stdout }: Run): Shown => JSON.parse(stdout)

async function lockProgram(text: string): Promise<void> {
  project.write({ 'app.mjs': text })
  const { status, stderr } = await run(['lock', 'app.mjs'])
  assert.is(stderr, '')
  assert.is(status, 0)
  await cdn.clear()
}

test('a branch that moved and one that did not; what is asked for by a tag, a branch, or nothing', async () => {
  await lockProgram(`
    import 'github:acme/lib/a.mjs'
    import 'github:acme/lib/b.mjs'
    import 'github:acme/lib@next/a.mjs'
    import 'github:acme/lib@v1/a.mjs'
    import 'github:acme/quiet/a.mjs'`)
  const before = await github.commit()
  const next = await github.commit('next')
  const asked = (await github.requests('git-upload-pack')).length
  const after = await github.push({ 'a.mjs': 'export default 2' })
  const result = await run(['outdated', '--json'])
  assert.is(result.stderr, '')
  assert.is(result.status, 0)
  const rows = shownBy(result).specifiers.map(({ specifier, locked, now, standing }) => {
    return { specifier, locked, now, standing }
  })
  const quiet = await github.commit('HEAD', 'acme/quiet')
  assert.equal(rows, [
    { specifier: 'github:acme/lib', locked: before, now: after, standing: 'moved' },
    { specifier: 'github:acme/lib@next', locked: next, now: next, standing: 'current' },
    { specifier: 'github:acme/lib@v1', locked: before, now: before, standing: 'current' },
    { specifier: 'github:acme/quiet', locked: quiet, now: quiet, standing: 'current' },
  ])
  assert.equal(shownBy(result).specifiers[0]?.keys, [
    'github:acme/lib/a.mjs',
    'github:acme/lib/b.mjs',
  ])
  // One listing for each repository, however much is imported from it.
  assert.is((await github.requests('git-upload-pack')).length, asked + 2)

  const table = await run(['outdated', 'github:acme/lib', '--exit-code'])
  assert.is(table.status, 1)
  const lines = table.stdout.trimEnd().split('\n')
  assert.is(lines[0], 'locked   now      latest  specifier')
  assert.is(lines[1], `${before.slice(0, 7)}  ${after.slice(0, 7)}  -       github:acme/lib`)
  assert.is(lines[2], 'mimeport.lock: 1 moved on; 3 specifiers asked')
  assert.match(lines[3]!, 'npx mimeport lock --update github:acme/lib')

  // What it advises, accepts it.
  const update = await run(['lock', '--update', 'github:acme/lib'])
  assert.is(update.status, 0, update.stderr)
  const again = await run(['outdated', '--exit-code'])
  assert.is(again.status, 0)
  assert.match(again.stdout, /^mimeport\.lock: nothing has moved on; \d specifiers asked\n$/)
})

test('versions: what a range means now, and what the latest is, of each CDN by its own answers', async () => {
  await cdn.set({
    // esm.sh and unpkg.com redirect a range to a version.
    '/one@8': to('/one@8.1.0'),
    '/one@8/sub': to('/one@8.1.0/sub'),
    '/one@8.1.0': code("export * from '/one@8.1.0/es2022/one.mjs'"),
    '/one@8.1.0/sub': code('export default 1'),
    '/one@8.1.0/es2022/one.mjs': code('export default 1'),
    '/@s/two@%5E1/x.mjs': to('/@s/two@1.0.0/x.mjs'),
    '/@s/two@1.0.0/x.mjs': code('export default 2'),
    '/exact@1.2.3/x.mjs': code('export default 3'),
    '/newest@2.0.0': code('export default 4'),
    // jsDelivr gives what is in range.
    '/npm/three@3/x.mjs': code('export default 5'),
    '/npm/four@4.0.0/x.mjs': code('export default 6'),
    '/@std/path/1.0.0/mod.ts': code('export default 7'),
    '/x/oak/mod.ts': to('/x/oak@v1.0.0/mod.ts'),
    '/x/oak@v1.0.0/mod.ts': code('export default 8'),
    '/x/exact@v2.0.0/mod.ts': code('export default 9'),
  })
  await lockProgram(`
    import 'https://esm.sh/one@8'
    import 'https://esm.sh/one@8/sub'
    import 'https://unpkg.com/@s/two@^1/x.mjs'
    import 'https://unpkg.com/exact@1.2.3/x.mjs'
    import 'https://esm.sh/newest@2.0.0'
    import 'https://cdn.jsdelivr.net/npm/three@3/x.mjs'
    import 'https://cdn.jsdelivr.net/npm/four@4.0.0/x.mjs'
    import 'https://jsr.io/@std/path/1.0.0/mod.ts'
    import 'https://deno.land/x/oak/mod.ts'
    import 'https://deno.land/x/exact@v2.0.0/mod.ts'`)
  await cdn.set({
    '/one@8/package.json': to('/one@8.2.0/package.json'),
    '/one@latest/package.json': to('/one@9.0.0/package.json'),
    '/@s/two@%5E1/package.json': to('/@s/two@1.0.0/package.json'),
    '/@s/two@latest/package.json': to('/@s/two@1.0.0/package.json'),
    '/exact@latest/package.json': data({ version: '1.2.4' }),
    '/newest@latest/package.json': data({ version: '2.0.0' }),
    '/npm/three@3/x.mjs': code('export default 55'),
    '/npm/three@latest/package.json': data({ version: '3.1.0' }),
    // A tag may be put back: what is newer stays.
    '/npm/four@latest/package.json': data({ version: '3.9.0' }),
    '/@std/path/meta.json': data({ latest: '1.1.0', versions: {} }),
    '/x/oak/mod.ts': to('/x/oak@v1.0.1/mod.ts'),
    '/x/exact/mod.ts': to('/x/exact@v2.1.0/mod.ts'),
  })
  const result = await run(['outdated', '--json'])
  assert.is(result.stderr, '')
  assert.is(result.status, 0)
  const rows = Object.fromEntries(
    shownBy(result).specifiers.map(({ specifier, locked, now, latest, standing }) => {
      const shorter = [locked, now].map((each) => each?.replace(/^sha256-.*/, 'sha256'))
      return [specifier.replace('https://', ''), [...shorter, latest, standing].join(' ')]
    }),
  )
  assert.equal(rows, {
    'cdn.jsdelivr.net/npm/four@4.0.0': '4.0.0 4.0.0 3.9.0 current',
    'cdn.jsdelivr.net/npm/three@3/x.mjs': 'sha256 sha256 3.1.0 moved',
    'deno.land/x/exact@v2.0.0': 'v2.0.0 v2.0.0 v2.1.0 behind',
    'deno.land/x/oak': 'v1.0.0 v1.0.1 v1.0.1 moved',
    'esm.sh/newest@2.0.0': '2.0.0 2.0.0 2.0.0 current',
    'esm.sh/one@8': '8.1.0 8.2.0 9.0.0 moved',
    'jsr.io/@std/path/1.0.0': '1.0.0 1.0.0 1.1.0 behind',
    'unpkg.com/@s/two@%5E1': '1.0.0 1.0.0 1.0.0 current',
    'unpkg.com/exact@1.2.3': '1.2.3 1.2.3 1.2.4 behind',
  })
  // Each is asked for once, and a redirect is not gone along.
  const urls = (await cdn.requests()).map(({ url }) => url)
  assert.is(new Set(urls).size, urls.length)
  assert.not(urls.some((url) => url.startsWith('/one@9') || url.startsWith('/one@8.2')))
  // Nothing of it is what the program goes by.
  const offline = await run(['cache', 'app.mjs'], { env: { MIMEPORT_OFFLINE: '1' } })
  assert.is(offline.status, 0, offline.stderr)

  const { stdout } = await run(['outdated', 'https://esm.sh/', '--all'])
  assert.is(
    stdout,
    'locked  now    latest  specifier\n' +
      '2.0.0   2.0.0  2.0.0   https://esm.sh/newest@2.0.0\n' +
      '8.1.0   8.2.0  9.0.0   https://esm.sh/one@8\n' +
      'mimeport.lock: 1 moved on; 2 specifiers asked\n' +
      'what has moved is accepted by: npx mimeport lock --update https://esm.sh/one@8\n',
  )
})

test('a redirect of any other server is asked for again', async () => {
  const other = await startServer()
  await other.set({ '/now': to('/1.mjs'), '/1.mjs': code(''), '/same': to('/1.mjs') })
  await lockProgram(`import '${other.url}/now'\nimport '${other.url}/same'`)
  await other.set('/now', to('/2.mjs'))
  const result = await run(['outdated', '--json'])
  await other.stop()
  const rows = shownBy(result).specifiers.map(({ locked, now, standing }) => [
    locked,
    now,
    standing,
  ])
  assert.equal(rows, [
    [`${other.url}/1.mjs`, `${other.url}/2.mjs`, 'moved'],
    [`${other.url}/1.mjs`, `${other.url}/1.mjs`, 'current'],
  ])
})

test('without a lock it goes along the program, and writes none', async () => {
  project.write({
    'package.json': '{ "type": "module", "main": "./app.mjs" }',
    'app.mjs': "import 'https://esm.sh/one@1.0.0'\nimport './missing.mjs'",
  })
  await cdn.set({
    '/one@1.0.0': code(''),
    '/one@latest/package.json': to('/one@1.0.1/package.json'),
  })
  const result = await run(['outdated'])
  assert.match(result.stdout, '1.0.0   1.0.0  1.0.1   https://esm.sh/one@1.0.0\n')
  assert.match(result.stdout, '1 with a newer version than it asks for; 1 specifier asked\n')
  assert.match(result.stderr, "missing.mjs'")
  assert.is(result.status, 1)
  assert.not(existsSync(join(project.path, 'mimeport.lock')))
})

test('what cannot be asked is said, by the policy too, and the rest is told', async () => {
  await lockProgram("import 'github:acme/lib/a.mjs'\nimport 'github:acme/quiet/a.mjs'")
  await github.answer('/acme/quiet/info/refs', { status: 503, headers: { 'retry-after': '0' } })
  await github.answer('/acme/quiet.git/info/refs', { status: 503, headers: { 'retry-after': '0' } })
  await github.answer('/acme/quiet/git-upload-pack', { status: 503 })
  await github.answer('/acme/quiet.git/git-upload-pack', { status: 503 })
  const result = await run(['outdated'])
  for (const path of ['info/refs', 'git-upload-pack']) {
    await github.answer(`/acme/quiet/${path}`, undefined)
    await github.answer(`/acme/quiet.git/${path}`, undefined)
  }
  assert.is(result.status, 1)
  assert.match(result.stdout, 'could not be asked; 2 specifiers asked')
  assert.match(result.stderr, "'github:acme/quiet' is: its host gives no listing of refs")
  project.write({ 'mimeport.json': '{ "deny": ["github:acme/lib/"] }' })
  const refused = await run(['outdated', 'github:acme/lib', '--json'])
  assert.is(refused.status, 1)
  assert.is(shownBy(refused).specifiers[0]?.error?.code, 'ERR_MIMEPORT_NOT_ALLOWED')
})

test('offline nothing is asked, and what grants access is left out', async () => {
  const text = `{\n  "https://esm.sh/one@1?token=***": {"status":302,"location":"https://esm.sh/one@1.0.0"},\n  "version": 1\n}\n`
  project.write({ 'mimeport.lock': text })
  const offline = await run(['outdated'], { env: { MIMEPORT_OFFLINE: '1' } })
  assert.is(offline.status, 1)
  assert.match(offline.stderr, 'ERR_MIMEPORT_OFFLINE')
  const online = await run(['outdated'])
  assert.is(online.stderr, '')
  assert.is(online.stdout, 'mimeport.lock: nothing has moved on; 0 specifiers asked\n')
  assert.is(readFileSync(join(project.path, 'mimeport.lock'), 'utf8'), text)
  assert.equal(await cdn.requests(), [])
})

test('a word that is neither a file nor a beginning is wrong usage', async () => {
  const { status, stderr } = await run(['outdated', 'esm.sh'])
  assert.is(status, 2)
  assert.match(stderr, "there is no file 'esm.sh', and it is nothing that a specifier begins with")
})

test.run()
