/** What `--import` registers: small, quick, and only once in a thread. Also the package's main module. */

import { open } from './core/application/gate.mts'
import { builtIn } from './core/application/built-in.mts'
import type { LoaderListing } from './core/loader-listing.mts'
import type { Register } from './core/configuration.mts'
import type { Explain, Graph } from './core/explanation.mts'
import type { Loader } from './core/types.mts'

const mimeport = open({ self: import.meta.url, builtIn })

/**
 * Fetches and transforms a module and everything that it imports statically, without blocking this thread: a server can
 * answer requests meanwhile, and then `import()` the module in microseconds.
 * @param specifier as in `import()`; a relative one needs `parentURL` (`import.meta.url`)
 * @returns the module's URL
 * @throws {LoaderError} as the import would
 */
export const preload: (specifier: string | URL, parentURL?: string | URL) => Promise<string> =
  mimeport.preload

/**
 * Lists the loaders in force: where each is from, what it claims, in the order in which they are asked, what several
 * claim, and what cannot be used. Starts the engine, unless it runs.
 */
export const loaders: () => Promise<LoaderListing> = mimeport.loaders

/**
 * Puts other settings in force in this thread, for imports from now on: each option stands in the place of the
 * configuration's key, and without options the project's configuration goes as it is. Calls nest: the last one is in
 * force. docs/api.md
 * @returns `deregister`, which puts back what was in force before: the project's configuration where node's command line
 * preloads mimeport, and else imports are Node's own
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG naming the option; then nothing has changed
 */
export const register: Register = mimeport.register

/**
 * Tells the life of one import, without running anything and without blocking this thread: who answered for it, each
 * request, how its type was found, each transform, what the cache and the lock have to do with it, and where it fails. It is
 * made anew for that; the import of the same is not changed by it. docs/explain.md
 * @param specifier as in `import()`; a relative one needs `parentURL` (`import.meta.url`)
 * @param options as in `import()`: `{ with: { type: 'json' } }`
 * @returns plain data; what the import would fail with is its `error`
 * @throws {LoaderError} where there is no engine to ask, or no specifier
 */
export const explain: Explain = mimeport.explain

/**
 * Goes along all imports of a module, as far as its texts name them, and tells of each module what `explain` does. Nothing of
 * it is run. docs/explain.md
 * @param specifier as in `import()`; a relative one needs `parentURL` (`import.meta.url`)
 * @param options as in `import()`; with `texts: true` the modules' texts come along
 * @throws {LoaderError} where there is no engine to ask, or no specifier
 */
export const graph: Graph = mimeport.graph

/**
 * Returns a loader as it is, and gives it its types: `export default defineLoader({ … })`. Nothing happens at run time,
 * and in the engine, where loaders run, importing this file registers nothing. docs/decisions/016-define-loader.md
 */
export function defineLoader<const L extends Loader>(
  loader: L & Readonly<Record<Exclude<keyof L, keyof Loader>, never>>,
): L {
  return loader
}

export type {
  BrokenLoader,
  ListedLoader,
  LoaderConflict,
  LoaderListing,
} from './core/loader-listing.mts'
export type { Registered, RegisterOptions } from './core/configuration.mts'
export type { FetchEvent, FetchRequestEvent, ResolveEvent, TransformEvent } from './core/events.mts'
export { LoaderError } from './core/errors.mts'
export type { ErrorCode, LoaderErrorDetails } from './core/errors.mts'
export type {
  ExplainOptions,
  Explanation,
  GraphImport,
  GraphModule,
  GraphOptions,
  Hop,
  Identification,
  LockState,
  ModuleGraph,
  Transformation,
  WireConnection,
  WireRequest,
} from './core/explanation.mts'
export type { PackedError } from './core/packed-error.mts'
export type {
  Execute,
  ExecuteContext,
  Format,
  HeaderRecord,
  ImportSite,
  Loader,
  LoaderContext,
  LooseBody,
  LooseHeaders,
  LooseResponse,
  ModuleOrigin,
  Setters,
  SourceMap,
  TransformResult,
} from './core/types.mts'
