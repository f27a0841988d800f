/** What a new user sees when something fails, on a terminal of 80 columns: once, whole, with what to do, and nothing of ours. */

import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runInTerminal } from '../support/pseudo-terminal.mts'
import { Screen } from '../support/screen.mts'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject } from '../support/spawn.mts'
import type { TerminalOptions } from '../support/pseudo-terminal.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('errors on a terminal')
const own = pathToFileURL(`${dirname(loaderPath)}/`).href
let server: TestServer

test.before(async () => {
  server = await startServer()
  const code = { 'content-type': 'text/javascript' }
  await server.set({
    '/silent.mjs': { hang: 'headers' },
    '/page': {
      headers: { 'content-type': 'text/html' },
      body: '<!doctype html><title>Sign in</title><h1>Sign in</h1>',
    },
    '/bad.md': {
      headers: { 'content-type': 'text/markdown' },
      body: '# Notes\n\n```ts\nexport const a: = 1\n```\n',
    },
    '/outer.mjs': { headers: code, body: "import './gone.mjs'" },
    '/slow.mjs': { headers: code, delay: 700, body: "import './gone.mjs'" },
  })
})
test.after(() => server.stop())

interface Failure {
  /** The error's code. */
  readonly code: string
  /** What the program imports; `ORIGIN` is the server. */
  readonly specifier: string
  readonly files?: Readonly<Record<string, string>>
  readonly options?: Partial<TerminalOptions>
  /** What is said once, and what to do. */
  readonly said: readonly (string | RegExp)[]
}

const flags = ['--permission', '--allow-fs-read=*', '--import', loaderPath]

const failures: Readonly<Record<string, Failure>> = {
  'a module that is not there': {
    code: 'ERR_MODULE_NOT_FOUND',
    specifier: 'ORIGIN/none.mjs',
    said: ['it answered 404', 'is its name spelt right?', '/app.mjs:1:8'],
  },
  'a relative import of a remote module that is not there, after a wait': {
    code: 'ERR_MODULE_NOT_FOUND',
    specifier: 'ORIGIN/slow.mjs',
    said: ["gone.mjs' imported from", 'it answered 404', '/slow.mjs:1:8'],
  },
  'a host that is not allowed': {
    code: 'ERR_MIMEPORT_NOT_ALLOWED',
    specifier: 'https://cdn.example/x.mjs',
    said: ['npx mimeport allow https://cdn.example/'],
  },
  'nobody who listens': {
    code: 'ERR_MIMEPORT_NETWORK',
    specifier: 'http://localhost:1/x.mjs',
    said: ['is the server running?'],
  },
  'a server that says nothing': {
    code: 'ERR_MIMEPORT_TIMEOUT',
    specifier: 'ORIGIN/silent.mjs',
    files: { 'mimeport.json': '{ "timeout": { "headers": 900 } }' },
    said: ['within 900 ms', /"timeout": \{[^]*waits longer/],
  },
  'a page in the place of a module': {
    code: 'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE',
    specifier: 'ORIGIN/page',
    said: ["it is the HTML page 'Sign in'", 'does a login'],
  },
  'a syntax error in a fence': {
    code: 'ERR_MIMEPORT_INVALID_BODY',
    specifier: 'ORIGIN/bad.md',
    said: ["/bad.md:4:17' imported from", 'export const a: = 1'],
  },
  'a configuration that is no JSON': {
    code: 'ERR_MIMEPORT_CONFIG',
    specifier: './x.md',
    files: { 'mimeport.json': '{ "allow": ["default",] }' },
    said: ["/mimeport.json': Unexpected token"],
  },
  'a key that does not exist': {
    code: 'ERR_MIMEPORT_CONFIG',
    specifier: './x.md',
    files: { 'mimeport.json': '{ "alow": [] }' },
    said: ["did you mean 'allow'?"],
  },
  'a loader that is refused': {
    code: 'ERR_MIMEPORT_INVALID_LOADER',
    specifier: './x.md',
    files: {
      'mimeport.json': '{ "loaders": ["./own.mjs"] }',
      'own.mjs': 'export const accepts = 42\nexport function transform() {}',
    },
    said: ['it must export "accepts" as a list of strings. Received a number (42)'],
  },
  'a loader that throws': {
    code: 'ERR_MIMEPORT_LOADER_FAILED',
    specifier: './x.own',
    files: {
      'x.own': 'x',
      'mimeport.json': '{ "loaders": ["./own.mjs"] }',
      'own.mjs':
        "export const extensionMimeMap = { own: 'text/x-own' }\nexport const accepts = ['text/x-own']\n" +
        "export function transform() {\n  throw new Error('line 3 is missing')\n}",
    },
    said: ['Loader \'own\' "transform" failed for', '/own.mjs:4:9'],
  },
  'a right that is missing': {
    code: 'ERR_MIMEPORT_PERMISSION',
    specifier: './x.md',
    files: { 'x.md': '```js\nexport default 1\n```\n' },
    options: { nodeArgs: flags },
    said: ['add --allow-worker to the command line'],
  },
  'nobody who may be asked': {
    code: 'ERR_MIMEPORT_OFFLINE',
    specifier: 'ORIGIN/outer.mjs',
    options: { env: { MIMEPORT_OFFLINE: '1' } },
    said: ['MIMEPORT_OFFLINE= node --import'],
  },
  'a frozen lock that is not there': {
    code: 'ERR_MIMEPORT_FROZEN',
    specifier: 'ORIGIN/outer.mjs',
    options: { env: { MIMEPORT_FROZEN: '1' } },
    said: ['this makes one: npx mimeport lock app.mjs'],
  },
}

for (const [name, { code, specifier, files = {}, options = {}, said }] of Object.entries(
  failures,
)) {
  test(name, async () => {
    const url = specifier.replace('ORIGIN', server.url)
    const project = makeProject({ 'app.mjs': `import '${url}'\n`, ...files })
    try {
      const { output, status } = await runInTerminal(['app.mjs'], { cwd: project.path, ...options })
      const screen = new Screen(80).write(output)
      const text = screen.lines
      assert.is(status, 1)
      assert.is(text.split(`[${code}]: `).length, 2, 'told once')
      for (const each of said) assert.match(text, each)
      // A stack tells of the program, and of what it loads.
      assert.not.match(text, `${own}core/`)
      // The progress line is gone, lines wrap, and the shell's prompt has a line of its own.
      assert.not.match(text, /mimeport: \d/)
      assert.ok(screen.wraps)
      assert.match(output, /Node\.js v[\d.]+\r\n$/)
    } finally {
      project.remove()
    }
  })
}

test.run()
