/** `register`: other settings, from a program, in the place of those that the thread was started with. docs/decisions/052-register.md */

import { givenOf } from './config/given.mts'
import { modules } from './builtins.mts'
import { LoaderError } from '../errors.mts'
import { preloadKind } from './program/preload-flags.mts'
import { parseURL } from '../native.mts'
import { placeAt } from './import-error.mts'
import { wordsOf } from '../bridge/permission-flags.mts'
import type { Application, AttachOptions } from './attach.mts'
import type { Register, RegisterOptions } from '../configuration.mts'
import type { Telling } from '../explanation.mts'
import type { Hooks } from './hooks.mts'
import type { LoaderListing } from '../loader-listing.mts'
import type { Preload } from './preload.mts'
import type { Settings } from '../settings.mts'

type NodeHooks = Pick<Hooks, 'resolve' | 'load'>

/** What the thread has of us without any call. */
export interface Base {
  readonly hooks: NodeHooks
  /** What `registerHooks` has returned for them. */
  readonly handle: { deregister(): void }
  /** What is behind the gate, where something was for it. */
  readonly application: () => Application | undefined
  /** The same, loaded. */
  readonly load: () => Application
}

export interface RegistrationsOptions {
  readonly base: Base
  readonly attach: (options: AttachOptions) => Application
  readonly release: () => void
  readonly how: Omit<AttachOptions, 'given' | 'keep'>
}

function gone(): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_NOT_REGISTERED',
    'mimeport was deregistered in this thread, or registered anew, and no longer does what it was asked for: register() again, or do it before',
  )
}

/** Whether a flag preloads us: then that is what was in force before the program said anything, and is so after it. */
function isPreloaded({ self, start }: AttachOptions | RegistrationsOptions['how']): boolean {
  const fromOptions = wordsOf(start.environment.NODE_OPTIONS ?? '')
  return preloadKind([...fromOptions, ...start.execArgv], self) !== undefined
}

export class Registrations implements Telling {
  readonly #options: RegistrationsOptions
  /** `undefined`: the thread has nothing of us but what the program registers. */
  readonly #base: Base | undefined
  /** The last one is in force. */
  readonly #layers: Application[] = []
  #handle: { deregister(): void } | undefined

  constructor(options: RegistrationsOptions) {
    this.#options = options
    this.#base = isPreloaded(options.how) ? options.base : undefined
    this.#handle = options.base.handle
  }

  get #application(): Application | undefined {
    return this.#layers.at(-1) ?? this.#base?.load()
  }

  /** @throws {LoaderError} ERR_MIMEPORT_CONFIG; then what was in force still is. */
  readonly add: Register = (options = {}) => {
    const { base } = this.#options
    const application = this.#attached(options)
    ;(this.#layers.at(-1) ?? base.application())?.end(gone)
    this.#layers.push(application)
    this.#put(application, application)
    const deregister = (): void => this.#remove(application)
    return { deregister, [Symbol.dispose]: deregister }
  }

  #attached(options: RegisterOptions): Application {
    const { attach, how } = this.#options
    const caller: { stack?: string } = {}
    Error.captureStackTrace(caller)
    try {
      return attach({ ...how, keep: undefined, given: givenOf(options) })
    } catch (error) {
      throw placeAt(error as Error, caller.stack, parseURL('.', how.self)!.href)
    }
  }

  #remove(application: Application): void {
    const at = this.#layers.indexOf(application)
    if (at === -1) return
    const isInForce = at === this.#layers.length - 1
    this.#layers.splice(at, 1)
    if (!isInForce) return
    application.end(gone)
    const below = this.#layers.at(-1)
    const base = this.#base
    if (below !== undefined) this.#put(below, below)
    else this.#put(base?.hooks, base?.application())
  }

  /** Puts these hooks in the place of what there is, and their application in force. */
  #put(hooks: NodeHooks | undefined, application: Application | undefined): void {
    this.#handle?.deregister()
    this.#handle = undefined
    if (application === undefined) this.#options.release()
    else application.enforce()
    if (hooks === undefined) return
    const { resolve, load } = hooks
    this.#handle = modules().registerHooks({ resolve, load })
    application?.begin()
  }

  /** @throws {LoaderError} ERR_MIMEPORT_NOT_REGISTERED */
  get #inForce(): Application {
    const application = this.#application
    if (application === undefined) throw gone()
    return application
  }

  readonly preload: Preload = async (...asked) => this.#inForce.preload(...asked)
  readonly explain: Telling['explain'] = async (...asked) => this.#inForce.explain(...asked)
  readonly graph: Telling['graph'] = async (...asked) => this.#inForce.graph(...asked)
  readonly loaders = async (): Promise<LoaderListing> => this.#inForce.loaders()

  get sources(): Settings['sources'] {
    return this.#application?.sources ?? []
  }
}
