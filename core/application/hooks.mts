/** Node's two hooks in terms of the engine. What Node loads by itself does not cross the bridge. */

import { isBuiltin } from 'node:module'
import { LoaderError } from '../errors.mts'
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
    if (!this.#isForEngine(result.url, context, specifier)) return result
    const module = requester.module(result.url, context, specifier)
    return module.native ? result : resolved(module)
  }

  readonly load = (url: string, context: LoadHookContext, nextLoad: NextLoad): LoadFnOutput => {
    const { requester, store } = this.#options
    const type = context.importAttributes?.['type']
    let module = store.module(url, type)
    if (module === undefined) {
      const origin = store.originOf(url)
      if (origin === undefined || origin.native) return nextLoad(url, context)
      module = requester.again(origin.specifier, { ...context, parentURL: undefined })
      if (module.native) return nextLoad(url, context)
    }
    if (module.format === 'module' && !url.startsWith('file:') && isRequire(context.conditions)) {
      return facade(url, module)
    }
    store.taken(url, type)
    if (module.mapped) enableSourceMaps()
    return { format: module.format, source: module.source!, shortCircuit: true }
  }

  /** Node's own resolution. What it fails with is Node's, and does not show that we were in between. */
  #next(specifier: string, context: ResolveHookContext, nextResolve: NextResolve): ResolveFnOutput {
    const { ownURL, requester } = this.#options
    try {
      return nextResolve(specifier, context)
    } catch (error) {
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
    if (!isNativeExtension(extension)) return true
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
    return this.#next(specifier, { ...context, parentURL: rootURL }, nextResolve)
  }
}

function resolved({ url, format }: NodeModule): ResolveFnOutput {
  return { url, format, shortCircuit: true }
}

/**
 * What stands in for an ES module that is required under a URL that is no file's. Node would make an instance of its own
 * for `require`, with a wrong `import.meta.url`; it does so of this, and the import in it is the one instance.
 * docs/node-notes.md: require of ES modules.
 */
function facade(url: string, { hasDefault }: NodeModule): LoadFnOutput {
  const from = JSON.stringify(url)
  const byDefault = hasDefault ? `export { default } from ${from}\n` : ''
  return { format: 'module', source: `export * from ${from}\n${byDefault}`, shortCircuit: true }
}

/** No flag says whether this is `require` or `import`; the conditions do. */
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
