/**
 * What every program pays for: hooks that leave to Node what is Node's, and the look whether there is more to do. The rest
 * of the application thread's half is loaded when something is for it. docs/decisions/032-gate.md
 */

import { modules } from './builtins.mts'
import { isForeign, isForNode, isPlain } from '../native.mts'
import { isSupported, unsupported } from './node-version.mts'
import { LoaderError } from '../errors.mts'
import { loadEarly, loadRest } from './rest.mts'
import { findConfig, forget, hasDropIns, hasLoadedThreads, takeStart } from './start.mts'
import type {
  LoadFnOutput,
  LoadHookContext,
  ResolveFnOutput,
  ResolveHookContext,
} from 'node:module'
import type { Application, AttachOptions } from './attach.mts'
import type { NextLoad, NextResolve } from './node/node-loading.mts'
import type { EngineThread } from '../bridge/engine-thread.mts'
import type { LoaderListing } from '../loader-listing.mts'
import type { Telling } from '../explanation.mts'
import type { Mimeport } from './mimeport.mts'
import type { Preload } from './preload.mts'
import type { Register } from '../configuration.mts'
import type { Registrations } from './registrations.mts'
import type { LoadedRest } from './rest.mts'
import type { Place, Start } from './start.mts'
import type { Settings } from '../settings.mts'

export interface GateOptions {
  /** URL of the registered file, with its query: `?loaders=./my-loaders`. */
  readonly self: string
  /** Names of the loaders that ship with us. */
  readonly builtIn: readonly string[]
}

const REGISTERED = Symbol.for('mimeport')
const ENGINE = Symbol.for('mimeport.engine')

/** Answers the first question as it was answered before: other hooks are not asked twice. */
function replaying(result: ResolveFnOutput, next: NextResolve): NextResolve {
  let isDone = false
  return (specifier, context) => {
    if (isDone) return next(specifier, context)
    isDone = true
    return result
  }
}

function throwing(error: unknown): () => never {
  return () => {
    throw error
  }
}

class Gate implements Mimeport {
  readonly #options: GateOptions
  readonly #start: Start = takeStart()
  #place: Place | undefined
  #hasDropIns = false
  #application: Application | undefined
  /** The engine's thread, where that was started before the rest was loaded. */
  #early: EngineThread | undefined
  #isLoading = false
  #rest: LoadedRest | undefined
  /** Where the program has registered anything by a call. */
  #registrations: Registrations | undefined
  readonly #handle: { deregister(): void }

  constructor(options: GateOptions) {
    this.#options = options
    if (this.#isWanted()) this.#tryLoad()
    const { resolve, load } = this.#application ?? this
    this.#handle = modules().registerHooks({ resolve, load })
    this.#application?.begin()
  }

  /** Whether the rest has work before the program begins. */
  #isWanted(): boolean {
    const { self, builtIn } = this.#options
    const { environment, hasThreads, program } = this.#start
    this.#hasDropIns = hasDropIns(new URL('loaders/', self), builtIn)
    if (this.#hasDropIns || hasThreads || process.permission !== undefined) return true
    if (self.includes('?') || process.env['WATCH_REPORT_DEPENDENCIES'] !== undefined) return true
    if (Object.keys(environment).some((name) => name.startsWith('MIMEPORT_'))) return true
    try {
      this.#place = findConfig(program)
      return this.#place.file !== undefined
    } catch {
      // It fails once more, where it is said of what.
      return true
    }
  }

  #tryLoad(): void {
    try {
      this.#load()
    } catch (error) {
      // It may not be read: a program that needs nothing of it runs without.
      if ((error as LoaderError).code !== 'ERR_MIMEPORT_PERMISSION') throw error
    }
  }

  /** `specifier`: what it is loaded for. */
  #load(specifier = ''): Application {
    this.#startEarly(specifier)
    return this.#loading(({ attach, keep }) => {
      const application = attach({ ...this.#how, keep, early: this.#early })
      application.enforce()
      return (this.#application = application)
    })
  }

  /**
   * Starts the engine's thread for a specifier that needs one, before the rest is loaded, which takes as long. Not where the
   * program has had Node's threads in its hands: the rest knows what they were.
   */
  #startEarly(specifier: string): void {
    const isKnown = this.#place !== undefined && this.#registrations === undefined
    if (!isKnown || this.#early || !isForeign(specifier) || hasLoadedThreads()) return
    this.#isLoading = true
    this.#early = loadEarly(this.#options.self)?.startEarly(this.#options.self, this.#start.program)
    this.#isLoading = false
  }

  /** Does what needs the rest. What that is made of is Node's to load. */
  #loading<T>(work: (rest: LoadedRest) => T): T {
    this.#isLoading = true
    try {
      return work((this.#rest ??= loadRest(this.#options.self)))
    } finally {
      this.#isLoading = false
    }
  }

  get #how(): Omit<AttachOptions, 'keep'> {
    const [start, place, hasDropIns] = [this.#start, this.#place, this.#hasDropIns]
    return { ...this.#options, start, place, hasDropIns }
  }

  get sources(): Settings['sources'] {
    return this.#inForce.sources
  }

  get #inForce(): Registrations | Application {
    return this.#registrations ?? this.#application ?? this.#load()
  }

  readonly preload: Preload = async (...asked) => this.#inForce.preload(...asked)
  readonly explain: Telling['explain'] = async (...asked) => this.#inForce.explain(...asked)
  readonly graph: Telling['graph'] = async (...asked) => this.#inForce.graph(...asked)
  readonly loaders = async (): Promise<LoaderListing> => this.#inForce.loaders()

  readonly register: Register = (options) =>
    this.#loading(({ Registrations: Made, attach, release }) => {
      const base = {
        hooks: this,
        handle: this.#handle,
        application: () => this.#application,
        load: () => this.#application ?? this.#load(),
      }
      this.#registrations ??= new Made({ base, attach, release, how: this.#how })
      return this.#registrations.add(options)
    })

  readonly resolve = (
    specifier: string,
    context: ResolveHookContext,
    next: NextResolve,
  ): ResolveFnOutput => {
    if (this.#application !== undefined) return this.#application.resolve(specifier, context, next)
    // What we are made of.
    if (this.#isLoading) return next(specifier, context)
    if (!isForNode(specifier, context))
      return this.#load(specifier).resolve(specifier, context, next)
    // Taken now: `next` changes the context that it is given.
    const { conditions, importAttributes, parentURL } = context
    let result: ResolveFnOutput
    try {
      result = next(specifier, context)
    } catch (error) {
      const asked = { conditions, importAttributes, parentURL }
      return this.#load().resolve(specifier, asked, throwing(error))
    }
    if (isPlain(result.url)) return result
    const asked = { conditions, importAttributes, parentURL }
    return this.#load().resolve(specifier, asked, replaying(result, next))
  }

  readonly load = (url: string, context: LoadHookContext, next: NextLoad): LoadFnOutput => {
    if (this.#application !== undefined) return this.#application.load(url, context, next)
    if (this.#isLoading) return next(url, context)
    if (!isPlain(url)) return this.#load().load(url, context, next)
    const { conditions, format, importAttributes } = context
    try {
      return next(url, context)
    } catch (error) {
      return this.#load().load(url, { conditions, format, importAttributes }, throwing(error))
    }
  }
}

/**
 * Registers the hooks in this thread: once, whichever copy of mimeport comes first; never in an engine.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG
 */
export function open(options: GateOptions): Mimeport {
  const global = globalThis as { [REGISTERED]?: Mimeport; [ENGINE]?: boolean }
  if (global[ENGINE] === true) return inEngine
  const registered = global[REGISTERED]
  const { self } = options
  if (registered !== undefined) {
    // The rest knows what the query of a late copy may say.
    if (self.includes('?')) loadRest(self).refuse(self, registered.sources)
    return registered
  }
  if (!isSupported(process.versions.node)) {
    process.stderr.write(unsupported())
    process.exit(1)
  }
  const value = new Gate(options)
  forget(self)
  Object.defineProperty(global, REGISTERED, { value, configurable: true })
  return value
}

function refuse(): never {
  throw new LoaderError(
    'ERR_MIMEPORT_ENGINE_START',
    'Cannot do this from within a loader: loaders answer, the program imports, preloads, explains and registers',
  )
}

const refuseLater = async (): Promise<never> => refuse()
const inEngine: Mimeport = {
  preload: refuseLater,
  explain: refuseLater,
  graph: refuseLater,
  loaders: refuseLater,
  register: refuse,
}
