/** The host project's packages, for modules that are no files: Node cannot look one up from such a URL. */

import { LoaderError, escapeText } from '../errors.mts'
import { modules } from './builtins.mts'
import { parseURL } from '../native.mts'
import { isRequire } from './node/require.mts'
import type { ResolveFnOutput, ResolveHookContext } from 'node:module'
import type { NextResolve } from './node/node-loading.mts'
import type { Requester } from './requester.mts'

/** The error for a bare name that is imported. Node's own would name the program as the importer, and print the name as it came. */
function noPackage(specifier: string, parentURL: string | undefined, rootURL: string): LoaderError {
  return new LoaderError(
    'ERR_MODULE_NOT_FOUND',
    `Cannot find package '${escapeText(specifier)}' imported from '${escapeText(parentURL ?? '')}': a bare name in a module that is no file means a package of the program's, and '${rootURL}' has none of this name`,
    { url: specifier },
  )
}

/** The error for `#name`. */
function noImports(specifier: string, parentURL: string | undefined): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_INVALID_SPECIFIER',
    `Cannot resolve '${escapeText(specifier)}' imported from '${escapeText(parentURL ?? '')}': a module that is no file has no package whose "imports" it could mean`,
    { url: specifier },
  )
}

/** The error for a bare name that is required: with the code that Node's has there, for which programs look. */
function noRequiredPackage(
  specifier: string,
  parentURL: string | undefined,
  rootURL: string,
): Error {
  const { message } = noPackage(specifier, parentURL, rootURL)
  const requireStack = parentURL === undefined ? [] : [parentURL]
  return Object.assign(new Error(message), { code: 'MODULE_NOT_FOUND', requireStack })
}

/**
 * Whether a name leaves the folder of its package, as both of Node's module systems read it: a URL loses tabs and line ends,
 * has `%2e` for `.`, and `\` for `/`.
 */
function isWayOut(specifier: string): boolean {
  return /[/\\](?:\.|%2e){2}(?:[/\\?#]|$)/i.test(specifier.replace(/[\t\n\r]/g, ''))
}

/** Refuses what a module from the network may not have; its arguments are a URL, and who asked for it in what words. */
export type Refuse = (url: string, specifier: string, parentURL: string | undefined) => void

/** Resolves a specifier that is neither relative nor absolute, for a module that is no file. */
export function external(
  { requester, rootURL }: { readonly requester: Requester; readonly rootURL: string },
  refuse: Refuse,
  specifier: string,
  context: ResolveHookContext,
  nextResolve: NextResolve,
): ResolveFnOutput {
  // Taken now: `next` changes the context that it is given.
  const { parentURL } = context
  // Node trims a specifier that is a URL.
  const base = isWayOut(specifier) ? new URL('node_modules/', rootURL).href : undefined
  const url = parseURL(specifier, base)
  if (url !== null) refuse(url.href, specifier, parentURL)
  if (specifier.startsWith('#')) {
    throw requester.placed(noImports(specifier, parentURL), specifier, parentURL)
  }
  try {
    if (!isRequire(context.conditions)) {
      return nextResolve(specifier, { ...context, parentURL: rootURL })
    }
    // `require` looks in the folders of its own module, whatever a hook says of the parent.
    return nextResolve(modules().createRequire(rootURL).resolve(specifier), context)
  } catch (error) {
    const { code } = error as { code?: string }
    const isMissing = code === 'ERR_MODULE_NOT_FOUND'
    const failure = isMissing ? noPackage(specifier, parentURL, rootURL) : error
    const isUnfound = code === 'MODULE_NOT_FOUND'
    const thrown = isUnfound ? noRequiredPackage(specifier, parentURL, rootURL) : failure
    throw requester.placed(thrown, specifier, parentURL)
  }
}
