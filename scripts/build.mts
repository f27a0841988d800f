/** Compiles the package: Node strips no types below node_modules, so what is published is JavaScript. */

import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
rmSync(join(root, 'dist'), { recursive: true, force: true })
const tsc = join(root, 'node_modules/typescript/bin/tsc')
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = status ?? 1

// What a program pays at its start is the number of files: the application thread's half becomes one. Nothing in it is
// found by its own URL; the engine's half stays as it is.
await build({
  entryPoints: [join(root, 'loader.mts')],
  outfile: join(root, 'dist/loader.mjs'),
  allowOverwrite: true,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  legalComments: 'none',
})
