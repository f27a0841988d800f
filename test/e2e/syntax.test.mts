/** Faults that only V8 sees, as `mimeport explain`, `mimeport graph` and the functions tell them, without running anything. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mimeport } from '../support/cli.mts'
import { startServer } from '../support/server.mts'
import { inProject, loaderPath, makeProject, run } from '../support/spawn.mts'
import { ownFolder, runPermitted } from '../support/permissions.mts'
import { askIn } from '../support/told.mts'
import type { Explanation, ModuleGraph } from '../../core/explanation.mts'
import type { TestServer } from '../support/server.mts'
import type { Project } from '../support/spawn.mts'
import type { Asked } from '../support/told.mts'

const test = suite('syntax')

let server: TestServer
let project: Project
let told: Asked

/** Would leave a file if it were run. */
const write = "process.getBuiltinModule('node:fs').writeFileSync('ran', '')"

const twice = 'let a = 1; let a = 2'

/** A loader whose transforms put two lines in front. */
const moving = `
export const name = 'moving'
export const extensionMimeMap = { mapped: 'text/x-mapped', unmapped: 'text/x-unmapped' }
export const accepts = ['text/x-mapped', 'text/x-unmapped']
export const transform = (headers, body, { url } = {}) => ({
  source: '\\n\\n' + body,
  format: 'module',
  ...(headers['content-type'].includes('x-mapped') && {
    map: { version: 3, sources: ['in.mapped'], sourcesContent: [body], names: [], mappings: ';;AAAA;AACA,IAAI' },
  }),
})
`

test.before(async () => {
  server = await startServer()
  const js = { headers: { 'content-type': 'text/javascript' } }
  const node = { headers: { 'content-type': 'application/node' } }
  await server.set({
    '/fine.mjs': { ...js, body: `${write}\nexport default await 1\n` },
    '/twice.mjs': { ...js, body: `import './fine.mjs'\n${write}\n  ${twice}\n` },
    '/fine.cjs': { ...node, body: `${write}; return\n` },
    '/twice.cjs': { ...node, body: `${write}\n${twice}\n` },
    '/twice.ts': {
      headers: { 'content-type': 'application/typescript' },
      body: 'const a: number = 1; const a = 2\n',
    },
  })
  project = makeProject({
    'package.json': '{}',
    'mimeport.json': '{ "loaders": ["./moving.mjs"] }',
    'moving.mjs': moving,
    'app.mjs': `import './twice.ts'\nimport './fine.ts'\nimport './twice.cjs'\nimport './fine.cjs'\nimport '${server.url}/twice.mjs'\nimport '${server.url}/fine.cjs'\nawait import('./twice.js')\n${write}\n`,
    'twice.ts': `${write}\nconst a: number = 1; const a = 2\n`,
    'fine.ts': `${write}\nconst a: number = 1\n`,
    'twice.cjs': `${write}\n${twice}\n`,
    'fine.cjs': `${write}\nreturn\n`,
    'twice.js': `${write}\nlet \u{1f600}\n`,
    'module.js': `${write}\nawait 1; export {}`,
    'either.js': 'const module = 1\nawait module\n',
    'export.js': `export {}\n${twice}\n`,
    'bare.cjs': 'await 1',
    'broken.mjs': "import './fine.ts'\nlet s = 'x\n",
    'in.mapped': `\n${twice}\n`,
    'in.unmapped': `\n${twice}\n`,
    'data.json': '{ "a": 1 ',
    'node_modules/dependency/index.js': twice,
    'node_modules/dependency/package.json': '{ "name": "dependency" }',
    'package.mjs': "import 'dependency'",
  })
  told = askIn(project.path)
})

test.after.each(() => assert.not.ok(existsSync(join(project.path, 'ran'))))

test.after(async () => {
  await server.stop()
  project.remove()
})

const declared = (place: string) => `Identifier 'a' has already been declared (${place})`

const errorOf = ({ error }: Explanation) => error && `${error.name}: ${error.message}`

const said = async (specifier: string, more = {}) =>
  errorOf(await told.explain(specifier, more))?.replace(told.url('x').slice(0, -1), '')

test('a fault is an explanation’s error, of what is local and of what is not', async () => {
  for (const [specifier, fault] of [
    ['./twice.ts', declared('twice.ts:2:28')],
    ['./twice.cjs', declared('twice.cjs:2:16')],
    ['./twice.js', 'Invalid or unexpected token (twice.js:2:5)'],
    ['./broken.mjs', 'Invalid or unexpected token (broken.mjs:2:9)'],
    [`${server.url}/twice.mjs`, declared(`${server.url}/twice.mjs:3:18`)],
    [`${server.url}/twice.cjs`, declared(`${server.url}/twice.cjs:2:16`)],
    [`${server.url}/twice.ts`, declared(`${server.url}/twice.ts:1:28`)],
    ['dependency', declared('node_modules/dependency/index.js:1:16')],
  ] as const) {
    assert.is(await said(specifier), `SyntaxError: ${fault}`, specifier)
  }
  // Everything else is told as it is without it.
  const { url, format, imports, bytes, hops, error } = await told.explain(`${server.url}/twice.mjs`)
  assert.is(url, `${server.url}/twice.mjs`)
  assert.is(format, 'module')
  assert.equal(imports[0]?.specifier, './fine.mjs')
  assert.ok(bytes! > 20 && hops.length === 1)
  assert.is(
    error?.stack,
    `${url}:3\n  ${twice}\n                 ^\n\nSyntaxError: Identifier 'a' has already been declared`,
  )
})

test('what V8 takes has none, and what is no JavaScript is not shown to it', async () => {
  const fine = ['./fine.ts', './fine.cjs', './module.js', 'fs', 'data:text/javascript,let a;let a']
  for (const specifier of [...fine, `${server.url}/fine.mjs`, `${server.url}/fine.cjs`]) {
    assert.is(await said(specifier), undefined, specifier)
  }
  assert.is(await said('./data.json', { type: 'json' }), undefined)
})

test('what may be either kind of module is read as both, as Node does', async () => {
  assert.is(await said('./either.js'), undefined)
  assert.match((await said('./bare.cjs')) ?? '', /^SyntaxError: await is only valid/)
  // Of what is neither, the fault of the kind that Node takes it for.
  assert.is(await said('./twice.js'), 'SyntaxError: Invalid or unexpected token (twice.js:2:5)')
  assert.is(await said('./export.js'), `SyntaxError: ${declared('export.js:2:16')}`)
  for (const [file, status] of [
    ['either.js', 0],
    ['bare.cjs', 1],
  ] as const) {
    assert.is((await run([file], { cwd: project.path, nodeArgs: [] })).status, status)
  }
})

test('the place is the one in what was written, where a source map says so', async () => {
  assert.is(await said('./in.mapped'), `SyntaxError: ${declared('in.mapped:2:5')}`)
  const unmapped = declared('in.unmapped:4:16, in the text that Node is given')
  assert.is(await said('./in.unmapped'), `SyntaxError: ${unmapped}`)
})

test('mimeport explain: in words, as JSON, and the exit code', async () => {
  const explain = (...args: string[]) => mimeport(['explain', ...args], { cwd: project.path })
  const { stdout, status } = await explain('./twice.cjs')
  assert.is(status, 1)
  const joined = stdout.replaceAll(/\n {11}/g, ' ').replaceAll(project.path, '')
  assert.match(joined, `\nfails      SyntaxError ${declared('file:///twice.cjs:2:16')}`)
  const { error } = JSON.parse((await explain('./twice.ts', '--json')).stdout) as Explanation
  assert.is(error?.name, 'SyntaxError')
  assert.is((await explain('./fine.ts')).status, 0)
})

test('a module with a fault is in the graph, and fails', async () => {
  const { modules, failures } = await told.graph('app.mjs', { texts: true })
  const name = (url = '') => url.split('/').at(-1)!
  assert.equal(failures.map(({ url }) => name(url)).sort(), [
    'twice.cjs',
    'twice.js',
    'twice.mjs',
    'twice.ts',
  ])
  const failing = modules.filter(({ explanation }) => explanation.error !== undefined)
  assert.equal(
    failing.map(({ url }) => name(url)).sort(),
    failures.map(({ url }) => name(url)).sort(),
  )
  const remote = modules.find(({ key }) => key === `${server.url}/twice.mjs`)!
  assert.is(name(remote.imports[0]?.module), 'fine.mjs')
  assert.match(remote.texts?.generated ?? '', twice)
  assert.equal(
    modules
      .filter(({ url }) => name(url) === 'fine.mjs')
      .map(({ explanation }) => explanation.error),
    [undefined],
  )
  // What is of a package is not gone into.
  const packages = await told.graph('package.mjs')
  assert.equal(packages.failures, [])
  assert.is(packages.modules[0]?.imports[0]?.outside, 'package')
})

test('mimeport graph: in the tree, on stderr, in the diagrams, and the exit code', async () => {
  const graph = (...args: string[]) => mimeport(['graph', ...args], { cwd: project.path })
  const { stdout, stderr, status } = await graph('app.mjs')
  assert.is(status, 1)
  assert.match(stdout, /├─ twice\.ts {2}.*bytes {2}\(failed: SyntaxError\)\n/)
  assert.match(stdout, /└─ import\(\) twice\.js {2}.*\(failed: SyntaxError\)\n/)
  assert.match(stdout, '9 modules')
  assert.match(stdout, '4 imports failed')
  assert.match(stderr, /^4 imports failed:\n(?: {2}SyntaxError: .*\n){4}$/)
  // An entry is not told twice.
  const entry = await graph('twice.cjs')
  assert.match(entry.stdout, /^twice\.cjs {2}commonjs, .*\(failed: SyntaxError\)\n\n1 module, /)
  assert.is(entry.status, 1)
  const dot = (await graph('twice.cjs', '--dot')).stdout
  assert.is(dot.split('twice.cjs').length, 2)
  assert.match(dot, 'SyntaxError')
  assert.match((await graph('twice.cjs', '--mermaid')).stdout, '\n  class m0 failed\n')
  const fine = await graph('fine.ts')
  assert.is(fine.status, 0)
  assert.not.match(fine.stdout, 'failed')
  const data = JSON.parse((await graph('twice.cjs', '--json')).stdout) as ModuleGraph
  assert.is(data.modules[0]?.explanation.error?.name, 'SyntaxError')
  assert.is(data.failures.length, 1)
})

const main = JSON.stringify(pathToFileURL(loaderPath).href)

/** Counts the threads that an engine starts. */
const counting = `
import threads from 'node:worker_threads'
import { syncBuiltinESMExports } from 'node:module'
const { Worker } = threads
threads.Worker = function (...given) {
  console.log('a thread:', given[1].name)
  return new Worker(...given)
}
syncBuiltinESMExports()
export const schemes = ['counted:']
export const resolveRelativePath = (specifier) => specifier
export const resolve = () => ({ headers: { 'content-type': 'text/javascript' }, body: 'export default "imported"' })
`

test('an import starts no such thread, and an explanation starts one', async () => {
  const files = {
    'mimeport.json': '{ "loaders": ["./counting.mjs"] }',
    'counting.mjs': counting,
    'import.mjs':
      "console.log((await import('counted:x')).default, (await import('./x.ts')).default)",
    'explain.mjs': `import { explain, graph } from ${main}\nconst { error } = await explain('counted:x')\nconsole.log(error)\nawait graph('./import.mjs', import.meta.url)`,
    'x.ts': 'export enum E { a }\nexport default E.a',
  }
  await inProject(files, async ({ path }) => {
    assert.is((await run(['import.mjs'], { cwd: path })).stdout, 'imported 0\n')
    const { stdout } = await run(['explain.mjs'], { cwd: path })
    const [thread] = ['a thread: mimeport syntax\n']
    assert.is(stdout.replace(/undefined\n/, ''), `${thread}${thread}`)
  })
})

test('under the permission model a fault is told, and its position where that is to be had', async () => {
  const files = {
    'app.mjs': `
import { explain } from ${main}
for (const file of ['./fine.mjs', './twice.mjs', './twice.cjs']) {
  const { error } = await explain(file, import.meta.url)
  console.log(error === undefined ? 'fine' : error.name + ': ' + error.message.replace(/file:.*\\//, ''))
}
`,
    'fine.mjs': `${write}\nlet a\n`,
    'twice.mjs': `${write}\n${twice}\n`,
    'twice.cjs': `${write}\n${twice}\n`,
  }
  await inProject(files, async ({ path }) => {
    const flags = ['--allow-worker', `--allow-fs-read=${path}`, `--allow-fs-read=${ownFolder}`]
    const { stdout, stderr, status } = await runPermitted(flags, ['app.mjs'], { cwd: path })
    assert.is(stderr, '')
    assert.is(status, 0)
    const without = (file: string) => `SyntaxError: ${declared(file)}\n`
    assert.is(stdout, `fine\n${without('twice.mjs')}${without('twice.cjs')}`)
    const more = [...flags, '--allow-inspector']
    const placed = await runPermitted(more, ['app.mjs'], { cwd: path })
    assert.is(placed.stdout, `fine\n${without('twice.mjs:2:16')}${without('twice.cjs:2:16')}`)
    assert.not.ok(existsSync(join(path, 'ran')))
  })
})

test.run()
