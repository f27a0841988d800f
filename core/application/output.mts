/** What the two hooks return to Node for a module of ours. */

import { addonText } from './node/addon.mts'
import { provideCreateRequire } from './node/create-require.mts'
import { keepFromHandlers } from './node/extension-handlers.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { requestKey } from '../bridge/protocol.mts'
import { facade, isRequire, jsonFacade } from './node/require.mts'
import { enableSourceMaps } from './source-maps.mts'
import type { LoadFnOutput, LoadHookContext, ResolveFnOutput } from 'node:module'
import type { ModuleStore } from './module-store.mts'
import type { NodeModule } from '../types.mts'

type Conditions = Iterable<string> | undefined

/**
 * Whether `require` of a module gets a module that imports it: an ES module, WebAssembly or JSON under a URL that is no
 * file's. Node would make an instance of its own; of WebAssembly none, since it ends the process.
 */
function isByFacade({ url, format }: NodeModule, conditions: Conditions): boolean {
  const isShared = format === 'module' || format === 'wasm' || format === 'json'
  return isShared && !url.startsWith('file:') && isRequire(conditions)
}

/** What a resolve hook returns for a module. `require` believes the format that is said here, and no later one. */
export function resolved(module: NodeModule, conditions: Conditions): ResolveFnOutput {
  const { url, format } = module
  keepFromHandlers(module, isRequire(conditions))
  const runsAs = format === 'addon' ? 'commonjs' : format
  return {
    url,
    format: isByFacade(module, conditions) ? 'module' : runsAs,
    shortCircuit: true,
  }
}

/**
 * The module that a load hook is asked for: with its source, or without where what stands in for it needs none; `undefined`
 * when it is not known here, or Node has taken its source.
 */
export function moduleToLoad(
  store: ModuleStore,
  url: string,
  { conditions, importAttributes }: LoadHookContext,
): NodeModule | undefined {
  const type = importAttributes?.['type']
  const ready = store.module(url, type)
  if (ready !== undefined) return ready
  const known = store.loaded(url, type)
  return known !== undefined && isByFacade(known, conditions) ? known : undefined
}

/** The error for WebAssembly that a loader made of a file: Node requires a file's module under its own URL, or not at all. */
function notRequired(url: string): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_UNSUPPORTED_FORMAT',
    `Cannot require '${escapeText(url)}': it is WebAssembly in a local file, which Node can only import: import it`,
    { url },
  )
}

export interface LoadedOptions {
  readonly store: ModuleStore
  /** A file: URL in the project's root. */
  readonly rootURL: string
}

/** What a load hook returns for a module whose source is there. */
export function loaded(
  module: NodeModule,
  { conditions, importAttributes }: LoadHookContext,
  { store, rootURL }: LoadedOptions,
): LoadFnOutput {
  const { url, format, origin, source } = module
  const type = importAttributes?.['type']
  if (isByFacade(module, conditions)) {
    if (format !== 'json') return facade(url, module)
    // The import in it is another request, for the same text.
    const { specifier } = origin
    const asJson = { specifier, parentURL: undefined, importAttributes: { type: 'json' } }
    if (source !== undefined) store.keep(requestKey(asJson), module)
    store.taken(url, type)
    return jsonFacade(url)
  }
  // ! Node ends the process when it is given bytes here.
  if (format === 'wasm' && isRequire(conditions)) throw notRequired(url)
  // What was required may be imported, too, and Node asks again then. The text costs nothing: the program holds it.
  const isKept = format === 'commonjs' && !url.startsWith('file:') && isRequire(conditions)
  if (!isKept) store.taken(url, type)
  if (module.mapped) enableSourceMaps(url)
  if (!url.startsWith('file:')) provideCreateRequire({ store, rootURL })
  if (format === 'addon') {
    return { format: 'commonjs', source: addonText(url, source), shortCircuit: true }
  }
  return { format, source: source!, shortCircuit: true }
}
