/** `mimeport explain`, as a user has it: the life of one import in words, and as JSON. */

import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { requestOf } from '../../cli/explain.mts'
import { cliPath, mimeport } from '../support/cli.mts'
import { startGitHub } from '../support/github.mts'
import { runInTerminal } from '../support/pseudo-terminal.mts'
import { Screen } from '../support/screen.mts'
import { startServer } from '../support/server.mts'
import { makeProject } from '../support/spawn.mts'
import { askIn } from '../support/told.mts'
import type { Explanation } from '../../core/explanation.mts'
import type { TestServer } from '../support/server.mts'
import type { Project } from '../support/spawn.mts'

const test = suite('cli-explain')

let server: TestServer
let project: Project

const ESCAPE = '\u001b'

test.before(async () => {
  server = await startServer()
  await server.set({
    '/latest': { status: 302, headers: { location: '/report.md' } },
    '/report.md': {
      headers: { 'content-type': 'text/markdown', 'cache-control': 'max-age=60' },
      body: "```ts\nimport './units.ts'\nenum U { k }\n```\n",
    },
    '/units.ts': { headers: { 'content-type': 'application/typescript' }, body: 'let a: 1 = 1\n' },
    '/gone.mjs': { status: 404, body: 'no \u202e here\n\nreally' },
    '/hostile': { status: 302, headers: { location: '/x\\u001b[2J' } },
    '/private.mjs': { body: "console.log('secret')" },
  })
  project = makeProject({
    'mimeport.json': JSON.stringify({
      headers: { [server.url]: { authorization: 'Bearer $TOKEN' } },
    }),
    'app.mjs': "console.log('it ran')\nimport './data.json' with { type: 'json' }\n",
    'data.json': '{}',
    'folder/inner.mjs': 'export default 1\n',
  })
})

test.after(async () => {
  await server.stop()
  project.remove()
})

const TOKEN = 'a-token-of-this-test'

const explain = (args: readonly string[], env: Record<string, string> = {}) =>
  mimeport(['explain', ...args], { cwd: project.path, env: { TOKEN, ...env } })

/** What is told, without what is different each time. */
const told = (text: string) =>
  text
    .replaceAll(server.url, 'http://h')
    .replaceAll(project.path, '/project')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:1')
    .replaceAll(/\d+(?:\.\d)? m?s\b/g, '1 ms')

const json = async (args: readonly string[], env?: Record<string, string>) => {
  const { stdout, status } = await explain([...args, '--json'], env)
  assert.match(stdout, /^[\n -~]+$/)
  return { status, explanation: JSON.parse(stdout) as Explanation }
}

test('the whole life of an import, in words', async () => {
  const { stdout, stderr, status } = await explain([`${server.url}/latest`])
  assert.is(stderr, '')
  assert.is(status, 0)
  const size = /→ (\d+ bytes) and a source map/.exec(stdout)?.[1]
  assert.is(
    told(stdout).replaceAll(/format module, \d+ bytes/g, 'format module, 9 bytes'),
    `import     http://h/latest
asked      http://h/latest
           302, loader http answered in 1 ms; cache: miss
           GET: 302, 0 bytes, in 1 ms
             HTTP/1.1 to 127.0.0.1:1
           → http://h/report.md
asked      http://h/report.md
           200, loader http answered in 1 ms; cache: miss
           GET: 200, 43 bytes, in 1 ms
             HTTP/1.1 to 127.0.0.1:1, kept open
type       text/markdown
           by its Content-Type
transform  text/markdown → application/typescript
           loader fenced-md: 43 bytes → 43 bytes, in 1 ms
transform  application/typescript → text/javascript
           loader typescript: 43 bytes → ${size} and a source map, in 1 ms
module     http://h/report.md
           format module, 9 bytes, with a source map, made in 1 ms
lock       none
imports    ./units.ts (2:8)
`,
  )
})

test('what fails is told until there, with what to do, and exit code 1', async () => {
  const { stdout, stderr, status } = await explain([
    './gone.mjs',
    '--from',
    `${server.url}/units.ts`,
  ])
  assert.is(status, 1)
  assert.is(stderr, '')
  // Where lines are broken goes by the length of the server's name.
  const joined = told(stdout).replace(/Cannot find[^]*/, (text) => text.replaceAll(/\n +/g, ' '))
  assert.is(
    joined,
    `import     ./gone.mjs
           imported from http://h/units.ts
asked      http://h/gone.mjs
           404, loader http answered in 1 ms; cache: miss
           GET: 404, 19 bytes, in 1 ms
             HTTP/1.1 to 127.0.0.1:1, kept open
lock       none
fails      ERR_MODULE_NOT_FOUND
           Cannot find 'http://h/gone.mjs' imported from 'http://h/units.ts': it answered 404: 'no \\u{202e} here really'; is its name spelt right?
`,
  )
  assert.not.match(stdout, '\u202e')

  const refused = await explain(['https://not-on-the-list.example/x.mjs'])
  assert.is(refused.status, 1)
  assert.match(refused.stdout, 'npx mimeport allow https://not-on-the-list.example/')
  assert.not.match(refused.stdout, 'asked')
})

test('a message of several lines keeps them, and what points at a place points at it', async () => {
  project.write({ 'wrong.ts': 'enum  Rate { Loan =  }\n' })
  const { stdout, status } = await explain(['./wrong.ts'])
  assert.is(status, 1)
  const lines = stdout.split('\n')
  const code = lines.find((line) => line.endsWith('enum  Rate { Loan =  }'))
  const mark = lines.find((line) => /^ +\^$/.test(line))
  assert.ok(code && mark, stdout)
  assert.is(mark!.indexOf('^'), code!.indexOf('}'))
  assert.not.match(stdout, '\\n')
})

test('nothing of the program is run, and no local file is asked of an engine that Node loads', async () => {
  const { stdout, status } = await explain(['app.mjs'])
  assert.is(status, 0)
  assert.is(
    told(stdout),
    `import     file:///project/app.mjs
module     file:///project/app.mjs
           Node loads it by itself
           format module, 65 bytes
imports    ./data.json with type json (2:8)
`,
  )
})

test('a path is from the working folder, or from the importing module', () => {
  const folder = process.cwd()
  process.chdir(project.path)
  try {
    const url = (name: string) => pathToFileURL(join(project.path, name)).href
    const file = { specifier: url('folder/inner.mjs') }
    for (const word of [
      'folder/inner.mjs',
      './folder/inner.mjs',
      join(project.path, 'folder/inner.mjs'),
    ]) {
      assert.equal(requestOf(word, undefined), file)
    }
    assert.equal(requestOf('./inner.mjs', 'folder'), {
      specifier: './inner.mjs',
      parentURL: url('folder/'),
    })
    assert.equal(requestOf('./x.mjs', 'app.mjs'), {
      specifier: './x.mjs',
      parentURL: url('app.mjs'),
    })
    const parentURL = 'https://h.example/x.mjs'
    assert.equal(requestOf('./y.mjs', parentURL), { specifier: './y.mjs', parentURL })
    assert.equal(requestOf('https://h.example/x.mjs', undefined), { specifier: parentURL })
    assert.equal(requestOf('fs', undefined), { specifier: 'fs' })
    assert.equal(requestOf('lodash', undefined), { specifier: 'lodash', parentURL: `${url('')}/` })
    // What is imported is a name: that there is a file of that name is not asked.
    assert.equal(requestOf('data.json', 'app.mjs'), {
      specifier: 'data.json',
      parentURL: url('app.mjs'),
    })
    assert.throws(() => requestOf('./a', 'not-there.mjs'), "there is no file 'not-there.mjs'")
  } finally {
    process.chdir(folder)
  }
})

test('JSON has to be asked for as that, and the way is told', async () => {
  const without = await explain(['data.json'])
  assert.is(without.status, 1)
  assert.match(without.stdout, 'ERR_IMPORT_ATTRIBUTE_MISSING')
  assert.match(without.stdout, '--type json')
  assert.is((await explain(['data.json', '--type', 'json'])).status, 0)
})

test('a command line that cannot be meant is exit code 2', async () => {
  for (const [args, words] of [
    [[], 'name what is imported'],
    [['a', '--type', 'css'], "--type takes json, text, bytes, not 'css'"],
  ] as const) {
    const { status, stdout, stderr } = await explain(args)
    assert.is(status, 2)
    assert.is(stdout, '')
    assert.match(stderr, words)
  }
})

test('--json is the explanation, in ASCII', async () => {
  const { explanation, status } = await json([`${server.url}/latest`])
  assert.is(status, 0)
  assert.equal(
    explanation.hops.map(({ statusCode, requests }) => [statusCode, requests.length]),
    [
      [302, 1],
      [200, 1],
    ],
  )
  assert.is(explanation.format, 'module')
  const failed = await json([`${server.url}/gone.mjs`])
  assert.is(failed.status, 1)
  assert.is(failed.explanation.error?.code, 'ERR_MODULE_NOT_FOUND')
})

test('no secret is told: not what was sent, nor what a URL grants access by', async () => {
  const url = `${server.url}/private.mjs?token=abcdef123456`
  const { stdout, status } = await explain([url])
  assert.is(status, 0)
  const [request] = (await server.requests('/private.mjs')).slice(-1)
  assert.is(request?.headers['authorization'], `Bearer ${TOKEN}`)
  assert.match(stdout, 'token=***')
  for (const text of [stdout, JSON.stringify((await json([url])).explanation)]) {
    assert.not.match(text, 'abcdef123456')
    assert.not.match(text, TOKEN)
  }
})

test('the cache: what is fresh is not asked for again, and that is said', async () => {
  const cache = join(project.path, '.cache')
  const env = { TOKEN, MIMEPORT_CACHE: cache }
  const url = `${server.url}/report.md`
  const outcome = async (more: Record<string, string> = {}) => {
    const { hops, error } = await askIn(project.path, { ...env, ...more }).explain(url)
    return [hops[0]?.cache, hops[0]?.requests.length, error?.code]
  }
  // A process, at whose end everything is stored.
  assert.is((await json([url], env)).explanation.hops[0]?.cache, 'miss')
  assert.equal(await outcome(), ['hit', 0, undefined])
  assert.equal(await outcome({ MIMEPORT_OFFLINE: '1' }), ['hit', 0, undefined])
  assert.equal(await outcome({ MIMEPORT_RELOAD: '1' }), ['miss', 1, undefined])
  const none = { MIMEPORT_OFFLINE: '1', MIMEPORT_CACHE: join(project.path, '.none') }
  assert.equal(await outcome(none), [undefined, 0, 'ERR_MIMEPORT_OFFLINE'])
})

test('the lock: pinned, not yet, none; and it is only looked at', async () => {
  const file = join(project.path, 'mimeport.lock')
  const [pinned, unpinned] = [`${server.url}/latest`, `${server.url}/private.mjs`]
  const options = { cwd: project.path, env: { TOKEN, MIMEPORT_CACHE: 'off' } }
  const lock = async (url: string, env: Record<string, string> = {}) => {
    const { lock, hops, error } = await askIn(project.path, { TOKEN, ...env }).explain(url)
    return [lock, hops.map(({ known }) => known ?? ''), error?.code]
  }
  assert.equal(await lock(pinned), ['none', ['', ''], undefined])
  assert.not(existsSync(file))
  assert.is((await mimeport(['lock', pinned], options)).status, 0)
  const before = readFileSync(file, 'utf8')
  assert.equal(await lock(pinned), ['pinned', ['lock', ''], undefined])
  assert.equal(await lock(unpinned), ['unpinned', [''], undefined])
  const frozen = { MIMEPORT_FROZEN: '1' }
  assert.equal(await lock(pinned, frozen), ['pinned', ['lock', ''], undefined])
  assert.equal(await lock(unpinned, frozen), ['unpinned', [], 'ERR_MIMEPORT_FROZEN'])
  assert.is(readFileSync(file, 'utf8'), before)
  assert.is((await mimeport(['vendor'], options)).status, 0)
  assert.equal(await lock(pinned), ['pinned', ['lock', 'vendor'], undefined])
  rmSync(join(project.path, 'mimeport_modules'), { recursive: true })
  await server.set('/units.ts', {
    headers: { 'content-type': 'application/typescript' },
    body: 'let a: 2 = 2\n',
  })
  const changed = await askIn(project.path, { TOKEN }).explain(`${server.url}/units.ts`)
  assert.is(changed.lock, 'pinned')
  assert.is(changed.error?.code, 'ERR_MIMEPORT_INTEGRITY')
  assert.is(changed.hops[0]?.requests.length, 1)
  rmSync(file)
})

test('what a git host was asked for is told, too', async () => {
  const github = await startGitHub({
    repos: { 'owner/repo': { files: { 'a.mjs': 'export default 1\n' } } },
  })
  try {
    const { explanation } = await json(['github:owner/repo/a.mjs'], github.env)
    const { hops, url = '', origin } = explanation
    assert.match(url, /^github:\/\/owner\/repo@[\da-f]{40}\/a\.mjs$/)
    assert.is(origin?.loader, 'github')
    const requests = hops.flatMap((hop) => hop.requests)
    assert.ok(
      requests.some(({ method }) => method === 'POST'),
      'the reference listing',
    )
    assert.ok(
      requests.some(({ method, url: asked }) => method === 'GET' && asked.endsWith('/a.mjs')),
    )
    assert.is(explanation.error, undefined)
  } finally {
    await github.stop()
  }
})

test('colours are for a terminal: none in a pipe, with NO_COLOR or --no-color; FORCE_COLOR wants them', async () => {
  const inTerminal = async (more: readonly string[], env: Record<string, string> = {}) => {
    const args = [cliPath, 'explain', `${server.url}/latest`, ...more]
    const { output, status } = await runInTerminal(args, {
      cwd: project.path,
      nodeArgs: [],
      env: { TOKEN, ...env },
    })
    assert.is(status, 0, output)
    return output
  }
  const coloured = await inTerminal([])
  assert.match(coloured, `${ESCAPE}[33m302`)
  assert.match(coloured, `${ESCAPE}[32m200`)
  const plain = await inTerminal(['--no-color'])
  assert.not.match(plain, ESCAPE)
  const args = [`${server.url}/latest`]
  assert.not.match((await explain(args)).stdout, ESCAPE)
  const forced = (await explain(args, { FORCE_COLOR: '1' })).stdout
  assert.match(forced, `${ESCAPE}[32m200`)
  // Nothing else is different.
  // oxlint-disable-next-line no-control-regex -- colours begin with one
  const bare = forced.replaceAll(/\u001b\[\d+m/g, '')
  const shape = (text: string) =>
    told(text)
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/\d+ bytes|cache: \w+/g, '')
      .trim()
  assert.is(shape(bare), shape(plain))
})

test('80 columns are enough for all but long names; NO_COLOR is heeded', async () => {
  const { output } = await runInTerminal(
    [cliPath, 'explain', 'https://not-on-the-list.example/x.mjs'],
    {
      cwd: project.path,
      nodeArgs: [],
      env: { TOKEN, NO_COLOR: '1' },
    },
  )
  assert.not.match(output, ESCAPE)
  const screen = new Screen(80)
  screen.write(output)
  for (const line of output.split(/\r?\n/)) assert.ok(line.length <= 80, line)
  assert.match(screen.text, 'fails      ERR_MIMEPORT_NOT_ALLOWED')
})

test.run()
