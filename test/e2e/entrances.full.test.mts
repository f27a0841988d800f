/** Every way into Node leads to the same modules: by its flags, by standard input, from other processes, from `vm`. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import type { GitHub } from '../support/github.mts'
import type { Project, RunOptions } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('entrances')
let github: GitHub
let project: Project
let server: TestServer

test.before(async () => {
  github = await startGitHub({
    repos: {
      'o/r': { files: { 'app.mjs': `import './x.ts'`, 'x.ts': 'console.log(7 as number)' } },
    },
  })
  server = await startServer()
  await server.set({
    '/app.mjs': `import { n } from './dep.mjs'; console.log(n, import.meta.url, import.meta.main)`,
    '/dep.mjs': 'export const n = 5; export default 6',
    '/c.cjs': {
      headers: { 'content-type': 'application/node' },
      body: 'console.log(process.argv[1] === __filename, require.main === module, process.argv[2])',
    },
  })
  project = makeProject({
    'package.json': '{}',
    'n.md': '```ts\nexport const n: number = 7\n```\n',
    'app.ts': `enum A { B = 1 }
      import { n } from './n.md'
      console.log(A.B + n, process.argv.slice(2), import.meta.main)`,
    'forked.md': '```ts\nprocess.send!([process.argv[2], 7 as number])\n```\n',
    'fork.mjs': `
      import { fork } from 'node:child_process'
      for (const file of ['app.ts', 'forked.md', process.argv[2] + '/app.mjs']) {
        const child = fork(file, ['x'])
        child.on('message', (message) => console.log(JSON.stringify(message)))
        await new Promise((resolve) => child.on('close', resolve))
      }`,
    'cluster.ts': `
      import cluster from 'node:cluster'
      enum Role { Primary, Worker }
      const { n } = await import('./n.md')
      if (cluster.isPrimary) {
        console.log(Role[0], n)
        cluster.fork().on('exit', (code) => console.log('exit', code))
      } else {
        console.log(Role[1], n, process.argv[2])
        process.exit(3)
      }`,
    'vm.cjs': `
      const vm = require('node:vm')
      const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
      const url = process.argv[2]
      const show = async (promise) => console.log((await promise).n)
      const script = (code, filename) => new vm.Script(code, { filename, importModuleDynamically })
      ;(async () => {
        await show(script("import('./n.md')", __filename).runInThisContext())
        await show(script("import('./n.md')").runInThisContext())
        await show(script("import('" + url + "/dep.mjs')").runInNewContext())
        await show(script("import('./dep.mjs')", url + '/dep.mjs').runInThisContext())
        await show(vm.compileFunction("return import('" + url + "/dep.mjs')", [], { importModuleDynamically })())
        await show((0, eval)("import('./n.md')"))
        await show(new Function("return import('./n.md')")())
        await Promise.resolve(new vm.Script("import('./n.md')").runInThisContext()).catch(({ code }) => console.log(code))
      })()`,
  })
})
test.after(async () => {
  project.remove()
  await Promise.all([github.stop(), server.stop()])
})

async function stdoutOf(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await run(args, {
    cwd: project.path,
    ...options,
    env: { ...github.env, ...options.env },
  })
  assert.is(stderr, '')
  assert.is(status, 0)
  return stdout
}

const quiet = ['--disable-warning=ExperimentalWarning', '--import', loaderPath]
const esm = () => `import { n } from './n.md'; import { n as m } from '${server.url}/dep.mjs'
  console.log(n, m, process.argv.slice(1))`
const common = () =>
  `console.log(require('./n.md').n, require('${server.url}/dep.mjs').n, process.argv.slice(1))`

test('--entry-url takes a URL of any scheme, and a file', async () => {
  const nodeArgs = [...quiet, '--entry-url']
  assert.is(
    await stdoutOf([`${server.url}/app.mjs`], { nodeArgs }),
    `5 ${server.url}/app.mjs true\n`,
  )
  assert.is(await stdoutOf([`${server.url}/c.cjs`, 'x'], { nodeArgs }), 'true true x\n')
  assert.is(await stdoutOf(['github:o/r/app.mjs'], { nodeArgs }), '7\n')
  assert.is(await stdoutOf(['data:text/typescript,console.log(4 as number)'], { nodeArgs }), '4\n')
  assert.is(await stdoutOf(['./app.ts', 'x'], { nodeArgs }), "8 [ 'x' ] true\n")
})

test('-e is an ES module or CommonJS, as it says or as it looks', async () => {
  const found = "7 5 [ 'x' ]\n"
  assert.is(await stdoutOf(['--input-type=module', '-e', esm(), 'x']), found)
  assert.is(await stdoutOf(['--input-type=commonjs', '-e', common(), 'x']), found)
  assert.is(await stdoutOf(['-e', esm(), 'x']), found)
  assert.is(
    await stdoutOf([
      '-e',
      `${common()}; import('./n.md').then((same) => console.log(same.n))`,
      'x',
    ]),
    `${found}7\n`,
  )
})

test('-e and -p have the hooks after --require, too', async () => {
  const nodeArgs = ['--require', loaderPath]
  assert.is(await stdoutOf(['-e', common(), 'x'], { nodeArgs }), "7 5 [ 'x' ]\n")
  assert.is(await stdoutOf(['-p', "require('./n.md').n"], { nodeArgs }), '7\n')
  assert.is(await stdoutOf(['-p', "require('./n.md').n"]), '7\n')
})

test('standard input is an ES module or CommonJS', async () => {
  assert.is(await stdoutOf([], { input: esm() }), '7 5 []\n')
  assert.is(
    await stdoutOf(['--input-type=module', '-', 'x'], { input: esm() }),
    "7 5 [ '-', 'x' ]\n",
  )
  assert.is(await stdoutOf(['-', 'x'], { input: common() }), "7 5 [ '-', 'x' ]\n")
})

test('NODE_OPTIONS reaches a program, and what npm would start', async () => {
  const options = { nodeArgs: [], env: { NODE_OPTIONS: `--import ${loaderPath}` } }
  assert.is(await stdoutOf(['app.ts', 'x'], options), "8 [ 'x' ] true\n")
  project.write({
    'package.json': JSON.stringify({ scripts: { app: `"${process.execPath}" app.ts` } }),
  })
  assert.is(await stdoutOf(['--run', 'app', '--', 'x'], options), "8 [ 'x' ] true\n")
})

test('a forked module is of any kind, or a URL', async () => {
  const { url } = server
  assert.is(await stdoutOf(['fork.mjs', url]), `8 [ 'x' ] true\n["x",7]\n5 ${url}/app.mjs true\n`)
})

test('a cluster runs on TypeScript', async () => {
  assert.is(await stdoutOf(['cluster.ts', 'x']), 'Primary 7\nWorker 7 x\nexit 3\n')
})

test('code of node:vm, eval and Function imports by the default loader', async () => {
  const expected = '7\n7\n5\n5\n5\n7\n7\nERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING\n'
  assert.is(await stdoutOf(['vm.cjs', server.url], { nodeArgs: quiet }), expected)
})

test.run()
