/**
 * The part of this half that makes local files, in the repository: modules that are loaded when they are needed. In the
 * package it is one script, by `built-local-part.mts`. docs/decisions/039-local-files-at-once.md
 */

import { modules } from './builtins.mts'
import { requireOwn, requiresModules } from '../own-require.mts'
import type { Local, LocalOptions } from '../local/local.mts'
import type { LocalLoader, LocalLoaders } from '../local/chain.mts'

export interface LocalPart {
  readonly open: (options: Omit<LocalOptions, 'loaders'>) => Local
  /** Keeps what V8 has compiled of it, where that was not kept yet. */
  readonly keep?: () => void
}

/** Whether it is being loaded, by `require`: what that asks for is Node's, loaders of ours among it. */
export let isLoading = false

/** Loads it, now; `undefined` where that cannot be. Never throws: the engine can do all that it can. */
export function loadLocalPart(self: string): LocalPart | undefined {
  if (!requiresModules()) return undefined
  isLoading = true
  try {
    const require = modules().createRequire(self)
    const take = <T,>(path: string): T => requireOwn(require, path)
    const { Local: Part } = take<{ Local: typeof Local }>('./core/local/local.mts')
    const loaders: LocalLoaders = {
      ...take<Pick<LocalLoaders, 'bodyOf'>>('./loaders/file/local.mts'),
      transforming: ['fenced-md', 'typescript'].map((name) =>
        take<LocalLoader>(`./loaders/${name}/local.mts`),
      ),
    }
    return { open: (options) => new Part({ ...options, loaders }) }
  } catch {
    return undefined
  } finally {
    isLoading = false
  }
}
