/** What `--import` registers: small, quick, and only once in a thread. Also the package's main module. */

import { attach } from './core/application/attach.mts'
import type { Mimeport } from './core/application/attach.mts'

const mimeport: Mimeport = attach({
  self: import.meta.url,
  builtIn: ['data', 'fenced-md', 'file', 'github', 'http', 'json', 'shebang', 'text', 'typescript'],
})

/**
 * Fetches and transforms a module and everything that it imports statically, without blocking this thread: a server can
 * answer requests meanwhile, and then `import()` the module in microseconds.
 * @param specifier as in `import()`; a relative one needs `parentURL` (`import.meta.url`)
 * @returns the module's URL
 * @throws {LoaderError} as the import would
 */
export const preload: Mimeport['preload'] = mimeport.preload
export { LoaderError } from './core/errors.mts'
