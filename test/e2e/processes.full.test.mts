/** The bridge among processes, threads and signals. */

import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { assertLeast } from '../support/growth.mts'
import { childrenOf, isAlive } from '../support/process-table.mts'
import { loaderPath, makeProject, run, runProject } from '../support/spawn.mts'

const test = suite('processes')

const virtual = `
export const schemes = ['virtual:']
export const resolveRelativePath = (specifier, parent) => new URL(specifier, parent).href
export async function resolve(specifier) {
  if (specifier === 'virtual:slow') await new Promise((resolve) => setTimeout(resolve, 20_000))
  if (specifier === 'virtual:prints') { console.log('a loader said this'); console.error('and complained') }
  if (specifier === 'virtual:prints-much') for (let i = 0; i < 20_000; i++) console.log('line ' + i)
  if (specifier === 'virtual:env') return js('export default ' + JSON.stringify([process.env.NODE_OPTIONS ?? null, process.execArgv]))
  if (specifier === 'virtual:common') return { headers: { 'content-type': 'application/node' }, body: 'exports.url = __filename' }
  return js('export default ' + JSON.stringify(specifier) + '; export const url = import.meta.url')
}
const js = (body) => ({ statusCode: 200, headers: { 'content-type': 'text/javascript' }, body })
`
const config = { 'mimeport.json': '{ "loaders": ["./virtual.mjs"] }', 'virtual.mjs': virtual }

test('require reaches a module that a loader answers for, CommonJS and ES module', async () => {
  const { stdout, stderr } = await runProject(
    {
      ...config,
      'app.cjs': `
        const common = require('virtual:common')
        const esm = require('virtual:x')
        import('virtual:x').then((same) => {
          console.log(JSON.stringify([common.url, esm.default, esm.url, same.url]))
        })`,
    },
    { main: 'app.cjs' },
  )
  assert.is(stderr, '')
  assert.equal(JSON.parse(stdout), ['virtual://common', 'virtual:x', 'virtual://x', 'virtual://x'])
})

test("a user's own worker imports as the main thread does", async () => {
  const { stdout, stderr } = await runProject({
    ...config,
    'app.mjs': `
      import { Worker } from 'node:worker_threads'
      import main from 'virtual:main'
      const worker = new Worker(new URL('./worker.mjs', import.meta.url))
      worker.on('message', (text) => console.log(main, text))`,
    'worker.mjs': `
      import { parentPort } from 'node:worker_threads'
      import text from 'virtual:worker'
      parentPort.postMessage(text)`,
  })
  assert.is(stderr, '')
  assert.is(stdout, 'virtual:main virtual:worker\n')
})

test('under NODE_OPTIONS there is one engine thread, and it does not load the preload again', async () => {
  const isLinux = process.platform === 'linux'
  const { stdout, stderr } = await runProject(
    {
      ...config,
      'app.mjs': `
        import { readFileSync, readdirSync } from 'node:fs'
        const { default: seen } = await import('virtual:env')
        await new Promise((resolve) => setTimeout(resolve, 300))
        // Each thread's name: engines have ours.
        const names = ${isLinux} ? readdirSync('/proc/self/task').map((task) =>
          readFileSync('/proc/self/task/' + task + '/comm', 'utf8').trim()) : ['mimeport']
        console.log(JSON.stringify({ engines: names.filter((name) => name === 'mimeport').length, seen }))`,
    },
    { nodeArgs: [], env: { NODE_OPTIONS: `--import ${loaderPath}` } },
  )
  assert.is(stderr, '')
  assert.equal(JSON.parse(stdout), { engines: 1, seen: [null, []] })
})

test('a child process under NODE_OPTIONS has its own engine, and ends', async () => {
  const { stdout, stderr, status } = await runProject(
    {
      ...config,
      'app.mjs': `
        import { execFileSync } from 'node:child_process'
        import name from 'virtual:parent'
        console.log(name, execFileSync(process.execPath, ['child.mjs'], { encoding: 'utf8' }).trim())`,
      'child.mjs': `import name from 'virtual:child'; console.log(name)`,
    },
    { nodeArgs: [], env: { NODE_OPTIONS: `--import ${loaderPath}` } },
  )
  assert.is(stderr, '')
  assert.is(status, 0)
  assert.is(stdout, 'virtual:parent virtual:child\n')
})

test('what a loader prints is not lost, though the program exits at once', async () => {
  const { stdout, stderr, status } = await runProject({
    ...config,
    'app.mjs': `await import('virtual:prints'); await import('virtual:prints-much'); process.exit(3)`,
  })
  assert.is(status, 3)
  assert.is(stderr, 'and complained\n')
  const lines = stdout.trimEnd().split('\n')
  assert.is(lines[0], 'a loader said this')
  assert.is(lines.length, 20_001)
  assert.is(lines.at(-1), 'line 19999')
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends the program within a second while an import waits`, async () => {
    const project = makeProject({
      ...config,
      'app.mjs': `process.stdout.write('waiting'); await import('virtual:slow')`,
    })
    const measure = async () => {
      let sentAt = 0
      const result = await run(['app.mjs'], {
        cwd: project.path,
        onSpawn(child) {
          child.stdout?.once('data', () => {
            setTimeout(() => {
              sentAt = performance.now()
              child.kill(signal)
            }, 500)
          })
        },
      })
      assert.is(result.signal, signal)
      assert.ok(sentAt > 0)
      return performance.now() - sentAt
    }
    try {
      await assertLeast(1_000, measure, signal)
    } finally {
      project.remove()
    }
  })
}

test('an uncaught error while an import is under way ends the program as it does without us', async () => {
  const app = `setTimeout(() => { throw new Error('mine') }, 50); setTimeout(() => {}, 5000)`
  const with_ = await runProject(
    {
      ...config,
      'app.mjs': `const { preload } = await import(process.env.LOADER)
      void preload('virtual:slow')
      ${app}`,
    },
    { env: { LOADER: loaderPath } },
  )
  const without = await runProject({ 'app.mjs': app }, { nodeArgs: [] })
  assert.is(with_.status, without.status)
  assert.match(with_.stderr, /Error: mine/)
  assert.not.match(with_.stderr, /LoaderError|[/]core[/]/)
})

test('a program that ends by itself is not kept by the engine', async () => {
  const { status, took } = await runProject({ ...config, 'app.mjs': `await import('virtual:x')` })
  assert.is(status, 0)
  assert.ok(took < 10_000, `${took} ms`)
})

test('a server in the importing thread ends the wait by its deadline, and the error names that cause', async () => {
  const { stdout, stderr } = await runProject(
    {
      'mimeport.json': '{ "timeout": { "total": 1500, "headers": 1000 } }',
      'app.mjs': `
      import { createServer } from 'node:http'
      const server = createServer((request, response) => {
        response.setHeader('content-type', 'text/javascript')
        response.end('export default 1')
      })
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
      const url = 'http://127.0.0.1:' + server.address().port + '/x.mjs'
      const error = await import(url).catch((e) => e)
      const { preload } = await import(process.env.LOADER)
      await preload(url + '?again')
      const { default: value } = await import(url + '?again')
      console.log(JSON.stringify({ code: error.code, message: error.message, value }))
      server.close(); server.closeAllConnections()`,
    },
    { env: { LOADER: loaderPath } },
  )
  assert.is(stderr, '')
  const { code, message, value } = JSON.parse(stdout)
  assert.is(code, 'ERR_MIMEPORT_TIMEOUT')
  assert.match(message, /this thread runs a server itself/)
  assert.is(value, 1)
})

/** A copy of the framework, to be damaged. */
function copyFramework(): string {
  const own = dirname(loaderPath)
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'mimeport-copy-')))
  for (const part of ['loader.mts', 'core', 'loaders', 'package.json']) {
    cpSync(join(own, part), join(path, part), { recursive: true })
  }
  symlinkSync(join(own, 'node_modules'), join(path, 'node_modules'))
  return path
}

for (const [what, damage] of [
  ['is missing', (file: string) => rmSync(file)],
  ['has a syntax error', (file: string) => writeFileSync(file, 'export const = 1')],
  ['imports what is missing', (file: string) => writeFileSync(file, "import './absent.mts'")],
] as const) {
  test(`an engine whose entry ${what} is an error at the import, at once`, async () => {
    const copy = copyFramework()
    damage(join(copy, 'core/bridge/worker.mts'))
    try {
      const { stdout } = await runProject(
        {
          'app.mjs': `
            const began = performance.now()
            const error = await import('data:text/plain,x').catch((e) => e)
            console.log(JSON.stringify({ code: error.code, cause: String(error.cause), took: performance.now() - began }))`,
        },
        { nodeArgs: ['--import', join(copy, 'loader.mts')] },
      )
      const { code, took } = JSON.parse(stdout)
      assert.is(code, 'ERR_MIMEPORT_ENGINE_START')
      assert.ok(took < 5_000, `${took} ms`)
    } finally {
      rmSync(copy, { recursive: true })
    }
  })
}

test('without --allow-worker the error names the flag', async () => {
  const { stdout, stderr } = await runProject(
    {
      'app.mjs': `const error = await import('data:text/plain,x').catch((e) => e); console.log(error.code, error.message)`,
    },
    { nodeArgs: ['--permission', '--allow-fs-read=*', '--import', loaderPath] },
  )
  assert.match(stdout, /^ERR_MIMEPORT_PERMISSION .*--allow-worker/, stderr)
})

test('no process is left when the program is killed', async () => {
  const project = makeProject({
    // A standard decorator: that is esbuild's, whose compiler is a process.
    'mode.ts':
      'const kept = (value: any, _context: unknown): any => value\n@kept class Mode { on = 1 }\nexport default new Mode().on',
    'app.mjs': `
      import mode from './mode.ts'
      process.stdout.write(String(mode))
      setInterval(() => {}, 1000)`,
  })
  try {
    let children: number[] = []
    const { stdout, signal } = await run(['app.mjs'], {
      cwd: project.path,
      onSpawn: (child) =>
        child.stdout?.once('data', () => {
          children = childrenOf(child.pid!).map(({ pid }) => pid)
          child.kill('SIGKILL')
        }),
    })
    assert.is(signal, 'SIGKILL')
    assert.is(stdout, '1')
    assert.ok(children.length > 0, 'the compiler ran')
    for (let tries = 0; tries < 40 && children.some(isAlive); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    assert.equal(children.filter(isAlive), [])
  } finally {
    project.remove()
  }
})

test.run()
