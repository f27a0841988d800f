/** What is measured: the package as its users have it, or the source of the repository. */

import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { npmProgram } from '../../test/installed/manager.mts'

/** The repository. */
export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export interface Subject {
  /** What follows `--import`. */
  readonly preload: string
  /** The URL of its main module. */
  readonly main: string
  /** The folder that has `loaders/`. */
  readonly folder: string
  /** The path of one of its modules, which is named without its extension. */
  readonly file: (name: string) => string
}

function subject(folder: string, extension: 'mjs' | 'mts', preload?: string): Subject {
  const file = (name: string) => join(folder, `${name}.${extension}`)
  const main = pathToFileURL(file('loader')).href
  return { preload: preload ?? main, main, folder, file }
}

/** Runs npm with the Node that runs us. */
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
  const { status } = spawnSync(process.execPath, [join(repository, 'scripts/build.mts')], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) throw new Error('the package cannot be built')
}

/** Packs what is built, and has npm install it in a project. */
export function installPackage(project: string): Subject {
  npm(['pack', '--ignore-scripts', '--pack-destination', project], repository)
  const archive = readdirSync(project).find((name) => name.endsWith('.tgz'))
  if (archive === undefined) throw new Error('npm packed nothing')
  npm(['install', '--prefer-offline', '--ignore-scripts', `./${archive}`], project)
  return subject(join(project, 'node_modules/mimeport/dist'), 'mjs', 'mimeport')
}

/** The source, as it is. */
export const source: Subject = subject(repository, 'mts')
