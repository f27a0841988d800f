/** Node's two hooks in terms of the engine. What Node loads by itself does not cross the bridge. */

import { importable } from './node/addon.mts'
import { refuseMissing, wantsBody } from './node/attributes.mts'
import { modules, urls } from './builtins.mts'
import { DynamicModules } from './dynamic/dynamic.mts'
import { entered, entrySpecifier } from './program/entry.mts'
import { noteLoad } from './node/extension-handlers.mts'
import { external } from './externals.mts'
import { Guard } from './guard.mts'
import { LocalFiles } from './local-files.mts'
import { loaded, moduleToLoad, resolved } from './output.mts'
import { NodeLoading } from './node/node-loading.mts'
import { Others } from './node/others.mts'
import { isAbsolute, isNodes, isRelative, schemeOf } from '../native.mts'
import { isRemote } from '../policy/policy.mts'
import { isRequire } from './node/require.mts'
import { rememberSourceMaps } from './source-maps.mts'
import type {
  LoadFnOutput,
  LoadHookContext,
  ResolveFnOutput,
  ResolveHookContext,
} from 'node:module'
import type { Refuse } from './externals.mts'
import type { NextLoad, NextResolve } from './node/node-loading.mts'
import type { ModuleStore } from './module-store.mts'
import type { Requester } from './requester.mts'
import type { NodeModule } from '../types.mts'
import type { Workers } from './program/workers.mts'

export interface HookOptions {
  readonly requester: Requester
  readonly store: ModuleStore
  /** A file: URL in the project's root: where bare specifiers of remote modules are looked up. */
  readonly rootURL: string
  /** Our own folder's URL. What lies there is never transformed: it is what transforms. */
  readonly ownURL: string
  readonly workers: Workers
}

export class Hooks {
  readonly #options: HookOptions
  readonly #dynamics: DynamicModules
  readonly #guard = new Guard()
  readonly #node: NodeLoading
  readonly #files: LocalFiles
  readonly #others: Others
  readonly #isBuiltin = modules().isBuiltin

  constructor(options: HookOptions) {
    this.#options = options
    this.#dynamics = new DynamicModules(options.ownURL)
    this.#node = new NodeLoading(options)
    rememberSourceMaps()
    this.#files = new LocalFiles(options)
    const { requester } = options
    this.#others = new Others({ requester, files: this.#files, give: this.#give })
  }

  readonly resolve = (
    specifier: string,
    context: ResolveHookContext,
    nextResolve: NextResolve,
  ): ResolveFnOutput => {
    if (this.#isBuiltin(specifier)) {
      this.#options.workers.asked(specifier)
      return nextResolve(specifier, context)
    }
    const own = this.#dynamics.resolve(specifier, context, this.resolve, nextResolve)
    if (own !== undefined) return own
    const { store } = this.#options
    const { parentURL } = context
    if (parentURL === undefined) {
      const written = entrySpecifier(specifier)
      if (written !== undefined) return entered(this.#ask(written, context, nextResolve))
    }
    // A module that a loader answered for under a URL that Node knows nothing of.
    const isOurs =
      parentURL !== undefined && !isNodes(parentURL) && store.originOf(parentURL) !== undefined
    const isTheirs = isAbsolute(specifier)
      ? !isNodes(specifier, wantsBody(context.importAttributes))
      : isRelative(specifier) && isOurs
    if (isTheirs) {
      const next = () => this.#allowed(nextResolve(specifier, context), specifier, parentURL)
      return this.#others.resolve(() => this.#ask(specifier, context, nextResolve), next)
    }
    if (!isRelative(specifier) && this.#isAskedFor(specifier, context)) {
      const found = this.#tryAsk(specifier, context, nextResolve)
      if (found !== undefined) return found
    }
    if (isOurs && !isAbsolute(specifier)) {
      return external(this.#options, this.#refuse, specifier, context, nextResolve)
    }
    const foreseen = this.#files.foresee(specifier, context, this.#refuse)
    if (foreseen?.output !== undefined) return foreseen.output
    const result = this.#node.resolve(specifier, context, nextResolve)
    this.#refuse(result.url, specifier, parentURL)
    if (isAbsolute(result.url) && !isNodes(result.url)) {
      // What another hook made of it: a URL that may be for a loader, or of that hook's own.
      const importing = { ...context, parentURL }
      return this.#others.resolve(
        () => this.#ask(result.url, importing, nextResolve),
        () => result,
      )
    }
    if (!this.#files.isForEngine(result.url, context, specifier)) return importable(result, context)
    return this.#files.resolve(result.url, specifier, context, foreseen) ?? result
  }

  readonly load = (url: string, context: LoadHookContext, nextLoad: NextLoad): LoadFnOutput => {
    const { requester, store } = this.#options
    noteLoad(url)
    const type = context.importAttributes?.['type']
    const failure = store.takeFailure(url, type)
    if (failure !== undefined) throw failure
    let module = moduleToLoad(store, url, context)
    if (module === undefined) {
      const origin = store.originOf(url)
      if (origin === undefined || origin.native) {
        const next = () => this.#node.load(url, context, nextLoad)
        const isNative = origin !== undefined
        return this.#dynamics.standIn(url) ?? this.#others.load(url, context, isNative, next)
      }
      module = requester.again(origin.specifier, { ...context, parentURL: undefined })
      if (module.native) return this.#node.load(url, context, nextLoad)
    }
    return this.#give(module, context)
  }

  readonly #give = (module: NodeModule, context: LoadHookContext): LoadFnOutput => {
    refuseMissing(this.#options.store, module, context)
    return loaded(this.#dynamics.prepared(module), context, this.#options)
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
    if (!module.native) return resolved(module, context.conditions)
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

  #allowed(
    result: ResolveFnOutput,
    specifier: string,
    parentURL: string | undefined,
  ): ResolveFnOutput {
    this.#refuse(result.url, specifier, parentURL)
    return result
  }

  readonly #refuse: Refuse = (url, specifier, parentURL) => {
    try {
      this.#guard.check(url, parentURL)
    } catch (error) {
      throw this.#options.requester.placed(error, specifier, parentURL)
    }
  }
}
