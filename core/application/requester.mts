/** Asks the engine for modules on behalf of the hooks: remembers what was answered, and places what failed. */

import { requestKey } from '../bridge/protocol.mts'
import {
  keepMissing,
  lacksType,
  missing,
  unsupported,
  unsupportedAttribute,
} from './node/attributes.mts'
import { noClaims } from '../claims.mts'
import { schemeOf } from '../native.mts'
import { keepExitCode, placeError } from './import-error.mts'
import type { ResolveHookContext } from 'node:module'
import type { Bridge } from '../bridge/client.mts'
import type { Claims } from '../claims.mts'
import type { Locals } from './locals.mts'
import type { ServedFrom } from '../events.mts'
import type { ModuleStore } from './module-store.mts'
import type { Warm } from './warm.mts'
import type { LoadRequest, NodeModule } from '../types.mts'

export interface RequesterOptions {
  readonly bridge: Bridge
  readonly store: ModuleStore
  /** What the program was given before. */
  readonly warm?: Warm
  /** What makes local files in this thread. */
  readonly locals?: Locals
  /** Whether the project has loaders of its own, which may ask for what is otherwise Node's. */
  readonly hasProjectLoaders: boolean
  /** Our own folder's URL. */
  readonly ownURL: string
}

/** Who imports, and how: what Node tells a resolve hook. */
export type Importing = Pick<
  ResolveHookContext,
  'conditions' | 'importAttributes' | 'parentURL'
> & {
  /** The project itself has named what is asked for. */
  readonly mapped?: boolean
}

export class Requester {
  readonly #options: RequesterOptions
  #claims: Claims | undefined
  /** Of the module that was asked for last. */
  protected servedFrom: ServedFrom = 'engine'

  constructor(options: RequesterOptions) {
    this.#options = options
    if (!options.hasProjectLoaders) this.#claims = noClaims
  }

  /** Whether a loader may ask for what is otherwise Node's. */
  get mayClaim(): boolean {
    return this.#claims !== noClaims
  }

  /** What the project's loaders ask for; the engine is asked once, and only where there are such loaders. */
  claims(specifier: string, importing: Importing): Claims {
    if (this.#claims === undefined) {
      try {
        this.#claims = this.#options.bridge.call('claims', undefined)
      } catch (error) {
        throw this.placed(error, specifier, importing.parentURL)
      }
    }
    return this.#claims
  }

  /** Whether a loader of the project wants to be asked about what is otherwise Node's: `loader` without `schemes`. */
  isAskedFor(specifier: string, importing: Importing): boolean {
    const { everything, schemes } = this.claims(specifier, importing)
    const scheme = schemeOf(specifier)
    // A file: URL goes to Node first, which knows where it leads; then to whoever claims it.
    if (scheme === 'file:') return false
    return everything || (scheme !== undefined && schemes.includes(scheme))
  }

  /**
   * The module for a request: remembered, pushed ahead, or made now.
   * @param written the specifier as it stands in the importing module, for errors
   */
  module(specifier: string, importing: Importing, written: string): NodeModule {
    const { store } = this.#options
    const { importAttributes, parentURL } = importing
    const odd = unsupportedAttribute(importAttributes)
    if (odd !== undefined) {
      // What is not there is said first, and the error names the URL: both as Node has it.
      const { url } = this.module(specifier, { ...importing, importAttributes: {} }, written)
      throw this.placed(unsupported(odd, importAttributes, url), written, parentURL)
    }
    const module = this.#module(specifier, importing, written)
    if (lacksType(module, importing)) {
      const { url } = module
      keepMissing(store, url, this.placed(missing(url), written, parentURL) as Error)
    }
    return module
  }

  #module(specifier: string, importing: Importing, written: string): NodeModule {
    const { bridge, locals, store } = this.#options
    const { mapped = false, parentURL } = importing
    const request: LoadRequest = {
      specifier,
      parentURL,
      parent: parentURL === undefined ? undefined : store.originOf(parentURL),
      ...circumstances(importing),
      ...(mapped && { mapped }),
    }
    const key = requestKey(request)
    bridge.drain()
    this.servedFrom = 'memory'
    const known = store.resolved(key) ?? this.#packed(key) ?? this.#local(key, request)
    if (known !== undefined) return known
    this.servedFrom = 'engine'
    try {
      const alone = locals?.isAlone(request) === true
      const module = bridge.call('load', alone ? { ...request, alone } : request)
      if (module === undefined) return this.#pushed(key, request)
      store.keep(key, module)
      return module
    } catch (error) {
      throw this.placed(error, written, parentURL)
    }
  }

  /** A local file's module that this thread can make by itself. */
  #local(key: string, request: LoadRequest): NodeModule | undefined {
    const { bridge, locals, store } = this.#options
    const module = locals?.module(key, request, (first) => {
      try {
        bridge.call('load', first)
      } catch {
        // It was for what it leads to.
      }
    })
    if (module === undefined) return undefined
    this.servedFrom = 'local'
    store.keep(key, module)
    return module
  }

  /** What the program was given before, if that is still right. */
  #packed(key: string): NodeModule | undefined {
    const { store, warm } = this.#options
    const module = warm?.module(key)
    if (module === undefined) return undefined
    this.servedFrom = 'pack'
    store.keep(key, module)
    return module
  }

  /**
   * The module of a local file that the program was given before, if that is still right, or that is made here: then the file
   * is where its URL says, and Node need not look for it.
   */
  packed(url: string, importing: Importing): NodeModule | undefined {
    const { bridge, locals, store, warm } = this.#options
    if (unsupportedAttribute(importing.importAttributes) !== undefined) return undefined
    const { parentURL } = importing
    const request = { specifier: url, ...circumstances(importing), parentURL, parent: undefined }
    const key = requestKey(request)
    bridge.drain()
    this.servedFrom = 'memory'
    let module = store.pushed(key)
    if (module === undefined && warm?.has(key) === true) {
      module = store.resolved(key) ?? this.#packed(key)
    }
    if (module === undefined && locals?.isAt(url) === true) {
      module = store.resolved(key) ?? this.#local(key, request)
    }
    return module === undefined || lacksType(module, importing) ? undefined : module
  }

  /** A module that came while it was asked for; made anew where it is not to be had, or the file has changed since. */
  #pushed(key: string, request: LoadRequest): NodeModule {
    const { bridge, store } = this.#options
    const known = store.resolved(key)
    if (known !== undefined) return known
    const module = bridge.call('load', { ...request, again: true })!
    store.keep(key, module)
    return module
  }

  /** A module whose source Node has taken before, and asks for again. */
  again(specifier: string, importing: Importing): NodeModule {
    const request = { specifier, parentURL: undefined, parent: undefined, again: true }
    try {
      return this.#options.bridge.call('load', { ...request, ...circumstances(importing) })!
    } catch (error) {
      throw this.placed(error, specifier, undefined)
    }
  }

  /** An error as the importing program gets it: with the importing line. */
  placed(error: unknown, specifier: string, parentURL: string | undefined): unknown {
    // Another hook may have thrown anything.
    if (!(error instanceof Error)) return error
    const { ownURL, store } = this.#options
    keepExitCode(error)
    const position = parentURL === undefined ? undefined : store.positionOf(parentURL, specifier)
    return placeError(error, { specifier, parentURL, position, ownURL })
  }
}

/** Copies: Node's context is shared by all hooks, and changes. `require` has no attributes. */
function circumstances(importing: Importing): Pick<LoadRequest, 'importAttributes' | 'conditions'> {
  return {
    importAttributes: { ...importing.importAttributes } as Record<string, string>,
    conditions: [...(importing.conditions ?? [])],
  }
}

/** The engine itself, or a loader that could not be one: no fault of the file that was asked for. */
export function isEngineFailure(error: unknown): boolean {
  const { code } = error as { code?: string }
  return /^ERR_MIMEPORT_(?:ENGINE|INVALID_LOADER|LOADER_CONFLICT)/.test(code ?? '')
}
