/**
 * Compiles the package: Node strips no types below node_modules, so what is published is JavaScript.
 * `node scripts/build.mts [folder]`, `dist` when none is named.
 */

import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const out = resolve(root, process.argv[2] ?? 'dist')
rmSync(out, { recursive: true, force: true })
const tsc = join(root, 'node_modules/typescript/bin/tsc')
const { status } = spawnSync(
  process.execPath,
  [tsc, '-p', 'tsconfig.build.json', '--outDir', out],
  {
    cwd: root,
    stdio: 'inherit',
  },
)
process.exitCode = status ?? 1

// What a program pays at its start is the number of files: the application thread's half becomes one. Nothing in it is
// found by its own URL; the engine's half stays as it is.
await build({
  entryPoints: [join(root, 'loader.mts')],
  outfile: join(out, 'loader.mjs'),
  allowOverwrite: true,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  legalComments: 'none',
})
