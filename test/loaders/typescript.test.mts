/** What the loader claims, and how it treats the process it lives in. */

import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { accepts, extensionMimeMap } from '../../loaders/typescript/typescript.mts'
import { childrenOf, isAlive } from '../support/process-table.mts'
import { run } from '../support/spawn.mts'
import { convert, execute } from './typescript-program.mts'

const test = suite('typescript')

/** What no other compiler is given. */
const esbuilds = 'class A { accessor b = 1 }'

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

const loader = new URL('../../loaders/typescript/typescript.mts', import.meta.url).href
const transforming = (source: string) =>
  `const { transform } = await import(${JSON.stringify(loader)});` +
  `const result = await transform({}, ${JSON.stringify(source)}, { url: 'https://h.test/x.ts' });`

test('nothing is printed, neither a warning nor anything else', async () => {
  const program = ['let a: number', 'enum A {}', esbuilds]
    .map((source) => `{${transforming(source)}}`)
    .join('')
  const { status, stdout, stderr } = await run(['--input-type=module', '-e', program], {
    nodeArgs: [],
  })
  assert.equal([status, stdout, stderr], [0, '', ''])
})

test('other warnings are not held back', async () => {
  const program = `${transforming('let a: number')} process.emitWarning('x', 'ExperimentalWarning')`
  const { stderr } = await run(['--input-type=module', '-e', program], { nodeArgs: [] })
  assert.match(stderr, 'ExperimentalWarning: x')
})

test('the compiler keeps no thread alive', async () => {
  const worker = `import { parentPort } from 'node:worker_threads'; ${transforming(esbuilds)} parentPort.postMessage(result.format)`
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
  return childrenOf(parent)
    .filter(({ command }) => command.includes('--service='))
    .map(({ pid }) => pid)
}

const unix = process.platform !== 'win32'

test('what is erased, or compiled in the thread, starts no process', async () => {
  if (!unix) return
  let found: number[] | undefined
  const programs = [
    'import { a } from "a"; let b: number = a',
    'export enum A { B }',
    'class A { constructor(private b: number) {} }',
    'namespace A { export const b = 1 }',
  ]
  const all = programs.map((source) => `{${transforming(source)}}`).join('')
  await run(
    ['--input-type=module', '-e', `${all} console.log('ready'); setInterval(() => {}, 1000)`],
    {
      nodeArgs: [],
      onSpawn: (child) =>
        void once(child.stdout!, 'data').then(() => {
          found = services(child.pid!)
          child.kill('SIGKILL')
        }),
    },
  )
  assert.equal(found, [])
})

test('a process that is killed leaves no compiler behind', async () => {
  if (!unix) return
  let found: number[] = []
  const program = `${transforming(esbuilds)} console.log('ready'); setInterval(() => {}, 1000)`
  await run(['--input-type=module', '-e', program], {
    nodeArgs: [],
    onSpawn: (child) =>
      void once(child.stdout!, 'data').then(() => {
        found = services(child.pid!)
        child.kill('SIGKILL')
      }),
  })
  assert.is(found.length, 1)
  for (let tries = 0; tries < 50 && isAlive(found[0]!); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.not(isAlive(found[0]!))
})

test('a compiler that is killed is started again', async () => {
  if (!unix) return
  await convert(esbuilds)
  const [service] = services(process.pid)
  process.kill(service!, 'SIGKILL')
  const results = await Promise.all(
    [1, 2, 3].map((n) => convert(`class A { static accessor b = ${n} } export default A.b`)),
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
    /Cannot transform 'https:\/\/h\.test\/x\.ts': .+; add --allow-child-process to the command line/,
  )
})

test.run()
