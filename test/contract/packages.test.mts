/** The loaders of examples/loaders: they keep the contract, and are short. So are the built-in ones that came with them. */

import { globSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loaderContract } from '../../contract/contract.mts'
import type { ContractSamples } from '../../contract/contract.mts'
import type { TransformResult } from '../../core/types.mts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const folder = join(root, 'examples/loaders')

/** Checks a source by a part of it. */
const holds = (part: string) => ({
  check: ({ source }: TransformResult) => assert.ok(String(source).includes(part), String(source)),
})

const all: Readonly<Record<string, ContractSamples>> = {
  asset: {
    transform: [
      {
        body: new Uint8Array([0, 255]),
        headers: { 'content-type': 'image/png' },
        url: 'https://contract.invalid/a.png',
        format: 'module',
        ...holds('"https://contract.invalid/a.png"'),
      },
      {
        body: '<svg/>',
        headers: { 'content-type': 'image/svg+xml; charset=utf-8' },
        url: 'https://contract.invalid/a.svg?inline',
        format: 'module',
        ...holds('"data:image/svg+xml;base64,PHN2Zy8+"'),
      },
    ],
  },
  css: {
    transform: [
      { body: 'a { color: red }', format: 'module', ...holds('export default "a { color: red }"') },
      {
        body: '.a { color: red }',
        url: 'https://contract.invalid/x.module.css',
        format: 'module',
        ...holds('export { class0 as a }'),
      },
    ],
  },
  env: {
    resolve: [
      { specifier: 'env:HOME', contentType: 'text/x-environment', body: 'HOME' },
      { specifier: 'env:a/b', statusCode: 404 },
    ],
    relative: [{ specifier: './x', parentPath: 'env:', refused: true }],
    transform: [
      {
        body: 'HOME',
        format: 'dynamic',
        check: (result) => assert.equal((result as { exports?: unknown }).exports, ['default']),
      },
      { body: '', format: 'dynamic' },
    ],
  },
  graphql: {
    transform: [{ body: '{ a }', format: 'module', ...holds('"kind":"OperationDefinition"') }],
  },
  html: {
    transform: [{ body: '<p>{{ a }}', format: 'module', ...holds('"<p>{{ a }}"') }],
  },
  mdx: {
    transform: [{ body: '# {1 + 1}', format: 'text/javascript', ...holds('1 + 1') }],
  },
}

const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

/** Lines that are neither blank nor a comment. */
function linesOf(paths: readonly string[]): number {
  const lines = paths.flatMap((path) => readFileSync(path, 'utf8').split('\n'))
  return lines.filter((line) => !/^\s*(?:\/\/|\/?\*|$)/.test(line)).length
}

const every = suite('loaders as packages')

every('each has samples, a README and a package.json of its own name', () => {
  assert.equal(names.sort(), Object.keys(all).sort())
  for (const name of names) {
    const pack = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8'))
    assert.is(pack.name, `mimeport-loader-${name}`)
    assert.is(pack.exports, `./${name}.mjs`)
    assert.match(readFileSync(join(folder, name, 'README.md'), 'utf8'), `# ${name}\n`)
  }
})

every('each imports what its package.json names, and nothing else', () => {
  for (const name of names) {
    const { dependencies } = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8'))
    const text = globSync('*.mjs', { cwd: join(folder, name) })
      .map((path) => readFileSync(join(folder, name, path), 'utf8'))
      .join('\n')
    const imported = [
      ...text.matchAll(/^import .*? from '([^.'][^']*)'|await import\('([^.'][^']*)'\)/gm),
    ]
      .map(([, first, second]) => first ?? second)
      .filter((each) => !each?.startsWith('node:'))
    assert.equal([...new Set(imported)].sort(), Object.keys(dependencies).sort(), name)
  }
})

every('each loader for data, for registries and for archives is at most 40 lines of code', () => {
  const own = ['archive', 'cdn', 'csv', 'json5', 'toml', 'yaml'].map((name) =>
    join(root, 'loaders', name),
  )
  for (const path of [...own, ...names.map((name) => join(folder, name))]) {
    const files = globSync('*.{mjs,mts}', { cwd: path }).map((file) => join(path, file))
    assert.ok(files.length > 0, path)
    const lines = linesOf(files)
    assert.ok(lines > 0 && lines <= 40, `${path}: ${lines}`)
  }
})
every.run()

for (const name of names) {
  const test = suite(`contract: ${name}`)
  const url = new URL(`../../examples/loaders/${name}/${name}.mjs`, import.meta.url)
  const namespace = await import(url.href)
  const exports = Object.keys(namespace.default ?? namespace)
  for (const { name: fact, about, run } of loaderContract(url, all[name] ?? {})) {
    // A case about what a loader does not export would only pass.
    if (about === undefined || exports.includes(about)) test(fact, run)
  }
  test.run()
}
