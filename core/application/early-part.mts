/**
 * What starts the engine's thread early, in the repository: modules that are loaded when they are needed. In the package it
 * is one script, by `built-early-part.mts`.
 */

import { modules } from './builtins.mts'
import { requireOwn, requiresModules } from '../own-require.mts'
import type * as Early from './early.mts'

/** Loads it, now; `undefined` where that cannot be: then nothing is started early. */
export function loadEarly(self: string): typeof Early | undefined {
  if (!requiresModules()) return undefined
  return requireOwn<typeof Early>(modules().createRequire(self), './core/application/early.mts')
}
