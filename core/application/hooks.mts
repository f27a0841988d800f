/** Node's two hooks in terms of the engine. What Node loads by itself does not cross the bridge. */

import { modules, urls } from './builtins.mts'
import { entrySpecifier } from './entry.mts'
import { noImports, noPackage } from './externals.mts'
import { Guard } from './guard.mts'
import { isEngineFailure, resolved } from './requester.mts'
import { NodeLoading } from './node-loading.mts'
import { enableSourceMaps } from './source-maps.mts'
import {
  extensionOf,
  hasExtension,
  isAbsolute,
  isNativeExtension,
  isNodes,
  isOwn,
  isRelative,
  schemeOf,
} from '../native.mts'
import { isRemote } from '../policy.mts'
import { facade, hasOwnHandler, isRequire } from './require.mts'
import type {
  LoadFnOutput,
  LoadHookContext,
  ResolveFnOutput,
  ResolveHookContext,
} from 'node:module'
import type { NextLoad, NextResolve } from './node-loading.mts'
import type { ModuleStore } from './module-store.mts'
import type { Requester } from './requester.mts'

export interface HookOptions {
  readonly requester: Requester
  readonly store: ModuleStore
  /** A file: URL in the project's root: where bare specifiers of remote modules are looked up. */
  readonly rootURL: string
  /** Our own folder's URL. What lies there is never transformed: it is what transforms. */
  readonly ownURL: string
}

export class Hooks {
  readonly #options: HookOptions
  readonly #guard = new Guard()
  readonly #node: NodeLoading
  readonly #isBuiltin = modules().isBuiltin

  constructor(options: HookOptions) {
    this.#options = options
    this.#node = new NodeLoading(options)
  }

  readonly resolve = (
    specifier: string,
    context: ResolveHookContext,
    nextResolve: NextResolve,
  ): ResolveFnOutput => {
    if (this.#isBuiltin(specifier)) return nextResolve(specifier, context)
    const { store } = this.#options
    const { parentURL } = context
    if (parentURL === undefined) {
      const written = entrySpecifier(specifier)
      if (written !== undefined) return this.#ask(written, context, nextResolve)
    }
    // A module that a loader answered for under a URL that Node knows nothing of.
    const isOurs =
      parentURL !== undefined && !isNodes(parentURL) && store.originOf(parentURL) !== undefined
    const isTheirs = isAbsolute(specifier) ? !isNodes(specifier) : isRelative(specifier) && isOurs
    if (isTheirs) return this.#ask(specifier, context, nextResolve)
    if (!isRelative(specifier) && this.#isAskedFor(specifier, context)) {
      const found = this.#tryAsk(specifier, context, nextResolve)
      if (found !== undefined) return found
    }
    if (isOurs && !isAbsolute(specifier)) return this.#external(specifier, context, nextResolve)
    const result = this.#node.resolve(specifier, context, nextResolve)
    this.#refuse(result.url, specifier, parentURL)
    return this.#isForEngine(result.url, context, specifier)
      ? this.#file(result, specifier, context)
      : result
  }

  readonly load = (url: string, context: LoadHookContext, nextLoad: NextLoad): LoadFnOutput => {
    const { requester, store } = this.#options
    const type = context.importAttributes?.['type']
    const failure = store.takeFailure(url, type)
    if (failure !== undefined) throw failure
    let module = store.module(url, type)
    if (module === undefined) {
      const origin = store.originOf(url)
      if (origin === undefined || origin.native) return this.#node.load(url, context, nextLoad)
      module = requester.again(origin.specifier, { ...context, parentURL: undefined })
      if (module.native) return this.#node.load(url, context, nextLoad)
    }
    if (module.format === 'module' && !url.startsWith('file:') && isRequire(context.conditions)) {
      return facade(url, module)
    }
    store.taken(url, type)
    if (module.mapped) enableSourceMaps()
    return { format: module.format, source: module.source!, shortCircuit: true }
  }

  /** A local file that is for a loader. To resolve it never fails: whoever wants its path may have it. */
  #file(result: ResolveFnOutput, specifier: string, context: ResolveHookContext): ResolveFnOutput {
    const { requester, store } = this.#options
    const { url } = result
    const { parentURL } = context
    try {
      const module = requester.module(url, context, specifier)
      store.takeFailure(url, context.importAttributes?.['type'])
      if (!module.native) return resolved(module)
      store.keepImporter(url, { specifier, parentURL })
      return result
    } catch (error) {
      if (isEngineFailure(error)) throw error
      store.keepFailure(url, context.importAttributes?.['type'], error as Error)
      return { url, format: 'module', shortCircuit: true }
    }
  }

  /** Whether a URL that Node resolved to is for a loader: a file of a kind that Node does not load by itself. */
  #isForEngine(url: string, context: ResolveHookContext, specifier: string): boolean {
    const { ownURL, requester, store } = this.#options
    if (!url.startsWith('file:') || isOwn(url, ownURL)) return false
    const type = context.importAttributes?.['type']
    if (type === 'text' || type === 'bytes') return true
    if (store.originOf(url)?.native === true) return false
    const extension = extensionOf(url)
    if (!isNativeExtension(extension)) return !hasOwnHandler(extension, context.conditions)
    const { extensions, native, schemes } = requester.claims(specifier, context)
    if (native.includes(extension) || schemes.includes('file:')) return true
    return extensions.some((each) => hasExtension(url, each))
  }

  /** Whether a loader of the project wants to be asked about what is otherwise Node's: `loader` without `schemes`. */
  #isAskedFor(specifier: string, context: ResolveHookContext): boolean {
    const { everything, schemes } = this.#options.requester.claims(specifier, context)
    const scheme = schemeOf(specifier)
    // A file: URL goes to Node first, which knows where it leads; then to whoever claims it.
    if (scheme === 'file:') return false
    return everything || (scheme !== undefined && schemes.includes(scheme))
  }

  /** Asks the engine about a specifier that is for a loader. A module that is known is known by its URL, too. */
  #ask(specifier: string, context: ResolveHookContext, nextResolve: NextResolve): ResolveFnOutput {
    const { requester, store } = this.#options
    const known = isAbsolute(specifier) ? store.originOf(specifier) : undefined
    const module = requester.module(known?.specifier ?? specifier, context, specifier)
    // What the network led to is the network's, whoever asked for it.
    this.#refuse(module.url, specifier, isRemote(specifier) ? specifier : context.parentURL)
    if (!module.native) return resolved(module)
    // It led to a file that Node loads by itself, and Node knows what of.
    const target = isRequire(context.conditions) ? urls().fileURLToPath(module.url) : module.url
    return this.#node.resolve(target, context, nextResolve)
  }

  /** Asks about what is Node's when no loader answers. */
  #tryAsk(
    specifier: string,
    context: ResolveHookContext,
    nextResolve: NextResolve,
  ): ResolveFnOutput | undefined {
    try {
      return this.#ask(specifier, context, nextResolve)
    } catch (error) {
      // A loader that answered 404 has answered: nobody else's package takes the place of what is not there.
      if ((error as { unanswered?: boolean }).unanswered === true) return undefined
      throw error
    }
  }

  #refuse(url: string, specifier: string, parentURL: string | undefined): void {
    try {
      this.#guard.check(url, parentURL)
    } catch (error) {
      throw this.#options.requester.placed(error, specifier, parentURL)
    }
  }

  /** A package of the host project's, for a module from the network: Node cannot look one up from its URL. */
  #external(
    specifier: string,
    context: ResolveHookContext,
    nextResolve: NextResolve,
  ): ResolveFnOutput {
    const { requester, rootURL } = this.#options
    // Taken now: `next` changes the context that it is given.
    const { parentURL } = context
    // Node trims a specifier that is a URL.
    const url = URL.parse(specifier)
    if (url !== null) this.#refuse(url.href, specifier, parentURL)
    if (specifier.startsWith('#')) {
      throw requester.placed(noImports(specifier, parentURL), specifier, parentURL)
    }
    try {
      return nextResolve(specifier, { ...context, parentURL: rootURL })
    } catch (error) {
      const isMissing = (error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND'
      const failure = isMissing ? noPackage(specifier, parentURL, rootURL) : error
      throw requester.placed(failure, specifier, parentURL)
    }
  }
}
