/** `explain` and `graph` of the package's main module, as a program calls them. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import { pathToFileURL } from 'node:url'
import type { TestServer } from '../support/server.mts'

const test = suite('explain')

let server: TestServer

test.before(async () => {
  server = await startServer()
})
test.after(() => server.stop())

const main = JSON.stringify(pathToFileURL(loaderPath).href)

async function output(
  files: Readonly<Record<string, string>>,
  nodeArgs?: readonly string[],
): Promise<unknown[]> {
  const project = makeProject(files)
  const { stdout, stderr } = await run(['app.mjs'], {
    cwd: project.path,
    ...(nodeArgs !== undefined && { nodeArgs }),
  })
  project.remove()
  assert.is(stderr, '')
  return stdout
    .trim()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line.replaceAll(pathToFileURL(`${project.path}/`).href, 'file:///')) as unknown,
    )
}

test('a program asks, is not blocked, and imports afterwards as if it had not asked', async () => {
  await server.set({
    '/slow.mjs': { body: "import './other.ts'\nexport default 'slow'\n", delay: 1500 },
    '/other.ts': 'export const other: string = `other`\n',
  })
  const printed = await output({
    'app.mjs': `
import { explain, graph } from ${main}
const url = '${server.url}/slow.mjs'
let ticks = 0
const timer = setInterval(() => ticks++, 10)
const explanation = await explain(url)
clearInterval(timer)
console.log(JSON.stringify([ticks > 15, explanation.format, explanation.hops[0].requests.length, explanation.imports]))
const { modules, entries, failures } = await graph('./local.mjs', import.meta.url, { texts: true })
console.log(JSON.stringify([entries, modules.map(({ key, texts }) => [key.split('/').at(-1), texts.generated.length > 10]), failures]))
const { modules: [plain] } = await graph('./local.mjs', import.meta.url)
console.log(JSON.stringify(plain.texts === undefined))
console.log(JSON.stringify((await import(url)).default))
`,
    'local.mjs': `import '${server.url}/slow.mjs'\nthrow new Error('nothing is run')\n`,
  })
  assert.equal(printed, [
    [true, 'module', 1, [{ specifier: './other.ts', attributes: {}, position: '1:8' }]],
    [
      ['file:///local.mjs'],
      [
        ['other.ts', true],
        ['slow.mjs', true],
        ['local.mjs', true],
      ],
      [],
    ],
    true,
    'slow',
  ])
})

test('the module that asks may be one of the network, and a relative specifier is relative to it', async () => {
  await server.set({
    '/lib/asking.mjs': `
import { explain } from ${JSON.stringify('mimeport')}
const { url, error } = await explain('./beside.mjs', import.meta.url)
const missing = await explain('./gone.mjs', import.meta.url)
console.log(JSON.stringify([new URL(url).pathname, error === undefined, missing.error.code]))
`,
    '/lib/beside.mjs': 'export default 1',
  })
  const printed = await output({
    'app.mjs': `import '${server.url}/lib/asking.mjs'`,
    'node_modules/mimeport/package.json': `{ "name": "mimeport", "exports": "./main.mjs" }`,
    'node_modules/mimeport/main.mjs': `export * from ${main}`,
  })
  assert.equal(printed, [['/lib/beside.mjs', true, 'ERR_MODULE_NOT_FOUND']])
})

test('the type of an import is said as in import()', async () => {
  const printed = await output({
    'app.mjs': `
import { explain } from ${main}
const told = async (options) => {
  const { type, format, error } = await explain('./a.json', import.meta.url, options)
  console.log(JSON.stringify([type, format, error?.code ?? '']))
}
await told()
await told({ with: { type: 'json' } })
await told({ with: { type: 'text' } })
await told({ with: { type: 'css' } })
`,
    'a.json': '{}',
  })
  assert.equal(printed, [
    ['', 'json', 'ERR_IMPORT_ATTRIBUTE_MISSING'],
    ['json', 'json', ''],
    ['text', 'module', ''],
    ['css', null, 'ERR_IMPORT_ATTRIBUTE_UNSUPPORTED'],
  ])
})

test('what is no specifier is refused, and the stack begins at whoever called', async () => {
  const printed = await output({
    'app.mjs': `
import { explain, graph } from ${main}
for (const ask of [explain, graph]) {
  for (const wrong of [1, '', undefined, {}]) {
    await ask(wrong).then(
      () => console.log('"answered"'),
      ({ code, stack }) => console.log(JSON.stringify([code, /\\n    at .*app\\.mjs:5/.test(stack.split('\\n').slice(0, 2).join('\\n'))])),
    )
  }
}
`,
  })
  assert.equal(printed, Array(8).fill(['ERR_MIMEPORT_INVALID_SPECIFIER', true]))
})

test('an engine that does not give way is lost, and whoever asked is told by whom', async () => {
  const printed = await output({
    'app.mjs': `
import { explain } from ${main}
const code = (name) => explain(name, import.meta.url).then(({ error }) => error?.code ?? 'told', ({ code }) => code)
for (const name of ['./x.loop', './x.exit', './x.never', './x.fine']) console.log(JSON.stringify(await code(name)))
`,
    'x.loop': '',
    'x.exit': '',
    'x.never': '',
    'x.fine': '',
    'mimeport.json': '{ "loaders": ["./loaders/*"] }',
    'loaders/odd.mjs': `
export const extensionMimeMap = { loop: 'text/x-loop', exit: 'text/x-exit', never: 'text/x-never', fine: 'text/x-fine' }
export const accepts = Object.values(extensionMimeMap)
export function transform({ 'content-type': type }) {
  while (type === 'text/x-loop') {}
  if (type === 'text/x-exit') process.exit(3)
  return type === 'text/x-never' ? new Promise(() => {}) : { source: '', format: 'module' }
}
`,
  })
  assert.equal(printed, [
    'ERR_MIMEPORT_ENGINE_LOST',
    'ERR_MIMEPORT_LOADER_EXIT',
    'ERR_MIMEPORT_NEVER_SETTLED',
    'told',
  ])
})

test('a loader cannot ask', async () => {
  const printed = await output({
    'app.mjs': "import code from './x.tsv'\nconsole.log(JSON.stringify(code))\n",
    'x.tsv': 'x',
    'mimeport.json': '{ "loaders": ["./loaders/*"] }',
    'loaders/tsv.mjs': `
import { explain, graph } from ${main}
export const extensionMimeMap = { tsv: 'text/tab-separated-values' }
export const accepts = ['text/tab-separated-values']
export async function transform() {
  const codes = await Promise.all([explain('./x'), graph('./x')].map((each) => each.catch(({ code }) => code)))
  return { source: 'export default ' + JSON.stringify(codes), format: 'module' }
}
`,
  })
  assert.equal(printed, [['ERR_MIMEPORT_ENGINE_START', 'ERR_MIMEPORT_ENGINE_START']])
})

test('under the permission model nobody is told of files that the program may not read', async () => {
  const project = makeProject({
    'app.mjs': `
import { explain, graph } from ${main}
const code = (promise) => promise.then(({ error }) => error?.code ?? 'told', ({ code }) => code)
console.log(JSON.stringify([
  await code(explain('./open.mjs', import.meta.url)),
  await code(explain('./closed/secret.mjs', import.meta.url)),
  await code(graph('./open.mjs', import.meta.url)),
  await code(graph('./imports.mjs', import.meta.url)),
]))
`,
    'open.mjs': 'export default 1\n',
    'imports.mjs': "import('./closed/secret.mjs')\n",
    'closed/secret.mjs': "export default 'secret'\n",
  })
  const files = ['app.mjs', 'open.mjs', 'imports.mjs', 'package.json'].map(
    (name) => `${project.path}/${name}`,
  )
  // Ours, and what it depends on.
  const [installed] = /^.*?\/node_modules\//.exec(loaderPath) ?? []
  const root = installed ?? new URL('../..', import.meta.url).pathname
  const allowed = [...files, root].map((path) => `--allow-fs-read=${path}`)
  const nodeArgs = [
    '--no-warnings',
    '--permission',
    '--allow-worker',
    ...allowed,
    '--import',
    loaderPath,
  ]
  const { stdout, stderr } = await run(['app.mjs'], { cwd: project.path, nodeArgs })
  project.remove()
  assert.is(stderr, '')
  const [open, closed, graph, imports] = JSON.parse(stdout) as string[]
  assert.is(open, 'told')
  assert.is(graph, 'told')
  assert.match(closed!, /^ERR_(?:MIMEPORT_PERMISSION|ACCESS_DENIED)$/)
  // An engine has the working folder besides, and what it says of that is not passed on.
  assert.is(imports, 'ERR_MIMEPORT_PERMISSION')
})

/** What an import leads to, and what `explain` says of it: by the program's own words. */
const comparing = `
export const compare = async (specifier, type) => {
  const options = type === undefined ? undefined : { with: { type } }
  const said = await globalThis.explain(specifier, import.meta.url, options)
  const code = await import(specifier, options).then(() => '', (error) => error.code)
  let url = ''
  if (code === '') url = import.meta.resolve(specifier)
  const saidURL = said.error === undefined ? said.url.replace(/#as-.*/, '') : ''
  return [[specifier, code, url], [specifier, said.error?.code ?? '', saidURL]]
}
`

test('what is said is what imports get, from files and from modules of the network', async () => {
  const { url } = server
  await server.set({
    '/lib/comparing.mjs': comparing,
    '/lib/beside.ts': 'export const a: 1 = 1\n',
    '/lib/page.md': '```js\nexport default 1\n```\n',
    '/lib/package.json': '{ "imports": { "#own": "./beside.ts", "#other": "dependency" } }',
    '/moved': { status: 302, headers: { location: '/lib/page.md' } },
    '/a.json': '{}',
    '/mapped.mjs': 'export default 1',
  })
  const local = [
    './beside.mjs ./beside.ts ./gone.mjs ./gone.ts ./x.tsv ./script . ./data.json ./x.unknown',
    `./common.js ./data.json?q ${url}/lib/page.md ${url}/moved ${url}/a.json ${url}/gone`,
    'fs node:fs node:nothing dependency dependency/lib dependency/private not-there',
    '#sub #none mapped mapped-file nulled bare:one https://unlisted.example/ gopher:x',
    'data:text/javascript,export%20default%201 http://[ tsv:made tsv:not',
  ].flatMap((each) => each.split(' '))
  const remote = [
    './beside.ts ../moved ./gone.mjs /lib/page.md fs node:os dependency instead forbidden',
    'not-there #own #other #none mapped mapped-file file:///etc/hosts tsv:made ../../etc',
    'dependency/../../../x dependency/private',
  ].flatMap((each) => each.split(' '))
  const typed = ['./data.json', `${url}/a.json`, './x.tsv', './beside.mjs']
  const printed = await output({
    'mimeport.json': JSON.stringify({
      loaders: ['./loaders/*'],
      imports: { mapped: `${url}/mapped.mjs`, 'mapped-file': './beside.mjs', nulled: null },
      builtins: { [`${url}/`]: ['fs'] },
      externals: { '*': true, instead: 'dependency', forbidden: false },
    }),
    'loaders/tsv.mjs': `
export const name = 'tsv'
export const schemes = ['tsv:']
export const extensionMimeMap = { tsv: 'text/tab-separated-values' }
export const accepts = ['text/tab-separated-values']
export const resolve = (specifier) => specifier === 'tsv:made' && { headers: { 'content-type': 'text/javascript' }, body: '' }
export const resolveRelativePath = (specifier) => specifier
export const transform = () => ({ source: '', format: 'module' })
`,
    'package.json': '{ "name": "self", "imports": { "#sub": "./beside.mjs" } }',
    'app.mjs': `
import { explain } from ${main}
globalThis.explain = explain
const here = await import('./comparing.mjs')
const there = await import('${url}/lib/comparing.mjs')
const all = []
for (const each of ${JSON.stringify(local)}) all.push(await here.compare(each))
for (const each of ${JSON.stringify(typed)}) for (const type of ['json', 'text', 'css']) all.push(await here.compare(each, type))
for (const each of ${JSON.stringify(remote)}) all.push(await there.compare(each))
for (const each of all) console.log(JSON.stringify(each))
`,
    'comparing.mjs': comparing,
    'beside.mjs': 'export default 1',
    'beside.ts': 'export const a: 1 = 1',
    'x.tsv': 'a',
    'x.unknown': 'a',
    script: '#!/usr/bin/env node\n',
    'data.json': '{}',
    'common.js': 'module.exports = 1',
    'node_modules/dependency/package.json':
      '{ "name": "dependency", "exports": { ".": "./index.js", "./lib": "./lib.mjs" } }',
    'node_modules/dependency/index.js': 'module.exports = 1',
    'node_modules/dependency/lib.mjs': '',
  })
  const pairs = printed as [unknown, unknown][]
  assert.is(pairs.length, local.length + remote.length + 3 * typed.length)
  const differing = pairs.filter(([got, said]) => JSON.stringify(got) !== JSON.stringify(said))
  assert.equal(differing, [])
})

test.run()
