/** `mimeport cache`: a program's modules are fetched ahead, and what is stored is listed, verified and cleaned. */

import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fresh, makeCachedProject } from '../support/cached-program.mts'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import type { CachedProject } from '../support/cached-program.mts'
import type { GitHub } from '../support/github.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('cli-cache')
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

test('a program that was fetched ahead runs offline; none of it was run before', async () => {
  await project.serveGraph()
  project.write({ 'main.mjs': "import './app.mjs'\nprocess.exit(9)" })
  const before = await project.start(['app.mjs'], { MIMEPORT_OFFLINE: '1' })
  assert.is(before.status, 1)
  assert.match(before.stderr, 'ERR_MIMEPORT_OFFLINE')
  const fetched = await project.cache(['main.mjs'])
  assert.is(fetched.stderr, '')
  assert.is(fetched.status, 0)
  assert.is(
    fetched.stdout,
    '3 modules from the network, 2 local; in the cache: MIMEPORT_OFFLINE=1 runs it\n',
  )
  const asked = (await server.requests()).length
  const offline = await project.start(['app.mjs'], { MIMEPORT_OFFLINE: '1' })
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
  const { status, stdout, stderr } = await project.cache(['app.mjs'])
  assert.is(status, 1)
  assert.is(stdout, '2 modules from the network, 1 local; not all is in the cache\n')
  assert.match(stderr, '2 imports failed:')
  assert.match(stderr, `ERR_MODULE_NOT_FOUND: Cannot find '${server.url}/gone.mjs'`)
  assert.match(stderr, "ERR_MIMEPORT_NOT_ALLOWED: Cannot load 'https://not-allowed.example/x.mjs'")
  assert.match(stderr, /^note: app\.mjs has 1 import whose name only the program knows/m)
  assert.match(stderr, /^1 module came and may not be stored/m)
  assert.match(stderr, `  ${server.url}/no-store.mjs\n`)
  const json = JSON.parse((await project.cache(['app.mjs', '--json'])).stdout)
  assert.equal(json.unstored, [`${server.url}/no-store.mjs`])
  assert.equal(json.failures.length, 2)
  assert.equal(json.modules, { local: 1, remote: 2 })
})

test('ls: each response with its status, type, size, freshness, and whether it is of a commit', async () => {
  await project.serveGraph()
  await project.cache(['app.mjs'])
  const commit = await github.commit()
  const { stdout, stderr, status } = await project.cache(['ls', '--json'])
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
  const table = (await project.cache(['ls', `${server.url}/`])).stdout.trimEnd().split('\n')
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
  const own = JSON.parse(
    (await project.cache(['ls', 'github:acme/lib', '--json'])).stdout,
  ).responses
  assert.is(own.length, 3)
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
  assert.is((await project.cache(['app.mjs'], { env })).stderr, '')
  for (const more of [[], ['--json']]) {
    const { stdout, stderr } = await project.cache(['ls', ...more], { env })
    assert.not.match(stdout + stderr, token)
    // oxlint-disable-next-line no-control-regex -- what a terminal obeys is what is looked for
    assert.not.match(stdout + stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
    assert.match(stdout, '/a.mjs?token=***')
  }
  assert.match((await project.cache(['ls'], { env })).stdout, 'a.mjs?token=*** (with credentials)')
  for (const file of project.filesIn('responses'))
    assert.not.match(readFileSync(file, 'latin1'), token)
})

test('verify: what was changed, cut off, put elsewhere or left by another version is named; --fix removes it', async () => {
  await project.serveGraph()
  await project.cache(['app.mjs'])
  await project.start(['app.mjs'])
  const whole = await project.cache(['verify'])
  assert.is(whole.status, 0)
  assert.match(whole.stdout, /^\d+ files, all as they were written\n$/)
  const [one = '', two = '', three = '', four = ''] = project.filesIn('responses')
  appendFileSync(one, 'x')
  writeFileSync(two, readFileSync(three))
  writeFileSync(three, readFileSync(three).subarray(0, 60))
  writeFileSync(four, `mimeport 9\n${'x'.repeat(99)}`)
  const pack = project.filesIn('packs')[0]!
  appendFileSync(pack, 'mimepack')
  const { status, stdout, stderr } = await project.cache(['verify'])
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
  assert.is(JSON.parse((await project.cache(['verify', '--json'])).stdout).damaged.length, 5)
  const fixed = await project.cache(['verify', '--fix'])
  assert.is(fixed.status, 0)
  assert.not([one, two, three, four, pack].some((path) => existsSync(path)))
  assert.is((await project.cache(['verify'])).status, 0)
})

test('clean: what begins so goes, with the packs and the compiled code of it; then all', async () => {
  await project.serveGraph()
  await server.set({ '/other.mjs': { headers: fresh, body: 'export default 1' } })
  project.write({ 'other.mjs': `import '${server.url}/other.mjs'` })
  // What V8 has compiled is kept from the second start on; a machine that is busy keeps neither at times.
  const name = crc32(`${server.url}/units.ts`, crc32(Uint8Array.of(1)))
  const compiled = name.toString(16).padStart(8, '0')
  const hasCode = () => project.filesIn('compiled').some((path) => path.endsWith(compiled))
  const isKept = () => project.filesIn('packs').length === 2 && hasCode()
  assert.is((await project.start(['other.mjs'])).status, 0)
  for (let time = 0; time < 8 && (time < 2 || !isKept()); time += 1) {
    assert.is((await project.start([time % 3 === 2 ? 'other.mjs' : 'app.mjs'])).status, 0)
  }
  const before = project.filesIn('compiled').length
  assert.ok(isKept())
  const responses = project.filesIn('responses').length
  const some = await project.cache(['clean', `${server.url}/units`])
  assert.is(some.stderr, '')
  assert.match(some.stdout, /: removed 1 response, 1 pack, 1 compiled file: [\d.]+ kB\n$/)
  assert.is(project.filesIn('responses').length, responses - 1)
  assert.is(project.filesIn('packs').length, 1)
  assert.is(project.filesIn('compiled').length, before - 1)
  // What a redirect of another name led to goes by that name as well.
  assert.is((await project.start(['app.mjs'])).stdout, '1.5 kilo 1\n')
  assert.match(
    (await project.cache(['clean', `${server.url}/latest`])).stdout,
    'removed 1 response',
  )
  assert.match(
    (await project.cache(['clean', `${server.url}/nothing`])).stdout,
    ': nothing to remove\n',
  )
  const all = await project.cache(['clean'])
  assert.match(all.stdout, /: removed \d+ responses, .*\d+ compiled files: /)
  for (const part of ['responses', 'packs', 'compiled']) assert.equal(project.filesIn(part), [])
  assert.is((await project.start(['app.mjs'])).stdout, '1.5 kilo 1\n')
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
    [['missing.mjs'], /there is no file 'missing\.mjs', and it is no URL\n/],
    [['lst'], /there is no file 'lst', and it is no URL; did you mean 'cache ls'\?/],
  ]
  for (const [args, what] of table) {
    const { status, stderr } = await project.cache(args)
    assert.is(status, 2, args.join(' '))
    assert.match(stderr, what)
  }
})

test.run()
