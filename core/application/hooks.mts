/** Node's two hooks in terms of the engine. What Node loads by itself does not cross the bridge. */

import { isBuiltin } from 'node:module'
import { LoaderError, escapeText } from '../errors.mts'
import { withoutOurFrames } from './import-error.mts'
import {
  extensionOf,
  hasExtension,
  isAbsolute,
  isNativeExtension,
  isNodes,
  isOwn,
  isRelative,
} from '../native.mts'
import { isRemote } from '../policy.mts'
import { facade, hasOwnHandler, isRequire } from './require.mts'
import type {
  LoadFnOutput,
  LoadHookContext,
  ResolveFnOutput,
  ResolveHookContext,
} from 'node:module'
import type { ModuleStore } from './module-store.mts'
import type { Requester } from './requester.mts'
import type { NodeModule } from '../types.mts'

type NextResolve = (specifier: string, context?: Partial<ResolveHookContext>) => ResolveFnOutput
type NextLoad = (url: string, context?: Partial<LoadHookContext>) => LoadFnOutput

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

  constructor(options: HookOptions) {
    this.#options = options
  }

  readonly resolve = (
    specifier: string,
    context: ResolveHookContext,
    nextResolve: NextResolve,
  ): ResolveFnOutput => {
    if (isBuiltin(specifier)) return nextResolve(specifier, context)
    const { requester, store } = this.#options
    const { parentURL } = context
    if (isAbsolute(specifier)) {
      if (!isNodes(specifier)) return this.#ask(specifier, context)
    } else if (isRelative(specifier)) {
      const isOurs = parentURL !== undefined && !parentURL.startsWith('file:')
      if (isOurs && store.originOf(parentURL) !== undefined) return this.#ask(specifier, context)
    } else {
      if (requester.claims(specifier, context).everything) {
        const found = this.#tryAsk(specifier, context)
        if (found !== undefined) return found
      }
      if (isRemote(parentURL)) return this.#external(specifier, context, nextResolve)
    }
    const result = this.#next(specifier, context, nextResolve)
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
      if (origin === undefined || origin.native) return this.#nextLoad(url, context, nextLoad)
      module = requester.again(origin.specifier, { ...context, parentURL: undefined })
      if (module.native) return this.#nextLoad(url, context, nextLoad)
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

  /** Node's own loading. What fails is a file of a kind that nobody knows: with the importing line, as ours are. */
  #nextLoad(url: string, context: LoadHookContext, nextLoad: NextLoad): LoadFnOutput {
    const { ownURL, requester, store } = this.#options
    try {
      return nextLoad(url, context)
    } catch (error) {
      const importer = store.importerOf(url)
      if (importer === undefined) throw withoutOurFrames(error, ownURL)
      throw requester.placed(error, importer.specifier, importer.parentURL)
    }
  }

  /** Node's own resolution. What it fails with is Node's, and does not show that we were in between. */
  #next(specifier: string, context: ResolveHookContext, nextResolve: NextResolve): ResolveFnOutput {
    const { ownURL, requester } = this.#options
    try {
      return nextResolve(specifier, context)
    } catch (error) {
      const target = fileTarget(specifier, context.parentURL)
      if (target !== undefined && requester.claims(specifier, context).schemes.includes('file:')) {
        // A loader that claims `file:` may know files that are not there.
        return resolved(requester.module(target, context, specifier))
      }
      // A file that only we could have loaded: the error is to show the importing line, as ours do.
      const isOurs = isRelative(specifier) && !isNativeExtension(extensionOf(specifier) || 'js')
      if (isOurs) throw requester.placed(error, specifier, context.parentURL)
      throw withoutOurFrames(error, ownURL)
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

  /** Asks the engine about a specifier that is for a loader. A module that is known is known by its URL, too. */
  #ask(specifier: string, context: ResolveHookContext): ResolveFnOutput {
    const { requester, store } = this.#options
    const known = isAbsolute(specifier) ? store.originOf(specifier) : undefined
    return resolved(requester.module(known?.specifier ?? specifier, context, specifier))
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
    const { requester, rootURL } = this.#options
    if (specifier.startsWith('#')) {
      const error = new LoaderError(
        'ERR_MIMEPORT_INVALID_SPECIFIER',
        `Cannot resolve '${specifier}' imported from '${context.parentURL}': a module from the network has no package whose "imports" it could mean`,
        { url: specifier },
      )
      throw requester.placed(error, specifier, context.parentURL)
    }
    try {
      return nextResolve(specifier, { ...context, parentURL: rootURL })
    } catch (error) {
      // Node's words would name the program as the importer, and print the specifier as it came.
      if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') {
        throw requester.placed(error, specifier, context.parentURL)
      }
      const missing = new LoaderError(
        'ERR_MODULE_NOT_FOUND',
        `Cannot find package '${escapeText(specifier)}' imported from '${context.parentURL}': a bare name in a module from the network means a package of the program's, and '${rootURL}' has none of this name`,
        { url: specifier },
      )
      throw requester.placed(missing, specifier, context.parentURL)
    }
  }
}

function resolved({ url, format }: NodeModule): ResolveFnOutput {
  return { url, format, shortCircuit: true }
}

/** The file: URL that a specifier means, without looking whether it is there. */
function fileTarget(specifier: string, parentURL: string | undefined): string | undefined {
  if (/^file:/i.test(specifier)) return URL.parse(specifier)?.href
  if (!isRelative(specifier) || parentURL?.startsWith('file:') !== true) return undefined
  return URL.parse(specifier, parentURL)?.href
}

/** The engine itself, or a loader that could not be one: no fault of the file that was asked for. */
function isEngineFailure(error: unknown): boolean {
  const { code } = error as { code?: string }
  return /^ERR_MIMEPORT_(?:ENGINE|INVALID_LOADER|LOADER_CONFLICT)/.test(code ?? '')
}

let enabled = false

/** Makes Node apply source maps, from the first module on that has one. A program without any is left alone. */
function enableSourceMaps(): void {
  if (enabled) return
  enabled = true
  if (process.sourceMapsEnabled === false) process.setSourceMapsEnabled(true)
}
