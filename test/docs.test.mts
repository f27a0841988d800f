/** What the documents say is so: names, numbers, links and messages. The programs in docs/node-notes.md have a file of their own. */

import {
  existsSync,
  globSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, extname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readSettings } from '../core/application/config/config.mts'
import { statusCodes } from '../core/errors.mts'
import { defaultLimits, defaultTimeouts } from '../core/limits.mts'
import { mimeport } from './support/cli.mts'
import { fences, read, root, sections } from './support/documents.mts'
import { lockText, lockedModule } from './support/lock.mts'
import { startServer } from './support/server.mts'
import { loaderPath, makeProject, runProject } from './support/spawn.mts'
import type { TestServer } from './support/server.mts'

const test = suite('docs')

const pack = JSON.parse(read('package.json')) as {
  version: string
  scripts: Record<string, string>
}
const loaders = readdirSync(join(root, 'loaders'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort()

/** The project's documents. The demo's Markdown is modules. */
const documents = globSync('**/*.md', {
  cwd: root,
  exclude: (path) => /^(?:node_modules|dist|\.git|test\/(?:corpora|fixtures))$/.test(String(path)),
})
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !/(?:^|\/)node_modules\/|^test\/(?:corpora|fixtures)\/|^dist\//.test(path))
  .filter((path) => !/^examples\/.*(?<!README)\.md$/.test(path))

/** A document without its fences: what is in them is not a link and no heading. */
const prose = (path: string) => read(path).replace(/^ *(`{3,}).*\n[^]*?^ *\1`*$/gm, '')

const headings = (text: string, level: number) =>
  [...text.matchAll(new RegExp(`^#{${level}} (.+)$`, 'gm'))].map(([, heading = '']) => heading)

/** GitHub's name for a heading. */
const slug = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')

const codes = Object.keys(statusCodes)

test('docs/errors.md has a heading for each code, in their order, and no other', () => {
  assert.equal(headings(prose('docs/errors.md'), 2), codes)
})

test('each code has its status code, a message and what to do', () => {
  for (const [code, text] of sections('docs/errors.md')) {
    assert.match(
      text,
      `Status ${statusCodes[code as keyof typeof statusCodes]}`,
      `${code}: its status code`,
    )
    assert.is(fences(text)[0]?.language, 'text', `${code}: a message`)
    assert.ok(text.includes('**To do:**'), `${code}: what to do`)
  }
})

test('each code has a place in the sources that makes it', () => {
  const sources = globSync(
    ['adapters', 'cli', 'core', 'loaders']
      .map((each) => `${each}/**/*.mts`)
      .concat('contract/*.mts', 'loader.mts'),
    { cwd: root },
  )
    .filter((path) => !path.endsWith('errors.mts'))
    .map(read)
    .join('\n')
  const dead = codes.filter((code) => !sources.includes(`'${code}'`))
  assert.equal(dead, [], 'made by nobody')
})

test('no document names a code that does not exist', () => {
  for (const path of documents) {
    for (const [code] of read(path).matchAll(/\bERR_MIMEPORT_[A-Z_]+/g)) {
      assert.ok(code.endsWith('_') || codes.includes(code), `${path} names ${code}`)
    }
  }
})

for (const path of ['README.md', 'loaders/README.md']) {
  test(`${path} has a row for each folder of loaders/, and no other`, () => {
    const rows = prose(path)
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .flatMap((line) => [...line.matchAll(/\]\((?:loaders\/)?([\w-]+)\/README\.md\)/g)])
      .map(([, name = '']) => name)
      .sort()
    assert.equal(rows, loaders)
  })
}

test('the plugin in the README, in loaders/README.md and in the example is one, of nine lines', () => {
  const example = read('examples/tsv-loader/loaders/tsv.mjs')
  assert.is(example.trimEnd().split('\n').length, 9)
  for (const path of ['README.md', 'loaders/README.md'])
    assert.ok(read(path).includes(example), path)
})

test('each file of core/ has a row in docs/architecture.md, and each row a file', () => {
  const rows = [...read('docs/architecture.md').matchAll(/^\| `(core\/[\w/-]+\.mts)` +\|/gm)]
  const files = globSync('core/**/*.mts', { cwd: root }).map((path) => path.replaceAll('\\', '/'))
  assert.equal(rows.map(([, path = '']) => path).sort(), files.sort())
})

interface Schema {
  readonly additionalProperties?: boolean
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Record<string, Schema>
}

const schema = JSON.parse(read('schema.json')) as Schema
const keysOf = (part: Schema | undefined) => Object.keys(part?.properties ?? {})

/** The keys that the configuration has, as it says itself when it meets another. */
function acceptedKeys(): string[] {
  const project = makeProject({ 'mimeport.json': '{ "no such key at all": 1 }' })
  process.env['MIMEPORT_CONFIG'] = join(project.path, 'mimeport.json')
  try {
    readSettings({ self: import.meta.url, loaders: new URL('.', import.meta.url), builtIn: [] })
  } catch (error) {
    return (/\(there are (.+)\)$/.exec((error as Error).message)?.[1] ?? '').split(', ')
  } finally {
    delete process.env['MIMEPORT_CONFIG']
    project.remove()
  }
  return []
}

test('schema.json has the keys that the configuration accepts, each described', () => {
  assert.equal(keysOf(schema), acceptedKeys())
  const groups = [schema, schema.properties?.['timeout'], schema.properties?.['limits']]
  for (const group of groups) {
    assert.is(group?.additionalProperties, false)
    for (const [key, { description }] of Object.entries(group?.properties ?? {})) {
      assert.ok(description, key)
    }
  }
})

test('schema.json has the limits and deadlines of core/limits.mts, with their defaults', () => {
  for (const [name, defaults] of [
    ['timeout', defaultTimeouts],
    ['limits', defaultLimits],
  ] as const) {
    const properties = schema.properties?.[name]?.properties ?? {}
    const given = Object.entries(properties).map(([key, part]) => [key, part.default])
    assert.equal(Object.fromEntries(given), { ...defaults })
  }
})

test("the README's configuration can be read, and its table has every key", () => {
  const text = read('README.md')
  const example = fences(text).find(({ language }) => language === 'json')?.content ?? ''
  const folder = mkdtempSync(join(tmpdir(), 'mimeport-readme-'))
  const file = join(folder, 'mimeport.json')
  writeFileSync(file, example)
  process.env['MIMEPORT_CONFIG'] = file
  try {
    const { limits, timeouts } = readSettings({
      self: import.meta.url,
      loaders: new URL('../loaders/', import.meta.url),
      builtIn: [],
    })
    assert.equal(timeouts, JSON.parse(example).timeout)
    assert.equal(limits, {})
  } finally {
    delete process.env['MIMEPORT_CONFIG']
    rmSync(folder, { recursive: true })
  }
  const keys = keysOf(schema).filter((key) => key !== '$schema')
  for (const key of keys) assert.match(text, new RegExp(`^\\| \`${key}\` +\\|`, 'm'))
})

test('every relative link leads to a file, and to a heading in it', () => {
  for (const path of documents) {
    for (const [, target = ''] of prose(path).matchAll(/\]\(([^()\s]+)\)/g)) {
      if (/^[a-z][a-z\d+.-]*:/i.test(target)) continue
      const [file = '', anchor] = target.split('#')
      const full = file === '' ? join(root, path) : join(root, dirname(path), file)
      assert.ok(existsSync(full) && statSync(full).isFile(), `${path} links to ${target}`)
      if (anchor === undefined) continue
      const slugs = [1, 2, 3, 4].flatMap((level) =>
        headings(prose(relative(root, full)), level).map(slug),
      )
      assert.ok(slugs.includes(anchor), `${path} links to ${target}`)
    }
  }
})

test('every npm script that a document names is in package.json', () => {
  for (const path of documents) {
    const text = read(path)
    for (const [, name = ''] of text.matchAll(/\bnpm run ([\w:-]+)/g)) {
      assert.ok(name in pack.scripts, `${path}: npm run ${name}`)
    }
    if (/\bnpm test\b/.test(text)) assert.ok('test' in pack.scripts)
  }
})

test('decisions are numbered without a gap, of one form, and listed in docs/architecture.md', () => {
  const files = readdirSync(join(root, 'docs/decisions')).sort()
  const list = read('docs/architecture.md')
  for (const [index, file] of files.entries()) {
    const number = String(index + 1).padStart(3, '0')
    assert.match(file, new RegExp(`^${number}-[a-z\\d-]+\\.md$`))
    const text = prose(`docs/decisions/${file}`)
    assert.match(text, new RegExp(`^# ${number}: `))
    assert.equal(headings(text, 2), ['Context', 'Choice', 'Cost', 'What would change our mind'])
    assert.ok(list.includes(`](decisions/${file})`), file)
  }
})

test("CHANGELOG.md has package.json's version", () => {
  const versions = headings(prose('CHANGELOG.md'), 2)
  assert.is(versions[0], 'Unreleased')
  assert.is(versions[1], pack.version)
})

test('no document speaks of the folder that it was written in', () => {
  for (const path of documents) assert.not.ok(read(path).includes(root), path)
})

/** Loaders that go wrong, each in its own way. */
const faulty = {
  'mimeport.json':
    '{ "loaders": ["./loaders/*"], "timeout": { "headers": 2000 }, "limits": { "redirects": 3, "transforms": 3 } }',
  'loaders/demo.mjs': `
    export const schemes = ['demo:']
    export const resolveRelativePath = (specifier) => specifier
    export async function resolve(specifier) {
      if (specifier === 'demo:loops') for (;;);
      if (specifier === 'demo:exits') process.exit(7)
      if (specifier === 'demo:throws') throw new RangeError('line 3 is missing')
      if (specifier === 'demo:waits') await new Promise(() => {})
      if (specifier === 'demo:lies') return 42
      if (specifier === 'demo:preloads') await (await import(${JSON.stringify(loaderPath)})).preload('x:y')
    }`,
  'loaders/round.mjs': `
    export const extensionMimeMap = { round: 'text/x-a' }
    export const accepts = ['text/x-a', 'text/x-b']
    export const transform = (headers, source) =>
      ({ source, format: headers['content-type'] === 'text/x-a' ? 'text/x-b' : 'text/x-a' })`,
  'loaders/grow.mjs': `
    export const extensionMimeMap = { grow: 'text/1+grow' }
    export const accepts = ['+grow']
    export const transform = (headers, source) => {
      const [, count] = /(\\d+)/.exec(headers['content-type'])
      return { source, format: 'text/' + (Number(count) + 1) + '+grow' }
    }`,
  'loaders/addon.mjs': `
    export const extensionMimeMap = { addon: 'text/x-addon' }
    export const accepts = ['text/x-addon']
    export const transform = (headers, source) => ({ source, format: 'addon' })`,
  'loaders/unset.mjs': `
    export const extensionMimeMap = { unset: 'text/x-unset' }
    export const accepts = ['text/x-unset']
    export const transform = () => ({ format: 'dynamic', exports: ['a', 'b', 'c'], execute: '../execute.mjs' })`,
  'execute.mjs': 'export default (setters) => setters.b(1)',
  'x.unset': '',
  'x.round': '',
  'x.grow': '',
  'x.addon': '',
  'node_modules/pkg/package.json': '{ "type": "module" }',
  'node_modules/pkg/run': "#!/usr/bin/env node\nrequire('node:fs')\n",
  'x.md': '# Notes\n',
}

const routes = {
  '/hidden.mjs': "export default '\u001b[2J'",
  '/huge.mjs': { headers: { 'content-length': '40000000' }, hang: 'body' },
  '/compressed.mjs': { headers: { 'content-encoding': 'compress' }, body: 'x' },
  '/nowhere': { status: 302 },
  '/local.mjs': "import 'file:///etc/hosts'",
  '/outside.mjs': "import '//other.example/x.mjs'",
  '/there': { status: 302, headers: { location: '/back' } },
  '/back': { status: 302, headers: { location: '/there' } },
  '/error.mjs': { status: 503, headers: { 'content-type': 'text/html' }, body: '<h1>Closed</h1>' },
  '/silent.mjs': { hang: 'headers' },
  '/1': { status: 302, headers: { location: '/2' } },
  '/2': { status: 302, headers: { location: '/3' } },
  '/3': { status: 302, headers: { location: '/4' } },
  '/4': { status: 302, headers: { location: '/5' } },
  '/paper': { headers: { 'content-type': 'application/pdf' }, body: '%PDF-1.7' },
} as const

/** Imports that fail, in one program: one for each code. `/x` is a path of the server's. */
const specifiers = [
  '/huge.mjs',
  '/compressed.mjs',
  '/hidden.mjs',
  'demo:loops',
  'demo:preloads',
  'http://example.com/x.mjs',
  './x.md',
  '/nowhere',
  'demo:lies',
  'github:acme',
  'demo:exits',
  'demo:throws',
  '/local.mjs',
  'http://localhost:1/x.mjs',
  'demo:waits',
  '/outside.mjs',
  '/there',
  '/error.mjs',
  '/silent.mjs',
  '/1',
  './x.grow',
  './x.round',
  'https://cdn.example/lib.mjs',
  './x.unset',
  'pkg/run',
  '/paper',
  'demo:absent',
]

/** A program with a lock, and a web of its own. */
const locked = {
  'app.mjs': "import 'https://esm.sh/x.mjs'",
  'mimeport.json': '{ "loaders": ["./web.mjs"] }',
  'web.mjs': `
    export const schemes = ['https:']
    export const resolve = () => ({ headers: { 'content-type': 'text/javascript' }, body: 'export {}' })
    export const resolveRelativePath = (specifier, parent) => new URL(specifier, parent).href`,
}

const rollupURL = pathToFileURL(
  join(dirname(loaderPath), 'adapters', `rollup${extname(loaderPath)}`),
).href

/** Programs that fail at their start. */
const starts: readonly (readonly [
  files: Record<string, string>,
  flags?: readonly string[],
  env?: Readonly<Record<string, string>>,
])[] = [
  [{ 'mimeport.json': '{ "loader": ["./tsv.mjs"] }' }],
  [{ 'app.mjs': "import './x.md'" }, ['--permission', '--allow-fs-read=*']],
  [{ 'mimeport.json': '{ "loaders": ["./tsv.mjs"] }', 'tsv.mjs': 'export const accepts = 42' }],
  [{ 'app.mjs': "import 'https://esm.sh/x.mjs'" }, [], { MIMEPORT_OFFLINE: '1' }],
  [{ ...locked, 'mimeport.lock': lockText() }, [], { MIMEPORT_FROZEN: '1' }],
  [{ ...locked, 'mimeport.lock': lockText({ 'https://esm.sh/x.mjs': lockedModule('') }) }],
  [{ ...locked, 'mimeport.lock': lockText().replace('}', '=======\n}') }],
  [
    {
      'mimeport.json':
        '{ "allow": ["https://intranet.example/"], "loaders": ["./names.mjs"], "limits": { "tries": 1 } }',
      // There are no such names in a test but those that it makes up.
      'names.mjs': `
        import dns from 'node:dns'
        import { syncBuiltinESMExports } from 'node:module'
        dns.lookup = (name, options, callback) => callback(null, [{ address: '10.0.0.7', family: 4 }])
        syncBuiltinESMExports()
        export const schemes = ['names:']
        export const resolve = () => false
        export const resolveRelativePath = (specifier) => specifier`,
      'app.mjs': "import 'https://intranet.example/lib.mjs'",
    },
  ],
  [
    { ...faulty, 'app.mjs': "import './x.addon'" },
    ['--permission', '--allow-fs-read=*', '--allow-worker', '--allow-addons'],
  ],
  [
    {
      'mimeport.json': '{ "loaders": ["./worklets.mjs"] }',
      'worklets.mjs': `
        import { fromRollup } from ${JSON.stringify(rollupURL)}
        const transform = function () { return this.emitFile({ type: 'chunk', id: './x.worklet' }) }
        export default fromRollup({ name: 'worklets', transform })`,
      'app.mjs': "import './x.worklet'",
      'x.worklet': '',
    },
  ],
  [
    {
      'mimeport.json': '{ "loaders": ["./a.mjs", "./b.mjs"] }',
      'a.mjs': "export const extensionMimeMap = { tsv: 'text/tab-separated-values' }",
      'b.mjs': "export const extensionMimeMap = { tsv: 'text/x-tsv' }",
    },
  ],
]

/** The messages for responses that have to be signed, or to be encrypted, and are neither. */
async function printedOfProtected({ url, set }: TestServer): Promise<[string, string][]> {
  await set('/module.mjs', 'export default 1')
  const app = `import('${url}/module.mjs').catch(({ code, message }) => console.log(JSON.stringify([code, message])))`
  const configurations = [
    { signatures: { [url]: { keys: { '2026-11': './keys/2026-11.pem' } } } },
    { encryption: { [url]: { '': '$MODULES_KEY' } } },
  ]
  const printed: [string, string][] = []
  for (const configuration of configurations) {
    const files = { 'app.mjs': app, 'mimeport.json': JSON.stringify(configuration) }
    const { stdout, path } = await runProject(files)
    const plain = stdout.replaceAll(path, '/project').replaceAll(url, 'http://localhost:8080')
    printed.push(JSON.parse(plain) as [string, string])
  }
  return printed
}

/** The message for what is asked of us when a program has deregistered us. */
async function printedOfDeregistered(): Promise<[string, string]> {
  const app = `import { preload, register } from ${JSON.stringify(loaderPath)}
register().deregister()
await preload('./x.md').catch(({ code, message }) => console.log(JSON.stringify([code, message])))`
  const { stdout } = await runProject({ 'app.mjs': app }, { nodeArgs: [] })
  return JSON.parse(stdout) as [string, string]
}

/** The message for a project without TypeScript, whose documents have code. */
async function printedOfTypes(): Promise<[string, string]> {
  const document = '```js\nexport const one = () => 1\n```\n'
  const project = makeProject({ 'app.mjs': "import './x.mjs.md'", 'x.mjs.md': document })
  const { stderr } = await mimeport(['types', 'app.mjs'], { cwd: project.path })
  project.remove()
  const plain = stderr.replaceAll(project.path, '/project')
  const [, code = '', message = ''] = /^mimeport: (\w+): (.+)$/m.exec(plain) ?? []
  return [code, message]
}

/** The message of each code, as it is printed: code → message. */
async function printedMessages(): Promise<Map<string, string>> {
  const messages = new Map<string, string>()
  const server = await startServer()
  try {
    await server.set(routes)
    const app = `
      const results = []
      for (const specifier of ${JSON.stringify(specifiers)}) {
        const target = specifier.startsWith('/') ? ${JSON.stringify(server.url)} + specifier : specifier
        await import(target).catch(({ code, message }) => results.push([code, message]))
      }
      console.log(JSON.stringify(results))`
    const { stdout, stderr, path } = await runProject({ ...faulty, 'app.mjs': app })
    assert.is(stderr, '')
    const plain = stdout
      .replaceAll(path, '/project')
      .replaceAll(server.url, 'http://localhost:8080')
    for (const [code, message] of JSON.parse(plain) as [string, string][])
      messages.set(code, message)
    for (const [code, message] of await printedOfProtected(server)) messages.set(code, message)
    messages.set(...(await printedOfDeregistered()))
  } finally {
    await server.stop()
  }
  messages.set(...(await printedOfTypes()))
  for (const [files, flags = [], env = {}] of starts) {
    const nodeArgs = [...flags, '--import', loaderPath]
    const options = { nodeArgs, env }
    const { stderr, path } = await runProject({ 'app.mjs': '', 'x.md': '', ...files }, options)
    const [, message = ''] = /LoaderError(?: \[\w+\])?: (.+?)\]?(?: \{)?$/m.exec(stderr) ?? []
    const [, code = ''] = /code: '(\w+)'/.exec(stderr) ?? []
    const plain = message.replaceAll(path, '/project').replaceAll(tmpdir(), '/tmp')
    messages.set(code, plain.replaceAll(loaderPath, 'mimeport'))
  }
  return messages
}

test('docs/api.md has a heading for each export of mimeport, and an example that imports it', async () => {
  const parts = sections('docs/api.md')
  for (const name of Object.keys(await import(loaderPath))) {
    const example = fences(parts.get(name) ?? '')
    assert.ok(
      example.some(({ content }) =>
        new RegExp(`import .*\\b${name}\\b.* from 'mimeport'`).test(content),
      ),
      name,
    )
  }
})

test('the messages in docs/errors.md are those that are printed', async () => {
  const messages = await printedMessages()
  const documented = [...sections('docs/errors.md')].map(
    ([code, text]) => [code, fences(text)[0]?.content.trimEnd()] as const,
  )
  assert.equal(
    [...messages.keys()].sort(),
    documented.map(([code]) => code),
  )
  for (const [code, message] of documented) assert.is(message, messages.get(code), code)
})

test.run()
