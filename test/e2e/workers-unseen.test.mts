/** A program that uses workers and nothing of ours runs as without us. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loaderPath, makeProject, run } from '../support/spawn.mts'

const test = suite('workers-unseen')

/** A program that uses workers in every way and nothing of ours, and prints all that it sees of them. */
const transparent = `
  import threads, { SHARE_ENV, Worker, getEnvironmentData, setEnvironmentData } from 'node:worker_threads'
  import { createRequire, syncBuiltinESMExports } from 'node:module'
  import { once } from 'node:events'
  const require = createRequire(import.meta.url)
  const out = []
  const attempt = (...args) => {
    try { new Worker(...args); out.push('no error') } catch (error) { out.push(error.name, error.code, error.stack) }
  }
  attempt(); attempt('zz'); attempt(5); attempt('1', null); attempt('1', { eval: true, execArgv: 5 })
  attempt('1', { eval: true, execArgv: ['--nope'] }); attempt('1', { eval: true, env: 5 })
  attempt('1', { eval: true, argv: 1 }); attempt(new URL('blob:x')); attempt('1', { eval: true, get name() { throw new Error('mine') } })
  attempt('1', { eval: true, env: { NODE_OPTIONS: '--nope' } }); attempt('1', { eval: true, workerData: () => {} })
  try { Worker('1') } catch (error) { out.push(error.name, error.message) }
  class Own extends Worker {
    constructor() { super('require("node:worker_threads").parentPort.postMessage(1)', { eval: true, name: 'own' }) }
  }
  const own = new Own()
  out.push(own instanceof Worker, own instanceof Own, own.constructor === Own, own.threadName, own.threadId)
  await once(own, 'exit')
  out.push(threads.Worker === Worker, require('worker_threads').Worker === Worker, Worker.name, Worker.length)
  out.push(Worker.prototype.constructor === Worker, Object.keys(threads), Object.getOwnPropertyNames(Worker))
  const plain = new Worker('', { eval: true })
  out.push(plain.constructor === Worker, Object.getPrototypeOf(plain) === Worker.prototype, plain.threadId)
  setEnvironmentData('mine', 1)
  const see = \`const { getEnvironmentData, parentPort, workerData } = require('node:worker_threads')
    parentPort.postMessage([process.execArgv, process.argv, process.env.A, workerData, getEnvironmentData('mine'), getEnvironmentData('mimeport.inheritance'), require.main?.filename, __filename, process._eval?.length])\`
  for (const options of [{}, { execArgv: [] }, { env: { A: '1' } }, { env: SHARE_ENV }, { argv: [1] }, Object.freeze({ execArgv: Object.freeze(['--no-warnings']) }), { execArgv: null }, { workerData: { entry: 'x' } }]) {
    const worker = new Worker(see, new Proxy(options, { get: (target, key) => key === 'eval' ? true : target[key] }))
    out.push((await once(worker, 'message'))[0])
    const failing = new Worker('throw Object.assign(new TypeError("mine"), { code: 5 })', { ...options, eval: true })
    const [error] = await once(failing, 'error')
    out.push(error.name, error.code, error.stack)
  }
  class Fake { }
  threads.Worker = Fake
  out.push((await import('node:worker_threads')).Worker === Worker)
  syncBuiltinESMExports()
  out.push((await import('node:worker_threads')).Worker === Fake, getEnvironmentData('mimeport.inheritance'))
  console.log(JSON.stringify(out, null, 1))`

test('a program that uses workers and nothing of ours sees no difference', async () => {
  const project = makeProject({ 'app.mjs': transparent, 'empty.mjs': '' })
  try {
    const outputs = []
    for (const preload of [loaderPath, './empty.mjs']) {
      const nodeArgs = ['--expose-gc', '--import', preload]
      const { stdout, stderr } = await run(['app.mjs'], { cwd: project.path, nodeArgs })
      assert.is(stderr, '')
      outputs.push(stdout.replaceAll(JSON.stringify(preload), '"<preload>"'))
    }
    assert.ok(outputs[0]!.length > 5_000, outputs[0])
    assert.is(outputs[0], outputs[1])
  } finally {
    project.remove()
  }
})

test('an error that ends the program is printed as Node prints it', async () => {
  const project = makeProject({
    'app.mjs': `import { Worker } from 'node:worker_threads'\nnew Worker('zz')`,
    'empty.mjs': '',
  })
  try {
    const [ours, nodes] = await Promise.all(
      [loaderPath, './empty.mjs'].map((preload) =>
        run(['app.mjs'], { cwd: project.path, nodeArgs: ['--import', preload] }),
      ),
    )
    assert.match(ours!.stderr, 'ERR_WORKER_PATH')
    assert.is(ours!.stderr, nodes!.stderr)
  } finally {
    project.remove()
  }
})

test.run()
