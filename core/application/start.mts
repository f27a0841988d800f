/**
 * What this thread was started with, taken down before the program runs: a program changes its environment, its folder and
 * its handlers, and what is made of them may be made much later.
 */

import { fs, modules, paths, urls } from './builtins.mts'

/** Variables that are read once, for whatever comes. Others are the engine's, which reads them when it starts. */
const variables = [
  'CI',
  'MIMEPORT_ALLOW',
  'MIMEPORT_CONFIG',
  'MIMEPORT_FROZEN',
  'MIMEPORT_LOADERS',
  'MIMEPORT_RELOAD',
  'MIMEPORT_SOURCE_MAPS',
  'NODE_OPTIONS',
] as const

export type Environment = Readonly<Partial<Record<(typeof variables)[number], string>>>

/** Node's, of 24 and later. */
export interface SourceMapSupport {
  readonly enabled: boolean
  readonly nodeModules: boolean
}

export interface Start {
  readonly environment: Environment
  readonly execArgv: readonly string[]
  /** The working folder; `undefined` where it was removed. */
  readonly folder: string | undefined
  /** The program's path; `undefined` for `-e` and `-p`, whose first argument stands where a program's path does. */
  readonly program: string | undefined
  /** What stood for a program's path, whatever it is. */
  readonly argument: string | undefined
  /** What `require.extensions` had. */
  readonly handlers: Readonly<Record<string, unknown>>
  readonly sourceMaps: SourceMapSupport | undefined
  /** What formats stacks: Node's own function, which knows of source maps, or that of an earlier preload. */
  readonly formatter: typeof Error.prepareStackTrace
  /** Whether Node's `worker_threads` was there: in a worker, or because an earlier preload uses it. */
  readonly hasThreads: boolean
}

/** What Node does not have in its types. */
interface Modules {
  readonly _extensions?: Readonly<Record<string, unknown>>
  getSourceMapsSupport?(): SourceMapSupport
}

/** The working folder; `undefined` where it was removed. */
export function workingFolder(): string | undefined {
  try {
    return process.cwd()
  } catch {
    return undefined
  }
}

/** Whether this thread has loaded Node's `worker_threads`: a worker always has, a program only if it uses it. */
export function hasLoadedThreads(): boolean {
  const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] }
  return moduleLoadList.includes('NativeModule worker_threads')
}

/** Takes down what there is now. */
export function takeStart(): Start {
  const { _eval, argv, env, execArgv } = process as NodeJS.Process & { readonly _eval?: string }
  const environment: Record<string, string> = {}
  for (const name of variables) {
    const value = env[name]
    if (value !== undefined && value !== '') environment[name] = value
  }
  const { _extensions, getSourceMapsSupport } = modules() as unknown as Modules
  return {
    environment,
    execArgv: [...execArgv],
    folder: workingFolder(),
    program: _eval === undefined ? argv[1] : undefined,
    argument: argv[1],
    handlers: { ..._extensions },
    sourceMaps: getSourceMapsSupport?.(),
    formatter: Error.prepareStackTrace,
    hasThreads: hasLoadedThreads(),
  }
}

/** Where the configuration that goes for a program is, or would be. */
export interface Place {
  /** The project's root, an absolute path. */
  readonly root: string
  /** A `mimeport.json`, or a package.json that names us; `undefined`: there is none. */
  readonly file?: string
}

/** Whether a file is there. Where the permission model forbids a look, for Node throws, it is not. */
export function exists(path: string): boolean {
  try {
    return fs().existsSync(path)
  } catch {
    return false
  }
}

/**
 * The folder that the configuration is looked for from: the program's. For a program of a package's (a tool that is run
 * in a project), or none (`-e`), the working folder.
 */
function folderOf(program: string | undefined): string {
  if (program === undefined) return process.cwd()
  try {
    const path = fs().realpathSync.native(program)
    return /[/\\]node_modules[/\\]/.test(path) ? process.cwd() : paths().dirname(path)
  } catch {
    // A program without its extension, or one that is no file: `github:owner/repo/app.mjs`.
    const folder = paths().dirname(paths().resolve(program))
    return exists(folder) ? folder : process.cwd()
  }
}

/** Whether a package.json has a configuration of ours. One that cannot be read may have. */
function isConfigured(text: string): boolean {
  // Most packages do not name us, and theirs are not parsed; one that depends on us does.
  if (!text.includes('"mimeport"')) return false
  try {
    return (JSON.parse(text) as { mimeport?: unknown }).mimeport !== undefined
  } catch {
    return true
  }
}

/** Finds the configuration that goes for a program: `mimeport.json` beside the nearest package.json, or in that. */
export function findConfig(program: string | undefined): Place {
  const from = folderOf(program)
  for (let folder = from; ; folder = paths().dirname(folder)) {
    const own = paths().join(folder, 'mimeport.json')
    if (exists(own)) return { root: folder, file: own }
    const file = paths().join(folder, 'package.json')
    if (exists(file)) {
      return isConfigured(fs().readFileSync(file, 'utf8'))
        ? { root: folder, file }
        : { root: folder }
    }
    if (paths().dirname(folder) === folder) return { root: from }
  }
}

/** Whether something lies among the built-in loaders that we did not put there. */
export function hasDropIns(folder: URL, builtIn: readonly string[]): boolean {
  try {
    if (!fs().existsSync(folder)) return false
    return fs()
      .readdirSync(folder)
      .some((name) => !builtIn.includes(name) && !name.startsWith('.') && name !== 'README.md')
  } catch {
    // Not to be read under the permission model: then no loader is, and the engine says so.
    return false
  }
}

/** Takes our file out of `require.cache`: by `--require`, as a worker of source text has us, it would stand there. */
export function forget(self: string): void {
  const { _cache: cache } = modules() as { _cache?: Record<string, unknown> }
  if (cache !== undefined) delete cache[urls().fileURLToPath(self)]
}
