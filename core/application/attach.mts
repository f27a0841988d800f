/** The application thread's half beyond the gate: made when something is for it. docs/decisions/032-gate.md */

import { Bridge } from '../bridge/client.mts'
import { keepThreads } from '../bridge/engine-thread.mts'
import { paths, urls } from './builtins.mts'
import { readSettings, refuseLateLoaders } from './config/config.mts'
import { expectEntry } from './program/entry.mts'
import { Hooks } from './hooks.mts'
import { configureImportMap } from '../import-map.mts'
import { parseURL } from '../native.mts'
import { watchHandlers } from './node/extension-handlers.mts'
import { rememberFormatter } from './node/node-error.mts'
import { inherit } from './program/inheritance.mts'
import { Locals } from './locals.mts'
import { ModuleStore } from './module-store.mts'
import { configurePolicy } from '../policy/policy.mts'
import { makePreload } from './preload.mts'
import { makeTelling } from './telling.mts'
import { rememberHandlers } from './node/require.mts'
import { Requester } from './requester.mts'
import { rememberSourceMaps } from './source-maps.mts'
import { isAlone } from './program/preload-flags.mts'
import { Watcher, isWatched } from './program/watch.mts'
import { Workers } from './program/workers.mts'
import { Warm } from './warm.mts'
import type { LoaderError } from '../errors.mts'
import type { Telling } from '../explanation.mts'
import type { Preload } from './preload.mts'
import type { Settings } from '../settings.mts'
import type { Place, Start } from './start.mts'

export interface Application extends Pick<Hooks, 'resolve' | 'load'>, Telling {
  readonly preload: Preload
  readonly sources: Settings['sources']
  /** Begins what need not wait. To be called when the hooks are registered. */
  readonly begin: () => void
}

export interface AttachOptions {
  /** URL of the registered file, with its query: `?loaders=./my-loaders`. */
  readonly self: string
  /** Names of the loaders that ship with us. */
  readonly builtIn: readonly string[]
  readonly start: Start
  /** Where the configuration is; `undefined` where nobody has looked. */
  readonly place: Place | undefined
  /** Whether something lies among the built-in loaders that we did not put there. */
  readonly hasDropIns: boolean
  /** Keeps what V8 has compiled of this half, where that was not kept yet. */
  readonly keep: (() => void) | undefined
}

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

/**
 * Refuses the loaders of a registered URL where mimeport is registered already.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG
 */
export function refuse(self: string, sources: Settings['sources'] | undefined): void {
  configured(() => refuseLateLoaders(self, sources))
}

/**
 * Makes what the hooks call.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG
 */
export function attach(options: AttachOptions): Application {
  const { self, builtIn, place, hasDropIns, keep } = options
  // The program may have put a `URL` of its own in place.
  const ownURL = parseURL('.', self)!.href
  const watcher = isWatched() ? new Watcher() : undefined
  const { hasThreads, execArgv } = options.start
  const inherited = hasThreads ? inherit(ownURL) : undefined
  const visible = inherited?.execArgv ?? execArgv
  const start = { ...options.start, execArgv: visible }
  const settings =
    inherited?.settings ??
    configured(() =>
      readSettings({
        self,
        loaders: parseURL('loaders/', ownURL)!,
        builtIn,
        entry: start.program,
        start,
        place,
      }),
    )
  watcher?.reportConfiguration(settings.root)
  configurePolicy(
    settings.policy ?? {},
    settings.file ?? paths().join(settings.root, 'mimeport.json'),
  )
  configureImportMap(settings.importMap)
  expectEntry(inherited?.entry)
  const store = new ModuleStore()
  // Source runs as .mts, the package as .mjs, in which this file is part of another: all by the registered one's name.
  const [extension] = /\.m[jt]s$/.exec(parseURL(self)!.pathname)!
  const entry = parseURL(`core/bridge/worker${extension}`, ownURL)!
  const rootURL = urls().pathToFileURL(`${settings.root}/`).href
  const hasProjectLoaders = hasDropIns || settings.sources.some((source) => source.project)
  const warm = new Warm({ settings, ownURL, start, hasProjectLoaders })
  let isKept = keep === undefined
  // At the end everything is compiled that was needed. Who needed no more than hooks is not asked to write.
  const keepAtExit = (other?: () => void) => {
    if (!warm.keepsCode) return
    if (other !== undefined) process.once('exit', other)
    if (!isKept) process.once('exit', keep!)
    isKept = true
  }
  const alone = isAlone(options.start.execArgv, self)
  const locals = new Locals({
    settings,
    self,
    folder: urls().fileURLToPath(parseURL('.', ownURL)!.href),
    hasProjectLoaders,
    isAlone: alone,
    warm,
    keepAtExit,
  })
  const bridge = new Bridge({
    settings,
    entry,
    pack() {
      keepAtExit()
      return locals.pack
    },
    onPush: (key, pushed) => store.keep(key, pushed),
  })
  const requester = new Requester({ bridge, store, warm, locals, hasProjectLoaders, ownURL })
  const workers = new Workers({
    self,
    ownURL,
    settings,
    engine: entry.href,
    start: options.start,
    visible,
    onEngine: watcher?.follow,
    onThreads: keepThreads,
  })
  rememberSourceMaps(start.sourceMaps)
  rememberFormatter(start.formatter)
  const { resolve, load } = new Hooks({
    requester,
    store,
    rootURL,
    ownURL,
    workers,
    isAlone: alone,
  })
  rememberHandlers(start.handlers)
  watchHandlers(start.handlers, (url, context) => load(url, context, notOurs))
  return {
    resolve,
    load,
    preload: makePreload({ bridge, store, rootURL, ownURL }),
    ...makeTelling({ bridge, store, rootURL, ownURL }),
    sources: settings.sources,
    begin() {
      // The project's loaders have to be asked what they claim, at the first specifier: they may as well begin to load.
      if (hasProjectLoaders) bridge.start()
    },
  }
}

/** What is after our load hook, for a module of ours: nothing. */
function notOurs(url: string): never {
  throw new Error(`'${url}' has no text`)
}
