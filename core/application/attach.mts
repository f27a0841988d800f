/** Puts the hooks in place: once in a thread, whichever copy of mimeport comes first; never in an engine. */

import { Bridge } from '../bridge/client.mts'
import { keepThreads } from '../bridge/engine-thread.mts'
import { fs, modules, paths, urls } from './builtins.mts'
import { readSettings, refuseLateLoaders } from './config/config.mts'
import { expectEntry } from './program/entry.mts'
import { isSupported, unsupported } from './node-version.mts'
import { LoaderError } from '../errors.mts'
import { Hooks } from './hooks.mts'
import { configureImportMap } from '../import-map.mts'
import { watchHandlers } from './node/extension-handlers.mts'
import { inherit } from './program/inheritance.mts'
import { ModuleStore } from './module-store.mts'
import { configurePolicy } from '../policy/policy.mts'
import { makePreload } from './preload.mts'
import { rememberHandlers } from './node/require.mts'
import { Requester } from './requester.mts'
import { isAlone } from './program/preload-flags.mts'
import { Watcher, isWatched } from './program/watch.mts'
import { Workers } from './program/workers.mts'
import { Warm } from './warm.mts'
import type { Settings } from '../settings.mts'
import type { Preload } from './preload.mts'

export interface Mimeport {
  readonly preload: Preload
  /** Where it looks for loaders; not there in an engine. */
  readonly sources?: Settings['sources']
}

export interface AttachOptions {
  /** URL of the registered file, with its query: `?loaders=./my-loaders`. */
  readonly self: string
  /** Names of the loaders that ship with us. */
  readonly builtIn: readonly string[]
}

const REGISTERED = Symbol.for('mimeport')
const ENGINE = Symbol.for('mimeport.engine')

/** What `read` makes of the configuration; an error is for whoever wrote it, and shows no frame of ours. */
function configured<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    const { name, code, message } = error as LoaderError
    ;(error as Error).stack = `${name} [${code}]: ${message}`
    throw error
  }
}

/** The program's path; `undefined` for `-e` and `-p`, whose first argument stands where a program's path does. */
function programOf({
  argv,
  _eval,
}: NodeJS.Process & { readonly _eval?: string }): string | undefined {
  return _eval === undefined ? argv[1] : undefined
}

/** Whether something lies among the built-in loaders that we did not put there. */
function hasDropIns(folder: URL, builtIn: readonly string[]): boolean {
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

/**
 * Registers the hooks in this thread.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG
 */
export function attach({ self, builtIn }: AttachOptions): Mimeport {
  const global = globalThis as { [REGISTERED]?: Mimeport; [ENGINE]?: boolean }
  if (global[ENGINE] === true) return { preload: () => Promise.reject(inEngine()) }
  const registered = global[REGISTERED]
  if (registered !== undefined) {
    configured(() => refuseLateLoaders(self, registered.sources))
    return registered
  }
  if (!isSupported(process.versions.node)) {
    process.stderr.write(unsupported())
    process.exit(1)
  }
  const base = new URL('.', self)
  const loaders = new URL('loaders/', base)
  const ownURL = base.href
  const watcher = isWatched() ? new Watcher() : undefined
  const execArgv = [...process.execArgv]
  const inherited = inherit(ownURL)
  const settings =
    inherited?.settings ??
    configured(() => readSettings({ self, loaders, builtIn, entry: programOf(process) }))
  watcher?.reportConfiguration(settings.root)
  configurePolicy(
    settings.policy ?? {},
    settings.file ?? paths().join(settings.root, 'mimeport.json'),
  )
  configureImportMap(settings.importMap)
  expectEntry(inherited?.entry)
  const store = new ModuleStore()
  // Source runs as .mts, the package as .mjs, in which this file is part of the registered one: all by its name.
  const [extension] = /\.m[jt]s$/.exec(new URL(self).pathname)!
  const entry = new URL(`core/bridge/worker${extension}`, base)
  const rootURL = urls().pathToFileURL(`${settings.root}/`).href
  const hasProjectLoaders =
    settings.sources.some((source) => source.project) || hasDropIns(loaders, builtIn)
  const warm = new Warm({ settings, ownURL, entry: programOf(process), hasProjectLoaders })
  const bridge = new Bridge({
    settings,
    entry,
    pack: () => warm.settings,
    onPush: (key, pushed) => store.keep(key, pushed),
  })
  const requester = new Requester({ bridge, store, warm, hasProjectLoaders, ownURL })
  const workers = new Workers({
    self,
    ownURL,
    settings,
    engine: entry.href,
    execArgv,
    onEngine: watcher?.follow,
    onThreads: keepThreads,
  })
  const hooks = new Hooks({
    requester,
    store,
    rootURL,
    ownURL,
    workers,
    isAlone: isAlone(execArgv, self),
  })
  rememberHandlers()
  watchHandlers((url, context) => hooks.load(url, context, notOurs))
  modules().registerHooks({ resolve: hooks.resolve, load: hooks.load })
  forget(self)
  // The project's loaders have to be asked what they claim, at the first specifier: they may as well begin to load.
  if (hasProjectLoaders) bridge.start()

  const { sources } = settings
  const mimeport: Mimeport = { preload: makePreload({ bridge, store, rootURL, ownURL }), sources }
  Object.defineProperty(global, REGISTERED, { value: mimeport, configurable: true })
  return mimeport
}

/** Takes our file out of `require.cache`: by `--require`, as a worker of source text has us, it would stand there. */
function forget(self: string): void {
  const { _cache: cache } = modules() as { _cache?: Record<string, unknown> }
  if (cache !== undefined) delete cache[urls().fileURLToPath(self)]
}

/** What is after our load hook, for a module of ours: nothing. */
function notOurs(url: string): never {
  throw new Error(`'${url}' has no text`)
}

function inEngine(): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_ENGINE_START',
    'Cannot preload from within a loader: loaders answer, the program imports',
  )
}
