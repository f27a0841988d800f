/** The package as `npm pack` makes it, built in a folder of its own: others may be using `dist` meanwhile. */

import { execFile } from 'node:child_process'
import { cpSync, globSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { npmProgram } from './manager.mts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const exec = promisify(execFile)

/** Builds and packs. @returns the tarball's path */
export async function makeTarball(folder: string): Promise<string> {
  const stage = join(folder, 'stage')
  mkdirSync(stage, { recursive: true })
  await exec(process.execPath, [join(root, 'scripts/build.mts'), join(stage, 'dist')])
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    files: readonly string[]
  }
  const published = globSync(['package.json', 'README.md', 'LICENSE', ...files], { cwd: root })
  for (const path of published) {
    if (path !== 'dist') cpSync(join(root, path), join(stage, path), { recursive: true })
  }
  const args = [npmProgram(), 'pack', '--ignore-scripts', '--pack-destination', folder]
  await exec(process.execPath, args, { cwd: stage })
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz'))!,
  )
}
