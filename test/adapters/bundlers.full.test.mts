/** The same program in Node and bundled: by Rollup, Vite, Vite's server, and by unplugin, esbuild and webpack. */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { adapter, isInstalled, makeInstalled } from './installed.mts'
import { run } from '../support/spawn.mts'
import { startServer } from '../support/server.mts'
import type { Project } from '../support/spawn.mts'

const test = suite('bundlers')

const remote = `# Remote

\`\`\`ts
import { suffix } from './lib/suffix.mjs'
import data from './data.json' with { type: 'json' }
export enum Kind { A = 1 }
export const label: string = 'remote ' + suffix + ' ' + data.n
export function fail(): never { throw new Error('remote') }
\`\`\`
`

const sources = {
  'loaders/tsv.mjs': readFileSync(
    new URL('../../examples/tsv-loader/loaders/tsv.mjs', import.meta.url),
  ),
  'loaders/words/words.mjs': `
    export const accepts = ['text/x-words']
    export const extensionMimeMap = { words: 'text/x-words' }
    export const transform = (headers, body) => ({ format: 'dynamic', exports: ['default', 'count'], execute: './execute.mjs', source: body })`,
  'loaders/words/execute.mjs': `
    export default function execute(setters, { source }) {
      const words = source.trim().split(' ')
      setters.default(new Set(words))
      setters.count(words.length)
    }`,
  'prices.tsv': 'item\tprice\napple\t1.20\n',
  'some.words': 'one two two\n',
  'notes.md':
    '# Notes\n\n```ts\nexport enum Rate { Loan = 7 }\nexport function grown(n: number): number {\n  if (n < 0) throw new Error("negative")\n  return n * (1 + Rate.Loan / 100)\n}\n```\n',
  'some.txt': 'text\n',
  'main.mjs': `
import rows from './prices.tsv'
import words, { count } from './some.words'
import text from './some.txt'
import { Rate, grown } from './notes.md'
import { Kind, fail, label } from 'shop/main.md'
import { suffix } from 'shop/moved'

const place = (work, pattern) => { try { work() } catch ({ stack }) { return pattern.exec(stack)?.[0] } }
const lazy = await import('shop/lib/lazy.mjs')
console.log(JSON.stringify([rows[1], grown(100), Rate.Loan, [...words], count, text, label, Kind.A, suffix, lazy.default]))
console.log('PLACES', place(() => grown(-1), /notes\\.md:\\d+:\\d+/), place(fail, /main\\.md[^ ]*?:\\d+:\\d+/)?.replace('.mjs', ''))
`,
}

const expected =
  '[["apple","1.20"],107,7,["one","two"],3,"text\\n","remote suffix 5",1,"suffix","lazy"]'
const places = 'PLACES notes.md:6:20 main.md:8:39'

const plugin = `import { toPlugin } from '${adapter('unplugin')}'`
const scripts = {
  'rollup.mjs': `
    import { rollup } from 'rollup'
    ${plugin}
    const bundle = await rollup({ input: 'main.mjs', plugins: [toPlugin()] })
    await bundle.write({ file: 'out/rollup.mjs', sourcemap: true, inlineDynamicImports: true })`,
  'vite.mjs': `
    import { build } from 'vite'
    ${plugin}
    await build({ configFile: false, logLevel: 'warn', plugins: [toPlugin()], build: { ssr: 'main.mjs', outDir: 'out/vite', sourcemap: true, minify: false } })`,
  'serve.mjs': `
    import { createServer } from 'vite'
    ${plugin}
    const server = await createServer({ configFile: false, logLevel: 'warn', appType: 'custom', plugins: [toPlugin()], server: { middlewareMode: true, ws: false, watch: null } })
    await server.ssrLoadModule('/main.mjs')
    await server.close()`,
  'esbuild.mjs': `
    import { build } from 'esbuild'
    import { createUnplugin } from 'unplugin'
    ${plugin}
    const plugins = [createUnplugin(() => toPlugin()).esbuild()]
    await build({ entryPoints: ['main.mjs'], bundle: true, format: 'esm', platform: 'node', outfile: 'out/esbuild.mjs', sourcemap: true, logLevel: 'warning', plugins })`,
  'webpack.mjs': `
    import webpack from 'webpack'
    import { createUnplugin } from 'unplugin'
    ${plugin}
    const plugins = [createUnplugin(() => toPlugin()).webpack()]
    const output = { path: process.cwd() + '/out', filename: 'webpack.cjs' }
    webpack({ mode: 'development', devtool: 'source-map', target: 'node24', entry: './main.mjs', output, plugins }, (error, stats) => {
      if (error) throw error
      process.stderr.write(stats.toString({ all: false, errors: true, warnings: true }))
    })`,
}

/** Bundler → its script, and where the bundle is; nothing where that is run at once. */
const bundlers: Readonly<Record<string, readonly [string, string | undefined]>> = {
  Rollup: ['rollup.mjs', 'out/rollup.mjs'],
  Vite: ['vite.mjs', 'out/vite/main.js'],
  'Vite’s server': ['serve.mjs', undefined],
  'esbuild, by unplugin': ['esbuild.mjs', 'out/esbuild.mjs'],
  'webpack, by unplugin': ['webpack.mjs', 'out/webpack.cjs'],
}

let project: Project
const server = await startServer()

test.before(async () => {
  const javascript = { headers: { 'content-type': 'text/javascript' } }
  await server.set('/main.md', remote)
  await server.set('/data.json', '{ "n": 5 }')
  await server.set('/lib/suffix.mjs', { ...javascript, body: `export const suffix = 'suffix'` })
  await server.set('/lib/lazy.mjs', { ...javascript, body: `export default 'lazy'` })
  await server.set('/moved', { status: 302, headers: { location: '/lib/suffix.mjs' } })
  if (!isInstalled) return
  const config = { loaders: ['./loaders/*'], imports: { 'shop/': `${server.url}/` } }
  project = makeInstalled({ 'mimeport.json': JSON.stringify(config), ...sources, ...scripts })
})
test.after(async () => {
  await server.stop()
  project?.remove()
})

const inProject = (args: readonly string[], nodeArgs?: readonly string[]) =>
  run(args, { cwd: project.path, timeout: 60_000, ...(nodeArgs && { nodeArgs }) })

if (isInstalled) {
  test('Node runs the program', async () => {
    const { stdout, stderr } = await inProject(['main.mjs'])
    assert.equal(
      { stderr, lines: stdout.trim().split('\n') },
      { stderr: '', lines: [expected, places] },
    )
  })
} else test.skip('Node runs the program')

for (const [name, [script, output]] of Object.entries(bundlers)) {
  const fact = `${name}: the same result, and errors where they were written`
  if (!isInstalled) {
    test.skip(fact)
    continue
  }

  test(fact, async () => {
    const built = await inProject([script], [])
    assert.is(built.stderr, '')
    assert.is(built.status, 0)
    const ran = output === undefined ? built : await inProject([output], ['--enable-source-maps'])
    const [result, found] = ran.stdout.trim().split('\n')
    assert.is(result, expected)
    // Vite's server leaves stacks as they are, until somebody asks it to mend one.
    if (output !== undefined) assert.is(found?.replace(/%[\dA-F]{2}/g, ''), places)
  })
}

if (isInstalled) {
  test('a bundle’s map names the files and URLs of the originals, with their texts', () => {
    for (const path of ['out/rollup.mjs.map', 'out/vite/main.js.map']) {
      const { sources: names, sourcesContent } = JSON.parse(
        readFileSync(join(project.path, path), 'utf8'),
      ) as { sources: string[]; sourcesContent: string[] }
      const textOf = (end: string) => sourcesContent[names.findIndex((each) => each.endsWith(end))]
      assert.ok(names.includes(`${server.url}/main.md`), names.join())
      assert.is(textOf('/notes.md'), sources['notes.md'])
    }
  })
}

const example = fileURLToPath(new URL('../../examples/bundled-app', import.meta.url))
if (isInstalled) {
  test('the example’s vite.config.mjs bundles it with the same result', async () => {
    const vite = fileURLToPath(new URL('node_modules/vite/bin/vite.js', import.meta.url))
    const out = join(project.path, 'example')
    const { stderr, status } = spawnSync(
      process.execPath,
      [vite, 'build', '--outDir', out, '--emptyOutDir', '--logLevel', 'warn'],
      { cwd: example, encoding: 'utf8', timeout: 60_000 },
    )
    assert.equal([stderr, status], ['', 0])
    const { stdout } = await run([join(out, 'main.js')], { nodeArgs: ['--enable-source-maps'] })
    assert.match(readFileSync(join(example, 'expected.txt'), 'utf8'), stdout.trim())
  })
}

test.run()
