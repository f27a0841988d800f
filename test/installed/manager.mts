/** npm, pnpm and yarn, each installing from a registry on loopback as a user would: with its own defaults. */

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const programs = fileURLToPath(new URL('../programs/node_modules/', import.meta.url))

export type Manager = 'npm' | 'pnpm' | 'yarn'
export const managers: readonly Manager[] = ['npm', 'pnpm', 'yarn']

/** npm's program: the one that runs us, or the one on the path. */
export function npmProgram(): string {
  const { npm_execpath: running, PATH = '' } = process.env
  if (running !== undefined && running.endsWith('npm-cli.js')) return running
  for (const folder of PATH.split(delimiter)) {
    const found = join(folder, 'npm')
    if (existsSync(found) && realpathSync(found).endsWith('npm-cli.js')) return realpathSync(found)
    // On Windows, and where Node was unpacked.
    const beside = join(folder, 'node_modules/npm/bin/npm-cli.js')
    if (existsSync(beside)) return beside
  }
  throw new Error('there is no npm on the path')
}

/** The manager's own program, which Node runs; `undefined` when it is not installed (`npm run programs` does that). */
export function programOf(manager: Manager): string | undefined {
  const path = {
    npm: npmProgram,
    pnpm: () => join(programs, 'pnpm/bin/pnpm.cjs'),
    yarn: () => join(programs, '@yarnpkg/cli-dist/bin/yarn.js'),
  }[manager]()
  return existsSync(path) ? path : undefined
}

const args: Readonly<Record<Manager, readonly string[]>> = {
  npm: ['install', '--no-audit', '--no-fund', '--no-update-notifier'],
  pnpm: ['install'],
  yarn: ['install'],
}

export interface Install {
  readonly manager: Manager
  /** The project: its `package.json` names what it depends on. */
  readonly folder: string
  /** The registry's origin. */
  readonly registry: string
  /** A folder of our own: home, caches, and the `node` that install scripts find. */
  readonly home: string
}

/** A folder in which `node` is the Node that runs us; made below `home` where there is none. */
export function binFolder(home: string): string {
  if (/^node(?:\.exe)?$/.test(basename(process.execPath))) return dirname(process.execPath)
  const bin = join(home, 'bin')
  mkdirSync(bin, { recursive: true })
  if (!existsSync(join(bin, 'node'))) symlinkSync(process.execPath, join(bin, 'node'))
  return bin
}

/**
 * Installs what the project depends on.
 * @returns what the manager printed
 * @throws {Error} with that, when it fails
 */
export async function install({ manager, folder, registry, home }: Install): Promise<string> {
  mkdirSync(home, { recursive: true })
  if (manager === 'yarn') {
    writeFileSync(
      join(folder, '.yarnrc.yml'),
      `nodeLinker: node-modules
npmRegistryServer: ${JSON.stringify(registry)}
unsafeHttpWhitelist: ["127.0.0.1"]
enableTelemetry: false
`,
    )
    // Without a lock file of its own, a folder is a part of whatever project is above it.
    writeFileSync(join(folder, 'yarn.lock'), '')
  } else {
    writeFileSync(join(folder, '.npmrc'), `registry=${registry}/\n`)
  }
  // Nothing of the manager that runs us: its settings travel in the environment.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_|pnpm_|yarn_|MIMEPORT_|NODE_OPTIONS$|CI$)/i.test(name),
  )
  const child = spawn(process.execPath, [programOf(manager)!, ...args[manager]], {
    cwd: folder,
    env: {
      ...Object.fromEntries(inherited),
      PATH: binFolder(home) + delimiter + process.env['PATH'],
      HOME: home,
      XDG_CACHE_HOME: join(home, 'cache'),
      XDG_DATA_HOME: join(home, 'data'),
      npm_config_cache: join(home, 'npm'),
      npm_config_userconfig: join(home, 'npmrc'),
      YARN_GLOBAL_FOLDER: join(home, 'yarn'),
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  const status = await new Promise((resolve) => child.on('close', resolve))
  if (status !== 0) throw new Error(`${manager} ended with ${status}:\n${output}`)
  return output
}
