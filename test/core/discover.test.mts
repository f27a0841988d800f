import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findLoaders, importLoader } from '../../core/engine/discover.mts'
import { makeProject } from '../support/spawn.mts'
import { rejects } from '../support/rejects.mts'
import type { Candidate } from '../../core/engine/discover.mts'
import type { Project } from '../support/spawn.mts'

const test = suite('discover')

let project: Project
test.before.each(() => {
  project = makeProject({})
})
test.after.each(() => project.remove())

const source =
  "export const accepts = 'text/x'\nexport const transform = () => ({ source: '', format: 'module' })\n"

/** What is found from sources of the project: paths in it, or packages. */
function find(
  files: Readonly<Record<string, string>>,
  from: readonly string[],
  builtInFolder?: string,
): Candidate[] {
  project.write(files)
  const path = (each: string) => (each.startsWith('./') ? join(project.path, each) : each)
  return findLoaders({
    root: project.path,
    sources: [
      ...from.map((each) => ({ from: path(each), project: true })),
      ...(builtInFolder === undefined ? [] : [{ from: path(builtInFolder), project: false }]),
    ],
    builtIn: ['two', 'one'],
    limits: {},
    timeouts: {},
  })
}

const shown = (all: readonly Candidate[]) =>
  all.map(({ name, file, project: own }) => [name, file.slice(project.path.length + 1), own])

async function refuse(work: () => unknown): Promise<Error> {
  const error = await rejects(async () => work(), 'ERR_MIMEPORT_INVALID_LOADER')
  error.message = error.message.replaceAll(project.path, '<project>')
  return error
}

test('a folder’s loaders are its files and its folders, by name', () => {
  const files = {
    'l/b.mjs': '',
    'l/a.mts': '',
    'l/c.js': '',
    'l/d.cjs': '',
    'l/e/e.mjs': '',
    'l/e/other.mjs': '',
    'l/f/f.mts': '',
    'l/g/package.json': '{ "main": "./lib/main.mjs" }',
    'l/g/lib/main.mjs': '',
  }
  for (const from of ['./l', './l/*', './l/']) {
    assert.equal(shown(find(files, [from])), [
      ['a', 'l/a.mts', true],
      ['b', 'l/b.mjs', true],
      ['c', 'l/c.js', true],
      ['d', 'l/d.cjs', true],
      ['e', 'l/e/e.mjs', true],
      ['f', 'l/f/f.mts', true],
      ['g', 'l/g/lib/main.mjs', true],
    ])
  }
})

test('what is no loader is passed over', () => {
  const files = {
    'l/README.md': '',
    'l/a.d.mts': '',
    'l/a.test.mts': '',
    'l/a.spec.js': '',
    'l/a.json': '{}',
    'l/.hidden.mjs': '',
    'l/.git/x': '',
    'l/node_modules/x/x.mjs': '',
    'l/a.mts': '',
  }
  assert.equal(shown(find(files, ['./l'])), [['a', 'l/a.mts', true]])
})

test('a loader is named by its file or by its own folder', () => {
  const files = { 'x.loader.mjs': '', 'own/own.mts': '', 'own/part.mts': '' }
  assert.equal(shown(find(files, ['./x.loader.mjs', './own'])), [
    ['x.loader', 'x.loader.mjs', true],
    ['own', 'own/own.mts', true],
  ])
})

test('a file that is named twice is one loader', () => {
  assert.equal(shown(find({ 'l/a.mjs': '' }, ['./l/a.mjs', './l', './l/*'])), [
    ['a', 'l/a.mjs', true],
  ])
})

test('the sources keep their order', () => {
  const files = { 'z.mjs': '', 'a.mjs': '' }
  assert.equal(
    find(files, ['./z.mjs', './a.mjs']).map(({ name }) => name),
    ['z', 'a'],
  )
})

test('what lies among the built-in loaders and is none of them is the project’s; they have an order of their own', () => {
  const files = { 'b/one.mts': '', 'b/two/two.mts': '', 'b/three.mts': '', 'b/README.md': '' }
  assert.equal(shown(find(files, [], './b/*')), [
    ['three', 'b/three.mts', true],
    ['two', 'b/two/two.mts', false],
    ['one', 'b/one.mts', false],
  ])
})

test('an empty folder has no loaders', () => {
  assert.equal(find({ 'l/README.md': '' }, ['./l/*']), [])
})

const packages = {
  'node_modules/main/package.json': '{ "main": "./m.cjs" }',
  'node_modules/main/m.cjs': '',
  'node_modules/mimeport-loader-toml/package.json': '{ "type": "module", "exports": "./t.js" }',
  'node_modules/mimeport-loader-toml/t.js': '',
  'node_modules/@scope/esm/package.json':
    '{ "type": "module", "exports": { ".": { "types": "./e.d.ts", "import": "./e.js" } } }',
  'node_modules/@scope/esm/e.js': '',
  'node_modules/flat/package.json': '{ "exports": { "import": "./f.mjs" } }',
  'node_modules/flat/f.mjs': '',
  'node_modules/both/package.json': '{ "exports": { "import": "./b.mjs", "require": "./b.cjs" } }',
  'node_modules/both/b.mjs': '',
  'node_modules/both/b.cjs': '',
  'node_modules/many/package.json': '{ "exports": { "./loader": { "import": "./l.mjs" } } }',
  'node_modules/many/l.mjs': '',
}

test('a package is a loader: CommonJS, an ES module, or one for import alone', () => {
  const names = ['main', 'mimeport-loader-toml', '@scope/esm', 'flat']
  assert.equal(shown(find(packages, names)), [
    ['main', 'node_modules/main/m.cjs', true],
    ['toml', 'node_modules/mimeport-loader-toml/t.js', true],
    ['esm', 'node_modules/@scope/esm/e.js', true],
    ['flat', 'node_modules/flat/f.mjs', true],
  ])
})

test('a subpath of a package is a loader, for import alone, too', () => {
  assert.equal(shown(find(packages, ['many/loader'])), [
    ['loader', 'node_modules/many/l.mjs', true],
  ])
})

test('a linked package is one file', () => {
  project.write(packages)
  symlinkSync(join(project.path, 'node_modules/main'), join(project.path, 'node_modules/link'))
  assert.is(find({}, ['main', 'link']).length, 1)
})

test('what is not there is refused by its path or name', async () => {
  const missing: readonly [from: string, message: RegExp][] = [
    ['./gone.mjs', /^Cannot find loader '<project>\/gone\.mjs': no such file or folder$/],
    ['./gone', /^Cannot find loader '<project>\/gone': no such file or folder$/],
    ['./gone/*', /<project>\/gone/],
    ['gone', /^Cannot find loader 'gone' from '<project>': .*nor an installed package$/],
    ['@gone/x', /^Cannot find loader '@gone\/x' /],
    ['', /./],
  ]
  for (const [from, message] of missing) {
    assert.match((await refuse(() => find({}, [from]))).message, message)
  }
})

test('a package with a broken way in is refused by its name', async () => {
  const files = {
    'node_modules/a/package.json': '{ "main": "./gone.cjs" }',
    'node_modules/b/package.json': '{ "exports": { "types": "./b.d.ts" } }',
    'node_modules/c/package.json': '{ "exports": ',
    'node_modules/d/README.md': '',
  }
  for (const name of ['a', 'b', 'c', 'd']) {
    const error = await refuse(() => find(files, [name]))
    assert.match(error.message, new RegExp(`^Cannot find loader '${name}'`))
    assert.instance(error.cause, Error)
  }
})

test('a folder among loaders that holds none is refused, and says what it should hold', async () => {
  const error = await refuse(() => find({ 'l/x/other.mjs': '' }, ['./l/*']))
  assert.match(
    error.message,
    /^Cannot use loader '<project>\/l\/x': .*'x\.mts', '\.mjs', '\.js' or '\.cjs'/,
  )
})

test('a loader’s folder with a broken package.json is refused by its path', async () => {
  for (const manifest of ['{ "main": "./gone.mjs" }', '{', '{}']) {
    const error = await refuse(() => find({ 'l/x/package.json': manifest }, ['./l/*']))
    assert.match(error.message, /<project>\/l\/x/)
  }
})

test('a loader’s folder may say its file by exports', () => {
  const files = {
    'l/x/package.json': '{ "exports": { "import": "./src/x.mjs" } }',
    'l/x/src/x.mjs': '',
    'l/y/package.json': '{ "exports": "./src/y.mjs" }',
    'l/y/src/y.mjs': '',
  }
  assert.equal(shown(find(files, ['./l/*'])), [
    ['x', 'l/x/src/x.mjs', true],
    ['y', 'l/y/src/y.mjs', true],
  ])
})

/** Imports one file as a loader. */
function take(file: string, content: string) {
  project.write({ [file]: content })
  return importLoader({ name: 'given', file: join(project.path, file), project: true })
}

test('a loader is imported, whatever its file may be called', async () => {
  const loader = await take('a b#c?d%20é.mjs', source)
  assert.is(loader.name, 'given')
  assert.equal(loader.accepts, ['text/x'])
})

test('CommonJS in each of its forms is a loader', async () => {
  const body =
    "transform() { return { source: this.helper(), format: 'module' } }, helper: () => 'helped'"
  const forms = [
    `module.exports = { accepts: 'text/x', ${body} }`,
    `const accepts = 'text/x'; module.exports = { accepts, ${body} }`,
    `const accepts = 'text/x'; const transform = function () { return { source: this.helper(), format: 'module' } }
     module.exports = { accepts, transform, helper: () => 'helped' }`,
    `exports.accepts = 'text/x'; exports.helper = () => 'helped'
     exports.transform = () => ({ source: exports.helper(), format: 'module' })`,
    `Object.defineProperty(exports, '__esModule', { value: true })
     exports.default = { accepts: 'text/x', ${body} }`,
    `module.exports = new (class { accepts = ['text/x']; ${body.replace(', helper: () =>', '; helper = () =>')} })()`,
  ]
  for (const [index, form] of forms.entries()) {
    const loader = await take(`${index}.cjs`, form)
    assert.equal(loader.accepts, ['text/x'], form)
    assert.equal(await loader.transform?.({}, ''), { source: 'helped', format: 'module' }, form)
  }
})

test('a loader that cannot be imported is refused by its file, with the cause', async () => {
  const table: readonly [content: string, cause: string][] = [
    ['export const accepts = ', 'SyntaxError'],
    ["throw new RangeError('at start')", 'RangeError'],
    ["import 'gone'", 'Error'],
    ["import { nothing } from 'node:fs'", 'SyntaxError'],
  ]
  for (const [index, [content, name]] of table.entries()) {
    const error = await refuse(() => take(`${index}.mjs`, content))
    assert.match(error.message, `Cannot use loader '<project>/${index}.mjs': importing it failed`)
    assert.is((error.cause as Error).name, name)
  }
})

test('a loader that throws no error is refused, too', async () => {
  for (const [index, thrown] of ['null', 'undefined', "Symbol('x')"].entries()) {
    await refuse(() => take(`${index}.mjs`, `throw ${thrown}`))
  }
})

test('a loader without an export of the contract is refused by its file', async () => {
  for (const [index, content] of [
    '',
    'export const transforms = 1',
    'export default 1',
  ].entries()) {
    const error = await refuse(() => take(`${index}.mjs`, content))
    assert.match(
      error.message,
      new RegExp(`^Cannot use loader '<project>/${index}\\.mjs': it must export`),
    )
  }
})

test.run()
