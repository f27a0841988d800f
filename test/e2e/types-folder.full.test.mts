/** The folder of `mimeport types`: written whole, checked, and nothing outside of it; what cannot be had is told. */

import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import { typedProject } from '../support/typed-project.mts'
import { denied, passed } from '../threats/record.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('types-folder')
let server: TestServer

test.before(async () => {
  server = await startServer()
})
test.after(() => server.stop())
test.before.each(() => server.clear())

const app = (text: string) => ({ 'src/app.ts': text.replaceAll('HOST', server.url) })

test('what is as it would be is left alone, what is stale goes, and --check says which', async () => {
  await server.set({ '/a.txt': 'a', '/b.json': '{"b":1}', '/c.ts': 'export const c: 1 = 1' })
  const project = typedProject(
    app(
      "import a from 'HOST/a.txt' with { type: 'text' }\nimport b from 'HOST/b.json' with { type: 'json' }\nimport { c } from 'HOST/c.ts'\nimport './note.txt'\nconsole.log(a, b, c)",
    ),
  )
  project.write({ 'src/note.txt': 'note' })
  const absent = await project.types(['--check', 'src/app.ts'])
  assert.is(absent.status, 1)
  assert.match(absent.stderr, /^\.mimeport.types is not there: npx mimeport types src\/app\.ts\n$/)
  assert.not.ok(existsSync(join(project.path, '.mimeport')))

  assert.is((await project.types(['src/app.ts'])).status, 0)
  const first = project.files().map((file) => [file, project.read(file)])
  assert.match((await project.types(['src/app.ts'])).stdout, '; 0 written, 0 removed')
  const checked = await project.types(['--check', 'src/app.ts'])
  assert.is(checked.status, 0)
  assert.match(checked.stdout, /^\.mimeport.types is as it would be written\n$/)
  assert.equal(
    project.files().map((file) => [file, project.read(file)]),
    first,
  )

  project.write(app("import a from 'HOST/a.txt' with { type: 'text' }\nconsole.log(a)"))
  project.write({ '.mimeport/types/declarations/modules/own.d.ts': 'mine' })
  const behind = await project.types(['--check', 'src/app.ts'])
  assert.is(behind.status, 1)
  assert.match(behind.stdout, '~ declarations/imports.d.ts\n')
  assert.match(behind.stdout, /- declarations\/modules\/[\d-]+\/c-[\da-f]{16}\.d\.ts\n/)
  assert.match(behind.stdout, '- declarations/root/src/note.d.txt.ts\n')
  assert.match(behind.stdout, '- declarations/modules/own.d.ts\n')
  assert.match(behind.stderr, /is behind by 5 files: npx mimeport types src\/app\.ts\n$/)
  assert.match((await project.types(['src/app.ts'])).stdout, '; 1 written, 4 removed')
  assert.not.ok(project.files().some((file) => /note|own/.test(file)))
  assert.not.ok(existsSync(join(project.path, '.mimeport/types/declarations/root')))
  assert.is((await project.types(['--check', 'src/app.ts'])).status, 0)
  assert.equal(await project.check(), [])
  project.remove()
})

test('no name of a URL leads out of the folder, or is another file on any system', async () => {
  const names = [
    '/..%2f..%2f..%2fetc/passwd',
    '/%2e%2e/%2e%2e/x.txt',
    '/CON.txt',
    '/aux.mjs.txt',
    '/A.txt',
    '/a.txt',
    '/%C3%A4.txt',
    '/trailing. ',
    '/x.txt?a="b"&c=`${d}`',
    "/x.txt?it\\'s",
    '/*.txt',
    `/long.txt?${'x'.repeat(3000)}`,
    `/${'deep/'.repeat(200)}x.txt`,
    '/x.d.ts',
    '/*/comment.txt?*/',
    '/..',
    '/',
    '/__proto__',
  ]
  await server.set('*', { headers: { 'content-type': 'text/plain' }, body: 'x' })
  const text = names
    .map(
      (name, at) =>
        `import x${at} from '${server.url}${name}' with { type: 'text' }\nx${at}.length`,
    )
    .join('\n')
  const project = typedProject({ 'src/app.ts': text })
  const { stderr, status } = await project.types(['src/app.ts'])
  assert.is(stderr, '')
  assert.is(status, 0)
  const files = project.files()
  for (const file of files) assert.match(file, /^[a-z\d.\-/]{1,170}$/)
  assert.not.ok(files.some((file) => file.includes('..')))
  assert.is(new Set(files.map((file) => file.toLowerCase())).size, files.length)
  assert.equal(readdirSync(project.path).sort(), [
    '.cache',
    '.mimeport',
    'node_modules',
    'package.json',
    'src',
    'tsconfig.json',
  ])
  assert.equal(readdirSync(join(project.path, 'src')), ['app.ts'])
  // Two asterisks are no name to TypeScript; all others have their type.
  const found = await project.check()
  assert.is(found.length, 1, found.join('\n'))
  assert.match(found[0]!, /^src.app\.ts\(29,\d+\): error TS2307/)
  project.remove()
})

test('a folder that is not ours, a link, and a place outside of the project are refused', async () => {
  await server.set('/a.txt', 'a')
  const project = typedProject(
    app("import a from 'HOST/a.txt' with { type: 'text' }\nconsole.log(a)"),
  )
  project.write({ 'tsconfig.json': '{}', 'own/file.txt': 'mine' })
  const refused = async (out: string, message: RegExp, code: number) => {
    const { status, stderr } = await project.types(['--out', out, 'src/app.ts'])
    assert.is(status, code, stderr)
    assert.match(stderr, message)
  }
  await refused('own', /'.+own' has files that 'mimeport types' has not written/, 2)
  await refused('src', /has not written/, 2)
  await refused('..', /--out takes a folder in the project/, 2)
  await refused('../elsewhere', /--out takes a folder in the project/, 2)
  await refused('.', /--out takes a folder in the project/, 2)
  await refused('', /--out takes a folder/, 2)
  assert.is((await project.types(['--out', 'made', 'src/app.ts'])).status, 0)
  assert.ok(existsSync(join(project.path, 'made/tsconfig.json')))
  assert.is((await project.types(['--check', '--out', 'made', 'src/app.ts'])).status, 0)

  const outside = join(project.path, 'outside')
  mkdirSync(outside)
  writeFileSync(join(outside, 'keep.txt'), 'keep')
  symlinkSync(outside, join(project.path, 'link'), 'junction')
  await refused('link', /it is a link/, 1)
  await refused('link/below', /it is a link/, 1)
  rmSync(join(project.path, 'made/declarations'), { recursive: true })
  symlinkSync(outside, join(project.path, 'made/declarations'), 'junction')
  await refused('made', /it is a link/, 1)
  rmSync(join(project.path, 'made/declarations'))
  mkdirSync(join(project.path, 'made/declarations'))
  // Deeper, where what is written would go through it.
  symlinkSync(outside, join(project.path, 'made/declarations/modules'), 'junction')
  assert.is((await project.types(['--out', 'made', 'src/app.ts'])).status, 0)
  assert.equal(readdirSync(outside), ['keep.txt'])
  denied('T42', 'a link in the place of a folder of declarations', 4)
  passed('T42', 'a folder without one')
  project.remove()
})

test('without TypeScript data is declared, and for code an error says what to install', async () => {
  await server.set({ '/a.json': '{"a":1}', '/a.mjs': 'export const a = 1' })
  const project = typedProject(
    app("import a from 'HOST/a.json' with { type: 'json' }\nconsole.log(a)"),
    { compiler: false },
  )
  assert.is((await project.types(['src/app.ts'])).status, 0)
  const before = project.files()
  project.write(app("import { a } from 'HOST/a.mjs'\nconsole.log(a)"))
  const { status, stderr } = await project.types(['src/app.ts'])
  assert.is(status, 1)
  assert.match(stderr, 'ERR_MIMEPORT_TYPESCRIPT: Cannot make declarations in')
  assert.match(stderr, 'TypeScript is not installed there')
  assert.match(stderr, 'npm install --save-dev typescript')
  assert.equal(project.files(), before)
  project.write({ 'node_modules/typescript/package.json': '{ "version": "5.6.3" }' })
  assert.match((await project.types(['src/app.ts'])).stderr, 'TypeScript 5.6.3 is older than 5.7')
  project.write({
    'node_modules/typescript/package.json': '{ "version": "5.7.0" }',
    'node_modules/typescript/bin/tsc': "console.log('\\u001b[31mbroken'); process.exit(7)",
  })
  const broken = await project.types(['src/app.ts'])
  assert.is(broken.status, 1)
  assert.match(broken.stderr, "'tsc' ended with exit code 7 ('\\u{1b}[31mbroken")
  assert.not.ok(project.files().some((file) => file.includes('.stage-')))
  project.remove()
})

test('an import that fails leaves the folder as it is; what only types name is any, and said', async () => {
  await server.set({
    '/ok.mjs': {
      headers: { 'x-typescript-types': '/gone.d.ts' },
      body: '/** @type {import("./nowhere.mjs").T} */\nexport const x = /** @type {any} */ (1)\nexport const n = 1',
    },
    '/far.mjs': {
      headers: { 'x-typescript-types': 'https://denied.invalid/x.d.ts' },
      body: "export const far = 'far'",
    },
  })
  const project = typedProject(
    app(`import { x, n } from 'HOST/ok.mjs'
      import { far } from 'HOST/far.mjs'
      import type { T } from 'HOST/types-only.ts'
      const t: T = { any: 'thing' }
      const s: string = far
      const number: number = n
      console.log(x.anything, t.whatever, s, number)`),
  )
  const { status, stderr } = await project.types(['src/app.ts'])
  assert.is(status, 0)
  assert.match(stderr, /note: any, for ERR_MODULE_NOT_FOUND: .*gone\.d\.ts/)
  assert.match(stderr, /note: any, for ERR_MODULE_NOT_FOUND: .*nowhere\.mjs/)
  assert.match(stderr, /note: any, for ERR_MODULE_NOT_FOUND: .*types-only\.ts/)
  assert.match(stderr, /note: any, for ERR_MIMEPORT_NOT_ALLOWED: .*denied\.invalid/)
  assert.equal(
    (await project.check()).filter((line) => !line.includes('types-only')),
    [],
  )
  const before = project.files().map((file) => project.read(file))
  project.write(
    app("import 'HOST/missing.mjs'\nimport { far } from 'HOST/far.mjs'\nconsole.log(far)"),
  )
  const failed = await project.types(['src/app.ts'])
  assert.is(failed.status, 1)
  assert.match(failed.stderr, '1 import failed:\n  ERR_MODULE_NOT_FOUND: ')
  assert.match(failed.stderr, 'stays as it is while imports fail')
  assert.equal(
    project.files().map((file) => project.read(file)),
    before,
  )
  const json = await project.types(['--json', '--check', 'src/app.ts'])
  assert.is(json.status, 1)
  assert.match(JSON.parse(json.stdout).failures[0].url, '/missing.mjs')
  project.remove()
})

test('a loader whose types fail, or are none, fails the command by its name', async () => {
  const loader = (types: string) => ({
    'loader.mjs': `
      export const name = 'odd'
      export const extensionMimeMap = { odd: 'text/x-odd' }
      export const accepts = ['text/x-odd']
      export const transform = () => ({ source: 'export const one = 1', format: 'module' })
      export ${types}`,
  })
  const project = typedProject(
    app("import { one } from './x.odd'\nconst two: 2 = one\nconsole.log(two)"),
  )
  project.write({
    'src/x.odd': '',
    'mimeport.json': '{ "loaders": ["./loader.mjs"] }',
    ...loader("const types = async () => 'export declare const one: 2'"),
  })
  assert.is((await project.types(['src/app.ts'])).status, 0)
  assert.equal(await project.check(), [])
  const rows = [
    [
      "const types = async () => { throw new Error('no types today') }",
      'ERR_MIMEPORT_LOADER_FAILED',
    ],
    ['const types = () => 7', 'ERR_MIMEPORT_INVALID_RETURN'],
    ["const types = 'export {}'", 'ERR_MIMEPORT_INVALID_LOADER'],
    ['const types = () => process.exit(7)', 'ERR_MIMEPORT_LOADER_EXIT'],
  ] as const
  for (const [types, code] of rows) {
    project.write(loader(types))
    const { status, stderr } = await project.types(['src/app.ts'])
    assert.is(status, 1, types)
    assert.match(stderr, code)
    assert.match(stderr, code === 'ERR_MIMEPORT_INVALID_LOADER' ? 'loader.mjs' : "'odd'")
  }
  assert.equal(await project.check(), [])
  project.write(loader('const types = () => false'))
  assert.is((await project.types(['src/app.ts'])).status, 0)
  assert.is((await project.check()).length, 1, 'it is 1')
  project.remove()
})

test('nothing is run, and the lock is held to and not written', async () => {
  await server.set({
    '/a.mjs': "import './b.mjs'\nprocess.exit(9)\nexport const a = 1",
    '/b.mjs': 'globalThis.ran = process.exit(9)',
  })
  const project = typedProject(
    app("import { a } from 'HOST/a.mjs'\nprocess.exit(9)\nconsole.log(a)"),
  )
  assert.is((await project.types(['src/app.ts'])).status, 0)
  assert.not.ok(existsSync(join(project.path, 'mimeport.lock')))
  const integrity = `sha256-${Buffer.alloc(32).toString('base64')}`
  project.write({
    'mimeport.lock': JSON.stringify({
      version: 1,
      [`${server.url}/a.mjs`]: {
        integrity,
        type: 'text/javascript',
        format: 'module',
        loader: 'http',
        imports: [],
      },
    }),
  })
  const { status, stderr } = await project.types(['src/app.ts'])
  assert.is(status, 1)
  assert.match(stderr, /ERR_MIMEPORT_(?:INTEGRITY|LOCK)/)
  project.remove()
})

test('what is imported in several ways is any of these', async () => {
  await server.set({
    '/x.json': '{"x":1}',
    '/code.ts': 'export const one = 1\nexport default 2 as number',
  })
  const project = typedProject({
    'src/notes.ts.md': '```ts\nexport const three = 3\nexport default true as boolean\n```\n',
    'src/data.txt': 'data',
    ...app(`import json from 'HOST/x.json' with { type: 'json' }
      import text from 'HOST/x.json' with { type: 'text' }
      import code, { one } from 'HOST/code.ts'
      import source from 'HOST/code.ts' with { type: 'text' }
      import notes, { three } from './notes.ts.md'
      import markdown from './notes.ts.md' with { type: 'text' }
      import bytes from './data.txt' with { type: 'bytes' }
      import data from './data.txt' with { type: 'text' }
      const a: { x: number } | string = json
      const b: number | string = code
      const c: boolean | string = notes
      const d: Uint8Array | string = data
      const e: 1 = one
      const f: 3 = three
      console.log(a, b, c, d, e, f, text, source, markdown, bytes)`),
  })
  const { status, stderr } = await project.types(['src/app.ts'])
  assert.is(stderr, '')
  assert.is(status, 0)
  assert.equal(await project.check(), [])
  const good = readFileSync(join(project.path, 'src/app.ts'), 'utf8')
  const narrower = good.replace(/const ([abcd]): (?:\{.*?\}|\w+) \|/g, 'const $1:')
  project.write({ 'src/app.ts': narrower })
  const found = await project.check()
  assert.is(found.filter((line) => /error TS2322/.test(line)).length, 4, found.join('\n'))
  project.remove()
})

test.run()
