/**
 * The hooks of others, before ours and after: what no loader answers for is left to them, and what they resolve without
 * asking us is asked for when it is loaded.
 */

import { extensionOf, isAbsolute, isNativeExtension, isNodes } from '../../native.mts'
import { facade, jsonFacade } from './require.mts'
import type { LoadFnOutput, LoadHookContext, ResolveFnOutput } from 'node:module'
import type { LocalFiles } from '../local-files.mts'
import type { Requester } from '../requester.mts'
import type { NodeModule } from '../../types.mts'

/** Errors kept. Most are taken at once, by the load that follows; `import.meta.resolve` is followed by none. */
const CAPACITY = 1000

/** Whether an error leaves open that somebody else has an answer: no loader has, or there is no engine to be asked. */
function isOpen(error: unknown): boolean {
  const { unanswered, code, permission } = error as Record<string, unknown>
  return (
    unanswered === true || (code === 'ERR_MIMEPORT_PERMISSION' && permission === 'WorkerThreads')
  )
}

/** Whether it is Node that cannot load a URL, and so nobody can. Of a `data:` URL it gives a source without a format. */
function isNobodys(url: string, code: string | undefined): boolean {
  return url.startsWith('data:')
    ? code === 'ERR_INVALID_RETURN_PROPERTY_VALUE'
    : code === 'ERR_UNSUPPORTED_ESM_URL_SCHEME'
}

/** What stands in for a module that a redirect led away from its URL, which Node has already: an import of the one instance. */
function elsewhere(module: NodeModule): LoadFnOutput {
  const { format, url } = module
  if (format === 'json') return jsonFacade(url)
  return facade(url, { ...module, hasDefault: module.hasDefault || format === 'commonjs' })
}

/** The URL of a module that a test has mocked, without the parameter that Node's `mock.module` marks it with. */
function unmarked(url: string): string {
  return url.replace(/[?&]node-test-mock=\d+$/, '')
}

/** Loads by other hooks what no loader answered for; where Node's own loading is all that is left, the error is ours. */
function loadByOthers(url: string, error: unknown, next: () => LoadFnOutput): LoadFnOutput {
  if (!isOpen(error)) throw error
  try {
    return next()
  } catch (thrown) {
    throw isNobodys(url, (thrown as { code?: string }).code) ? error : thrown
  }
}

export interface OthersOptions {
  readonly requester: Requester
  readonly files: LocalFiles
  /** Gives Node a module of ours. */
  readonly give: (module: NodeModule, context: LoadHookContext) => LoadFnOutput
}

export class Others {
  readonly #options: OthersOptions
  /** By URL: what is said of it if it turns out to be nobody's. */
  readonly #unanswered = new Map<string, unknown>()

  constructor(options: OthersOptions) {
    this.#options = options
  }

  /**
   * Asks the loaders, and where none answers takes what other hooks make of it. Node's own resolution takes any URL, so
   * whether it is anybody's shows when it is loaded.
   */
  resolve(ask: () => ResolveFnOutput, next: () => ResolveFnOutput): ResolveFnOutput {
    let error: unknown
    try {
      return ask()
    } catch (thrown) {
      if (!isOpen(thrown)) throw thrown
      error = thrown
    }
    let result: ResolveFnOutput
    try {
      result = next()
    } catch {
      throw error
    }
    this.#unanswered.set(result.url, error)
    if (this.#unanswered.size > CAPACITY) {
      this.#unanswered.delete(this.#unanswered.keys().next().value!)
    }
    return result
  }

  /** Loads what our resolve hook does not know as ours: `isNative` if it knows it as Node's. */
  load(
    url: string,
    context: LoadHookContext,
    isNative: boolean,
    next: () => LoadFnOutput,
  ): LoadFnOutput {
    const error = this.#unanswered.get(url)
    if (error !== undefined) {
      this.#unanswered.delete(url)
      return loadByOthers(url, error, next)
    }
    return isNative || !this.#isUnasked(url, context) ? next() : this.#ask(url, context, next)
  }

  /** Whether a URL is for a loader that none was asked about: a hook after ours has resolved it by itself. */
  #isUnasked(url: string, context: LoadHookContext): boolean {
    if (!isNodes(url)) return isAbsolute(url)
    if (isNativeExtension(extensionOf(url))) return false
    return this.#options.files.isForEngine(url, { ...context, parentURL: undefined }, url)
  }

  #ask(url: string, context: LoadHookContext, next: () => LoadFnOutput): LoadFnOutput {
    const { give, requester } = this.#options
    let module: NodeModule
    try {
      module = requester.module(unmarked(url), { ...context, parentURL: undefined }, url)
    } catch (error) {
      return loadByOthers(url, error, next)
    }
    if (module.native) return next()
    return module.url === url ? give(module, context) : elsewhere(module)
  }
}
