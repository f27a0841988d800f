/**
 * Compiles the package: Node strips no types below node_modules, so what is published is JavaScript.
 * `node scripts/build.mts [folder]`, `dist` when none is named.
 */

import { spawnSync } from 'node:child_process'
import { chmodSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { bundleParts } from '../cli/graph/page-parts.mts'
import { bundleApplication } from './application-bundle.mts'
import { bundleEngine } from './engine-bundle.mts'
import type { BuildOptions } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const out = resolve(root, process.argv[2] ?? 'dist')
rmSync(out, { recursive: true, force: true })
const tsc = join(root, 'node_modules/typescript/bin/tsc')
const { status } = spawnSync(
  process.execPath,
  [tsc, '-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', out],
  {
    cwd: root,
    stdio: 'inherit',
  },
)
process.exitCode = status ?? 1

const options = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  target: 'node20',
  legalComments: 'none',
  outExtension: { '.js': '.mjs' },
} as const satisfies BuildOptions

await bundleApplication(root, out, options)
await bundleEngine(root, out, options)
// The command has its own copy of what it shares with either half: what is found from its place is found from there.
await build({
  ...options,
  splitting: true,
  entryPoints: ['cli/mimeport.mts', 'cli/main.mts'],
  outdir: join(out, 'cli'),
  chunkNames: '[name]-[hash]',
})
// What `mimeport graph --html` puts into its page runs in a browser. docs/decisions/041
const { script, style } = await bundleParts(join(root, 'cli/graph-page'))
mkdirSync(join(out, 'cli/graph-page'), { recursive: true })
writeFileSync(join(out, 'cli/graph-page/page.mjs'), script)
writeFileSync(join(out, 'cli/graph-page/page.css'), style)
await build({
  ...options,
  entryPoints: ['contract/contract.mts'],
  outfile: join(out, 'contract/contract.mjs'),
})
// What is found from the place of an entry is found from there: each stays in `adapters/`, and what both have is beside it.
await build({
  ...options,
  splitting: true,
  entryPoints: ['adapters/rollup.mts', 'adapters/unplugin.mts'],
  outdir: join(out, 'adapters'),
  chunkNames: '[name]-[hash]',
})

// One character that is not Latin-1's, and V8 holds the file in two bytes for each. esbuild escapes them, but in comments.
for (const path of globSync('**/*.{cjs,mjs}', { cwd: out })) {
  const file = join(out, path)
  const text = readFileSync(file, 'utf8')
  const escaped = text.replace(
    /[^\0-\x7f]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  if (escaped !== text) writeFileSync(file, escaped)
}

// As npm makes it where it installs it.
chmodSync(join(out, 'cli/mimeport.mjs'), 0o755)

// Types are for whoever imports the package: what its exports lead to. A declaration names its neighbours as they were
// written, and beside it there is no `.mts`.
const wanted = [
  'loader.d.mts',
  'contract/contract.d.mts',
  'adapters/rollup.d.mts',
  'adapters/unplugin.d.mts',
  'core/types.d.mts',
]
const specifier = /(from |import\()'(\.\.?\/[^']+)\.mts'/g
for (const path of wanted) {
  const text = readFileSync(join(out, path), 'utf8')
  for (const [, , target = ''] of text.matchAll(specifier)) {
    const found = join(dirname(path), `${target}.d.mts`).replaceAll('\\', '/')
    if (!wanted.includes(found)) wanted.push(found)
  }
  writeFileSync(join(out, path), text.replace(specifier, "$1'$2.mjs'"))
}
for (const path of globSync('**/*.d.mts', { cwd: out })) {
  if (!wanted.includes(path.replaceAll('\\', '/'))) rmSync(join(out, path))
}
