/** The life of an import, and a program's graph, as an engine tells them. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import { makeProject } from '../support/spawn.mts'
import { askIn } from '../support/told.mts'
import type { TestServer } from '../support/server.mts'
import type { Asked } from '../support/told.mts'

const test = suite('explain-data')

let server: TestServer
let project: ReturnType<typeof makeProject>
let told: Asked

const markdown =
  "# Report\n\n```ts\nimport { kilo } from './units.ts'\n\nexport const report: string = kilo(1500)\n```\n"
const units = 'export enum U { k }\nexport const kilo = (n: number): string => `${n} k`\n'

const loader = `
export const name = 'tsv'
export const schemes = ['tsv:']
export const extensionMimeMap = { tsv: 'text/tab-separated-values' }
export const accepts = ['text/tab-separated-values']
export const resolve = () => { throw new Error('no tables today') }
export const resolveRelativePath = (specifier) => specifier
export const identify = (url, body) => String(body).startsWith('a\\tb') && 'text/tab-separated-values'
export const transform = (headers, body) => ({ source: 'export default ' + JSON.stringify(body), format: 'module' })
`

test.before(async () => {
  server = await startServer()
  await server.set({
    '/latest': { status: 302, headers: { location: '/report.md' } },
    '/report.md': { headers: { 'content-type': 'text/markdown' }, body: markdown },
    '/units.ts': { headers: { 'content-type': 'text/plain' }, body: units },
    '/flaky.mjs': [{ status: 503, headers: { 'retry-after': '0' } }, { body: 'export default 1' }],
    '/a.json': { headers: { 'content-type': 'application/json' }, body: '{ "a": 1 }' },
    '/table': { headers: { 'content-type': 'text/plain' }, body: 'a\tb\n' },
    '/x.ics': { headers: {}, body: '1,2\n' },
    '/bad.ts': { headers: { 'content-type': 'application/typescript' }, body: 'let a: = 1' },
    '/fs.mjs': { body: "import fs from 'node:fs'\nimport 'dependency'\nexport default fs\n" },
    '/ring.mjs': { body: "import './ring2.mjs'\n  await import('./lazy.mjs')\n" },
    '/ring2.mjs': { body: "import './ring.mjs'\n" },
    '/lazy.mjs': { body: 'export default 1\n' },
  })
  project = makeProject({
    'mimeport.json': JSON.stringify({
      loaders: ['./loaders/*'],
      imports: { '#units': `${server.url}/units.ts` },
    }),
    'loaders/tsv.mjs': loader,
    'app.mjs': `
import { report } from '${server.url}/latest'
import data from './data.json' with { type: 'json' }
import text from './notes.txt' with { type: 'text' }
import fs from 'node:fs'
import dependency from 'dependency'
import './local.cjs'
import './local.tsv'
import '#units'
await import('${server.url}/ring.mjs')
await import('${server.url}/gone.mjs')
await import(process.argv[2])
`,
    'data.json': '{ "a": 1 }',
    'notes.txt': 'hello',
    'local.cjs': "require('./data.json'); try { require('not-there') } catch {}",
    'local.tsv': 'a\tb\n',
    'old.js': "export {}; import './missing.mjs'",
    'node_modules/dependency/index.js': 'module.exports = 1',
    'node_modules/dependency/package.json': '{ "name": "dependency" }',
  })
  told = askIn(project.path)
})

test.after(async () => {
  await server.stop()
  project.remove()
})

test('a redirect, two transforms, requests with their connections', async () => {
  const { hops, transforms, ...rest } = await told.explain(`${server.url}/latest`)
  const url = `${server.url}/report.md`
  assert.equal(
    hops.map(({ loader, statusCode, location, cache, requests }) => [
      loader,
      statusCode,
      location,
      cache,
      requests.length,
    ]),
    [
      ['http', 302, url, 'bypass', 1],
      ['http', 200, undefined, 'bypass', 1],
    ],
  )
  const [request] = hops[1]!.requests
  const { port } = new URL(server.url)
  assert.is(request?.method, 'GET')
  assert.is(request?.url, url)
  assert.is(request?.statusCode, 200)
  assert.is(request?.bytes, markdown.length)
  assert.is(request?.attempt, 1)
  assert.is(request?.protocol, 'http/1.1')
  assert.is(request?.connection?.port, Number(port))
  assert.is(request?.connection?.reused, true)
  assert.is(hops[0]!.requests[0]?.connection?.reused, false)
  assert.ok(request!.start >= hops[1]!.start && hops[1]!.start >= hops[0]!.start)
  assert.equal(
    transforms.map(({ loader, from, to, bytesBefore, bytes }) => [
      loader,
      from,
      to,
      bytesBefore,
      bytes,
    ]),
    [
      ['fenced-md', 'text/markdown', 'application/typescript', markdown.length, markdown.length],
      ['typescript', 'application/typescript', 'text/javascript', markdown.length, markdown.length],
    ],
  )
  assert.is(rest.url, url)
  assert.equal(rest.origin, { loader: 'http', specifier: url })
  assert.is(rest.mediaType, 'text/markdown')
  assert.is(rest.identifiedBy, 'content-type')
  assert.is(rest.bodyBytes, markdown.length)
  assert.is(rest.format, 'module')
  assert.is(rest.bytes, markdown.length)
  assert.is(rest.sourceMap, false)
  assert.is(rest.native, false)
  assert.is(rest.lock, 'none')
  assert.equal(rest.imports, [{ specifier: './units.ts', attributes: {}, position: '4:22' }])
  assert.is(rest.error, undefined)
})

test('how the type was found: an extension of whose loader, the table, the content of whose loader', async () => {
  const found = async (path: string) => {
    const { mediaType, identifiedBy, identifiedByLoader } = await told.explain(server.url + path)
    return [mediaType, identifiedBy, identifiedByLoader]
  }
  assert.equal(await found('/units.ts'), ['application/typescript', 'extension', 'typescript'])
  assert.equal(await found('/x.ics'), ['text/calendar', 'table', undefined])
  assert.equal(await found('/table'), ['text/tab-separated-values', 'content', 'tsv'])
  assert.equal(await found('/report.md'), ['text/markdown', 'content-type', undefined])
})

test('each attempt is told', async () => {
  const { hops, error } = await told.explain(`${server.url}/flaky.mjs`)
  assert.equal(
    hops[0]?.requests.map(({ attempt, statusCode }) => [attempt, statusCode]),
    [
      [1, 503],
      [2, 200],
    ],
  )
  assert.is(error, undefined)
})

test('a module that has a source map says so', async () => {
  const {
    sourceMap,
    transforms,
    bytes = 0,
    bodyBytes = 0,
  } = await told.explain(`${server.url}/units.ts`)
  assert.is(sourceMap, true)
  assert.equal(
    transforms.map(({ mapped }) => mapped),
    [true],
  )
  assert.ok(bytes > bodyBytes)
})

test('what fails is told with all that is known until there', async () => {
  const gone = await told.explain(`${server.url}/gone.mjs`)
  assert.is(gone.error?.code, 'ERR_MODULE_NOT_FOUND')
  assert.is(gone.hops[0]?.statusCode, 404)
  assert.is(gone.hops[0]?.requests[0]?.statusCode, 404)
  assert.is(gone.format, undefined)

  const bad = await told.explain(`${server.url}/bad.ts`)
  assert.ok(bad.error)
  assert.is(bad.url, `${server.url}/bad.ts`)
  assert.is(bad.mediaType, 'application/typescript')
  assert.is(bad.hops[0]?.statusCode, 200)
  assert.equal(bad.transforms, [])

  const calendar = await told.explain(`${server.url}/x.ics`)
  assert.is(calendar.error?.code, 'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE')

  const thrown = await told.explain('tsv:x')
  assert.is(thrown.error?.code, 'ERR_MIMEPORT_LOADER_FAILED')
  assert.equal(
    thrown.hops.map(({ loader, statusCode, requests }) => [loader, statusCode, requests]),
    [['tsv', undefined, []]],
  )

  const refused = await told.explain('https://not-allowed.example/x.mjs')
  assert.is(refused.error?.code, 'ERR_MIMEPORT_NOT_ALLOWED')
  assert.equal(refused.hops, [])
})

test('what Node loads by itself is told as Node has it', async () => {
  const shown = async (specifier: string, more = {}) => {
    const {
      native,
      url,
      format,
      bytes,
      error,
      package: isPackage,
    } = await told.explain(specifier, more)
    return { native, url, format, bytes, code: error?.code, isPackage }
  }
  const native = { native: true, code: undefined, isPackage: undefined }
  const file = (name: string) => told.url(name)
  assert.equal(await shown('fs'), {
    ...native,
    url: 'node:fs',
    format: 'builtin',
    bytes: undefined,
  })
  assert.equal(await shown('./local.cjs'), {
    ...native,
    url: file('local.cjs'),
    format: 'commonjs',
    bytes: 61,
  })
  assert.equal(await shown('dependency'), {
    ...native,
    url: file('node_modules/dependency/index.js'),
    format: 'commonjs',
    bytes: 18,
    isPackage: true,
  })
  const json = { url: file('data.json'), format: 'json', bytes: 10 }
  assert.equal(await shown('./data.json', { type: 'json' }), { ...native, ...json })
  assert.equal(await shown('./data.json'), {
    ...native,
    ...json,
    code: 'ERR_IMPORT_ATTRIBUTE_MISSING',
  })
  const { imports, format } = await told.explain('./old.js')
  assert.is(format, 'module')
  assert.equal(imports, [{ specifier: './missing.mjs', attributes: {}, position: '1:19' }])
  assert.is((await told.explain('./missing.mjs')).error?.code, 'ERR_MODULE_NOT_FOUND')
  assert.is((await told.explain('not-there')).error?.code, 'ERR_MODULE_NOT_FOUND')
})

test('a local file that is for a loader goes through it', async () => {
  const { native, origin, identifiedBy, identifiedByLoader, transforms } =
    await told.explain('./local.tsv')
  assert.is(native, false)
  assert.is(origin?.loader, 'file')
  assert.is(identifiedBy, 'extension')
  assert.is(identifiedByLoader, 'tsv')
  assert.equal(
    transforms.map(({ loader }) => loader),
    ['tsv'],
  )
})

test('the import map is followed, and said', async () => {
  const { mapped, url } = await told.explain('#units')
  assert.is(mapped, `${server.url}/units.ts`)
  assert.is(url, `${server.url}/units.ts`)
})

test('a relative specifier is relative to a module of the network, by its redirects', async () => {
  const found = await told.explain('./units.ts', { parentURL: `${server.url}/latest` })
  assert.is(found.url, `${server.url}/units.ts`)
  assert.is(found.parentURL, `${server.url}/report.md`)
  const lost = await told.explain('./units.ts', { parentURL: `${server.url}/gone.mjs` })
  assert.is(lost.error?.code, 'ERR_MODULE_NOT_FOUND')
  assert.match(lost.error!.message, 'gone.mjs')
})

test('a graph has all modules, after what they import, with their texts', async () => {
  const { entries, modules, failures } = await told.graph('app.mjs', { texts: true })
  const file = (name: string) => told.url(name)
  assert.equal(entries, [file('app.mjs')])
  const keys = modules.map(({ key }) => key)
  assert.equal(keys, [
    `${server.url}/units.ts`,
    `${server.url}/report.md`,
    `json ${file('data.json')}`,
    `text ${file('notes.txt')}`,
    file('data.json'),
    file('local.cjs'),
    file('local.tsv'),
    file('app.mjs'),
    `${server.url}/ring2.mjs`,
    `${server.url}/ring.mjs`,
    `${server.url}/lazy.mjs`,
  ])
  const app = modules.find(({ key }) => key === entries[0])!
  assert.equal(
    app.imports.map(({ specifier, kind, position, module, outside }) => [
      specifier.replace(server.url, ''),
      kind,
      position,
      module === undefined ? outside : keys.indexOf(module),
    ]),
    [
      ['/latest', 'import', '2:24', 1],
      ['./data.json', 'import', '3:18', 2],
      ['./notes.txt', 'import', '4:18', 3],
      ['node:fs', 'import', '5:16', 'builtin'],
      ['dependency', 'import', '6:24', 'package'],
      ['./local.cjs', 'import', '7:8', 5],
      ['./local.tsv', 'import', '8:8', 6],
      ['#units', 'import', '9:8', 0],
      ['/ring.mjs', 'import()', '10:14', 9],
      ['/gone.mjs', 'import()', '11:14', 'failed'],
    ],
  )
  assert.is(app.unknown, 1)
  assert.equal(
    failures.map(({ specifier }) => specifier),
    [`${server.url}/gone.mjs`],
  )
  const ts = modules[0]!
  assert.is(ts.texts?.original, units)
  assert.match(ts.texts!.generated!, 'kilo')
  assert.not.match(ts.texts!.generated!, 'sourceMappingURL')
  assert.equal(JSON.parse(ts.texts!.map!).sources, [`${server.url}/units.ts`])
  const cjs = modules.find(({ key }) => key.endsWith('.cjs'))!
  assert.equal(
    cjs.imports.map(({ kind, outside }) => [kind, outside]),
    [
      ['require', undefined],
      ['require', 'failed'],
    ],
  )
  assert.equal(cjs.explanation.native, true)
  assert.match(cjs.texts!.original!, 'require')
})

test('a graph has no texts unless they are asked for', async () => {
  const { modules } = await told.graph('local.tsv')
  assert.equal(
    modules.map(({ texts }) => texts),
    [undefined],
  )
})

test('what remote code may not have fails in the graph', async () => {
  const graph = await told.bridge.work('graph', {
    entries: [{ specifier: `${server.url}/fs.mjs` }],
  })
  assert.equal(
    graph.modules[0]?.imports.map(({ outside }) => outside),
    ['builtin', 'package'],
  )
})

test('nobody who did not ask is watched, and nothing is made twice for them', async () => {
  await server.set('/once.mjs', { body: 'export default 1' })
  const request = { specifier: `${server.url}/once.mjs`, parentURL: undefined, parent: undefined }
  const load = { ...request, importAttributes: {}, conditions: ['node', 'import'] }
  const module = await told.bridge.callAsync('load', load)
  assert.is(module?.url, `${server.url}/once.mjs`)
  const { hops } = await told.explain(`${server.url}/once.mjs`)
  assert.is(hops[0]?.requests.length, 1)
  assert.is((await server.requests('/once.mjs')).length, 2)
  await told.bridge.callAsync('load', load)
  assert.is((await server.requests('/once.mjs')).length, 2)
})

test.run()
