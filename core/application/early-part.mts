/**
 * What starts the engine's thread early, in the repository: modules that are loaded when they are needed. In the package it
 * is one script, by `built-early-part.mts`.
 */

import { modules } from './builtins.mts'
import { requireOwn, requiresModules } from '../own-require.mts'
import type * as Early from './early.mts'

/** Loads it, now; `undefined` where that cannot be: then nothing is started early. Never throws. */
export function loadEarly(self: string): typeof Early | undefined {
  try {
    const require = modules().createRequire(self)
    return requiresModules() ? requireOwn(require, './core/application/early.mts') : undefined
  } catch {
    // Whatever is wrong with it is said by the rest.
    return undefined
  }
}
