/** What a program pays for that needs nothing of ours, counted: which of our files it loads, and what hooks are asked. */

import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loaderPath, run, runProject } from '../support/spawn.mts'
import type { RunOptions } from '../support/spawn.mts'

const test = suite('gate')
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const folder = mkdtempSync(join(tmpdir(), 'mimeport-gate-'))
const build = spawnSync(process.execPath, [join(root, 'scripts/build.mts'), join(folder, 'dist')])
assert.is(build.status, 0, String(build.stdout) + String(build.stderr))
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
test.after(() => rmSync(folder, { recursive: true }))

/** What is loaded beyond the gate, by form: the first of the modules, and the one script. */
const forms = [
  { form: 'source', path: loaderPath },
  { form: 'package', path: join(folder, 'dist/loader.mjs') },
]

/** The scripts that a program ran, as V8 lists them for coverage. */
async function scriptsOf(
  files: Readonly<Record<string, string>>,
  options: RunOptions,
): Promise<{ readonly stdout: string; readonly scripts: readonly string[] }> {
  const coverage = mkdtempSync(join(folder, 'coverage-'))
  const env = { ...options.env, NODE_V8_COVERAGE: coverage }
  const { stdout, stderr } = await runProject(files, { ...options, env })
  assert.is(stderr, '')
  const scripts = globSync('*.json', { cwd: coverage }).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(join(coverage, file), 'utf8')) as {
      result: { url: string }[]
    }
    return result.map(({ url }) => url)
  })
  return { stdout, scripts }
}

const isRest = (url: string) => /\/core\/application\/attach\.\w+$/.test(url)

/** Says whether an engine could have been started. */
const print = `console.log(process.moduleLoadList.includes('NativeModule worker_threads'))`

const local = Object.fromEntries(
  Array.from({ length: 12 }, (_, n) => [
    [`m${n}.mjs`, `import './c${n}.cjs'\nexport const m = ${n}\n`],
    [`c${n}.cjs`, `exports.j = require('./j${n}')\nexports.u = require('./u${n}.js')\n`],
    [`j${n}.json`, `{ "n": ${n} }\n`],
    [`u${n}.js`, `export const u = ${n}\n`],
  ]).flat(),
)

const app = `
import fs from 'node:fs'
import path from 'path'
import value from 'dependency'
import sub from '#sub'
import j from './j0.json' with { type: 'json' }
${Array.from({ length: 12 }, (_, n) => `import './m${n}.mjs'`).join('\n')}
import './u0.js?again#there'
await import(import.meta.resolve('./m1.mjs'))
${print}`

const packages = {
  'package.json': `{ "type": "module", "imports": { "#sub": "./sub.mjs" }, "dependencies": { "mimeport": "*" } }`,
  'sub.mjs': 'export default 1',
  'node_modules/dependency/package.json': '{ "main": "./lib" }',
  'node_modules/dependency/lib/index.js': `require('fs').statSync('.'); module.exports = require('./more')`,
  'node_modules/dependency/lib/more/index.js': 'module.exports = 1',
}

for (const { form, path } of forms) {
  const nodeArgs = ['--import', path]

  test(`an empty program loads the gate and nothing else (${form})`, async () => {
    const { scripts } = await scriptsOf({ 'app.mjs': '' }, { nodeArgs })
    assert.ok(scripts.some((url) => /\/loader\.m[jt]s$/.test(url)))
    assert.not(scripts.some(isRest))
  })

  test(`fifty local modules, a package and builtins load the gate and no engine (${form})`, async () => {
    const files = { ...packages, ...local, 'app.mjs': app }
    const { scripts, stdout } = await scriptsOf(files, { nodeArgs })
    assert.is(stdout, 'false\n')
    assert.not(scripts.some(isRest))
    assert.is(scripts.filter((url) => /\/[mcu]\d+\.\w+(?:\?.*)?$/.test(url)).length, 37)
  })

  test(`one TypeScript module loads the rest, and no engine (${form})`, async () => {
    const files = { 'app.mjs': `import './a.ts'\n${print}`, 'a.ts': 'enum A { a }' }
    const { scripts, stdout } = await scriptsOf(files, { nodeArgs })
    assert.is(stdout, 'false\n')
    assert.ok(scripts.some(isRest))
  })

  test(`worker_threads loads the rest, and no engine (${form})`, async () => {
    const files = { 'app.mjs': `import 'worker_threads'` }
    const { scripts } = await scriptsOf(files, { nodeArgs })
    assert.ok(scripts.some(isRest))
  })

  test(`a configuration loads the rest at once (${form})`, async () => {
    const files = { 'app.mjs': print, 'mimeport.json': '{}' }
    const { scripts, stdout } = await scriptsOf(files, { nodeArgs })
    assert.is(stdout, 'false\n')
    assert.ok(scripts.some(isRest))
  })

  test(`hooks before ours are asked once, whatever comes of it (${form})`, async () => {
    const result = await runProject(
      {
        'count.cjs': `
          const asked = globalThis.asked = []
          require('node:module').registerHooks({
            resolve(specifier, context, next) {
              // In the repository we are modules, too.
              if (!context.parentURL?.includes('/core/')) asked.push(specifier)
              return next(specifier, context)
            },
          })`,
        'app.mjs': `
          import './a.mjs'
          import './b.ts'
          await import('./missing.mjs').catch(() => {})
          await import('missing').catch(() => {})
          console.log(JSON.stringify(asked.filter((each) => /^\\.\\/\\w+\\.|^missing/.test(each))))`,
        'a.mjs': `import './c.ts'`,
        'b.ts': '',
        'c.ts': '',
      },
      { nodeArgs: ['--require', './count.cjs', ...nodeArgs] },
    )
    assert.is(result.stderr, '')
    const asked = ['./a.mjs', './b.ts', './c.ts', './missing.mjs', 'missing']
    assert.equal((JSON.parse(result.stdout) as string[]).sort(), asked)
  })

  test(`the first of several things that is for us is found in any place (${form})`, async () => {
    const first = [
      `import('data:text/plain,x', { with: { type: 'text' } })`,
      `import('./a.mjs', { with: { type: 'text' } })`,
      `import('./tool')`,
      `import('./a.md', { with: { type: 'text' } })`,
      `import('data:application/json,{}', { with: { type: 'json' } })`,
      `Promise.resolve(require('./a.ts'))`,
      `preload('./a.ts', import.meta.url)`,
    ]
    const runs = first.map(async (each) => {
      const { stdout, stderr } = await runProject(
        {
          'app.mjs': `
            import { createRequire } from 'node:module'
            import { preload } from ${JSON.stringify(path)}
            const require = createRequire(import.meta.url)
            console.log(typeof await ${each})`,
          'a.mjs': 'export default 1',
          'a.ts': 'export default 1',
          'a.md': 'a',
          tool: 'export const a = 1',
        },
        { nodeArgs },
      )
      assert.is(stdout, each.startsWith('preload') ? 'string\n' : 'object\n', each + stderr)
    })
    await Promise.all(runs)
  })

  test(`what the program changes before it needs us changes nothing (${form})`, async () => {
    const { stdout, stderr } = await runProject(
      {
        'app.mjs': `
          import { writeFileSync } from 'node:fs'
          writeFileSync(new URL('mimeport.json', import.meta.url), '{ broken')
          Object.assign(process.env, { MIMEPORT_CONFIG: '/nowhere', MIMEPORT_SOURCE_MAPS: 'maybe', MIMEPORT_LOADERS: './nothing' })
          process.argv[1] = '/elsewhere/app.mjs'
          process.chdir('/')
          Error.prepareStackTrace = () => 'mine'
          URL = null
          const { a } = await import('./a.ts')
          console.log(a)`,
        'a.ts': 'export enum a { b }',
      },
      { nodeArgs },
    )
    assert.is(stderr, '')
    assert.is(stdout, "{ '0': 'b', b: 0 }\n")
  })

  test(`an error of the rest is of the class that the package exports (${form})`, async () => {
    const { stdout, stderr } = await runProject(
      {
        'app.mjs': `
          import { LoaderError } from ${JSON.stringify(path)}
          const error = await import('github:').catch((error) => error)
          console.log(error instanceof LoaderError, error.code, error.stack.includes('core/'))`,
      },
      { nodeArgs },
    )
    assert.is(stderr, '')
    assert.is(stdout, 'true ERR_MIMEPORT_INVALID_SPECIFIER false\n')
  })

  test(`where require takes no ES modules the rest is loaded all the same (${form})`, async () => {
    const files = { 'app.mjs': `import './a.ts'`, 'a.ts': 'enum A { a }\nconsole.log(A.a)' }
    const flag = '--no-experimental-require-module'
    const { stdout, stderr } = await runProject(files, { nodeArgs: [flag, ...nodeArgs] })
    assert.is(stderr, '')
    assert.is(stdout, '0\n')
  })
}

/** The file of what V8 has compiled of the second file: it begins with the length of that. */
function compiledIn(cache: string): { readonly path: string; readonly bytes: Buffer } | undefined {
  const length = statSync(join(folder, 'dist/core/application/attach.cjs')).size
  const own = join(cache, 'own')
  for (const name of existsSync(own) ? readdirSync(own) : []) {
    const path = join(own, name)
    const bytes = readFileSync(path)
    if (bytes.length > length && bytes.readUInt32LE(0) === length) return { path, bytes }
  }
  return undefined
}

/** Changes one bit. */
const flipped = (at: number) => (bytes: Buffer) => {
  bytes[at]! ^= 1
  return bytes
}

test('what V8 compiled of the package is kept, believed if it is whole, and made anew if not', async () => {
  const { path } = forms[1]!
  const cache = mkdtempSync(join(folder, 'cache-'))
  const { length } = readFileSync(join(folder, 'dist/core/application/attach.cjs'))
  let value = 0
  const cwd = mkdtempSync(join(folder, 'program-'))
  writeFileSync(join(cwd, 'app.mjs'), `import './a.ts'`)
  /** A program, one of whose files has changed each time. */
  const start = async (env: Readonly<Record<string, string>> = {}) => {
    value += 1
    writeFileSync(join(cwd, 'a.ts'), `console.log(${value} as number)`)
    const nodeArgs = ['--import', path]
    const ran = await run(['app.mjs'], { cwd, nodeArgs, env: { MIMEPORT_CACHE: cache, ...env } })
    assert.is(ran.stderr, '')
    assert.is(ran.stdout, `${value}\n`)
    return compiledIn(cache)
  }
  assert.is(await start({ MIMEPORT_CACHE: 'off' }), undefined)
  assert.is(await start(), undefined, 'the first start has enough to do')
  const first = (await start())!
  const half = (first.bytes.length - 8 - length) / 2
  assert.ok(first.bytes.subarray(-half).equals(first.bytes.subarray(-2 * half, -half)))
  const { ino } = statSync(first.path)
  await start()
  assert.is(statSync(first.path).ino, ino, 'it was believed, and not written again')
  const damages: readonly ((bytes: Buffer) => Buffer)[] = [
    (bytes) => bytes.subarray(0, -1),
    (bytes) => Buffer.concat([bytes, Buffer.from('x')]),
    flipped(first.bytes.length - 1),
    flipped(first.bytes.length - half - 1),
    flipped(9),
    (bytes) => bytes.fill(0, 0, 8),
    () => Buffer.alloc(0),
  ]
  for (const damage of damages) {
    writeFileSync(first.path, damage(Buffer.from(first.bytes)))
    const mended = await start()
    assert.is(mended?.path, first.path, String(damage))
    assert.ok(mended!.bytes.subarray(8, 8 + length).equals(first.bytes.subarray(8, 8 + length)))
  }
  if (process.platform === 'win32') return
  chmodSync(first.path, 0o666)
  await start()
  assert.is(statSync(first.path).mode & 0o777, 0o600, 'what others may write to is not believed')
})

test('what V8 compiled of the package is kept by a start that makes nothing, too', async () => {
  const { path } = forms[1]!
  const cache = mkdtempSync(join(folder, 'cache-'))
  const cwd = mkdtempSync(join(folder, 'program-'))
  writeFileSync(join(cwd, 'app.mjs'), `import './a.ts'`)
  writeFileSync(join(cwd, 'a.ts'), `console.log(1 as number)`)
  const start = async () => {
    const env = { MIMEPORT_CACHE: cache }
    const { stdout, stderr } = await run(['app.mjs'], { cwd, nodeArgs: ['--import', path], env })
    assert.is(stdout + stderr, '1\n')
    return compiledIn(cache)
  }
  assert.is(await start(), undefined)
  const kept = await start()
  assert.ok(kept)
  const { ino } = statSync(kept.path)
  await start()
  assert.is(statSync(kept.path).ino, ino)
})

test('a package without its second file runs what is Node’s, and says what is missing', async () => {
  const { path } = forms[1]!
  const file = join(folder, 'dist/core/application/attach.cjs')
  renameSync(file, `${file}.away`)
  try {
    const files = {
      'app.mjs': `console.log(1)\nawait import('./a.ts').catch(({ code }) => console.log(code))`,
      'a.ts': '',
    }
    const { stdout, stderr } = await runProject(files, { nodeArgs: ['--import', path] })
    assert.is(stderr, '')
    assert.is(stdout, '1\nERR_MIMEPORT_ENGINE_START\n')
    const flags = ['--permission', `--allow-fs-read=${folder}`]
    const allowed = await run(['-e', '1'], { cwd: folder, nodeArgs: [...flags, '--import', path] })
    assert.is(allowed.status, 1)
  } finally {
    renameSync(`${file}.away`, file)
  }
})

test.run()
