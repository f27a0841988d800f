/** The package as it is published: it starts in a third of the time of the repository, and the matrix starts it often. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loaderPath } from '../support/spawn.mts'

export interface BuiltPackage {
  /** What `--import` registers. */
  readonly loader: string
  remove(): void
}

/** Builds the package, unless another is named to be tested. */
export function buildPackage(): BuiltPackage {
  if (process.env['MIMEPORT_UNDER_TEST'] !== undefined) {
    return { loader: loaderPath, remove: () => {} }
  }
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'mimeport-package-')))
  const dist = join(home, 'dist')
  execFileSync(process.execPath, [join(root, 'scripts/build.mts'), dist], { stdio: 'pipe' })
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'))
  return {
    loader: join(dist, 'loader.mjs'),
    remove: () => rmSync(home, { recursive: true, force: true }),
  }
}
