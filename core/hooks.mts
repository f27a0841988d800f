/** Node's two hooks in terms of the bridge. What Node loads by itself does not cross. */

import { isBuiltin } from 'node:module'
import { noClaims } from './claims.mts'
import { keepExitCode, placeError } from './import-error.mts'
import { LoaderError } from './errors.mts'
import { requestKey } from './bridge/protocol.mts'
import {
  extensionOf,
  hasExtension,
  isAbsolute,
  isNativeExtension,
  isNodes,
  isOwn,
  isRelative,
} from './native.mts'
import { isRemote } from './policy.mts'
import type {
  LoadFnOutput,
  LoadHookContext,
  ResolveFnOutput,
  ResolveHookContext,
} from 'node:module'
import type { Bridge } from './bridge/client.mts'
import type { Claims } from './claims.mts'
import type { ModuleStore } from './module-store.mts'
import type { LoadRequest, NodeModule } from './types.mts'

type NextResolve = (specifier: string, context?: Partial<ResolveHookContext>) => ResolveFnOutput
type NextLoad = (url: string, context?: Partial<LoadHookContext>) => LoadFnOutput

export interface HookOptions {
  readonly bridge: Bridge
  readonly store: ModuleStore
  /** Whether the project has loaders of its own, which may ask for what is otherwise Node's. */
  readonly hasProjectLoaders: boolean
  /** A file: URL in the project's root: where bare specifiers of remote modules are looked up. */
  readonly rootURL: string
  /** Our own folder's URL. What lies there is never transformed: it is what transforms. */
  readonly ownURL: string
}

export class Hooks {
  readonly #options: HookOptions
  #claims: Claims | undefined

  constructor(options: HookOptions) {
    this.#options = options
    if (!options.hasProjectLoaders) this.#claims = noClaims
  }

  readonly resolve = (
    specifier: string,
    context: ResolveHookContext,
    nextResolve: NextResolve,
  ): ResolveFnOutput => {
    if (isBuiltin(specifier)) return nextResolve(specifier, context)
    const { store } = this.#options
    const { parentURL } = context
    const parent = parentURL === undefined ? undefined : store.originOf(parentURL)
    // A module that is known is known by its URL, too: that is what `import.meta.resolve` answers.
    if (isAbsolute(specifier)) {
      if (!isNodes(specifier)) return this.#ask(specifier, context)
    } else if (isRelative(specifier)) {
      if (parent !== undefined && !parentURL!.startsWith('file:'))
        return this.#ask(specifier, context)
    } else {
      if (this.#claimsFor(context, specifier).everything) {
        const found = this.#tryAsk(specifier, context)
        if (found !== undefined) return found
      }
      if (isRemote(parentURL)) return this.#external(specifier, context, nextResolve)
    }
    const result = nextResolve(specifier, context)
    return this.#isForEngine(result.url, context, specifier)
      ? this.#askForFile(result, specifier, context)
      : result
  }

  readonly load = (url: string, context: LoadHookContext, nextLoad: NextLoad): LoadFnOutput => {
    const { store } = this.#options
    const type = context.importAttributes?.['type']
    const origin = store.originOf(url)
    let module = store.module(url, type)
    if (module === undefined) {
      if (origin === undefined || origin.native) return nextLoad(url, context)
      module = this.#fetch({
        specifier: origin.specifier,
        parentURL: undefined,
        parent: undefined,
        importAttributes: { ...context.importAttributes } as Record<string, string>,
        conditions: [...(context.conditions ?? [])],
      })
      if (module.source === undefined) return nextLoad(url, context)
    }
    // Node gives `require` of an ES module under such a URL an instance of its own, with a wrong `import.meta.url`. This
    // module takes its place, and its import is the one instance. docs/node-notes.md: require of ES modules.
    if (module.format === 'module' && !url.startsWith('file:') && isRequire(context.conditions)) {
      const from = JSON.stringify(url)
      const source = `export * from ${from}\n${module.hasDefault ? `export { default } from ${from}\n` : ''}`
      return { format: 'module', source, shortCircuit: true }
    }
    store.taken(url, type)
    if (module.mapped) enableSourceMaps()
    return { format: module.format, source: module.source!, shortCircuit: true }
  }

  /** What the project's loaders ask for; the engine is asked once, and only where there are such loaders. */
  #claimsFor(context: ResolveHookContext, specifier: string): Claims {
    if (this.#claims === undefined) {
      try {
        this.#claims = this.#options.bridge.call('claims', undefined)
      } catch (error) {
        throw this.#placed(error, specifier, context.parentURL)
      }
    }
    return this.#claims
  }

  /** Whether a URL that Node resolved to is for a loader: a file of a kind that Node does not load by itself. */
  #isForEngine(url: string, context: ResolveHookContext, specifier: string): boolean {
    if (!url.startsWith('file:')) return false
    const { ownURL, store } = this.#options
    if (isOwn(url, ownURL)) return false
    const type = context.importAttributes?.['type']
    if (type === 'text' || type === 'bytes') return true
    if (store.originOf(url)?.native === true) return false
    const extension = extensionOf(url)
    if (!isNativeExtension(extension)) return true
    const { extensions, native, schemes } = this.#claimsFor(context, specifier)
    if (native.includes(extension) || schemes.includes('file:')) return true
    return extensions.some((each) => hasExtension(url, each))
  }

  #askForFile(
    result: ResolveFnOutput,
    specifier: string,
    context: ResolveHookContext,
  ): ResolveFnOutput {
    const module = this.#module(result.url, { ...context, parentURL: context.parentURL }, specifier)
    if (module.source === undefined) return result
    return { url: module.url, format: module.format, shortCircuit: true }
  }

  /** Asks the engine about a specifier that is for a loader. */
  #ask(specifier: string, context: ResolveHookContext): ResolveFnOutput {
    const { store } = this.#options
    const known = isAbsolute(specifier) ? store.originOf(specifier) : undefined
    const module = this.#module(known?.specifier ?? specifier, context, specifier)
    return { url: module.url, format: module.format, shortCircuit: true }
  }

  /** Asks about a bare specifier, which is Node's when no loader answers. */
  #tryAsk(specifier: string, context: ResolveHookContext): ResolveFnOutput | undefined {
    try {
      return this.#ask(specifier, context)
    } catch (error) {
      const { code, trail } = error as LoaderError
      if (code === 'ERR_MODULE_NOT_FOUND' && trail?.length === 0) return undefined
      throw error
    }
  }

  /** A package of the host project's, for a module from the network: Node cannot look one up from its URL. */
  #external(
    specifier: string,
    context: ResolveHookContext,
    nextResolve: NextResolve,
  ): ResolveFnOutput {
    if (specifier.startsWith('#')) {
      const error = new LoaderError(
        'ERR_MIMEPORT_INVALID_SPECIFIER',
        `Cannot resolve '${specifier}' imported from '${context.parentURL}': a module from the network has no package whose "imports" it could mean`,
        { url: specifier },
      )
      throw this.#placed(error, specifier, context.parentURL)
    }
    return nextResolve(specifier, { ...context, parentURL: this.#options.rootURL })
  }

  /** The module for a request: remembered, pushed ahead, or made now. */
  #module(specifier: string, context: ResolveHookContext, written: string): NodeModule {
    const { bridge, store } = this.#options
    const { parentURL } = context
    const request: LoadRequest = {
      specifier,
      parentURL,
      parent: parentURL === undefined ? undefined : store.originOf(parentURL),
      importAttributes: { ...context.importAttributes } as Record<string, string>,
      conditions: [...(context.conditions ?? [])],
    }
    const key = requestKey(request)
    bridge.drain()
    const known = store.resolved(key)
    if (known !== undefined) return known
    try {
      const module = this.#fetch(request)
      store.keep(key, module, request.importAttributes['type'])
      return module
    } catch (error) {
      throw this.#placed(error, written, parentURL)
    }
  }

  /** The error as the importing program gets it. */
  #placed(error: unknown, specifier: string, parentURL: string | undefined): Error {
    const { ownURL, store } = this.#options
    keepExitCode(error)
    const position = parentURL === undefined ? undefined : store.positionOf(parentURL, specifier)
    return placeError(error as Error, { specifier, parentURL, position, ownURL })
  }

  #fetch(request: LoadRequest): NodeModule {
    return this.#options.bridge.call('load', request)
  }
}

/** No flag says whether this is `require` or `import`; the conditions do. Sets on old patches, arrays on newer ones. */
function isRequire(conditions: Iterable<string> | undefined): boolean {
  return conditions !== undefined && [...conditions].includes('require')
}

let enabled = false

/** Makes Node apply source maps, from the first module on that has one. A program without any is left alone. */
function enableSourceMaps(): void {
  if (enabled) return
  enabled = true
  if (process.sourceMapsEnabled === false) process.setSourceMapsEnabled(true)
}
