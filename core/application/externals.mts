/** The host project's packages, for modules that are no files: Node cannot look one up from such a URL. */

import { modules } from './builtins.mts'
import { isRequire } from './node/require.mts'
import { noImports, packageFailure, reachOf } from '../policy/package-name.mts'
import type { ResolveFnOutput, ResolveHookContext } from 'node:module'
import type { NextResolve } from './node/node-loading.mts'
import type { Requester } from './requester.mts'

/** Refuses what a module from the network may not have; its arguments are a URL, and who asked for it in what words. */
export type Refuse = (url: string, specifier: string, parentURL: string | undefined) => void

export interface ExternalOptions {
  readonly requester: Requester
  readonly rootURL: string
  readonly refuse: Refuse
  /** Calls what asks Node, and is not to be asked about it. */
  readonly aside: <T>(ask: () => T) => T
}

/**
 * Resolves a specifier that is neither relative nor absolute, for a module that is no file.
 * @param written as it stands in that module
 */
export function external(
  { requester, rootURL, refuse, aside }: ExternalOptions,
  specifier: string,
  context: ResolveHookContext,
  nextResolve: NextResolve,
  written = specifier,
): ResolveFnOutput {
  // Taken now: `next` changes the context that it is given.
  const { parentURL } = context
  const reach = reachOf(specifier, rootURL)
  if (reach !== undefined) refuse(reach, written, parentURL)
  if (specifier.startsWith('#')) {
    throw requester.placed(noImports(specifier, parentURL), written, parentURL)
  }
  try {
    if (!isRequire(context.conditions)) {
      return nextResolve(specifier, { ...context, parentURL: rootURL })
    }
    // `require` looks in the folders of its own module, whatever a hook says of the parent.
    const path = aside(() => modules().createRequire(rootURL).resolve(specifier))
    return nextResolve(path, context)
  } catch (error) {
    throw requester.placed(packageFailure(error, specifier, parentURL, rootURL), written, parentURL)
  }
}
