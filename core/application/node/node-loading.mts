/** What Node does by itself, asked through the rest of the chain. What it fails with is Node's, as if we were not there. */

import { throwOn, withoutHooks } from './node-error.mts'
import { extensionOf, fileTarget, isNativeExtension, isRelative } from '../../native.mts'
import { resolved } from '../output.mts'
import { isRequire } from './require.mts'
import type {
  LoadFnOutput,
  LoadHookContext,
  ResolveFnOutput,
  ResolveHookContext,
} from 'node:module'
import type { ModuleStore } from '../module-store.mts'
import type { Requester } from '../requester.mts'

export type NextResolve = (
  specifier: string,
  context?: Partial<ResolveHookContext>,
) => ResolveFnOutput
export type NextLoad = (url: string, context?: Partial<LoadHookContext>) => LoadFnOutput

export interface NodeLoadingOptions {
  readonly requester: Requester
  readonly store: ModuleStore
  /** Our own folder's URL. */
  readonly ownURL: string
}

export class NodeLoading {
  readonly #options: NodeLoadingOptions

  constructor(options: NodeLoadingOptions) {
    this.#options = options
  }

  /** Node's own resolution. What it fails with is Node's, and does not show that we were in between. */
  resolve(specifier: string, context: ResolveHookContext, next: NextResolve): ResolveFnOutput {
    const { ownURL, requester } = this.#options
    // Taken now: `next` changes the context that it is given.
    const { conditions, parentURL } = context
    try {
      return next(specifier, context)
    } catch (error) {
      const target = fileTarget(specifier, parentURL)
      if (target !== undefined && requester.claims(specifier, context).schemes.includes('file:')) {
        // A loader that claims `file:` may know files that are not there.
        return resolved(requester.module(target, context, specifier), context.conditions)
      }
      // A file that only we could have loaded: the error is to show the importing line, as ours do. Of a `require` it does.
      const isOurs = isRelative(specifier) && !isNativeExtension(extensionOf(specifier) || 'js')
      if (isOurs && !isRequire(conditions)) throw requester.placed(error, specifier, parentURL)
      throwOn(withoutHooks(error, ownURL))
    }
  }

  /** Node's own loading. What fails is a file of a kind that nobody knows: with the importing line, as ours are. */
  load(url: string, context: LoadHookContext, next: NextLoad): LoadFnOutput {
    const { ownURL, requester, store } = this.#options
    try {
      return next(url, context)
    } catch (error) {
      const importer = store.importerOf(url)
      if (importer?.parentURL === undefined) throwOn(withoutHooks(error, ownURL))
      throw requester.placed(error, importer.specifier, importer.parentURL)
    }
  }
}
