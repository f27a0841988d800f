/** Local files made at once, and by an engine: the same, to the last byte. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { globSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { boot } from '../../core/engine/boot.mts'
import { builtIn } from '../../core/application/built-in.mts'
import { LocalChain } from '../../core/local/chain.mts'
import { configureSourceMaps } from '../../core/source-map/source-map.mts'
import { bodyOf } from '../../loaders/file/local.mts'
import * as markdown from '../../loaders/fenced-md/local.mts'
import * as typescript from '../../loaders/typescript/local.mts'
import { makeProject } from '../support/spawn.mts'
import type { Engine } from '../../core/engine/engine.mts'
import type { Project } from '../support/spawn.mts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const test = suite('local chain')
const chain = new LocalChain({ bodyOf, transforming: [markdown, typescript] })
let project: Project
let engine: Engine

const conditions = ['node', 'import', 'module-sync', 'node-addons']

/** As the engine makes it: what came over the bridge is plain data. */
function byEngine(specifier: string) {
  const request = { specifier, parentURL: undefined, parent: undefined, importAttributes: {} }
  return engine.make({ ...request, conditions })
}

const urlOf = (name: string) => pathToFileURL(join(project.path, name)).href

const fence = (language: string, code: string) =>
  `# A\n\ntext\n\n\`\`\`${language}\n${code}\n\`\`\`\n\nmore\n`

/** What is made at once. */
const made: Record<string, string | Uint8Array> = {
  'erasable.ts': 'export const a: number = 1\nexport type B = string\nexport default a\n',
  'enum.ts': 'export enum A { B = 1, C }\nexport default A\n',
  'elided.ts':
    "import { type A, b } from './erasable.ts'\nimport { C } from './types.ts'\nexport const d: C = b as A\n",
  'property.ts': 'export class A {\n  constructor(readonly a: number, private b = 2) {}\n}\n',
  'namespace.ts': 'export namespace A {\n  export const b = 1\n}\n',
  'view.tsx': 'export const view = (a: number) => <b c={a}>{a}</b>\n',
  'view.jsx': 'export const view = <><i /></>\n',
  'classic.tsx': '/** @jsx h */\nconst h = (a: string) => a\nexport const view = <b />\n',
  'name.mts': "import './enum.ts'\nexport const url: string = import.meta.url\n",
  'empty.ts': '',
  'types.ts': 'export interface C { a: 1 }\n',
  'bom.ts': '\ufeffexport const a: string = "ä"\n',
  'crlf.ts': 'enum A {\r\n  B\r\n}\r\nexport { A }\r\n',
  'wide.ts': "enum A { B = '😀ä\u2028' }\nexport const c: string = A.B\n",
  'shebang.ts': '#!/usr/bin/env node\nexport const a: number = 1\n',
  'require.ts':
    "import { readFileSync } from 'node:fs'\nexport const a: typeof readFileSync = readFileSync\n",
  'json.ts':
    "import data from './data.json' with { type: 'json' }\nexport const a: unknown = data\n",
  'mapped.ts':
    'enum A { B }\n//# sourceMappingURL=data:application/json,{"version":3,"sources":["x.src"],"mappings":"AAAA"}\n',
  'query.ts': 'export enum A { B }\n',
  'ö ä.ts': 'export enum A { B }\n',
  'dots.test.ts': 'export enum A { B }\n',
  '.ts': 'export const a = 1\n',
  'UPPER.TS': 'export const a: number = 1\n',
  'notes.md': fence('js', 'export const a = 1'),
  'notes.mjs.md': fence('js', "import './enum.ts'\nexport default 1"),
  'notes.ts.md': fence('ts', 'export enum A { B }'),
  'notes.mts.md': fence('ts', 'export const a: number = 1'),
  'notes.tsx.md': fence('tsx', 'export const a = <b />'),
  'notes.jsx.md': fence('jsx', 'export const a = <b />'),
  'notes.cjs.md': fence('js', 'module.exports = 1'),
  'notes.markdown': fence('ts', 'export enum A { B }') + fence('js', 'export const c = 2'),
  'common.md': fence('js', 'module.exports = require("node:fs")'),
  'plain/common.ts': 'const a: number = 1\nmodule.exports = { a }\n',
  'plain/module.ts': 'export const a: number = 1\n',
  'plain/awaits.ts': 'const a: number = await 1\nconsole.log(a, module.exports)\n',
  'set/fields.ts': 'export const a: number = 1\n',
  'loose/decorated.ts':
    'const d = (a: unknown) => a as any\n@d\nexport class A {\n  @d b(@d c: number) {\n    return c\n  }\n}\n',
  'loose/verbatim.ts': "import { a } from '../erasable.ts'\nexport const b: number = 1\n",
  'node_modules/p/index.ts': 'export enum A { B }\n',
}

/** What is left to the engine: it waits, or fails. */
const left: Record<string, string | Uint8Array> = {
  'common.cts': 'const a: number = 1\nexport = a\n',
  'plain/enum.ts': 'enum A { B }\nmodule.exports = A\n',
  'standard.ts': 'const d = (a: unknown) => a as any\n@d\nexport class A {}\n',
  'broken.ts': 'export const = 1\n',
  'broken.tsx': 'export const a = <b>\n',
  'utf16.ts': Buffer.from('\ufeffexport const a = 1', 'utf16le'),
  'bytes.ts': Buffer.from([0x61, 0xff, 0x62]),
  'prose.md': '# Nothing\n',
  'invalid/a.ts': 'export enum A { B }\n',
  'beside.ts': 'enum A { B }\n//# sourceMappingURL=beside.ts.map\n',
  'set/class.ts': 'export class A { a = 1 }\nenum B { C }\n',
}

const others = {
  'package.json': '{ "type": "module" }',
  'plain/package.json': '{}',
  'invalid/tsconfig.json': '{ "compilerOptions": ',
  'set/tsconfig.json': '{ "compilerOptions": { "useDefineForClassFields": false } }',
  'loose/tsconfig.json':
    '{\n  // with comments\n  "extends": "./base.json",\n  "compilerOptions": { "experimentalDecorators": true, },\n}\n',
  'loose/base.json': '{ "compilerOptions": { "verbatimModuleSyntax": true } }',
  'beside.ts.map': '{"version":3,"sources":["x.src"],"mappings":"AAAA"}',
}

test.before(async () => {
  project = makeProject({ ...made, ...left, ...others })
  const settings = {
    root: project.path,
    sources: [{ from: join(root, 'loaders', '*'), project: false }],
    builtIn,
    limits: {},
    timeouts: {},
  }
  ;({ engine } = await boot(settings, () => {}))
})
test.after(() => project.remove())

async function assertEqual(url: string): Promise<void> {
  const here = chain.make(url)?.module
  assert.ok(here, url)
  assert.equal(here, structuredClone(await byEngine(url)), url)
}

test('a file of each kind is what the engine makes of it', async () => {
  for (const name of Object.keys(made)) await assertEqual(urlOf(name))
})

test('a query and a fragment are part of the URL, and no more', async () => {
  await assertEqual(`${urlOf('query.ts')}?v=1`)
  await assertEqual(`${urlOf('query.ts')}?a=1#b`)
})

test('what cannot be made at once, or fails, is left to the engine', async () => {
  for (const name of Object.keys(left)) assert.is(chain.make(urlOf(name)), undefined, name)
})

test('no file, a folder, a link into nothing, another spelling: the engine says what it is', () => {
  symlinkSync('gone.ts', join(project.path, 'dangling.ts'))
  for (const name of ['missing.ts', 'dangling.ts', 'a.json', 'b.mjs', 'c.txt', 'd']) {
    assert.is(chain.make(urlOf(name)), undefined, name)
  }
  assert.is(chain.make(`${urlOf('')}x/../enum.ts`), undefined)
  assert.is(chain.make(urlOf('enum.ts').replace('file:///', 'file://host/')), undefined)
})

test('without source maps it is the same as well', async () => {
  configureSourceMaps(false)
  try {
    for (const name of ['enum.ts', 'mapped.ts', 'notes.ts.md', 'elided.ts']) {
      await assertEqual(urlOf(name))
    }
  } finally {
    configureSourceMaps()
  }
})

test('a file above 1 MiB is the engine’s, one of as much is not', () => {
  const size = 2 ** 20
  const of = (length: number) => 'export enum A { B }\n//'.padEnd(length, 'x')
  // oxc-transform leaves such a text to esbuild: Markdown shows the limit.
  const document = (length: number) => fence('js', 'export const a = 1').padEnd(length, '\n')
  project.write({ 'most.md': document(size), 'more.md': document(size + 1), 'large.ts': of(size) })
  assert.ok(chain.make(urlOf('most.md')))
  assert.is(chain.make(urlOf('more.md')), undefined)
  assert.is(chain.make(urlOf('large.ts')), undefined)
})

test('our own source is what the engine makes of it', async () => {
  const files = globSync('{core,loaders}/**/*.mts', { cwd: root }).slice(0, 120)
  let count = 0
  for (const file of files) {
    const url = pathToFileURL(join(root, file)).href
    const here = chain.make(url)?.module
    if (here === undefined) continue
    count += 1
    assert.equal(here, structuredClone(await byEngine(url)), file)
  }
  assert.ok(count > files.length / 2, `${count} of ${files.length}`)
})

test('the corpus of the TypeScript loader is what the engine makes of it', async () => {
  const { rows } = await import('../loaders/typescript-rows.mts')
  const count = { oxc: 0, esbuild: 0 }
  for (const [index, [, by, source, compilerOptions = {}, language = 'ts']] of rows.entries()) {
    const name = `rows/${index}/a.${language}`
    const tsconfig = JSON.stringify({ compilerOptions })
    project.write({ [name]: source, [`rows/${index}/tsconfig.json`]: tsconfig })
    const here = chain.make(urlOf(name))?.module
    if (here === undefined) continue
    count[by] += 1
    assert.equal(here, structuredClone(await byEngine(urlOf(name))), source)
  }
  // Of the others some have types alone, which are erased.
  assert.ok(count.oxc > 30 && count.esbuild < 10, JSON.stringify(count))
})

test('Markdown of all kinds of the examples is what the engine makes of it', async () => {
  const files = globSync(['examples/**/*.md', 'docs/*.md', 'README.md'], { cwd: root })
  for (const file of files) {
    const url = pathToFileURL(join(root, file)).href
    const here = chain.make(url)?.module
    if (here === undefined) continue
    assert.equal(here, structuredClone(await byEngine(url)), file)
    assert.ok(readFileSync(join(root, file)).length > 0)
  }
})

test.run()
