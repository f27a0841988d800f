/** `mimeport loaders` lists what there is, usable or not. */

import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { builtIn } from '../../core/application/built-in.mts'
import { mimeport } from '../support/cli.mts'
import { inProject } from '../support/spawn.mts'
import type { LoaderListing } from '../../core/loader-listing.mts'

const test = suite('mimeport loaders')

const loader = (extension: string, more = '') =>
  `export const extensionMimeMap = { ${extension}: 'text/x-${extension}' }
export const accepts = ['text/x-${extension}']
export const transform = (headers, body) => ({ source: 'export default 1', format: 'module' })
${more}`

test('lists the built-in loaders in their order, and what each claims', () =>
  inProject({}, async ({ path }) => {
    const { stdout, stderr, status } = await mimeport(['loaders'], { cwd: path })
    assert.is(stderr, '')
    assert.is(status, 0)
    const names = [...stdout.matchAll(/^(\S+) {2}\(built in\)$/gm)].map(([, name]) => name)
    assert.equal(names, builtIn)
    assert.match(stdout, /^github {2}\(built in\)\n {2}resolve {4}github:$/m)
    assert.match(stdout, /^ {2}extension {2}\.ts \.mts \.cts → application\/typescript$/m)
    assert.match(stdout, /^wasm .*\n {2}identify /m)
  }))

test("lists the project's first, from files and packages; what they replace and go before", () =>
  inProject(
    {
      'mimeport.json': '{ "loaders": ["./own/*", "mimeport-loader-toml"] }',
      'own/json.mjs': loader('rows'),
      'own/all.mjs': `export const resolve = () => false\nexport const resolveRelativePath = (s) => s`,
      'own/notes.mjs': loader('md'),
      'node_modules/mimeport-loader-toml/package.json': '{ "exports": "./i.mjs" }',
      'node_modules/mimeport-loader-toml/i.mjs': loader('toml'),
    },
    async ({ path }) => {
      const { stdout, stderr, status } = await mimeport(['loaders'], { cwd: path })
      assert.is(stderr, '')
      assert.is(status, 0)
      assert.match(stdout, /^all {2}\(own\/all\.mjs\)\n {2}resolve {4}every specifier/)
      assert.match(stdout, /^toml {2}\(package mimeport-loader-toml\)$/m)
      assert.match(stdout, /^json {2}\(built in, replaced by the project: takes no part\)\n\S/m)
      assert.match(stdout, "the name 'json': 'json' (own/json.mjs) goes before 'json' (built in)")
      assert.match(
        stdout,
        "the extension '.md': 'notes' (own/notes.mjs) goes before 'fenced-md' (built in)",
      )
      const { loaders, conflicts, broken } = JSON.parse(
        (await mimeport(['loaders', '--json'], { cwd: path })).stdout,
      ) as LoaderListing
      assert.equal(
        loaders.slice(0, 4).map(({ name, from, source }) => [name, from, source]),
        [
          ['all', 'file', join(path, 'own/*')],
          ['json', 'file', join(path, 'own/*')],
          ['notes', 'file', join(path, 'own/*')],
          ['toml', 'package', 'mimeport-loader-toml'],
        ],
      )
      assert.ok(loaders[0]!.isAskedForAll)
      assert.equal(loaders[2]!.extensions, { md: 'text/x-md' })
      assert.equal(loaders[2]!.exports, ['transform'])
      assert.equal(
        conflicts.map(({ kind, claim, fatal }) => [kind, claim, fatal]),
        [
          ['name', 'json', false],
          ['extension', 'md', false],
          ['name', 'toml', false],
          ['extension', 'toml', false],
        ],
      )
      assert.equal(broken, [])
    },
  ))

test('a loader that cannot be used is told of with its error, and so are the others', () =>
  inProject(
    {
      'mimeport.json':
        '{ "loaders": ["./good.mjs", "./bad.mjs", "./syntax.mjs", "nowhere", "./never.mjs"] }',
      'good.mjs': loader('good'),
      'bad.mjs': `export const accepts = ['x/y']`,
      'syntax.mjs': 'export const = 1',
      'never.mjs': 'await new Promise(() => {})',
    },
    async ({ path }) => {
      const { stdout, stderr, status } = await mimeport(['loaders'], { cwd: path })
      assert.is(status, 1)
      assert.match(stdout, /^good {2}\(good\.mjs\)$/m)
      assert.match(stderr, `it exports "accepts", so it must export "transform" too`)
      assert.match(stderr, /syntax\.mjs': importing it failed: .*syntax\.mjs:1/)
      assert.match(stderr, "Cannot find loader 'nowhere'")
      assert.match(stderr, /ERR_MIMEPORT_NEVER_SETTLED: .*'never'/)
    },
  ))

test('two of the project that claim one thing are an error, and both are listed', () =>
  inProject(
    {
      'mimeport.json': '{ "loaders": ["./a.mjs", "./b.mjs"] }',
      'a.mjs': loader('same'),
      'b.mjs': loader('same'),
    },
    async ({ path }) => {
      const { stdout, stderr, status } = await mimeport(['loaders'], { cwd: path })
      assert.is(status, 1)
      assert.match(stdout, /^a .*\n(?:.*\n)*?b /)
      assert.match(
        stderr,
        "Two loaders of the project claim the extension '.same': 'a' (a.mjs) and 'b' (b.mjs)",
      )
    },
  ))

test('names of files cannot command the terminal', () =>
  inProject(
    { 'mimeport.json': '{ "loaders": ["./own/*"] }', 'own/\u001b[31mred.mjs': loader('red') },
    async ({ path }) => {
      const { stdout, status } = await mimeport(['loaders'], { cwd: path })
      assert.is(status, 0)
      assert.not.match(stdout, '\u001b')
      assert.match(stdout, 'red.mjs')
    },
  ))

test.run()
