/** What `--import` registers: small, quick, and only once in a thread. Also the package's main module. */

import { open } from './core/application/gate.mts'
import { builtIn } from './core/application/built-in.mts'
import type { LoaderListing } from './core/loader-listing.mts'
import type { RegisterOptions } from './core/application/config/given.mts'
import type { Registered } from './core/application/registrations.mts'
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
export const register: (options?: RegisterOptions) => Registered = mimeport.register

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
export type { RegisterOptions } from './core/application/config/given.mts'
export type { Registered } from './core/application/registrations.mts'
export { LoaderError } from './core/errors.mts'
export type { ErrorCode, LoaderErrorDetails } from './core/errors.mts'
export type {
  Execute,
  ExecuteContext,
  Format,
  HeaderRecord,
  Loader,
  LoaderContext,
  LooseBody,
  LooseHeaders,
  LooseResponse,
  Setters,
  SourceMap,
  TransformResult,
} from './core/types.mts'
