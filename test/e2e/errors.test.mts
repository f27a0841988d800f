/** What a person reads when an import fails: the whole of it. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import { normalize, run, runProject } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('errors')
let server: TestServer

test.before(async () => {
  server = await startServer()
  await server.set('/error.html', {
    status: 500,
    headers: { 'content-type': 'text/plain' },
    body: `<!doctype html>\n<title>Error</title>\n<p>It is us\u001b[31m, \u202enot you</p>\n${'<br>'.repeat(100)}`,
  })
  await server.set('/a', { status: 302, headers: { location: '/b' } })
  await server.set('/b', { status: 307, headers: { location: '/a#x' } })
  await server.set('/paper', { headers: { 'content-type': 'application/pdf' }, body: '%PDF-1.7' })
  await server.set('/nothing', {
    headers: { 'content-type': 'application/octet-stream' },
    body: 'what am I',
  })
  await server.set('/broken.mjs', "import './gone.mjs'\n")
})
test.after(() => server.stop())

const broken = `// a loader
export const name = 'broken'
export const extensionMimeMap = { broken: 'text/x-broken' }
export const accepts = 'text/x-broken'
export function transform(headers, body) {
  throw new RangeError('line 3 is missing')
}
`

const cyclic = `
export const extensionMimeMap = { round: 'text/x-a' }
export const accepts = ['text/x-a', 'text/x-b']
export const transform = (headers, body) =>
  ({ source: body, format: headers['content-type'] === 'text/x-a' ? 'text/x-b' : 'text/x-a' })
`

/** What Node prints around an uncaught error that was not thrown in a file. */
const framed = (text: string) =>
  `node:internal/modules/run_main\n    triggerUncaughtException(\n    ^\n\n${text}\n\nNode.js <version>\n`

async function stderrOf(files: Record<string, string>): Promise<string> {
  const { status, stdout, stderr, path } = await runProject(files)
  assert.is(stdout, '')
  assert.is(status, 1)
  return normalize(stderr, path, server.url)
}

test('a missing file says who imported it, and where', async () => {
  assert.is(
    await stderrOf({ 'app.mjs': "// the program\nimport './absent.md'\n" }),
    framed(`Error [ERR_MODULE_NOT_FOUND]: Cannot find module '<project>/absent.md' imported from <project>/app.mjs
    at file://<project>/app.mjs:2:8 {
  code: 'ERR_MODULE_NOT_FOUND',
  url: 'file://<project>/absent.md'
}`),
  )
})

test('a call that was typed is its own importing line: -e, -p, standard input, the REPL', async () => {
  const caught = "import('gopher:x').catch((error) => console.log(error.stack))"
  const ways: readonly [args: string[], input: string, top: RegExp][] = [
    [['-e', caught], '', /^ {4}at \[eval\]:1:1$/],
    [['-p', "try { require('gopher:x') } catch (error) { error.stack }"], '', /at \[eval\]:1:7$/],
    [[], caught, /^ {4}at \[stdin\]:1:1$/],
    [['-i'], `void ${caught}\n`, /^ {4}at REPL1:1:\d+$/],
  ]
  for (const [args, input, top] of ways) {
    const { stdout } = await run(args, { input })
    const lines = stdout.split('\n')
    const head = lines.findIndex((line) => line.includes('LoaderError [ERR_MODULE_NOT_FOUND]'))
    assert.match(lines[head + 1] ?? '', top, stdout)
  }
})

test('an unknown scheme says which schemes there are', async () => {
  assert.is(
    await stderrOf({ 'app.mjs': "import 'gopher:x/y'\n" }),
    framed(`LoaderError [ERR_MODULE_NOT_FOUND]: Cannot find 'gopher:x/y' imported from 'file://<project>/app.mjs': no loader answers for 'gopher:' (there are loaders for archive:, codeberg:, data:, file:, github:, gitlab:, http:, https:, jsr:, npm:)
    at file://<project>/app.mjs:1:8 {
  code: 'ERR_MODULE_NOT_FOUND',
  statusCode: 404,
  url: 'gopher:x/y'
}`),
  )
})

test('a 404 has the code of a missing module, at the line of a dynamic import', async () => {
  assert.is(
    await stderrOf({
      'app.mjs': `async function main() {\n  await import('${server.url}/absent.mjs')\n}\nawait main()\n`,
    }),
    framed(`LoaderError [ERR_MODULE_NOT_FOUND]: Cannot find '<server>/absent.mjs' imported from 'file://<project>/app.mjs': it answered 404: 'No route /absent.mjs'; is its name spelt right?
    at main (file://<project>/app.mjs:2:3)
    at file://<project>/app.mjs:4:7 {
  code: 'ERR_MODULE_NOT_FOUND',
  statusCode: 404,
  url: '<server>/absent.mjs'
}`),
  )
})

test('a 404 below a remote module is at the line of that module', async () => {
  assert.is(
    await stderrOf({ 'app.mjs': `import '${server.url}/broken.mjs'\n` }),
    framed(`LoaderError [ERR_MODULE_NOT_FOUND]: Cannot find '<server>/gone.mjs' imported from '<server>/broken.mjs': it answered 404: 'No route /gone.mjs'; is its name spelt right?
    at <server>/broken.mjs:1:8 {
  code: 'ERR_MODULE_NOT_FOUND',
  statusCode: 404,
  url: '<server>/gone.mjs'
}`),
  )
})

test('a 500 shows the beginning of its body, safe for a terminal', async () => {
  assert.is(
    await stderrOf({ 'app.mjs': `import '${server.url}/error.html'\n` }),
    framed(`LoaderError [ERR_MIMEPORT_STATUS]: Cannot load '<server>/error.html' imported from 'file://<project>/app.mjs': it answered 500 (tried 3 times): '<!doctype html> <title>Error</title> <p>It is us\\u{1b}[31m, \\u{202e}not you</p> ${'<br>'.repeat(33)}…'; the server failed: ask whoever runs it, or import it again later
    at file://<project>/app.mjs:1:8 {
  code: 'ERR_MIMEPORT_STATUS',
  statusCode: 500,
  url: '<server>/error.html'
}`),
  )
})

test('a media type that nobody accepts is named', async () => {
  assert.is(
    await stderrOf({ 'app.mjs': `import '${server.url}/paper'\n` }),
    framed(`LoaderError [ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE]: Cannot load '<server>/paper' imported from 'file://<project>/app.mjs': no loader accepts 'application/pdf'
    at file://<project>/app.mjs:1:8 {
  code: 'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE',
  statusCode: 415,
  url: '<server>/paper'
}`),
  )
})

test('a response that says nothing of itself is refused by what it lacks', async () => {
  const text = await stderrOf({ 'app.mjs': `import '${server.url}/nothing'\n` })
  assert.match(text, 'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE')
  assert.match(text, "no loader accepts 'application/octet-stream'")
})

test('a cycle of transforms shows the whole trail, with the loader of each step', async () => {
  assert.is(
    await stderrOf({
      'mimeport.json': '{ "loaders": ["./cyclic.mjs"] }',
      'cyclic.mjs': cyclic,
      'x.round': '',
      'app.mjs': "import './x.round'\n",
    }),
    framed(`LoaderError [ERR_MIMEPORT_TRANSFORM_CYCLE]: Cannot load 'file://<project>/x.round' imported from 'file://<project>/app.mjs': its transforms go in a circle: text/x-a -[cyclic]→ text/x-b -[cyclic]→ text/x-a
    at file://<project>/app.mjs:1:8 {
  code: 'ERR_MIMEPORT_TRANSFORM_CYCLE',
  statusCode: 508,
  url: 'file://<project>/x.round'
}`),
  )
})

test('a redirect loop names every hop', async () => {
  assert.is(
    await stderrOf({ 'app.mjs': `import '${server.url}/a#x'\n` }),
    framed(`LoaderError [ERR_MIMEPORT_REDIRECT_CYCLE]: Cannot load '<server>/a#x' imported from 'file://<project>/app.mjs': it redirects in a circle: <server>/a#x -302→ <server>/b#x -307→ <server>/a#x
    at file://<project>/app.mjs:1:8 {
  code: 'ERR_MIMEPORT_REDIRECT_CYCLE',
  statusCode: 508,
  url: '<server>/a#x'
}`),
  )
})

test('a plugin that throws is named, with its own error as the cause', async () => {
  const text = await stderrOf({
    'mimeport.json': '{ "loaders": ["./broken.mjs"] }',
    'broken.mjs': broken,
    'x.broken': '',
    'app.mjs': "\n  import './x.broken'\n",
  })
  const [head, cause = ''] = text.split('  [cause]: ')
  assert.is(
    head,
    framed(`LoaderError [ERR_MIMEPORT_LOADER_FAILED]: Loader 'broken' "transform" failed for 'file://<project>/x.broken': line 3 is missing
    at file://<project>/app.mjs:2:10 {
  code: 'ERR_MIMEPORT_LOADER_FAILED',
  statusCode: 500,
  url: 'file://<project>/x.broken',
CUT`).split('CUT')[0],
  )
  assert.match(
    cause,
    /^RangeError: line 3 is missing\n {6}at Module\.transform \(file:\/\/<project>\/broken\.mjs:6:9\)\n\}/,
  )
})

test('a plugin that is not one is refused at start, by file, export, and what was found', async () => {
  assert.is(
    await stderrOf({
      'mimeport.json': '{ "loaders": ["./odd.mjs"] }',
      'odd.mjs': 'export const accepts = 42\nexport const transform = () => {}\n',
      'app.mjs': '',
    }),
    framed(`[LoaderError [ERR_MIMEPORT_INVALID_LOADER]: Cannot use loader '<project>/odd.mjs': it must export "accepts" as a list of strings. Received a number (42)] {
  code: 'ERR_MIMEPORT_INVALID_LOADER',
  statusCode: 500,
  url: 'file://<project>/odd.mjs'
}`),
  )
})

test('an error thrown inside a fence is at its file and line', async () => {
  const text = await stderrOf({
    'notes.md':
      '# Notes\n\n- in a list:\n\n  ```js\n  export function fail() {\n    throw new Error("in a fence")\n  }\n  ```\n',
    'app.mjs': "import { fail } from './notes.md'\nfail()\n",
  })
  assert.match(
    text,
    `file://<project>/notes.md:7
    throw new Error("in a fence")
          ^

Error: in a fence
    at fail (file://<project>/notes.md:7:11)
    at file://<project>/app.mjs:2:1
`,
  )
})

test('an error thrown inside a fence of TypeScript that has to be compiled is at its file and line, too', async () => {
  const text = await stderrOf({
    'notes.md':
      '# Notes\n\n```ts\nenum Level { Low, High }\n```\n\nThen:\n\n```ts\nexport function fail(level: Level = Level.High): never {\n  throw new Error(`level ${level}`)\n}\n```\n',
    'app.mjs': "import { fail } from './notes.md'\nfail()\n",
  })
  assert.match(text, 'Error: level 1\n    at fail (<project>/notes.md:11:9)')
})

test('a syntax error in a fence is at its file and line', async () => {
  const text = await stderrOf({
    'notes.md': '# Notes\n\n```js\nexport const = 1\n```\n',
    'app.mjs': "import './notes.md'\n",
  })
  assert.match(text, 'file://<project>/notes.md:4\nexport const = 1\n')
})

test.run()
