/** `mimeport cache`: a program's modules are fetched ahead, and what is stored is listed, verified and cleaned. */

import {
  appendFileSync,
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
import { mimeport } from '../support/cli.mts'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run } from '../support/spawn.mts'
import type { GitHub } from '../support/github.mts'
import type { TestServer } from '../support/server.mts'
import type { Project, Run, RunOptions } from '../support/spawn.mts'

const test = suite('cli-cache')
let server: TestServer
let github: GitHub
let project: Project
let folder: string

test.before(async () => {
  server = await startServer()
  github = await startGitHub({ repos: { 'acme/lib': { files: { 'a.mjs': 'export default 1' } } } })
})
test.after(async () => {
  await Promise.all([server.stop(), github.stop()])
})
test.before.each(async () => {
  await server.clear()
  project = makeProject({})
  folder = join(project.path, '.cache')
})
test.after.each(() => project.remove())

const options = (more: RunOptions): RunOptions => ({
  cwd: project.path,
  ...more,
  env: { CI: '', MIMEPORT_CACHE: folder, ...github.env, ...more.env },
})
const cache = (args: readonly string[], more: RunOptions = {}): Promise<Run> =>
  mimeport(['cache', ...args], options(more))
const start = (args: readonly string[], env: RunOptions['env'] = {}): Promise<Run> =>
  run(args, options({ env }))

const fresh = { 'content-type': 'text/javascript', 'cache-control': 'max-age=3600' }

/** Files of a part of the cache, without the marks of sweeps. */
const filesIn = (part: string): string[] =>
  existsSync(join(folder, part))
    ? readdirSync(join(folder, part), { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile() && each.name !== 'swept')
        .map((each) => join(each.parentPath, each.name))
    : []

async function serveGraph(): Promise<void> {
  await server.set({
    '/latest': { status: 302, headers: { location: '/report.md' } },
    '/report.md': {
      headers: { 'content-type': 'text/markdown', 'cache-control': 'max-age=60' },
      body: "# R\n\n```ts\nimport { kilo } from './units.ts'\nexport const report: string = kilo(1500)\n```\n",
    },
    '/units.ts': {
      headers: { ...fresh, 'content-type': 'application/typescript' },
      body: "export const kilo = (n: number): string => n / 1000 + ' kilo'",
    },
  })
  project.write({
    'app.mjs': `
      import { report } from '${server.url}/latest'
      import one from 'github:acme/lib/a.mjs'
      console.log(report, one)`,
  })
}

test('a program that was fetched ahead runs offline; none of it was run before', async () => {
  await serveGraph()
  project.write({ 'main.mjs': "import './app.mjs'\nprocess.exit(9)" })
  const before = await start(['app.mjs'], { MIMEPORT_OFFLINE: '1' })
  assert.is(before.status, 1)
  assert.match(before.stderr, 'ERR_MIMEPORT_OFFLINE')
  const fetched = await cache(['main.mjs'])
  assert.is(fetched.stderr, '')
  assert.is(fetched.status, 0)
  assert.is(
    fetched.stdout,
    '3 modules from the network, 2 local; in the cache: MIMEPORT_OFFLINE=1 runs it\n',
  )
  const asked = (await server.requests()).length
  const offline = await start(['app.mjs'], { MIMEPORT_OFFLINE: '1' })
  assert.is(offline.stderr, '')
  assert.is(offline.stdout, '1.5 kilo 1\n')
  assert.is((await server.requests()).length, asked)
  assert.not(existsSync(join(project.path, 'mimeport.lock')))
})

test('what could not be had is told, and what came and is not stored', async () => {
  await server.set({
    '/kept.mjs': { headers: fresh, body: 'export default 1' },
    '/no-store.mjs': {
      headers: { ...fresh, 'cache-control': 'no-store' },
      body: 'export default 2',
    },
  })
  project.write({
    'app.mjs': `
      import '${server.url}/kept.mjs'
      import '${server.url}/no-store.mjs'
      import '${server.url}/gone.mjs'
      import 'https://not-allowed.example/x.mjs'
      await import(process.argv[2])`,
  })
  const { status, stdout, stderr } = await cache(['app.mjs'])
  assert.is(status, 1)
  assert.is(stdout, '2 modules from the network, 1 local; not all is in the cache\n')
  assert.match(stderr, '2 imports failed:')
  assert.match(stderr, `ERR_MODULE_NOT_FOUND: Cannot find '${server.url}/gone.mjs'`)
  assert.match(stderr, "ERR_MIMEPORT_NOT_ALLOWED: Cannot load 'https://not-allowed.example/x.mjs'")
  assert.match(stderr, /^note: app\.mjs has 1 import whose name only the program knows/m)
  assert.match(stderr, /^1 module came and may not be stored/m)
  assert.match(stderr, `  ${server.url}/no-store.mjs\n`)
  const json = JSON.parse((await cache(['app.mjs', '--json'])).stdout)
  assert.equal(json.unstored, [`${server.url}/no-store.mjs`])
  assert.equal(json.failures.length, 2)
  assert.equal(json.modules, { local: 1, remote: 2 })
})

test('a lock is held to, and stays as it is', async () => {
  await server.set({ '/a.mjs': { headers: fresh, body: 'export default 1' } })
  project.write({ 'app.mjs': `import '${server.url}/a.mjs'` })
  const cwd = project.path
  assert.is((await mimeport(['lock', 'app.mjs'], options({ cwd }))).status, 0)
  const text = readFileSync(join(cwd, 'mimeport.lock'), 'utf8')
  await server.set({
    '/a.mjs': { headers: fresh, body: 'export default 2' },
    '/b.mjs': { headers: fresh, body: 'export default 3' },
  })
  await cache(['clean'])
  const changed = await cache(['app.mjs'])
  assert.is(changed.status, 1)
  assert.match(changed.stderr, 'ERR_MIMEPORT_INTEGRITY')
  project.write({ 'app.mjs': `import '${server.url}/b.mjs'` })
  assert.is((await cache(['app.mjs'])).status, 0)
  const frozen = await cache(['app.mjs'], { env: { MIMEPORT_FROZEN: '1' } })
  assert.is(frozen.status, 1)
  assert.match(frozen.stderr, 'ERR_MIMEPORT_FROZEN')
  assert.is(readFileSync(join(cwd, 'mimeport.lock'), 'utf8'), text)
})

test('ls: each response with its status, type, size, freshness, and whether it is of a commit', async () => {
  await serveGraph()
  await cache(['app.mjs'])
  const commit = await github.commit()
  const { stdout, stderr, status } = await cache(['ls', '--json'])
  assert.is(stderr, '')
  assert.is(status, 0)
  const { responses } = JSON.parse(stdout)
  const rows = responses.map((each: Record<string, unknown>) => {
    const { method, url, statusCode, mediaType, bytes, state, isImmutable } = each
    return [method, url, statusCode, mediaType, typeof bytes, state, isImmutable].join(' ')
  })
  const plain = (path: string) => `${server.url}${path}`
  assert.equal(
    rows.sort(),
    [
      `GET ${github.rawURL}/acme/lib/${commit}/a.mjs 200 text/plain; charset=utf-8 number immutable true`,
      `GET ${plain('/latest')} 302  number offline false`,
      `GET ${plain('/report.md')} 200 text/markdown number fresh false`,
      `GET ${plain('/units.ts')} 200 application/typescript number fresh false`,
      `GET ${github.url}/acme/lib.git/info/refs?service=git-upload-pack 200 application/x-git-upload-pack-advertisement number asked false`,
      `POST ${github.url}/acme/lib.git/git-upload-pack 200 application/x-git-upload-pack-result number offline false`,
    ].sort(),
  )
  const table = (await cache(['ls', `${server.url}/`])).stdout.trimEnd().split('\n')
  assert.match(table[0]!, /^status {2}type +size +age +state +URL$/)
  assert.match(
    table[1]!,
    /^302 +- +0 bytes +\d+ (?:s|min) +offline +http:\S+\/latest → \/report\.md$/,
  )
  assert.match(
    table[2]!,
    /^200 +text\/markdown +\d+ bytes +\d+ (?:s|min) +(?:fresh|stale) \d+ (?:s|min) /,
  )
  assert.match(table[3]!, / fresh \d+ min +http:\S+\/units\.ts$/)
  assert.match(table[4]!, /^3 responses, \d+ bytes in '/)
  // By the specifier, at whatever commit, as MIMEPORT_RELOAD takes it.
  const own = JSON.parse((await cache(['ls', 'github:acme/lib', '--json'])).stdout).responses
  assert.is(own.length, 3)
  assert.is((await cache(['ls', 'github:acme/other'])).stdout.split(' ')[0], '0')
})

test('ls shows no secret, and nothing that a terminal obeys', async () => {
  const token = 'canary-Zx81kQ77'
  await server.set({
    [`/a.mjs?token=${token}`]: { headers: fresh, body: 'export default 1' },
    '/b.mjs': {
      headers: { ...fresh, 'content-type': 'text/javascript;x="\u009b31m"' },
      body: 'export default 2',
    },
  })
  project.write({
    'mimeport.json': JSON.stringify({
      headers: { [server.url]: { 'x-api-key': '$OWN_KEY' } },
    }),
    'app.mjs': `import '${server.url}/a.mjs?token=${token}'\nimport '${server.url}/b.mjs'`,
  })
  const env = { OWN_KEY: `key-${token}` }
  assert.is((await cache(['app.mjs'], { env })).stderr, '')
  for (const more of [[], ['--json']]) {
    const { stdout, stderr } = await cache(['ls', ...more], { env })
    assert.not.match(stdout + stderr, token)
    // oxlint-disable-next-line no-control-regex -- what a terminal obeys is what is looked for
    assert.not.match(stdout + stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
    assert.match(stdout, '/a.mjs?token=***')
  }
  assert.match((await cache(['ls'], { env })).stdout, 'a.mjs?token=*** (with credentials)')
  for (const file of filesIn('responses')) assert.not.match(readFileSync(file, 'latin1'), token)
})

test('verify: what was changed, cut off, put elsewhere or left by another version is named; --fix removes it', async () => {
  await serveGraph()
  await cache(['app.mjs'])
  await start(['app.mjs'])
  const whole = await cache(['verify'])
  assert.is(whole.status, 0)
  assert.match(whole.stdout, /^\d+ files, all as they were written\n$/)
  const [one = '', two = '', three = '', four = ''] = filesIn('responses')
  appendFileSync(one, 'x')
  writeFileSync(two, readFileSync(three))
  writeFileSync(three, readFileSync(three).subarray(0, 60))
  writeFileSync(four, `mimeport 9\n${'x'.repeat(99)}`)
  const pack = filesIn('packs')[0]!
  appendFileSync(pack, 'mimepack')
  const { status, stdout, stderr } = await cache(['verify'])
  assert.is(status, 1)
  const said = (path: string, what: string) =>
    assert.match(stderr, `${path.slice(project.path.length + 1)} ${what}`)
  said(one, 'is not as it was written (it says that it is of http')
  said(two, 'is not as it was written')
  said(three, 'is not as it was written')
  said(four, 'was written by another version of mimeport')
  said(pack, 'is not as it was written')
  assert.match(stdout, /^5 files of \d+ of no use\n$/)
  assert.match(stderr, 'npx mimeport cache verify --fix')
  assert.is(JSON.parse((await cache(['verify', '--json'])).stdout).damaged.length, 5)
  const fixed = await cache(['verify', '--fix'])
  assert.is(fixed.status, 0)
  assert.not([one, two, three, four, pack].some(existsSync))
  assert.is((await cache(['verify'])).status, 0)
})

test('clean: what begins so goes, with the packs and the compiled code of it; then all', async () => {
  await serveGraph()
  await server.set({ '/other.mjs': { headers: fresh, body: 'export default 1' } })
  project.write({ 'other.mjs': `import '${server.url}/other.mjs'` })
  // The third start has what V8 compiled at the second.
  for (let time = 0; time < 3; time += 1) {
    for (const program of ['app.mjs', 'other.mjs']) assert.is((await start([program])).status, 0)
  }
  const before = filesIn('compiled').length
  assert.ok(before > 0)
  assert.is(filesIn('packs').length, 2)
  const responses = filesIn('responses').length
  const some = await cache(['clean', `${server.url}/units`])
  assert.is(some.stderr, '')
  assert.match(some.stdout, /: removed 1 response, 1 pack, 1 compiled file: [\d.]+ kB\n$/)
  assert.is(filesIn('responses').length, responses - 1)
  assert.is(filesIn('packs').length, 1)
  assert.is(filesIn('compiled').length, before - 1)
  // What a redirect of another name led to goes by that name as well.
  assert.is((await start(['app.mjs'])).stdout, '1.5 kilo 1\n')
  assert.match(
    (await cache(['clean', `${server.url}/latest`])).stdout,
    'removed 1 response, 1 pack',
  )
  assert.match((await cache(['clean', `${server.url}/nothing`])).stdout, ': nothing to remove\n')
  const all = await cache(['clean'])
  assert.match(all.stdout, /: removed \d+ responses, 1 pack, \d+ compiled files: /)
  for (const part of ['responses', 'packs', 'compiled']) assert.equal(filesIn(part), [])
  assert.is((await start(['app.mjs'])).stdout, '1.5 kilo 1\n')
})

test('clean beside a program that runs does it no harm, nor its pack', async () => {
  await server.set({
    '/a.ts': {
      headers: { ...fresh, 'content-type': 'application/typescript' },
      body: 'export default 1 as number',
    },
    '/b.mjs': { headers: fresh, body: 'export default 2' },
  })
  project.write({
    'tsconfig.json': '{ "compilerOptions": { "jsx": "react", "jsxFactory": "first" } }',
    'view.tsx':
      'const first = (name: string) => `first ${name}`\nconst second = (name: string) => `second ${name}`\nexport default [<a/>, first, second][0]',
    'app.mjs': `
      import a from '${server.url}/a.ts'
      import view from './view.tsx'
      process.send?.('ready')
      if (process.send) await new Promise((done) => process.once('message', done))
      const { default: b } = await import('${server.url}/b.mjs')
      console.log(a, view, b)
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
  const { cliPath } = await import('../support/cli.mts')
  await start(['app.mjs'])
  const beside = await start(['parent.mjs', cliPath])
  assert.is(beside.stderr, '')
  assert.match(beside.stdout, 'removed')
  assert.match(beside.stdout, '1 first a 2\n')
  // What is written afterwards still goes by what was consulted before.
  project.write({
    'tsconfig.json': '{ "compilerOptions": { "jsx": "react", "jsxFactory": "second" } }',
  })
  assert.is((await start(['app.mjs'])).stdout, '1 second a 2\n')
})

test('info: where it is, and how large its parts are', async () => {
  const absent = await cache(['info'])
  assert.is(absent.status, 0)
  assert.match(absent.stderr, `there is no cache yet: '${folder}' is not there`)
  assert.not(existsSync(folder))
  await serveGraph()
  await start(['app.mjs'])
  const { stdout } = await cache(['info'])
  assert.match(stdout, `${folder}\n  responses  6 files`)
  const { parts } = JSON.parse((await cache(['size', '--json'])).stdout)
  const bytes = filesIn('responses').reduce((sum, path) => sum + statSync(path).size, 0)
  assert.equal(parts[0], { name: 'responses', files: 6, bytes, limit: 2 ** 30 })
  assert.is(parts[1].files, 1)
  project.write({ 'mimeport.json': '{ "cache": { "size": 123456 } }' })
  assert.is(JSON.parse((await cache(['info', '--json'])).stdout).parts[0].limit, 123456)
})

test('a folder that is not ours is neither read nor cleaned', async () => {
  const code = 'ERR_MIMEPORT_CONFIG'
  const refused = async (args: string[], what: RegExp, env = {}) => {
    const { status, stderr } = await cache(args, { env })
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
  await refused(['ls'], /it is no folder/, { MIMEPORT_CACHE: join(project.path, 'app.mjs') })
  mkdirSync(join(folder, 'responses'), { recursive: true, mode: 0o700 })
  const named = join(folder, 'responses', 'a'.repeat(64))
  const mine = join(folder, 'responses', 'mine.txt')
  writeFileSync(mine, 'mine')
  symlinkSync(join(project.path, 'app.mjs'), named)
  assert.match((await cache(['verify'])).stderr, 'may have been written by somebody else')
  assert.match((await cache(['clean'])).stdout, 'removed 1 response')
  assert.ok(existsSync(mine) && existsSync(join(project.path, 'app.mjs')))
  assert.not(readdirSync(join(folder, 'responses')).includes('a'.repeat(64)))
  if (process.platform !== 'win32') {
    chmodSync(folder, 0o777)
    await refused(['clean'], /others may write to it/)
    chmodSync(folder, 0o700)
    assert.is((await cache(['clean'])).status, 0)
  }
})

test('what an earlier mimeport has stored is counted, and goes with the rest', async () => {
  await server.set({ '/a.mjs': { headers: fresh, body: 'export default 1' } })
  await cache([`${server.url}/a.mjs`])
  const { createHash } = await import('node:crypto')
  const [file = ''] = filesIn('responses')
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
  const listed = await cache(['ls'])
  assert.match(listed.stdout, /^0 responses/)
  assert.match(listed.stderr, 'note: 1 file of an earlier mimeport does not say of what it is')
  assert.is((await cache(['verify'])).status, 0)
  // It is used as ever.
  const env = { MIMEPORT_OFFLINE: '1' }
  assert.is((await start([`${server.url}/a.mjs`], env)).status, 0)
  assert.match((await cache(['clean', `${server.url}/`])).stderr, 'without a beginning removes all')
  assert.match((await cache(['clean'])).stdout, 'removed 1 response')
})

test('what makes no sense is said, with exit code 2', async () => {
  const table: [string[], RegExp][] = [
    [[], /name the program whose modules to fetch, or one of ls, verify, clean, info, size/],
    [
      ['ls', 'esm.sh/x'],
      /'esm\.sh\/x' is nothing that a URL begins with; did you mean 'https:\/\/esm\.sh\/x'/,
    ],
    [['clean', './app.mjs'], /'\.\/app\.mjs' is nothing that a URL begins with/],
    [['clean', 'localhost:8080'], /'localhost:8080' is nothing that a URL begins with/],
    [['ls', '--fix'], /--fix belongs to 'verify'/],
    [['verify', 'https://esm.sh/'], /verify takes no words/],
    [['missing.mjs'], /there is no file 'missing\.mjs'/],
  ]
  for (const [args, what] of table) {
    const { status, stderr } = await cache(args)
    assert.is(status, 2, args.join(' '))
    assert.match(stderr, what)
  }
})

test.run()
