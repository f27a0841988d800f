/** Node's two hooks in terms of the engine. What Node loads by itself does not cross the bridge. */

import { importable } from './node/addon.mts'
import { refuseMissing, wantsBody } from './node/attributes.mts'
import { urls } from './builtins.mts'
import { DynamicModules } from './dynamic/dynamic.mts'
import { entered, entrySpecifier } from './program/entry.mts'
import { noteLoad } from './node/extension-handlers.mts'
import { Guard } from './guard.mts'
import { LocalFiles } from './local-files.mts'
import { loaded, moduleToLoad, resolved } from './output.mts'
import { NodeLoading } from './node/node-loading.mts'
import { Others } from './node/others.mts'
import { archiveTarget, isAbsolute, isNodes, isRelative } from '../native.mts'
import { Names } from './names.mts'
import { isExternal } from '../policy/naming.mts'
import { isRemote } from '../policy/policy.mts'
import { isRequire } from './node/require.mts'
import type {
  LoadFnOutput,
  LoadHookContext,
  ResolveFnOutput,
  ResolveHookContext,
} from 'node:module'
import type { Refuse } from './externals.mts'
import type { Asking, Way } from './names.mts'
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
  /** Whether no hooks of others were registered before ours. */
  readonly isAlone: boolean
}

export class Hooks {
  readonly #options: HookOptions
  readonly #dynamics: DynamicModules
  readonly #guard = new Guard()
  readonly #node: NodeLoading
  readonly #files: LocalFiles
  readonly #others: Others
  readonly #names: Names

  constructor(options: HookOptions) {
    this.#options = options
    this.#dynamics = new DynamicModules(options.ownURL)
    this.#node = new NodeLoading(options)
    this.#files = new LocalFiles(options)
    const { requester } = options
    this.#others = new Others({ requester, files: this.#files, give: this.#give })
    const ways = { refuse: this.#refuse, byLoaders: this.#byLoaders, byNode: this.#byNode }
    this.#names = new Names({ ...options, ...ways })
  }

  readonly resolve = (
    specifier: string,
    context: ResolveHookContext,
    nextResolve: NextResolve,
  ): ResolveFnOutput => {
    const names = this.#names
    if (names.isAside) return nextResolve(specifier, context)
    const author = this.#guard.authorOf(context.parentURL)
    if (context.parentURL !== undefined) {
      const address = names.address(specifier, context, author)
      if (address !== undefined) return names.named(address, context, nextResolve, specifier)
    }
    if (names.isBuiltin(specifier)) return names.builtin(specifier, context, nextResolve, author)
    const own = this.#dynamics.resolve(specifier, context, this.resolve, nextResolve)
    if (own !== undefined) return own
    const { requester, store } = this.#options
    const { parentURL } = context
    if (parentURL === undefined) {
      const written = entrySpecifier(specifier)
      if (written !== undefined) return this.#enter(written, context, nextResolve)
    } else {
      // Before anybody looks: nobody learns whether a file is there that is not for them.
      this.#refuse(specifier, specifier, parentURL)
    }
    // A module that a loader answered for under a URL that Node knows nothing of.
    const isOurs =
      parentURL !== undefined && !isNodes(parentURL) && store.originOf(parentURL) !== undefined
    const isTheirs = isAbsolute(specifier)
      ? !isNodes(specifier, wantsBody(context.importAttributes))
      : isOurs && (isRelative(specifier) || (specifier.startsWith('#') && isRemote(parentURL)))
    if (isTheirs) return this.#byLoaders(specifier, context, nextResolve, specifier)
    // Nobody else is asked: what is missing in the project is not to come from a registry that somebody knows.
    if ((isOurs || author !== parentURL) && isExternal(specifier, author)) {
      return names.external(specifier, context, nextResolve, author)
    }
    const archived = archiveTarget(specifier, parentURL)
    if (archived !== undefined) return this.#byLoaders(archived, context, nextResolve, specifier)
    if (!isRelative(specifier) && requester.isAskedFor(specifier, context)) {
      const found = this.#tryAsk(specifier, context, nextResolve)
      if (found !== undefined) return found
    }
    if (isOurs && !isAbsolute(specifier)) return names.package(specifier, context, nextResolve)
    return this.#byNode(specifier, context, nextResolve, specifier)
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

  /** Resolves what is Node's, or a local file that is for a loader. */
  readonly #byNode: Way = (specifier, context, nextResolve, written) => {
    const { mapped = false, parentURL } = context
    const refuse = mapped ? () => {} : this.#refuse
    const known = this.#files.known(specifier, context, refuse)
    if (known !== undefined) return known
    const foreseen = this.#files.foresee(specifier, context, refuse)
    if (foreseen?.output !== undefined) return foreseen.output
    const host = this.#names.host(context)
    const result = this.#node.resolve(specifier, host, nextResolve)
    refuse(result.url, written, parentURL)
    if (isAbsolute(result.url) && !isNodes(result.url)) {
      // What another hook made of it: a URL that may be for a loader, or of that hook's own.
      const importing = { ...context, parentURL }
      return this.#others.resolve(
        () => this.#ask(result.url, importing, nextResolve),
        () => result,
      )
    }
    if (!this.#files.isForEngine(result.url, context, written)) return importable(result, host)
    return this.#files.resolve(result.url, written, context, foreseen) ?? result
  }

  /** Resolves what is for a loader, or for another hook where no loader answers. */
  readonly #byLoaders: Way = (specifier, context, nextResolve, written) => {
    const host = this.#names.host(context)
    const { mapped = false, parentURL } = context
    return this.#others.resolve(
      () => this.#ask(specifier, context, nextResolve, written),
      () => {
        const result = nextResolve(specifier, host)
        if (!mapped) this.#refuse(result.url, written, parentURL)
        return result
      },
    )
  }

  /** Resolves the program, where that is no file. */
  #enter(written: string, context: ResolveHookContext, nextResolve: NextResolve): ResolveFnOutput {
    const address = this.#names.address(written, context, undefined)
    if (address === undefined) return entered(this.#ask(written, context, nextResolve))
    const result = this.#names.named(address, context, nextResolve, written)
    return result.url.startsWith('file:') ? result : entered(result)
  }

  /** Asks the engine about a specifier that is for a loader. A module that is known is known by its URL, too. */
  #ask(
    specifier: string,
    context: Asking,
    nextResolve: NextResolve,
    written = specifier,
  ): ResolveFnOutput {
    const { requester, store } = this.#options
    const { mapped = false, parentURL } = context
    const known = isAbsolute(specifier) ? store.originOf(specifier) : undefined
    const module = requester.module(known?.specifier ?? specifier, context, written)
    if (module.external !== undefined) {
      return this.#names.external(module.external, context, nextResolve, parentURL ?? '', written)
    }
    // What the network led to is the network's, whoever asked for it.
    if (isRemote(specifier)) this.#refuse(module.url, written, specifier)
    else if (!mapped) this.#refuse(module.url, written, parentURL)
    if (!module.native) return resolved(module, context.conditions)
    // It led to a file that Node loads by itself, and Node knows what of.
    const target = isRequire(context.conditions) ? urls().fileURLToPath(module.url) : module.url
    return this.#node.resolve(target, this.#names.host(context), nextResolve)
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

  readonly #refuse: Refuse = (url, specifier, parentURL) => {
    try {
      this.#guard.check(url, parentURL)
    } catch (error) {
      throw this.#options.requester.placed(error, specifier, parentURL)
    }
  }
}
