/** `preload`: the work of an import, without blocking the thread that asks. */

import { requestKey } from '../bridge/protocol.mts'
import { isAbsolute, isRelative } from '../native.mts'
import { modules } from './builtins.mts'
import { placeAt } from './import-error.mts'
import type { Bridge } from '../bridge/client.mts'
import type { LoadRequest } from '../types.mts'
import type { ModuleStore } from './module-store.mts'

export type Preload = (specifier: string | URL, parentURL?: string | URL) => Promise<string>

export interface PreloadOptions {
  readonly bridge: Bridge
  readonly store: ModuleStore
  /** What a relative specifier is relative to when the caller does not say. */
  readonly rootURL: string
  readonly ownURL: string
}

/** Makes `preload`. Builtins and bare names are Node's to load, and nothing is to be done for them. */
export function makePreload({ bridge, store, rootURL, ownURL }: PreloadOptions): Preload {
  return async function preload(specifier, parentURL) {
    const wanted = String(specifier)
    const caller: { stack?: string } = {}
    Error.captureStackTrace(caller, preload)
    if (modules().isBuiltin(wanted) || !(isAbsolute(wanted) || isRelative(wanted))) return wanted
    const parent = parentURL === undefined ? rootURL : String(parentURL)
    const isLocal = isRelative(wanted) && parent.startsWith('file:')
    const request: LoadRequest = {
      specifier: isLocal ? new URL(wanted, parent).href : wanted,
      parentURL: parent,
      parent: store.originOf(parent),
      importAttributes: {},
      conditions: ['node', 'import'],
    }
    try {
      const made = await bridge.callAsync('preload', request)
      store.keep(requestKey(request), made)
      return made.url
    } catch (error) {
      throw placeAt(error as Error, caller.stack, ownURL)
    }
  }
}
