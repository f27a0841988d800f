/** Workers and the program that starts them: its configuration, its URLs, its permissions, and who came first. */

import { relative } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run, runProject } from '../support/spawn.mts'
import { ask, files, virtualLoader } from '../support/workers.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('workers-program')
let server: TestServer

test.before(async () => {
  server = await startServer()
  await server.set({
    '/w.mjs': `import { parentPort } from 'node:worker_threads'
      import value from './dep.mjs'
      parentPort.postMessage({ value, url: import.meta.url, main: import.meta.main, argv: process.argv.slice(1) })`,
    '/dep.mjs': 'export default 5',
    '/w.cjs': {
      headers: { 'content-type': 'application/node' },
      body: `require('node:worker_threads').parentPort.postMessage({ url: __filename, main: require.main === module })`,
    },
    '/starts.mjs': `export const said = await globalThis.ask(new URL('./w.mjs', import.meta.url))`,
    '/%65ncoded//w.mjs?u=http://h/': `import { parentPort } from 'node:worker_threads'
      parentPort.postMessage(import.meta.url)`,
  })
})
test.after(() => server.stop())

test("a worker has the program's configuration, wherever its file lies", async () => {
  const program = `results.elsewhere = await ask(at('other/w.mjs'), { env: { NOTE: at('n.md').href } })
    results.own = await ask(at('other/own.mjs'), { env: { MIMEPORT_LOADERS: at('other/own-loader.mjs').pathname } })`
  const { results } = await ask(program, {
    more: {
      'other/package.json': '{ "type": "module" }',
      'other/w.mjs': files['w.mjs'],
      'other/own-loader.mjs': virtualLoader.replace("['virtual:']", "['own:']"),
      'other/own.mjs': `import { parentPort } from 'node:worker_threads'
        import own from 'own:x'
        parentPort.postMessage([own, await import('virtual:x').catch((error) => error.code)])`,
    },
  })
  assert.is(results.elsewhere.own, 'virtual:x')
  assert.equal(results.own, ['own:x', 'ERR_MODULE_NOT_FOUND'])
})

test('a worker is a URL: an ES module, CommonJS, and one that a module of the network starts', async () => {
  const { results } = await ask(
    `const url = process.argv[2]
     for (const options of [undefined, { execArgv: [] }]) {
       const key = options === undefined ? 'plain' : 'bare'
       results[key] = [await ask(new URL(url + '/w.mjs'), options), await ask(new URL(url + '/w.cjs'), options)]
     }
     results.odd = await ask(new URL(url + '/%65ncoded//w.mjs?u=http://h/'))
     globalThis.ask = ask
     results.started = (await import(url + '/starts.mjs')).said`,
    { args: [server.url] },
  )
  const { url } = server
  for (const said of [results.plain, results.bare]) {
    const [esm, common] = said
    assert.equal(esm, { value: 5, url: `${url}/w.mjs`, main: true, argv: [`${url}/w.mjs`] })
    assert.equal(common, { url: `${url}/w.cjs`, main: true })
  }
  assert.is(results.odd, `${url}/%65ncoded//w.mjs?u=http://h/`)
  assert.is(results.started.url, `${url}/w.mjs`)
})

test('a worker that is nowhere is an error event that says so', async () => {
  const { results } = await ask(
    `const url = process.argv[2]
     results.missing = await ask(new URL(url + '/absent.mjs'))
     results.unknown = await ask(new URL('gopher://h/x'))`,
    { args: [server.url] },
  )
  assert.is(results.missing.code, 'ERR_MODULE_NOT_FOUND')
  assert.match(results.missing.message, `Cannot find '${server.url}/absent.mjs'`)
  assert.is(results.unknown.code, 'ERR_MODULE_NOT_FOUND')
  assert.match(results.unknown.message, "no loader answers for 'gopher:'")
})

test('hooks that the program registered itself are inherited, too', async () => {
  const { results } = await ask(
    `await import(process.argv[2])
     const { ask: askNow } = await import('./worker.mjs?again')
     results.file = await askNow(at('w.ts'))
     results.text = await askNow(text, { eval: true })
     results.bare = await askNow(at('w.ts'), { execArgv: [] })`,
    { nodeArgs: ['--no-warnings'], args: [loaderPath] },
  )
  for (const [name, { n }] of Object.entries<any>(results)) assert.is(n, 7, name)
  assert.equal(results.file.execArgv, ['--no-warnings'])
  assert.equal(results.bare.execArgv, [])
})

test("what was imported before us has our Worker, and the program's own is left alone", async () => {
  const { stdout, stderr } = await runProject(
    {
      ...files,
      'early.mjs': `import { Worker } from 'node:worker_threads'\nexport { Worker }`,
      'app.mjs': `
        import { Worker } from './early.mjs'
        import { ask } from './worker.mjs'
        import * as threads from 'node:worker_threads'
        console.log(Worker === threads.Worker, (await ask(new URL('w.ts', import.meta.url), { execArgv: [] })).n)`,
    },
    { nodeArgs: ['--import', './early.mjs', '--import', loaderPath] },
  )
  assert.is(stderr, '')
  assert.is(stdout, 'true 7\n')
})

test('where the program has changed its folder, a relative flag still means us', async () => {
  const project = makeProject({
    'n.md': files['n.md'],
    'elsewhere/x.txt': '',
    'app.mjs': `
      import { once } from 'node:events'
      import { Worker } from 'node:worker_threads'
      process.chdir('elsewhere')
      const text = \`import(\${JSON.stringify(import.meta.resolve('./n.md'))}).then(({ n }) =>
        require('node:worker_threads').parentPort.postMessage([n, process.execArgv.length]))\`
      const data = new URL('data:text/javascript,' + encodeURIComponent('import { createRequire } from "node:module"; const require = createRequire("file:///x");' + text))
      const own = process.execArgv
      const said = []
      for (const [filename, options] of [
        [data], [text, { eval: true }], [data, { env: {} }], [data, { execArgv: own }], [data, { execArgv: [] }],
      ]) said.push((await once(new Worker(filename, options), 'message'))[0].join())
      console.log(said.join(' '))`,
  })
  try {
    const flag = relative(project.path, loaderPath)
    for (const nodeArgs of [
      ['--import', flag],
      ['--require', flag],
    ]) {
      const { stdout, stderr } = await run(['app.mjs'], { cwd: project.path, nodeArgs })
      assert.is(stderr, '')
      assert.is(stdout, '7,2 7,2 7,2 7,2 7,0\n')
    }
  } finally {
    project.remove()
  }
})

test('a Worker that the program puts in its place is not the engine', async () => {
  const { stdout, stderr } = await runProject(
    {
      'n.md': files['n.md'],
      'app.mjs': `
        import threads from 'node:worker_threads'
        threads.Worker = function () { throw new Error('a mock') }
        console.log((await import('./n.md')).n)
        try { new threads.Worker('1', { eval: true }) } catch (error) { console.log(error.message) }`,
    },
    { nodeArgs: ['--import', loaderPath] },
  )
  assert.is(stderr, '')
  assert.is(stdout, '7\na mock\n')
})

test('without --allow-worker a worker is refused as Node refuses it', async () => {
  const nodeArgs = ['--permission', '--allow-fs-read=*', '--import', loaderPath]
  const { stdout } = await runProject(
    {
      'app.mjs': `import { Worker } from 'node:worker_threads'
        try { new Worker('1', { eval: true, execArgv: [] }) } catch (error) { console.log(error.code, error.permission) }`,
    },
    { nodeArgs },
  )
  assert.is(stdout, 'ERR_ACCESS_DENIED WorkerThreads\n')
})

test('a worker under the permission model keeps it', async () => {
  const nodeArgs = ['--permission', '--allow-worker', '--allow-fs-read=*', '--import', loaderPath]
  const { stdout } = await runProject(
    {
      'n.md': files['n.md'],
      'app.mjs': `import { Worker } from 'node:worker_threads'
        const text = \`import('./n.md').then(({ n }) => console.log(n, process.permission.has('fs.read'), process.permission.has('fs.write')))\`
        new Worker(text, { eval: true })`,
    },
    { nodeArgs },
  )
  assert.is(stdout, '7 true false\n')
})

test.run()
