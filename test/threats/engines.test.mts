/** T38: threads that start threads, and what they are given of the environment. */

import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import { denied, passed } from './record.mts'
import type { Project } from '../support/spawn.mts'

const test = suite<{ project: Project }>('threats: engines')

/** The loader is imported once in each engine, and says so in a file. */
const loader = `
import { appendFileSync } from 'node:fs'
import { threadId } from 'node:worker_threads'
appendFileSync(new URL('./engines.txt', import.meta.url), threadId + '\\n')
export const schemes = ['virtual:']
export const resolveRelativePath = (specifier) => specifier
export const resolve = () => ({
  headers: { 'content-type': 'text/javascript' },
  body: 'export default ' + JSON.stringify({
    options: process.env.NODE_OPTIONS ?? null,
    flags: process.execArgv,
    kept: process.env.KEPT ?? null,
  }),
})
`

/** A thread that imports, and two threads of its own that do, to a depth. */
const program = `
import { Worker, isMainThread, workerData } from 'node:worker_threads'
const depth = isMainThread ? Number(process.argv[2]) : workerData
const { default: engine } = await import('virtual:x' + depth)
if (isMainThread) console.log(JSON.stringify(engine))
if (depth > 0) for (const each of [1, 2]) new Worker(new URL(import.meta.url), { workerData: depth - 1 })
`

test.before((context) => {
  context.project = makeProject({
    'mimeport.json': '{ "loaders": ["./virtual.mjs"] }',
    'virtual.mjs': loader,
    'app.mjs': program,
    'plain.json': '{}',
    // Threads are numbered as they are made: the first that the program makes is 1, unless there is an engine.
    'plain.mjs': `
      import { Worker } from 'node:worker_threads'
      import x from './other.mjs'
      if (process.argv[2]) await import(process.argv[2])
      console.log(x, new Worker('', { eval: true }).threadId)`,
    'other.mjs': 'export default "plain"',
    'text.js.md': '```js\nexport default 1\n```',
    'own.mjs': `import ${JSON.stringify(loaderPath)}; await import('./app.mjs')`,
  })
})
test.after(({ project }) => project.remove())

const forms: Readonly<
  Record<string, { nodeArgs: string[]; env: Record<string, string>; main: string }>
> = {
  '--import': { nodeArgs: ['--import', loaderPath], env: {}, main: 'app.mjs' },
  NODE_OPTIONS: {
    nodeArgs: [],
    env: { NODE_OPTIONS: `--import ${JSON.stringify(loaderPath)}` },
    main: 'app.mjs',
  },
  'an import of the program': { nodeArgs: [], env: {}, main: 'own.mjs' },
}

function engines({ path }: Project): number {
  try {
    return readFileSync(join(path, 'engines.txt'), 'utf8').split('\n').length - 1
  } catch {
    return 0
  } finally {
    rmSync(join(path, 'engines.txt'), { force: true })
  }
}

for (const [form, { nodeArgs, env, main }] of Object.entries(forms)) {
  test(`by ${form}: one engine for each thread that asked, and none for an engine`, async ({
    project,
  }) => {
    for (const [depth, threads] of [
      [0, 1],
      [1, 3],
    ] as const) {
      const options = { cwd: project.path, nodeArgs, env: { ...env, KEPT: 'x' } }
      const { stdout, stderr, status } = await run([main, String(depth)], options)
      assert.is(status, 0, stderr)
      assert.is(stderr, '')
      const engine = JSON.parse(stdout) as { options: unknown; flags: unknown; kept: unknown }
      assert.is(engine.options, null, 'NODE_OPTIONS does not reach an engine')
      assert.equal(engine.flags, [], 'nor do flags')
      assert.is(engine.kept, 'x', 'the rest of the environment does')
      assert.is(engines(project), threads)
      denied('T38', `${form}: an engine of an engine`, threads)
      passed('T38', `${form}: each thread has its modules`, threads)
    }
  })
}

test('a program that asks for nothing of ours has no engine', async ({ project }) => {
  const config = { MIMEPORT_CONFIG: join(project.path, 'plain.json') }
  for (const { nodeArgs, env, main } of Object.values(forms)) {
    if (main !== 'app.mjs') continue
    const options = { cwd: project.path, nodeArgs, env: { ...env, ...config } }
    const { stdout, stderr } = await run(['plain.mjs'], options)
    assert.is(stdout, 'plain 1\n', stderr)
    denied('T38', 'an engine that nobody asked for')
    const control = await run(
      ['plain.mjs', 'data:text/markdown,%60%60%60js%0Aexport%20default%201%0A%60%60%60'],
      options,
    )
    assert.is(control.stdout, 'plain 2\n', control.stderr)
    passed('T38', 'an engine that somebody asked for')
  }
})

test.run()
