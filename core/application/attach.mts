/** The application thread's half beyond the gate: made when something is for it. docs/decisions/032-gate.md */

import { withoutOurCauses } from './import-error.mts'
import { Bridge } from '../bridge/client.mts'
import { paths, urls } from './builtins.mts'
import { readSettings, refuseLateLoaders } from './config/config.mts'
import { Hooks } from './hooks.mts'
import { configureImportMap } from '../import-map.mts'
import { parseURL } from '../native.mts'
import { watchHandlers } from './node/extension-handlers.mts'
import { Locals } from './locals.mts'
import { ModuleStore } from './module-store.mts'
import { configurePolicy } from '../policy/policy.mts'
import { makePreload } from './preload.mts'
import { Events } from './events.mts'
import { TracedRequester } from './traced-requester.mts'
import { makeTelling } from './telling.mts'
import { isAlone } from './program/preload-flags.mts'
import { Thread } from './thread.mts'
import { Warm } from './warm.mts'
import type { Given } from './config/given.mts'
import type { EngineThread } from '../bridge/engine-thread.mts'
import type { LoaderListing } from '../loader-listing.mts'
import type { LoaderError } from '../errors.mts'
import type { Telling } from '../explanation.mts'
import type { Preload } from './preload.mts'
import type { Settings } from '../settings.mts'
import type { Place, Start } from './start.mts'

export interface Application extends Pick<Hooks, 'resolve' | 'load'>, Telling {
  readonly preload: Preload
  readonly loaders: () => Promise<LoaderListing>
  readonly sources: Settings['sources']
  /** Puts its settings in force in this thread: hooks of one application are registered at a time. */
  readonly enforce: () => void
  /** Begins what need not wait. To be called when the hooks are registered. */
  readonly begin: () => void
  /** Ends its engine; what is under way fails with what `failure` makes. It can begin again. */
  readonly end: (failure: () => Error) => void
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
  /** What the program has given to `register`. */
  readonly given?: Given
  /** The engine's thread, where that was started already. */
  readonly early?: EngineThread | undefined
}

/** This thread, from the first application on. */
let current: Thread | undefined

export { Registrations } from './registrations.mts'

/** What `read` makes of the configuration; an error is for whoever wrote it, and shows no frame of ours. */
function configured<T>(self: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const { name, code, message } = error as LoaderError
    ;(error as Error).stack = `${name} [${code}]: ${message}`
    throw withoutOurCauses(error as LoaderError, parseURL('.', self)!.href)
  }
}

/**
 * Refuses the loaders of a registered URL where mimeport is registered already.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG
 */
export function refuse(self: string, sources: Settings['sources'] | undefined): void {
  configured(self, () => refuseLateLoaders(self, sources))
}

/**
 * Makes what the hooks call.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG
 */
export function attach(options: AttachOptions): Application {
  const { self, builtIn, place, hasDropIns, keep, given, early } = options
  // The program may have put a `URL` of its own in place.
  const ownURL = parseURL('.', self)!.href
  // Source runs as .mts, the package as .mjs, in which this file is part of another: all by the registered one's name.
  const [extension] = /\.m[jt]s$/.exec(parseURL(self)!.pathname)!
  const entry = parseURL(`core/bridge/worker${extension}`, ownURL)!
  const thread = (current ??= new Thread({
    self,
    ownURL,
    engine: entry.href,
    start: options.start,
  }))
  const { start, watcher, workers } = thread
  const settings =
    (given === undefined ? thread.inherited : undefined) ??
    configured(self, () =>
      readSettings({
        self,
        loaders: parseURL('loaders/', ownURL)!,
        builtIn,
        entry: start.program,
        start,
        place,
        given,
      }),
    )
  watcher?.reportConfiguration(settings.root)
  const store = new ModuleStore(thread.origins)
  const rootURL = urls().pathToFileURL(`${settings.root}/`).href
  const hasProjectLoaders = hasDropIns || settings.sources.some((source) => source.project)
  const warm = new Warm({
    settings,
    ownURL,
    start,
    hasProjectLoaders,
    onServing: () => keepAtExit(),
  })
  let isKept = keep === undefined
  // At the end everything is compiled that was needed. Who needed no more than hooks is not asked to write.
  const keepAtExit = (other?: () => void) => {
    if (!warm.keepsCode) return
    if (other !== undefined) process.once('exit', other)
    if (!isKept) process.once('exit', keep!)
    isKept = true
  }
  // Later than at the start, others may have been registered.
  const alone = given === undefined && isAlone(options.start.execArgv, self)
  const events = new Events(() => bridge.drain())
  const locals = new Locals({
    settings,
    events,
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
    early,
    pack() {
      keepAtExit()
      return locals.pack
    },
    onPush: (key, pushed) => store.keep(key, pushed),
    events,
  })
  const parts = { bridge, store, warm, locals, hasProjectLoaders, ownURL }
  const requester = new TracedRequester(parts, events)
  const { resolve, load } = new Hooks({
    requester,
    store,
    rootURL,
    ownURL,
    workers,
    isAlone: alone,
  })
  return {
    resolve,
    load,
    preload: makePreload({ bridge, store, events, rootURL, ownURL }),
    ...makeTelling({ bridge, store, rootURL, ownURL }),
    loaders: () => bridge.work('loaders', undefined),
    sources: settings.sources,
    enforce() {
      const file = settings.file ?? paths().join(settings.root, 'mimeport.json')
      configurePolicy(settings.policy ?? {}, file)
      configureImportMap(settings.importMap)
      watchHandlers(start.handlers, (url, context) => load(url, context, notOurs))
      workers.settings = settings
    },
    begin() {
      // The project's loaders have to be asked what they claim, at the first specifier: they may as well begin to load.
      if (hasProjectLoaders) bridge.start()
    },
    end(failure) {
      bridge.end(failure)
      events.end()
    },
  }
}

/** Puts nothing in force: imports and workers are Node's own. */
export function release(): void {
  configurePolicy({})
  configureImportMap(undefined)
  if (current !== undefined) current.workers.settings = undefined
}

/** What is after our load hook, for a module of ours: nothing. */
function notOurs(url: string): never {
  throw new Error(`'${url}' has no text`)
}
