/** What comes out as what: modules and CommonJS, and how the loader treats the process it lives in. */

import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { accepts, extensionMimeMap } from '../../loaders/typescript/typescript.mts'
import { rejects } from '../support/rejects.mts'
import { run } from '../support/spawn.mts'
import { convert, execute, write } from './typescript-program.mts'

const test = suite('typescript')

test('claims its extensions and accepts their media types', () => {
  assert.equal(extensionMimeMap, {
    ts: 'application/typescript',
    mts: 'application/typescript',
    cts: 'application/typescript',
    tsx: 'text/tsx',
    jsx: 'text/jsx',
  })
  assert.equal(accepts, ['application/typescript', 'text/tsx', 'text/jsx'])
})

const at = write({
  'module/package.json': '{ "type": "module" }',
  'commonjs/package.json': '{ "type": "commonjs" }',
  'commonjs/node_modules/p/x.ts': '',
  'untyped/package.json': '{}',
  'broken/package.json': '{',
})

const [module, commonjs] = ['text/javascript', 'application/node']

const goals: readonly [fact: string, url: string, source: string, format: string, type?: string][] =
  [
    ['.mts is a module', 'https://h.test/x.mts', 'exports.a = 1', module],
    ['.cts is CommonJS', 'https://h.test/x.cts', 'let a = 1', commonjs],
    ['.cts.md is CommonJS', 'https://h.test/x.cts.md', 'let a = 1', commonjs],
    ['.cts with a query is CommonJS', 'https://h.test/x.cts?y#z', 'let a = 1', commonjs],
    [
      '.cts of modules is turned into CommonJS',
      'https://h.test/x.cts',
      'export const a = 1',
      commonjs,
    ],
    [
      'goal=commonjs is CommonJS',
      'https://h.test/x',
      'export const a = 1',
      commonjs,
      'application/typescript;goal=commonjs',
    ],
    [
      'goal=module beats a name',
      'https://h.test/x.cts',
      'let a = 1',
      module,
      'application/typescript;goal=module',
    ],
    ['an export makes a module', at('commonjs/x.ts'), 'export const a = 1', module],
    ['an import makes a module', at('commonjs/x.ts'), 'import "node:fs"', module],
    [
      'an import that goes makes a module',
      at('commonjs/x.ts'),
      'import { A } from "a"; let x: A',
      module,
    ],
    [
      'an import that goes beside an enum makes a module',
      at('commonjs/x.ts'),
      'import { A } from "a"; enum B {}',
      module,
    ],
    ['import.meta makes a module', at('commonjs/x.ts'), 'import.meta.url', module],
    [
      'types make no module',
      at('commonjs/x.ts'),
      'import type { A } from "a"; export type B = 1',
      commonjs,
    ],
    ['import() makes no module', at('commonjs/x.ts'), 'import("a")', commonjs],
    ['a package says module', at('module/x.ts'), 'require("a")', module],
    ['a package says commonjs', at('commonjs/x.ts'), 'let a', commonjs],
    [
      'an installed package says nothing by its host',
      at('commonjs/node_modules/p/x.ts'),
      'let a',
      module,
    ],
    [
      'in a package without a type, require is CommonJS',
      at('untyped/x.ts'),
      'require("a")',
      commonjs,
    ],
    ['in a package without a type, nothing is a module', at('untyped/x.ts'), 'await 1', module],
    [
      'import = require alone is CommonJS',
      at('untyped/x.ts'),
      'import a = require("a"); a()',
      commonjs,
    ],
    ['export = is CommonJS', at('untyped/x.ts'), 'export = 1', commonjs],
    [
      'JSX adds no module syntax of its own',
      at('untyped/x.tsx'),
      'module.exports = <a/>',
      commonjs,
      'text/tsx',
    ],
    [
      'JSX with an export is a module',
      at('untyped/x.jsx'),
      "export default <a>it's</a>",
      module,
      'text/jsx',
    ],
    [
      'remote text is judged by what it uses',
      'https://h.test/x.ts',
      'module.exports = 1',
      commonjs,
    ],
  ]

for (const [fact, url, source, format, type] of goals) {
  test(fact, async () => {
    assert.is((await convert(source, { url, ...(type && { type }) })).format, format)
  })
}

test('a broken package.json is an error that names it', async () => {
  const error = await rejects(convert('let a', { url: at('broken/x.ts') }), 'ERR_MIMEPORT_CONFIG')
  assert.match(error.message, /^Cannot use '.*broken.package\.json': /)
})

test('.cts runs: imports, exports, import = and export =', async () => {
  const url = 'https://h.test/x.cts'
  const named = await convert(
    'import { join } from "node:path"; import fs = require("node:fs"); export const a = join("b", "c"); export default typeof fs.stat',
    { url },
  )
  const exports = await execute(named)
  assert.equal([exports.a.length, exports.default], [3, 'function'])
  assert.is(await execute(await convert('enum A { B = 3 } export = A.B', { url })), 3)
  assert.is(await execute(await convert('const a: number = 4; module.exports = a', { url })), 4)
})

test('import = require runs in an ES module that is a file', async () => {
  const url = at('module/x.ts')
  const result = await convert('import fs = require("node:fs"); export default typeof fs.stat', {
    url,
  })
  assert.is((await execute(result)).default, 'function')
})

test('JSX in CommonJS requires its runtime', async () => {
  const result = await convert('module.exports = <a/>', {
    url: at('untyped/x.tsx'),
    type: 'text/tsx',
  })
  assert.match(result.source, 'require("react/jsx-runtime")')
})

const loader = new URL('../../loaders/typescript/typescript.mts', import.meta.url).href
const transforming = (source: string) =>
  `const { transform } = await import(${JSON.stringify(loader)});` +
  `const result = await transform({}, ${JSON.stringify(source)}, { url: 'https://h.test/x.ts' });`

test('nothing is printed, neither a warning nor anything else', async () => {
  const program = `${transforming('let a: number')}${transforming('enum A {}').replaceAll(/const (\{[^}]*\}|result)/g, 'var $1')}`
  const { status, stdout, stderr } = await run(
    [
      '--input-type=module',
      '-e',
      `{${transforming('let a: number')}} ${transforming('enum A {}')}`,
    ],
    { nodeArgs: [] },
  )
  assert.equal([status, stdout, stderr], [0, '', ''], program)
})

test('other warnings are not held back', async () => {
  const program = `${transforming('let a: number')} process.emitWarning('x', 'ExperimentalWarning')`
  const { stderr } = await run(['--input-type=module', '-e', program], { nodeArgs: [] })
  assert.match(stderr, 'ExperimentalWarning: x')
})

test('the compiler keeps no thread alive', async () => {
  const worker = `import { parentPort } from 'node:worker_threads'; ${transforming('enum A {}')} parentPort.postMessage(result.format)`
  const program =
    `import { Worker } from 'node:worker_threads';` +
    `const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(worker)})));` +
    `worker.on('message', console.log).on('exit', (code) => console.log('exit', code))`
  const { status, stdout, stderr } = await run(['--input-type=module', '-e', program], {
    nodeArgs: [],
  })
  assert.equal([status, stdout, stderr], [0, 'text/javascript\nexit 0\n', ''])
})

/** Process ids of the esbuild services that `parent` started. */
function services(parent: number): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args=']).toString().split('\n')
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, ppid, ...args]) => Number(ppid) === parent && args.join(' ').includes('--service='))
    .map(([pid]) => Number(pid))
}

function isRunning(pid: number): boolean {
  const state = execFileSync('ps', ['-eo', 'pid=,stat=']).toString()
  return new RegExp(`^\\s*${pid} [^Z]`, 'm').test(state)
}

const unix = process.platform !== 'win32'

test('a process that is killed leaves no compiler behind', async () => {
  if (!unix) return
  let found: number[] = []
  const program = `${transforming('enum A {}')} console.log('ready'); setInterval(() => {}, 1000)`
  await run(['--input-type=module', '-e', program], {
    nodeArgs: [],
    onSpawn: (child) =>
      void once(child.stdout!, 'data').then(() => {
        found = services(child.pid!)
        child.kill('SIGKILL')
      }),
  })
  assert.is(found.length, 1)
  for (let tries = 0; tries < 50 && isRunning(found[0]!); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.not(isRunning(found[0]!))
})

test('a compiler that is killed is started again', async () => {
  if (!unix) return
  await convert('enum A {}')
  const [service] = services(process.pid)
  process.kill(service!, 'SIGKILL')
  const results = await Promise.all(
    [1, 2, 3].map((n) => convert(`enum A { B = ${n} } export default A.B`)),
  )
  assert.is((await execute(results[2]!)).default, 3)
})

test('without leave to start a compiler, erasable TypeScript runs and the rest says what it needs', async () => {
  const report = `console.log(result.source)`
  const args = (source: string) => ['--input-type=module', '-e', `${transforming(source)}${report}`]
  const nodeArgs = ['--permission', '--allow-fs-read=*']
  const erased = await run(args('import { A } from "a"; A as any'), { nodeArgs })
  assert.match(erased.stdout, 'import { A } from "a"; A       ')
  const refused = await run(args('enum A {}'), { nodeArgs })
  assert.match(
    refused.stderr,
    "Cannot transform 'https://h.test/x.ts': it needs esbuild, which needs --allow-child-process",
  )
})

test.run()
