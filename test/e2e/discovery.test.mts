import { cpSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loaderPath, makeProject, normalize, run, runProject } from '../support/spawn.mts'
import type { RunOptions } from '../support/spawn.mts'

const test = suite('discovery')

/** A loader of `.tsv` files. */
const tsv = `
export const extensionMimeMap = { tsv: 'text/tab-separated-values' }
export const accepts = ['text/tab-separated-values']
export function transform(headers, body) {
  const rows = (body.match(/[^\\r\\n]+/g) ?? []).map((line) => line.split('\\t'))
  return { source: 'export default ' + JSON.stringify(rows), format: 'module' }
}`

const app = {
  'prices.tsv': 'apple\t1\npear\t2\n',
  'app.mjs': "import rows from './prices.tsv'\nconsole.log(JSON.stringify(rows))",
}
const rows = '[["apple","1"],["pear","2"]]\n'

async function printsRows(files: Readonly<Record<string, string>>, options: RunOptions = {}) {
  const { stdout, stderr, status } = await runProject({ ...app, ...files }, options)
  assert.is(stderr, '')
  assert.is(stdout, rows)
  assert.is(status, 0)
}

test('the project’s loaders are named in mimeport.json', async () => {
  for (const entry of ['./loaders/*', './loaders', './loaders/tsv.mjs']) {
    await printsRows({
      'mimeport.json': JSON.stringify({ loaders: [entry] }),
      'loaders/tsv.mjs': tsv,
    })
  }
})

test('or in package.json, also for a program in a folder below', async () => {
  const files = {
    'package.json': '{ "type": "module", "mimeport": { "loaders": ["./loaders/*"] } }',
    'loaders/tsv/tsv.mts': tsv,
  }
  await printsRows(files)
  const project = makeProject({ ...files, 'sub/x': '' })
  try {
    for (const [name, content] of Object.entries(app)) project.write({ [`sub/${name}`]: content })
    const { stdout, stderr } = await run(['app.mjs'], { cwd: join(project.path, 'sub') })
    assert.equal([stdout, stderr], [rows, ''])
  } finally {
    project.remove()
  }
})

test('or on the command line', async () => {
  const nodeArgs = ['--import', `${loaderPath}?loaders=./my-loaders`]
  await printsRows({ 'my-loaders/tsv.mjs': tsv }, { nodeArgs })
})

test('or in MIMEPORT_LOADERS', async () => {
  await printsRows({ 'mine/tsv.mjs': tsv }, { env: { MIMEPORT_LOADERS: './mine/tsv.mjs' } })
})

test('or are a package', async () => {
  await printsRows({
    'mimeport.json': '{ "loaders": ["mimeport-loader-tsv"] }',
    'node_modules/mimeport-loader-tsv/package.json':
      '{ "type": "module", "exports": { "import": "./tsv.js" } }',
    'node_modules/mimeport-loader-tsv/tsv.js': tsv,
  })
})

test('a loader that is dropped in beside the built-in ones is found', async () => {
  const project = makeProject(app)
  try {
    const own = dirname(loaderPath)
    for (const name of ['loader.mts', 'core', 'loaders', 'package.json']) {
      cpSync(join(own, name), join(project.path, 'mimeport', name), { recursive: true })
    }
    symlinkSync(join(own, 'node_modules'), join(project.path, 'mimeport/node_modules'))
    const options = { cwd: project.path, nodeArgs: ['--import', './mimeport/loader.mts'] }
    const before = await run(['app.mjs'], options)
    assert.is.not(before.stdout, rows, 'the built-in one makes objects of the rows')
    project.write({ 'mimeport/loaders/tsv.mts': tsv })
    const { stdout, stderr } = await run(['app.mjs'], options)
    assert.equal([stdout, stderr], [rows, ''])
  } finally {
    project.remove()
  }
})

const brokenLoaders: readonly [name: string, content: string, message: string][] = [
  [
    'nothing.mjs',
    'export const transforms = () => {}',
    'it must export one or more of schemes, resolve, resolveRelativePath, extensionMimeMap, identify, accepts, transform, types, by name or as one default-exported object. Found transforms',
  ],
  [
    'half.mjs',
    'export const resolve = () => false',
    'it exports "resolve", so it must export "resolveRelativePath" too. Found none',
  ],
  [
    'wrong.cjs',
    'module.exports = { accepts: 7, transform() {} }',
    'it must export "accepts" as a list of strings. Received a number (7)',
  ],
  [
    'map.mts',
    "export default { extensionMimeMap: { x: 'nonsense' } }",
    `it must export "extensionMimeMap" as an object with a media type for 'x'. Received a string ('nonsense')`,
  ],
  ['syntax.mjs', 'export const accepts = [', 'importing it failed'],
  ['throws.mjs', "throw new Error('at start')", 'importing it failed'],
]

test('a broken loader is refused at the first import, by file, export and what was found', async () => {
  for (const [name, content, message] of brokenLoaders) {
    const { stdout, stderr, status, path } = await runProject({
      'mimeport.json': '{ "loaders": ["./loaders/*"] }',
      [`loaders/${name}`]: content,
      'app.mjs': "import './other.mjs'\nconsole.log('ran')",
      'other.mjs': '',
    })
    assert.is(stdout, '', name)
    assert.is(status, 1, name)
    const text = normalize(stderr, path)
    const expected = `LoaderError [ERR_MIMEPORT_INVALID_LOADER]: Cannot use loader '<project>/loaders/${name}': ${message}`
    assert.ok(/[\]\n]/.test(text.split(expected)[1] ?? ''), text)
  }
})

test('the reason why a loader cannot be imported is printed', async () => {
  const { stderr } = await runProject({
    'mimeport.json': '{ "loaders": ["./a.mjs"] }',
    'a.mjs': "throw new RangeError('at start')",
    'app.mjs': "import './other.mjs'",
    'other.mjs': '',
  })
  assert.match(stderr, /RangeError: at start/)
})

test('a loader that is not there is refused by its name', async () => {
  const missing: readonly [entry: string, message: string][] = [
    ['./gone.mjs', "Cannot find loader '<project>/gone.mjs': no such file or folder"],
    ['./gone/*', "Cannot find loader '<project>/gone"],
    ['gone', "Cannot find loader 'gone' from '<project>': it is neither a path"],
  ]
  for (const [entry, message] of missing) {
    const { stderr, status, path } = await runProject({
      'mimeport.json': JSON.stringify({ loaders: [entry] }),
      'app.mjs': "import './other.mjs'",
      'other.mjs': '',
    })
    assert.is(status, 1, entry)
    const text = normalize(stderr, path)
    assert.ok(text.includes(`LoaderError [ERR_MIMEPORT_INVALID_LOADER]: ${message}`), text)
  }
})

const transform = "export const transform = (headers, body) => ({ source: body, format: 'module' })"
const asks = 'export const resolve = () => false, resolveRelativePath = () => false'
const conflicts: readonly [claim: string, a: string, b: string][] = [
  [
    "the extension '.x'",
    "export const extensionMimeMap = { x: 'text/a' }",
    "export const extensionMimeMap = { '.X': 'text/b' }",
  ],
  [
    "the scheme 'xx:'",
    `export const schemes = ['xx:']\n${asks}`,
    `export const schemes = 'xx:'\n${asks}`,
  ],
  [
    "the name 'same'",
    `export const name = 'same', accepts = 'text/a'\n${transform}`,
    `export const name = 'same', accepts = 'text/b'\n${transform}`,
  ],
]

test('two loaders of the project that claim one thing are refused, and both are named', async () => {
  for (const [claim, a, b] of conflicts) {
    const { stderr, status, path } = await runProject({
      'mimeport.json': '{ "loaders": ["./loaders/*"] }',
      'loaders/a.mjs': a,
      'loaders/b.mjs': b,
      'app.mjs': "import './other.mjs'",
      'other.mjs': '',
    })
    assert.is(status, 1)
    const text = normalize(stderr, path)
    const expected = `LoaderError [ERR_MIMEPORT_LOADER_CONFLICT]: Two loaders of the project claim ${claim}: '<project>/loaders/a.mjs' and '<project>/loaders/b.mjs'. Remove one of them`
    assert.ok(text.includes(expected), text)
  }
})

test('a loader of the project replaces the built-in one of its name', async () => {
  const { stdout, stderr } = await runProject({
    'mimeport.json': '{ "loaders": ["./text.mjs"] }',
    'text.mjs': `
      export const extensionMimeMap = { txt: 'text/plain' }
      export const accepts = 'text/plain'
      export const transform = (headers, body) => ({ source: 'export default ' + JSON.stringify('own: ' + body), format: 'module' })`,
    'a.txt': 'text',
    'app.mjs': "import text from './a.txt'\nconsole.log(text)",
  })
  assert.equal([stdout, stderr], ['own: text\n', ''])
})

const instrument = (format: string) => `
  export const accepts = ['${format === 'module' ? 'text/javascript' : 'application/node'}']
  export const transform = (headers, body, { url }) => ({
    source: body + ';console.log("${format}", ' + JSON.stringify(url.split('/').at(-1)) + ')',
    format: '${format}',
  })`

test('a loader that accepts JavaScript instruments local modules', async () => {
  const { stdout, stderr } = await runProject({
    'mimeport.json': '{ "loaders": ["./esm.mjs", "./cjs.mjs"] }',
    'esm.mjs': instrument('module'),
    'cjs.mjs': instrument('commonjs'),
    'a.js': 'export {}',
    'b.mjs': 'export {}',
    'c.cjs': 'exports.c = __filename.length > 0',
    'plain/package.json': '{}',
    'plain/d.js': 'module.exports = 1',
    'plain/e.js': 'export default 1',
    'node_modules/dep/package.json': '{ "main": "f.js" }',
    'node_modules/dep/f.js': 'exports.f = require("./g.cjs")',
    'node_modules/dep/g.cjs': 'module.exports = 1',
    'app.mjs': `
      import './a.js'
      import './b.mjs'
      import { c } from './c.cjs'
      import './plain/d.js'
      import './plain/e.js'
      import dep from 'dep'
      if (c !== true || dep.f !== 1) throw new Error('wrong')`,
  })
  assert.is(stderr, '')
  const expected = [
    'module a.js',
    'module b.mjs',
    'commonjs c.cjs',
    'commonjs d.js',
    'module e.js',
    'commonjs g.cjs',
    'commonjs f.js',
    'module app.mjs',
    '',
  ]
  assert.equal(stdout.split('\n'), expected)
})

test('what no loader asks for is Node’s own: a loader for something else changes nothing', async () => {
  const { stdout, stderr } = await runProject({
    'mimeport.json': '{ "loaders": ["./x.mjs"] }',
    'x.mjs': `
      export const accepts = 'text/x'
      export const transform = () => { throw new Error('asked') }
      export const identify = () => { throw new Error('asked') }`,
    'a.js': 'export default 1',
    'b.cjs': 'module.exports = 2',
    'c.json': '3',
    'app.mjs': `
      import a from './a.js'
      import b from './b.cjs'
      import c from './c.json' with { type: 'json' }
      console.log(a, b, c)`,
  })
  assert.equal([stdout, stderr], ['1 2 3\n', ''])
})

test.run()
