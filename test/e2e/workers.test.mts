/** Workers of the program: each has the hooks, however it is started, and sees nothing of how it got them. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loaderPath } from '../support/spawn.mts'
import { ask } from '../support/workers.mts'

const test = suite('workers')

const kinds = {
  'w.mjs': "at('w.mjs')",
  'w.cjs': "at('w.cjs')",
  'w.mjs.md': "at('w.mjs.md')",
  path: "'./w.ts'",
  data: 'data(moduleText)',
  text: 'text',
  moduleText: 'moduleText',
}
type Kind = keyof typeof kinds

/** A program that starts workers of these kinds with these options, source text. */
function starting(names: readonly Kind[], options = '{}'): string {
  return names
    .map((name) => {
      const isText = name === 'text' || name === 'moduleText'
      const all = isText ? `{ ...${options}, eval: true }` : options
      return `results[${JSON.stringify(name)}] = await ask(${kinds[name]}, ${all})`
    })
    .join('\n')
}

/** Each of the workers has the hooks, and these flags. */
function assertAll(
  results: Record<string, any>,
  names: readonly Kind[],
  execArgv: readonly string[],
): void {
  assert.equal(Object.keys(results), names)
  for (const [name, result] of Object.entries(results)) {
    assert.is(result.n, 7, `${name}: ${JSON.stringify(result)}`)
    assert.is(result.own, 'virtual:x', name)
    assert.equal(result.execArgv, execArgv, name)
  }
}

const all = Object.keys(kinds) as Kind[]
const some: readonly Kind[] = ['path', 'text']

for (const [flag, names] of [
  ['--import', all],
  ['--require', some],
] as const) {
  test(`after ${flag}, a worker has the hooks and the program's flags`, async () => {
    const { results } = await ask(starting(names), { nodeArgs: [flag, loaderPath] })
    assertAll(results, names, [flag, loaderPath])
  })
}

for (const [what, options, names] of [
  ['no flags', '{ execArgv: [] }', all],
  ['neither flags nor an environment', '{ execArgv: [], env: { NOTE: process.env.NOTE } }', some],
  ['no flags and a shared environment', '{ execArgv: [], env: SHARE_ENV }', some],
] as const) {
  test(`a worker that is given ${what} has the hooks, and sees no flags`, async () => {
    const { results } = await ask(
      `const { SHARE_ENV } = await import('node:worker_threads')
       process.env.NOTE = at('n.md').href
       ${starting(names, options)}`,
    )
    assertAll(results, names, [])
  })
}

test('under NODE_OPTIONS, a worker without them has the hooks, and does not see them', async () => {
  const options = `--import ${loaderPath} --max-old-space-size=1000`
  const { results } = await ask(
    `const { NODE_OPTIONS, ...env } = process.env
     for (const [name, options] of [['with', {}], ['without', { env }], ['neither', { env, execArgv: [] }]]) {
       results[name] = await ask(at('w.ts'), options)
       results[name + ' text'] = await ask(text, { ...options, eval: true })
     }`,
    { nodeArgs: [], env: { NODE_OPTIONS: options } },
  )
  for (const [name, result] of Object.entries<any>(results)) {
    assert.is(result.n, 7, `${name}: ${JSON.stringify(result)}`)
    assert.equal(result.execArgv, [], name)
    assert.is(
      result.options,
      name.startsWith('with') && !name.startsWith('without') ? options : null,
    )
  }
  assert.is(Object.keys(results).length, 6)
})

test('flags that only a process can have are no hindrance, and stay in sight', async () => {
  const flags = ['--expose-gc', '--title', 'a b', '--conditions=mine', '--import', loaderPath]
  const { results } = await ask(
    `results.text = await ask(text + '; if (typeof gc !== "function") throw new Error("no gc")', { eval: true })
     results.conditions = await ask(\`import('#own').then(({ default: own }) =>
       require('node:worker_threads').parentPort.postMessage(own))\`, { eval: true })`,
    {
      nodeArgs: flags,
      more: {
        'package.json': '{ "type": "module", "imports": { "#own": { "mine": "./mine.mjs" } } }',
        'mine.mjs': 'export default "mine"',
      },
    },
  )
  assert.is(results.text.n, 7)
  assert.equal(results.text.execArgv, flags)
  assert.is(results.conditions, 'mine')
})

test("a worker's own flags are kept, and what they preload runs once", async () => {
  const { results } = await ask(
    `results.given = await ask(at('w.ts'), { execArgv: ['--require', './pre.cjs', '--no-warnings'], workerData: 3, argv: ['x'] })
     results.ours = await ask(at('pre.mjs'), { execArgv: ['--require', './pre.cjs', '--import', ${JSON.stringify(loaderPath)}] })`,
    {
      more: {
        'pre.cjs': 'globalThis.preloaded = (globalThis.preloaded ?? 0) + 1',
        'pre.mjs': `import { parentPort } from 'node:worker_threads'
          import { n } from './n.md'
          parentPort.postMessage([n, globalThis.preloaded, process.execArgv])`,
      },
    },
  )
  assert.is(results.given.n, 7)
  assert.equal(results.given.execArgv, ['--require', './pre.cjs', '--no-warnings'])
  assert.is(results.given.workerData, 3)
  assert.equal(results.given.argv, ['x'])
  assert.equal(results.ours, [7, 1, ['--require', './pre.cjs', '--import', loaderPath]])
})

test('workers of workers have the hooks, however each is started', async () => {
  const nested = `
    import { parentPort, workerData } from 'node:worker_threads'
    import { ask } from './worker.mjs'
    const [first, ...rest] = workerData
    const options = { ...first, workerData: rest }
    const said = rest.length === 0
      ? { n: (await import('./n.md')).n, execArgv: process.execArgv }
      : await ask(new URL(import.meta.url), options)
    parentPort.postMessage(said)`
  const { results } = await ask(
    `for (const chain of [[{}, {}], [{ execArgv: [] }, {}], [{ execArgv: [] }, { execArgv: [] }]])
       results[JSON.stringify(chain)] = await ask(at('nested.mjs'), { ...chain[0], workerData: chain })
     const inText = text => \`const { Worker, parentPort } = require('node:worker_threads')
       new Worker(\${JSON.stringify(text)}, { eval: true }).on('message', (said) => parentPort.postMessage(said))\`
     results.text = await ask(inText(inText(text)), { eval: true })`,
    { more: { 'nested.mjs': nested } },
  )
  for (const [chain, { n }] of Object.entries<any>(results)) assert.is(n, 7, chain)
  assert.equal(results['[{},{}]'].execArgv, ['--import', loaderPath])
  assert.equal(results['[{"execArgv":[]},{}]'].execArgv, [])
  assert.equal(results.text.execArgv, ['--import', loaderPath])
})

test.run()
