/** Local files that are made in the program's own thread: no engine where none is needed, and the same words where one is. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPackage } from '../faults/package.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import { startServer } from '../support/server.mts'
import type { BuiltPackage } from '../faults/package.mts'
import type { Project } from '../support/spawn.mts'

const test = suite('local files at once')
let project: Project
let cache: string
let built: BuiltPackage

/** Whether an engine was started. */
const counted = `console.log(process.moduleLoadList.includes('NativeModule worker_threads') ? 'engine' : 'no engine')`

test.before(() => void (built = buildPackage()))
test.after(() => built.remove())
test.before.each(() => {
  cache = mkdtempSync(join(tmpdir(), 'mimeport-local-'))
})
test.after.each(() => {
  project.remove()
  rmSync(cache, { recursive: true, force: true })
})

interface Started {
  readonly nodeArgs?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

const start = (program: string, { nodeArgs = ['--import', loaderPath], env = {} }: Started = {}) =>
  run([program], { cwd: project.path, env: { MIMEPORT_CACHE: cache, ...env }, nodeArgs })

async function said(program: string, options?: Started): Promise<string> {
  const { stdout, stderr, status } = await start(program, options)
  assert.is(stderr, '')
  assert.is(status, 0)
  return stdout.trim().replaceAll('\n', ' ')
}

/** Fifty modules, each of which imports the next, of all kinds. */
function fifty(): Record<string, string> {
  const kinds = ['ts', 'tsx', 'mjs.md', 'ts.md', 'mts']
  const name = (at: number) => `m${at}.${kinds[at % kinds.length]}`
  const files: Record<string, string> = {}
  for (let at = 0; at < 50; at++) {
    const next = at === 49 ? 'const n = 0' : `import { n } from './${name(at + 1)}'`
    const isScript = name(at).endsWith('mjs.md')
    const own = isScript ? 'const E = { One: 1 }' : 'enum E { One = 1 }'
    const body = `${next}\n${own}\nconst m = n + E.One\nexport { m as n }\n`
    const language = isScript ? 'js' : 'ts'
    files[name(at)] = name(at).endsWith('.md') ? `# A\n\n\`\`\`${language}\n${body}\`\`\`\n` : body
  }
  return files
}

for (const form of ['source', 'package'] as const) {
  const nodeArgs = () => ['--import', form === 'source' ? loaderPath : built.loader]

  test(`fifty files with enums and in Markdown start no engine, at the first start (${form})`, async () => {
    project = makeProject({
      'package.json': '{ "type": "module" }',
      'app.ts': `import { n } from './m0.ts'\nconsole.log(n)\n${counted}`,
      ...fifty(),
    })
    assert.is(await said('app.ts', { nodeArgs: nodeArgs() }), '50 no engine')
    assert.is(await said('app.ts', { nodeArgs: nodeArgs() }), '50 no engine')
    assert.is(readdirSync(join(cache, 'packs')).filter((each) => each !== 'swept').length, 1)
  })

  test(`a program of types alone loads no compiler (${form})`, async () => {
    const asked = `const { sharedObjects } = process.report.getReport() as { sharedObjects: string[] }
      console.log(sharedObjects.some((each) => each.includes('oxc-transform')) ? 'oxc-transform' : 'none')`
    project = makeProject({
      'package.json': '{ "type": "module" }',
      'types.ts': `import { a, type B } from './a.ts'\nconst c: B = a\n${asked}`,
      'enum.ts': `import { a } from './a.ts'\nenum C { D = a }\n${asked}`,
      'a.ts': 'export interface B {}\nexport const a: B = 1',
    })
    assert.is(await said('types.ts', { nodeArgs: nodeArgs() }), 'none')
    assert.is(await said('enum.ts', { nodeArgs: nodeArgs() }), 'oxc-transform')
  })

  test(`an edit is seen, and the file alone is added to the pack (${form})`, async () => {
    project = makeProject({
      'package.json': '{ "type": "module" }',
      'app.ts': `import { a } from './a.ts'\nimport { b } from './b.ts'\nconsole.log(a.x, b.canary)\n`,
      'a.ts': 'export enum a { x = 1 }\n',
      'b.ts': 'export enum b { canary = 1 }\n',
    })
    const options = { nodeArgs: nodeArgs() }
    assert.is(await said('app.ts', options), '1 1')
    const file = () => {
      const [name] = readdirSync(join(cache, 'packs')).filter((each) => each !== 'swept')
      return readFileSync(join(cache, 'packs', name!))
    }
    const { length } = file()
    project.write({ 'a.ts': 'export enum a { x = 2 }\n' })
    assert.is(await said('app.ts', options), '2 1')
    const added = file().subarray(length).toString('latin1')
    assert.match(added, 'a.ts')
    assert.not.match(added, 'canary')
    assert.is(await said('app.ts', options), '2 1')
  })

  test(`require() of .ts and .cts, and of CommonJS in TypeScript (${form})`, async () => {
    project = makeProject({
      'package.json': '{}',
      'app.cjs': `console.log(require('./a.ts').a, require('./b.cts').b, require('./c.ts').c, require('./d.md').default)`,
      'a.ts': 'export const a: number = 1\n',
      'b.cts': 'const b: number = 2\nexport = { b }\n',
      'c.ts': 'enum E { A = 3 }\nmodule.exports = { c: E.A }\n',
      'd.md': '```js\nexport default 4\n```\n',
    })
    assert.is(await said('app.cjs', { nodeArgs: nodeArgs() }), '1 2 3 4')
    assert.is(await said('app.cjs', { nodeArgs: nodeArgs() }), '1 2 3 4')
  })

  test(`without require() of ES modules the engine makes them, or we do, and it is the same (${form})`, async () => {
    project = makeProject({
      'package.json': '{ "type": "module" }',
      'app.ts': `import { a } from './a.ts'\nimport { b } from './b.mjs.md'\nconsole.log(a.x, b)`,
      'a.ts': 'export enum a { x = 1 }\n',
      'b.mjs.md': '```js\nexport const b = 2\n```\n',
    })
    const without = ['--no-require-module', ...nodeArgs()]
    assert.is(await said('app.ts', { nodeArgs: without }), '1 2')
  })

  test(`nothing of ours is in require.cache, and what the program has put in place of require's parts is not asked (${form})`, async () => {
    project = makeProject({
      'package.json': '{}',
      'first.cjs': `const M = require('node:module')
        globalThis.seen = []
        for (const name of ['_load', '_resolveFilename', '_findPath']) {
          const own = M[name]
          M[name] = function (request, ...rest) { globalThis.seen.push(request); return own.call(this, request, ...rest) }
        }`,
      'app.cjs': `require('./a.ts'); require('./b.ts'); require('./c.mjs.md')
        const path = require('node:path')
        console.log(Object.keys(require.cache).map((each) => path.basename(each)).join())
        console.log([...new Set(globalThis.seen.map((each) => path.basename(each)))].join())`,
      'a.ts': 'export const a: number = 1\n',
      'b.ts': 'enum E { A = 3 }\nmodule.exports = { c: E.A }\n',
      'c.mjs.md': '```js\nexport default 4\n```\n',
    })
    const args = { nodeArgs: [...nodeArgs(), '--import', './first.cjs'] }
    const [cached, asked] = (await said('app.cjs', args)).split(' ')
    assert.equal(cached!.split(',').toSorted(), [
      'a.ts',
      'app.cjs',
      'b.ts',
      'c.mjs.md',
      'first.cjs',
    ])
    assert.equal(asked!.split(',').toSorted(), ['a.ts', 'app.cjs', 'b.ts', 'c.mjs.md', 'node:path'])
  })

  test(`a folder that gives way to a link while the program runs is the other one from then on (${form})`, async () => {
    project = makeProject({
      'package.json': '{ "type": "module" }',
      'app.ts': `import { renameSync, symlinkSync } from 'node:fs'
        enum Where { Here = 1 }
        const { url: before } = await import('./d/a.ts')
        renameSync(new URL('./d', import.meta.url), new URL('./e', import.meta.url))
        symlinkSync('e', new URL('./d', import.meta.url))
        await new Promise((resolve) => setTimeout(resolve, 200))
        const { url: after } = await import('./d/b.ts')
        console.log(before.split('/').at(-2), after.split('/').at(-2), Where.Here)`,
      'd/a.ts': 'export enum a { x = 1 }\nexport const url = import.meta.url\n',
      'd/b.ts': 'export enum b { x = 1 }\nexport const url = import.meta.url\n',
    })
    assert.is(await said('app.ts', { nodeArgs: nodeArgs() }), 'd e 1')
  })

  test(`a worker makes its own (${form})`, async () => {
    project = makeProject({
      'package.json': '{ "type": "module" }',
      'app.ts': `import { Worker } from 'node:worker_threads'\nenum E { A }\nnew Worker(new URL('./work.ts', import.meta.url), { workerData: E.A }).on('message', (m) => console.log(m))\n`,
      'work.ts': `import { parentPort } from 'node:worker_threads'\nimport { b } from './b.ts'\nparentPort!.postMessage(b.c)\n`,
      'b.ts': 'export enum b { c = 7 }\n',
    })
    assert.is(await said('app.ts', { nodeArgs: nodeArgs() }), '7')
    assert.is(await said('app.ts', { nodeArgs: nodeArgs() }), '7')
  })
}

test('what fails says the same as it does where an engine makes everything', async () => {
  project = makeProject({
    'package.json': '{ "type": "module" }',
    'good.ts': 'export enum good { a }\n',
    'broken.ts': 'export const a = {\n',
    'prose.md': '# Nothing\n',
    'bytes.ts': Buffer.from([0x65, 0xff]),
    'tsconfig.d/tsconfig.json': '{ "compilerOptions": { "target": 1 } }',
    'tsconfig.d/a.ts': 'export enum a { b }\n',
    'thrower.ts': `enum A { B }\n\nexport function thrower(): never {\n  throw new Error('of ' + A[0])\n}\n`,
    'app.ts': `import './good.ts'\nconst name = process.argv[2]!\nconst { thrower } = await import(name)\nthrower()\n`,
  })
  for (const name of [
    './broken.ts',
    './prose.md',
    './bytes.ts',
    './tsconfig.d/a.ts',
    './missing.ts',
    './thrower.ts',
    './folder.ts/',
  ]) {
    const fail = (env: Record<string, string>) =>
      run(['app.ts', name], { cwd: project.path, env: { MIMEPORT_CACHE: cache, ...env } })
    const here = await fail({})
    // What is not to be shortened is the engine's.
    const there = await fail({ WATCH_REPORT_DEPENDENCIES: '' })
    assert.is(here.status, 1, name)
    // The engine's own turns are in its causes, or not, as it happens.
    const shown = (text: string) => text.replace(/^ +at process\.processTicks.*?( \{)?\n/gm, '')
    assert.is(
      shown(here.stderr).replaceAll(' {', ''),
      shown(there.stderr).replaceAll(' {', ''),
      name,
    )
  }
})

test('a tsconfig.json and a package.json count from the turn on in which a program writes them', async () => {
  const fields =
    'class A { set x(v: number) { console.log("set") } }\nclass B extends A { x = 1 }\nnew B()\n'
  const kind = 'enum E { A }\nconsole.log(typeof require)\n'
  project = makeProject({
    'package.json': '{ "type": "module" }',
    'a.ts': fields,
    'b.ts': fields,
    'c.ts': kind,
    'd.ts': kind,
    'app.cjs': `
      const { writeFileSync } = require('node:fs')
      require('./a.ts')
      require('./c.ts')
      writeFileSync(__dirname + '/tsconfig.json', '{ "compilerOptions": { "useDefineForClassFields": false } }')
      require('./b.ts')
      writeFileSync(__dirname + '/package.json', '{ "type": "commonjs" }')
      require('./d.ts')`,
  })
  const { stdout, stderr } = await start('app.cjs')
  assert.is(stdout, 'undefined\nset\nfunction\n', stderr)
})

test('a graph that leads to a server has an engine from its first file on, which runs ahead', async () => {
  const server = await startServer()
  try {
    const headers = { 'content-type': 'text/javascript' }
    const count = 12
    const names = Array.from({ length: count }, (_, at) => `/m${at}.mjs`)
    for (const name of names) await server.set(name, { headers, body: 'export const n = 1' })
    project = makeProject({
      'package.json': '{ "type": "module" }',
      ...Object.fromEntries(
        names.map((name, at) => [
          `l${at}.ts`,
          `import { n } from '${server.url}${name}'\nexport enum l { a = 1 }\nexport const m: number = n + l.a\n`,
        ]),
      ),
      'app.ts': `${names.map((_, at) => `import { m as m${at} } from './l${at}.ts'`).join('\n')}\nconsole.log(${names.map((_, at) => `m${at}`).join(' + ')})`,
    })
    assert.is(await said('app.ts'), String(count * 2))
    assert.is((await server.requests()).length, count)
  } finally {
    await server.stop()
  }
})

test('with a permission model, a log or a watch everything is the engine’s', async () => {
  project = makeProject({
    'package.json': '{ "type": "module" }',
    'app.ts': `enum E { A }\nvoid E\n${counted}`,
  })
  const { stdout } = await start('app.ts', { env: { MIMEPORT_LOG: 'debug' } })
  assert.is(stdout, 'engine\n')
  assert.is((await start('app.ts', { env: { WATCH_REPORT_DEPENDENCIES: '' } })).stdout, 'engine\n')
  const permission = [
    '--permission',
    '--allow-fs-read=*',
    '--allow-worker',
    '--allow-child-process',
    '--allow-addons',
  ]
  const allowed = await start('app.ts', { nodeArgs: [...permission, '--import', loaderPath] })
  assert.is(allowed.stdout, 'engine\n', allowed.stderr)
})

test.run()
