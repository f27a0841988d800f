/** What leads to the files that a program's pack goes by, and what becomes of them while the program runs. */

import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decodeSegments } from '../../core/pack/segment.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import type { Project } from '../support/spawn.mts'

/** The last line that each program prints: whether its modules were made, or are an earlier start's. */
const said = `const { moduleLoadList } = process
const { _pathCache } = process.getBuiltinModule('module')
const isMade = moduleLoadList.includes('NativeModule worker_threads') || Object.keys(_pathCache).some((each) => each.includes('@oxc-transform'))
console.log(isMade ? 'made' : 'kept')
`

/** Imports what is named, and prints what each is; between two of them it does as it is told. */
const program = `import { cpSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
globalThis.h = () => 'h'
globalThis.k = () => 'k'
for (const each of process.argv.slice(2)) {
  if (each.startsWith('./')) console.log(String((await import(each)).default))
  else eval(each)
}
${said}`

const element = 'export default <a/>\n'
const options = (jsxFactory: string) =>
  JSON.stringify({ compilerOptions: { jsx: 'react', jsxFactory } })

let folder: string
let project: Project
let loader: string

/** Has a link lead to a folder of the project, whatever it led to before. */
function link(name: string, to: string): void {
  const path = join(project.path, name)
  rmSync(path, { force: true })
  mkdirSync(join(path, '..'), { recursive: true })
  symlinkSync(join(project.path, to), path)
}

async function start(...args: string[]): Promise<string> {
  const result = await run(['app.mjs', ...args], {
    cwd: project.path,
    env: { MIMEPORT_CACHE: folder },
    nodeArgs: ['--import', loader],
  })
  assert.is(result.stderr, '')
  assert.is(result.status, 0)
  return result.stdout.trim().replaceAll('\n', ' ')
}

/** What the packs say that everything in them goes by. */
function consulted(): string[] {
  return readdirSync(join(folder, 'packs')).flatMap((name) => {
    const { segments } = decodeSegments(readFileSync(join(folder, 'packs', name)))
    return segments.flatMap(({ index }) => index.consulted.map(([path]) => path))
  })
}

function prepare(test: ReturnType<typeof suite>): void {
  test.before.each(() => {
    folder = mkdtempSync(join(tmpdir(), 'mimeport-packs-'))
    project = makeProject({ 'package.json': '{ "type": "module" }' })
    loader = loaderPath
    project.writeOld({ 'app.mjs': program, 'a.tsx': element, 'b.tsx': element })
  })
  test.after.each(() => {
    project.remove()
    rmSync(folder, { recursive: true, force: true })
  })
}

const extended = suite('a tsconfig.json that is extended')
prepare(extended)

/** Two starts, a change, and another two. */
async function follows(change: () => void): Promise<void> {
  assert.is(await start('./a.tsx'), 'h made')
  assert.is(await start('./a.tsx'), 'h kept')
  change()
  assert.is(await start('./a.tsx'), 'k made')
  assert.is(await start('./a.tsx'), 'k kept')
}

for (const [what, own] of [
  ['a package', { 'package.json': '{ "name": "cfg" }' }],
  ['a folder without a package.json', {}],
] as const) {
  extended(`is that of ${what} to which a link leads now`, async () => {
    for (const [version, factory] of ['h', 'k'].entries()) {
      for (const [name, text] of Object.entries({ ...own, 'tsconfig.json': options(factory) }))
        project.writeOld({ [`store/v${version}/${name}`]: text })
    }
    project.writeOld({ 'tsconfig.json': '{ "extends": "cfg" }' })
    link('node_modules/cfg', 'store/v0')
    await follows(() => link('node_modules/cfg', 'store/v1'))
  })
}

extended('is that of a linked package, though only what it extends itself is another', async () => {
  for (const [version, factory] of ['h', 'k'].entries()) {
    project.writeOld({
      [`store/v${version}/package.json`]: '{ "name": "cfg", "tsconfig": "./own.json" }',
      [`store/v${version}/own.json`]: '{ "extends": "./base.json" }',
      [`store/v${version}/base.json`]: options(factory),
    })
  }
  project.writeOld({ 'tsconfig.json': '{ "extends": "cfg" }' })
  link('node_modules/cfg', 'store/v0')
  await follows(() => link('node_modules/cfg', 'store/v1'))
})

extended('is that of a nearer package, once there is one', async () => {
  const { path } = project
  project.writeOld({
    'node_modules/cfg/package.json': '{ "name": "cfg" }',
    'node_modules/cfg/tsconfig.json': options('h'),
    'sub/tsconfig.json': '{ "extends": "cfg" }',
    'sub/a.tsx': element,
  })
  assert.is(await start('./sub/a.tsx'), 'h made')
  assert.is(await start('./sub/a.tsx'), 'h kept')
  project.writeOld({
    'sub/node_modules/cfg/package.json': '{ "name": "cfg" }',
    'sub/node_modules/cfg/tsconfig.json': options('k'),
  })
  assert.is(await start('./sub/a.tsx'), 'k made')
  assert.is(await start('./sub/a.tsx'), 'k kept')
  rmSync(join(path, 'sub/node_modules'), { recursive: true })
  assert.is(await start('./sub/a.tsx'), 'h made')
})

extended('is what a package exports now', async () => {
  const exporting = (file: string) =>
    project.writeOld({
      'node_modules/cfg/package.json': JSON.stringify({ exports: { './base.json': file } }),
    })
  project.writeOld({
    'node_modules/cfg/v1.json': options('h'),
    'node_modules/cfg/v2.json': options('k'),
    'tsconfig.json': '{ "extends": "cfg/base.json" }',
  })
  exporting('./v1.json')
  await follows(() => exporting('./v2.json'))
})

extended('is what a link in a package leads to now, by its name and by its exports', async () => {
  project.writeOld({
    'node_modules/cfg/package.json': '{ "exports": { "./base.json": "./v.json" } }',
    'node_modules/cfg/v1.json': options('h'),
    'node_modules/cfg/v2.json': options('k'),
    'tsconfig.json': '{ "extends": "cfg/base.json" }',
  })
  link('node_modules/cfg/v.json', 'node_modules/cfg/v1.json')
  await follows(() => link('node_modules/cfg/v.json', 'node_modules/cfg/v2.json'))
  project.writeOld({ 'node_modules/cfg/package.json': '{}' })
  link('node_modules/cfg/base.json', 'node_modules/cfg/v1.json')
  await follows(() => link('node_modules/cfg/base.json', 'node_modules/cfg/v2.json'))
})

extended('is what a relative path leads to now: a file, or one in a folder', async () => {
  project.writeOld({
    'v1/base.json': '{ "extends": "./more.json" }',
    'v1/more.json': options('h'),
    'v2/base.json': '{ "extends": "./more.json" }',
    'v2/more.json': options('k'),
    'tsconfig.json': '{ "extends": "./current/base.json" }',
  })
  link('current', 'v1')
  await follows(() => link('current', 'v2'))
  project.writeOld({ 'tsconfig.json': '{ "extends": "./more.json" }' })
  link('more.json', 'v1/more.json')
  await follows(() => link('more.json', 'v2/more.json'))
})

extended('costs a program nothing that extends none', async () => {
  project.writeOld({ 'tsconfig.json': options('h') })
  assert.is(await start('./a.tsx'), 'h made')
  const own = join(loaderPath, '..')
  const isOf = (path: string) =>
    path.startsWith(join(own, 'core')) || path.startsWith(join(own, 'loaders'))
  const others = consulted().filter((path) => !isOf(path))
  const ofProject = others.filter((path) => path.startsWith(project.path))
  assert.equal(ofProject, [join(project.path, 'tsconfig.json')])
  // Packages that take part: in a checkout each is where it is looked for first.
  const packages = others.filter((path) => path.includes('node_modules'))
  assert.is(packages.length, process.env['MIMEPORT_UNDER_TEST'] === undefined ? 5 : packages.length)
})
extended.run()

const during = suite('a file that is changed while the program runs')
prepare(during)

const put = (name: string, text: string) => `writeFileSync('${name}', ${JSON.stringify(text)})`

const changes: Readonly<
  Record<string, { files: Record<string, string>; change: string; back: string }>
> = {
  'a tsconfig.json': {
    files: { 'tsconfig.json': options('h') },
    change: put('tsconfig.json', options('k')),
    back: put('tsconfig.json', options('h')),
  },
  'what a tsconfig.json extends': {
    files: { 'tsconfig.json': '{ "extends": "./base.json" }', 'base.json': options('h') },
    change: put('base.json', options('k')),
    back: put('base.json', options('h')),
  },
  'a nearer tsconfig.json': {
    files: { 'tsconfig.json': options('h'), 'sub/b.tsx': element, 'sub/a.tsx': element },
    change: put('sub/tsconfig.json', options('k')),
    back: `rmSync('sub/tsconfig.json')`,
  },
}

for (const [what, { files, change, back }] of Object.entries(changes)) {
  const [a, b] = 'sub/a.tsx' in files ? ['./sub/a.tsx', './sub/b.tsx'] : ['./a.tsx', './b.tsx']
  during(`and put back is none that what was made meanwhile goes by: ${what}`, async () => {
    project.writeOld(files)
    assert.is(await start(a!, change, b!, back), 'h k made')
    assert.is(await start(a!, b!), 'h h made')
    assert.is(await start(a!, b!), 'h h kept')
  })
}

during('and put back is none that what was made meanwhile goes by: a package.json', async () => {
  const files = { 'a.ts': 'enum E { A }\nvoid E\n', 'b.ts': 'enum E { A }\nvoid E\n' }
  project.writeOld({ ...files, 'package.json': '{ "type": "commonjs" }' })
  const change = put('package.json', '{ "type": "module" }')
  const back = put('package.json', '{ "type": "commonjs" }')
  const [a, b] = Object.keys(files).map((name) => `./${name}`)
  assert.is(await start(a!, change, b!, back), '[object Object] undefined made')
  assert.is(await start(a!, b!), '[object Object] [object Object] made')
  assert.is(await start(a!, b!), '[object Object] [object Object] kept')
})

during('and put back, where the pack has what was made before: that goes', async () => {
  project.writeOld({ 'tsconfig.json': options('h') })
  assert.is(await start('./a.tsx'), 'h made')
  const { change, back } = changes['a tsconfig.json']!
  assert.is(await start('./a.tsx', change, './b.tsx', back), 'h k made')
  assert.is(await start('./a.tsx', './b.tsx'), 'h h made')
  assert.is(await start('./a.tsx', './b.tsx'), 'h h kept')
})

during('and has the same content is as it was', async () => {
  project.writeOld({ 'tsconfig.json': options('h') })
  const { back } = changes['a tsconfig.json']!
  assert.is(await start('./a.tsx', back, './b.tsx'), 'h h made')
  assert.is(await start('./a.tsx', './b.tsx'), 'h h kept')
})
during.run()

const packages = suite('a package that takes part')
prepare(packages)

const source = fileURLToPath(new URL('../..', import.meta.url))

/** A stand-in for a package, which makes `result` of every text. */
const standIn = (name: string, version: string, result: string) => ({
  'package.json': JSON.stringify({
    name,
    version,
    type: 'module',
    exports: { '.': './index.js', './package.json': './package.json' },
  }),
  'index.js': result,
})
const strip = (factory: string) => `export default () => ${JSON.stringify(options(factory))}\n`
const json5 = (value: string) => `export default { parse: () => '${value}' }\n`

/** Has the program load a copy of ours, that has packages of its own. */
function copy(): void {
  const own = join(project.path, 'mimeport')
  for (const name of ['loader.mts', 'core', 'loaders', 'package.json'])
    cpSync(join(source, name), join(own, name), { recursive: true })
  mkdirSync(join(own, 'node_modules'))
  for (const name of readdirSync(join(source, 'node_modules')))
    if (!['json5', 'strip-json-comments'].includes(name) && !name.startsWith('.'))
      symlinkSync(join(source, 'node_modules', name), join(own, 'node_modules', name))
  loader = join(own, 'loader.mts')
  for (const [version, factory] of ['h', 'k'].entries()) {
    for (const [name, text] of Object.entries({
      json5: json5(factory),
      'strip-json-comments': strip(factory),
    })) {
      for (const [file, content] of Object.entries(standIn(name, `1.0.${version}`, text)))
        project.writeOld({ [`store/${name}-${version}/${file}`]: content })
    }
  }
  project.writeOld({ 'tsconfig.json': '{ } // made something of', 'x.json5': '{}' })
}

for (const [name, module] of [
  ['strip-json-comments', './a.tsx'],
  ['json5', './x.json5'],
] as const) {
  const place = `mimeport/node_modules/${name}`
  const other = `store/${name}-1`

  packages(`is the one that a link leads to now: ${name}`, async () => {
    copy()
    link(place, `store/${name}-0`)
    assert.is(await start(module), 'h made')
    assert.is(await start(module), 'h kept')
    link(place, other)
    assert.is(await start(module), 'k made')
    assert.is(await start(module), 'k kept')
  })

  packages(`is the nearest one, also if it comes later: ${name}`, async () => {
    copy()
    link(`node_modules/${name}`, `store/${name}-0`)
    assert.is(await start(module), 'h made')
    assert.is(await start(module), 'h kept')
    link(place, other)
    assert.is(await start(module), 'k made')
    assert.is(await start(module), 'k kept')
  })

  packages(`is not the one that is put in its place while the program runs: ${name}`, async () => {
    copy()
    cpSync(join(project.path, `store/${name}-0`), join(project.path, place), { recursive: true })
    assert.is(await start(module), 'h made')
    assert.is(await start(module), 'h kept')
    rmSync(folder, { recursive: true })
    const replace = `cpSync('${other}', '${place}', { recursive: true, preserveTimestamps: true })`
    assert.is(await start(module, replace), 'h made')
    assert.is(await start(module), 'k made')
    assert.is(await start(module), 'k kept')
  })

  packages(`is not the one that a link leads to by the end of the program: ${name}`, async () => {
    copy()
    link(place, `store/${name}-0`)
    const replace = `rmSync('${place}'), symlinkSync('${join(project.path, other)}', '${place}')`
    assert.is(await start(module, replace), 'h made')
    assert.is(await start(module), 'k made')
    assert.is(await start(module), 'k kept')
  })
}
packages.run()
