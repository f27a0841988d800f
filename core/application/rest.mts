/** The application thread's half beyond the gate, in the repository: modules that are loaded when they are needed. */

import { modules } from './builtins.mts'
import { LoaderError } from '../errors.mts'
import type * as Rest from './attach.mts'

/**
 * Loads it, now. In the package it is one file: `built-rest.mts`.
 * @param self the registered file's URL
 * @throws {LoaderError} ERR_MIMEPORT_ENGINE_START
 */
export function loadRest(self: string): typeof Rest {
  const { features } = process as { features: { readonly require_module?: boolean } }
  if (features.require_module === false) {
    throw new LoaderError(
      'ERR_MIMEPORT_ENGINE_START',
      'The source of mimeport cannot be loaded by a Node whose `require` takes no ES modules (--no-require-module): build the package (npm run build), and preload its loader.mjs',
    )
  }
  const require = modules().createRequire(self)
  return require('./core/application/attach.mts') as typeof Rest
}
