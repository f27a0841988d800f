/** The package as its users have it: packed from what is built, and installed by npm. */

import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npmProgram } from '../../test/installed/manager.mts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** npm runs with the Node that runs us. */
export function npm(args: readonly string[], cwd: string): void {
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier']
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [npmProgram(), ...args, ...quiet],
    { cwd, encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${stdout}${stderr}`)
}

/** Builds the package in the repository's `dist`. */
export function buildPackage(): void {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mts')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) throw new Error('the package cannot be built')
}

/** Packs what is built, and installs it in a folder. */
export function installPackage(folder: string): void {
  npm(['pack', '--ignore-scripts', '--pack-destination', folder], root)
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  if (archive === undefined) throw new Error('npm packed nothing')
  npm(['install', '--prefer-offline', '--ignore-scripts', `./${archive}`], folder)
}

/** The repository, whose source is measured, too. */
export const repository = root
