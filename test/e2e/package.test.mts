/** The package as it is published: compiled, below node_modules, without the repository around it. */

import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import type { Project } from '../support/spawn.mts'

const test = suite('package')
const root = dirname(loaderPath)
let project: Project

const tsv = `
export const extensionMimeMap = { tsv: 'text/tab-separated-values' }
export const accepts = ['text/tab-separated-values']
export const transform = (headers, body) => ({
  source: 'export default ' + JSON.stringify(body.trim().split('\\n').map((line) => line.split('\\t'))),
  format: 'module',
})
`

test.before(() => {
  project = makeProject({
    'package.json': '{ "type": "module", "mimeport": { "loaders": ["mimeport-loader-tsv"] } }',
    'node_modules/mimeport-loader-tsv/package.json':
      '{ "name": "mimeport-loader-tsv", "type": "module", "exports": { "import": "./tsv.js" } }',
    'node_modules/mimeport-loader-tsv/tsv.js': tsv,
    'rows.tsv': 'a\t1\nb\t2\n',
    'notes.md': '# Notes\n\n```ts\nenum Mode { On = 1 }\nexport const mode: Mode = Mode.On\n```\n',
    tool: '#!/usr/bin/env tsx\nexport default (1 as number) + 1\n',
  })
  const home = join(project.path, 'node_modules/mimeport')
  mkdirSync(home, { recursive: true })
  execFileSync(process.execPath, [join(root, 'scripts/build.mts'), join(home, 'dist')], {
    stdio: 'inherit',
  })
  cpSync(join(root, 'package.json'), join(home, 'package.json'))
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  // What it depends on, and nothing else: a package that is only the repository's would be missed here.
  for (const name of [
    ...Object.keys(dependencies),
    'mime-db',
    '@esbuild',
    '@jridgewell/gen-mapping',
    '@jridgewell/trace-mapping',
    '@jridgewell/resolve-uri',
    '@jridgewell/sourcemap-codec',
  ]) {
    const target = join(project.path, 'node_modules', name)
    mkdirSync(dirname(target), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), target)
  }
})
test.after(() => project.remove())

test('node --import mimeport runs what the repository runs, with a loader from a package', async () => {
  project.write({
    'app.mjs': `
      import { LoaderError, preload } from 'mimeport'
      import rows from './rows.tsv'
      import { mode } from './notes.md'
      import two from './tool'
      await preload('data:text/typescript,export default 3 as number')
      const { default: three } = await import('data:text/typescript,export default 3 as number')
      const error = await import('gopher:x').catch((e) => e)
      console.log(JSON.stringify([rows, mode, two, three, error instanceof LoaderError, error.stack.split('\\n').length]))`,
  })
  const { stdout, stderr, status } = await run(['app.mjs'], {
    cwd: project.path,
    nodeArgs: ['--import', 'mimeport'],
  })
  assert.is(stderr, '')
  assert.is(status, 0)
  assert.equal(JSON.parse(stdout), [
    [
      ['a', '1'],
      ['b', '2'],
    ],
    1,
    2,
    3,
    true,
    2,
  ])
})

test('a program that needs nothing of ours loads one file of ours', async () => {
  project.write({ 'plain/package.json': '{}', 'plain/empty.mjs': '' })
  const coverage = join(project.path, 'coverage')
  const { stderr, status } = await run(['empty.mjs'], {
    cwd: join(project.path, 'plain'),
    nodeArgs: ['--import', 'mimeport'],
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

test('types are there for whoever imports the package', () => {
  const home = join(project.path, 'node_modules/mimeport')
  const { exports } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    exports: Record<string, string | Record<string, string>>
  }
  for (const target of Object.values(exports)) {
    for (const path of typeof target === 'string' ? [] : Object.values(target)) {
      assert.ok(readFileSync(join(home, path), 'utf8').length > 0, path)
    }
  }
})

test.run()
