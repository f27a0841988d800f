/** What an engine has loaded when it gives its first answer, from the source and from the package: counted, not timed. */

import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Bridge } from '../../core/bridge/client.mts'
import { buildPackage } from '../faults/package.mts'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, runProject } from '../support/spawn.mts'
import type { LoaderError } from '../../core/errors.mts'
import type { BuiltPackage } from '../faults/package.mts'

const test = suite('engine start')

/** Answers with what the engine's thread has loaded: Node's own modules, and what came by `require`. */
const probe = `
  import { Module } from 'node:module'
  export const name = 'probe'
  export const schemes = ['probe:']
  export const resolve = async () => {
    const builtins = process.moduleLoadList
      .filter((each) => each.startsWith('NativeModule '))
      .map((each) => each.slice('NativeModule '.length))
    const packages = Object.keys(Module._cache).map((path) => path.split('/node_modules/').at(-1).split('/')[0])
    // What is ours is not in a cache of Node's; a binding shows all the same.
    process.report.excludeNetwork = true
    const natives = process.report.getReport().sharedObjects.filter((path) => path.endsWith('.node'))
    return {
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ builtins, packages: [...new Set(packages)], natives }),
    }
  }
  export const resolveRelativePath = async () => false`

interface Loaded {
  readonly builtins: readonly string[]
  readonly packages: readonly string[]
  /** Addons. */
  readonly natives: readonly string[]
}

let built: BuiltPackage

/** Runs a program that imports `specifier`, and then asks what the engine has loaded. */
async function loadedFor(specifier: string, loader: string): Promise<Loaded> {
  const { stdout, stderr } = await runProject(
    {
      'probe.mjs': probe,
      'one.ts': 'const one: number = 1\nexport default one\n',
      'page.mjs.md': '# One\n\n```js\nexport default 1\n```\n',
      'app.mjs': `
        import value from ${JSON.stringify(specifier)}
        import loaded from 'probe:loaded' with { type: 'json' }
        if (value !== 1) throw new Error(String(value))
        process.stdout.write(JSON.stringify(loaded))`,
    },
    { nodeArgs: ['--import', `${loader}?loaders=./probe.mjs`] },
  )
  assert.is(stderr, '')
  return JSON.parse(stdout) as Loaded
}

test.before(() => {
  built = buildPackage()
})
test.after(() => built.remove())

/** What takes an engine milliseconds each, and none needs that reads local files. */
const dear = [
  'child_process',
  'crypto',
  'dns',
  'fs/promises',
  'http',
  'http2',
  'https',
  'net',
  'tls',
  'tty',
  'vm',
  'zlib',
]

for (const form of ['source', 'package'] as const) {
  const loader = () => (form === 'source' ? loaderPath : built.loader)

  test(`${form}: an engine that serves a local file has loaded neither connections nor cryptography, nor a package`, async () => {
    const { builtins, packages, natives } = await loadedFor('./page.mjs.md', loader())
    assert.equal(
      dear.filter((name) => builtins.includes(name)),
      [],
    )
    assert.equal(packages, [])
    assert.equal(natives, [])
  })

  test(`${form}: an engine that serves erasable TypeScript has loaded no compiler that is a process`, async () => {
    const { builtins, packages } = await loadedFor('./one.ts', loader())
    assert.equal(
      dear.filter((name) => builtins.includes(name)),
      [],
    )
    assert.equal(
      ['esbuild', 'undici'].filter((name) => packages.includes(name)),
      [],
    )
  })

  test(`${form}: an engine that asks a server has not loaded a compiler`, async () => {
    const server = await startServer()
    try {
      await server.set({
        '/one.mjs': { headers: { 'content-type': 'text/javascript' }, body: 'export default 1' },
      })
      const { builtins, packages } = await loadedFor(`${server.url}/one.mjs`, loader())
      assert.ok(builtins.includes('net'))
      assert.not.ok(packages.includes('esbuild'))
      assert.not.ok(builtins.includes('child_process'))
    } finally {
      await server.stop()
    }
  })
}

/** What a file of the package imports statically, of the package. */
function reached(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found
  found.add(file)
  const imports = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)\b[^;$]*?["'](\.[^"'$]+)["'];?$/gm,
  )
  for (const [, specifier = ''] of imports) reached(resolve(dirname(file), specifier), found)
  return found
}

test('package: an engine begins with two files', () => {
  const home = dirname(built.loader)
  const files = [...reached(join(home, 'core/bridge/worker.mjs'))].map((path) =>
    relative(home, path),
  )
  assert.is(files.length, 2, files.join(', '))
})

test('package: each built-in loader is at its place, and gives what the engine has', async () => {
  const home = dirname(built.loader)
  const names = globSync('loaders/*', { cwd: dirname(loaderPath) }).filter(
    (path) => !path.endsWith('.md'),
  )
  for (const folder of names) {
    const name = folder.split(/[/\\]/).at(-1)!
    const shipped = (await import(join(home, folder, `${name}.mjs`))) as object
    const own = (await import(`../../loaders/${name}/${name}.mts`)) as object
    assert.equal(Object.keys(shipped), Object.keys(own), name)
  }
})

test('package: what is put at the place of a built-in loader goes before that', async () => {
  const file = join(dirname(built.loader), 'loaders/json/json.mjs')
  const original = readFileSync(file)
  const program = {
    'x.json5': '{}',
    'app.mjs': `
      const load = () => import('./x.json5').then(({ default: x }) => x, ({ code }) => code)
      console.log(JSON.stringify(await load()))`,
  }
  const options = { nodeArgs: ['--import', built.loader] }
  try {
    writeFileSync(
      file,
      `export const extensionMimeMap = { json5: 'application/json5' }
       export const accepts = ['application/json5']
       export const transform = () => ({ format: 'module', source: 'export default "mine"' })`,
    )
    assert.is((await runProject(program, options)).stdout, '"mine"\n')
  } finally {
    writeFileSync(file, original)
  }
  assert.not.match((await runProject(program, options)).stdout, /mine/)
})

test('a loader that ended the engine before there was a call is named at the first', async () => {
  const { path, write, remove } = makeProject({})
  const flag = JSON.stringify(join(path, 'ended'))
  write({
    'ends.mjs': `process.getBuiltinModule('fs').writeFileSync(${flag}, '')\nprocess.exit(3)`,
  })
  const settings = {
    root: path,
    sources: [{ from: join(path, 'ends.mjs'), project: true }],
    builtIn: [],
    limits: {},
    timeouts: {},
  }
  const entry = new URL('../../core/bridge/worker.mts', import.meta.url)
  const bridge = new Bridge({ settings, entry, onPush: () => {} })
  try {
    bridge.start()
    const sleeper = new Int32Array(new SharedArrayBuffer(4))
    while (!existsSync(join(path, 'ended'))) Atomics.wait(sleeper, 0, 0, 10)
    await bridge.callAsync('claims', undefined)
    assert.unreachable('it answered')
  } catch (error) {
    const { code, message } = error as LoaderError
    assert.is(code, 'ERR_MIMEPORT_LOADER_EXIT', message)
    assert.match(message, /'ends'.*process\.exit\(3\)/)
  } finally {
    remove()
  }
})

test('an engine has the compile cache that the program has', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mimeport-compile-'))
  const program = {
    'on.mjs': `import { enableCompileCache } from 'node:module'; enableCompileCache(${JSON.stringify(folder)})`,
    'app.mjs': `console.log((await import('data:text/plain,x')).default)`,
  }
  const options = {
    nodeArgs: ['--import', './on.mjs', '--import', built.loader],
    env: { NODE_COMPILE_CACHE: undefined, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' },
  }
  const accepted = async () => {
    const { stdout, stderr } = await runProject(program, options)
    const lines = `${stdout}${stderr}`.split('\n')
    return lines.filter((line) => /core\/(?:bridge|engine)\/.* was accepted/.test(line)).length
  }
  try {
    assert.is(await accepted(), 0)
    assert.is(await accepted(), 2)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.run()
