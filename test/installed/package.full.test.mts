/**
 * The package as it is published: compiled, packed, and installed in an empty folder by npm, pnpm and yarn, from a
 * registry on loopback. pnpm and yarn are among the packages of test/programs (`npm run programs`).
 */

import { spawnSync } from 'node:child_process'
import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { measure, total } from './installation.mts'
import { bare, installProject, makeSource, withLoaders } from './layout.mts'
import { binFolder, managers, programOf } from './manager.mts'
import { startServer } from '../support/server.mts'
import { run } from '../support/spawn.mts'
import type { Source } from './layout.mts'
import type { Manager } from './manager.mts'

const test = suite('package')
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const present = managers.filter((manager) => programOf(manager) !== undefined)
const layouts = new Map<Manager, string>()
let folder = ''
let source: Source

test.before(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'mimeport-package-')))
  source = await makeSource(folder)
  for (const manager of present)
    layouts.set(manager, await installProject(manager, source, withLoaders))
})
test.after(async () => {
  await source.registry.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Writes files into a layout. @returns its folder */
function write(manager: Manager, files: Readonly<Record<string, string>>): string {
  const path = layouts.get(manager)!
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return path
}

const program = {
  'rows.tsv': 'a\t1\nb\t2\n',
  'empty.tsv': '',
  'settings.ini': 'port=80\n',
  'notes.md': '# Notes\n\n```ts\nenum Mode { On = 1 }\nexport const mode: Mode = Mode.On\n```\n',
  tool: '#!/usr/bin/env tsx\nexport default (1 as number) + 1\n',
  'app.mjs': `
    import { createRequire } from 'node:module'
    import { LoaderError, preload } from 'mimeport'
    import rows from './rows.tsv'
    import settings from './settings.ini' with { type: 'json' }
    import { mode } from './notes.md'
    import two from './tool'
    const three = 'data:text/typescript,export default 3 as number'
    await preload(three)
    const remote = await import(process.env.SERVER + '/moved')
    const { code, name, message } = await import('./empty.tsv').catch((e) => e)
    const error = await import('gopher:x').catch((e) => e)
    console.log(JSON.stringify({
      rows, settings, mode, two, remote: { ...remote }, three: (await import(three)).default,
      required: createRequire(import.meta.url)('./settings.ini'),
      thrown: [code, name, message.includes('no rows')],
      ours: [error instanceof LoaderError, error.stack.split('\\n').length],
    }))`,
}

for (const manager of managers) {
  const fact = `${manager}: what it installs runs what the repository runs, with loaders of packages`
  if (!present.includes(manager)) {
    test.skip(fact)
    continue
  }

  test(fact, async () => {
    const server = await startServer()
    try {
      await server.set({
        '/moved': { status: 302, headers: { location: '/x.ts' } },
        '/x.ts': 'enum X { Y = 4 }\nexport const url: string = import.meta.url\nexport default X.Y',
      })
      const { stdout, stderr, status } = await run(['app.mjs'], {
        cwd: write(manager, program),
        nodeArgs: ['--import', 'mimeport'],
        env: { SERVER: server.url },
      })
      assert.is(stderr, '')
      assert.is(status, 0)
      assert.equal(JSON.parse(stdout), {
        rows: [
          ['a', '1'],
          ['b', '2'],
        ],
        settings: { port: '80' },
        mode: 1,
        two: 2,
        remote: { default: 4, url: `${server.url}/x.ts` },
        three: 3,
        required: { port: '80' },
        thrown: ['ERR_MIMEPORT_INVALID_BODY', 'LoaderError', true],
        ours: [true, 2],
      })
    } finally {
      await server.stop()
    }
  })
}

test('each manager puts the command where its programs are', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string
  }
  const PATH = [binFolder(folder), process.env['PATH']].join(delimiter)
  for (const manager of present) {
    const { status, stdout, stderr } = spawnSync('mimeport', ['--version'], {
      cwd: layouts.get(manager)!,
      env: {
        ...process.env,
        PATH: [join(layouts.get(manager)!, 'node_modules/.bin'), PATH].join(delimiter),
      },
      encoding: 'utf8',
      shell: process.platform === 'win32',
    })
    assert.equal([manager, status, stdout.includes(version), stderr], [manager, 0, true, ''])
  }
})

test('a loader that imports the package registers nothing in the engine', async () => {
  const { stdout, stderr } = await run(['probe-app.mjs'], {
    cwd: write('npm', {
      ...program,
      'probe.json': '{ "loaders": ["./probe.mts"] }',
      'probe.mts': `
        import { defineLoader, preload } from 'mimeport'
        import type { TransformResult } from 'mimeport'

        const codeOf = (promise: Promise<unknown>) => promise.then(() => 'none', (error) => error.code)
        export default defineLoader({
          extensionMimeMap: { probe: 'text/x-probe' },
          accepts: ['text/x-probe'],
          async transform(): Promise<TransformResult> {
            const found = {
              preload: await codeOf(preload('data:text/plain,x')),
              import: await codeOf(import('./notes.md')),
              registered: Symbol.for('mimeport') in globalThis,
            }
            return { source: JSON.stringify(found), format: 'json' }
          },
        })`,
      'x.probe': '',
      'probe-app.mjs': `
        import found from './x.probe' with { type: 'json' }
        console.log(JSON.stringify([found, Symbol.for('mimeport') in globalThis]))`,
    }),
    nodeArgs: ['--import', 'mimeport'],
    env: { MIMEPORT_CONFIG: join(folder, 'npm/probe.json') },
  })
  assert.is(stderr, '')
  assert.equal(JSON.parse(stdout), [
    {
      preload: 'ERR_MIMEPORT_ENGINE_START',
      import: 'ERR_UNKNOWN_FILE_EXTENSION',
      registered: false,
    },
    true,
  ])
})

test('a loader that uses defineLoader passes the contract suite of the package', async () => {
  const { stdout, stderr } = await run(['contract.mjs'], {
    cwd: write('npm', {
      'contract.mjs': `
        import { runContract } from 'mimeport/contract'
        const samples = { transform: [{ body: 'a\\t1', format: 'module' }] }
        const { passed, skipped } = await runContract(import.meta.resolve('mimeport-loader-tsv'), samples)
        console.log(passed.length > 10, skipped)`,
    }),
    nodeArgs: [],
  })
  assert.is(stderr, '')
  assert.is(stdout, 'true {}\n')
})

test('a program that needs nothing of ours loads one file of ours', async () => {
  const coverage = join(folder, 'coverage')
  const loader = join(layouts.get('npm')!, 'node_modules/mimeport/dist/loader.mjs')
  const { stderr, status } = await run(['--input-type=module', '--eval', '0'], {
    // No configuration goes for this folder.
    cwd: folder,
    nodeArgs: ['--import', loader],
    env: { NODE_V8_COVERAGE: coverage },
  })
  assert.is(status, 0, stderr)
  const urls = readdirSync(coverage)
    .map(
      (name) =>
        JSON.parse(readFileSync(join(coverage, name), 'utf8')) as { result: { url: string }[] },
    )
    .flatMap(({ result }) => result.map(({ url }) => url))
    .filter((url) => url.includes('/mimeport/'))
  assert.equal(
    urls.map((url) => url.replace(/^.*node_modules/, '')),
    ['/mimeport/dist/loader.mjs'],
  )
})

test('the one file is ASCII, which V8 holds in a byte for each character', () => {
  const file = join(layouts.get('npm')!, 'node_modules/mimeport/dist/loader.mjs')
  // oxlint-disable-next-line no-control-regex -- from U+0000 on
  assert.not.match(readFileSync(file, 'utf8'), /[^\0-\x7f]/)
})

test('publint has nothing to say', async () => {
  const { buffer, byteOffset, byteLength } = readFileSync(source.tarball)
  const tarball = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
  const { messages } = await publint({ strict: true, pack: { tarball } })
  assert.equal(messages, [])
})

test("the README's figures of an installation are those of an installation", async () => {
  const [, count, megabytes] = /(\d+) packages, ([\d.]+) MB/.exec(readme) ?? []
  const project = await installProject('npm', source, bare, 'bare')
  const [packages, bytes] = total(measure(join(project, 'node_modules')))
  assert.is(packages, Number(count))
  // The binary of esbuild has another size on other platforms.
  if (process.platform !== 'linux' || process.arch !== 'x64') return
  const now = bytes / 1e6
  assert.ok(Math.abs(now / Number(megabytes) - 1) < 0.05, `${now.toFixed(1)} MB`)
})

test.run()
