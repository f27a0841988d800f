/** `preload`: the work of an import, without blocking the thread that asks. */

import { requestKey } from '../bridge/protocol.mts'
import { isAbsolute, isRelative } from '../native.mts'
import { modules, paths, urls } from './builtins.mts'
import { LoaderError } from '../errors.mts'
import { received } from '../text.mts'
import { placeAt } from './import-error.mts'
import { resolveEvent, succeed } from './traced-requester.mts'
import { addressFor } from '../policy/naming.mts'
import type { Bridge } from '../bridge/client.mts'
import type { Events } from './events.mts'
import type { LoadRequest, NodeModule } from '../types.mts'
import type { ModuleStore } from './module-store.mts'

export type Preload = (specifier: string | URL, parentURL?: string | URL) => Promise<string>

export interface PreloadOptions {
  readonly bridge: Bridge
  readonly store: ModuleStore
  readonly events: Events
  /** What a relative specifier is relative to when the caller does not say. */
  readonly rootURL: string
  readonly ownURL: string
}

/** The importing module by its URL: a program may have its path at hand, `__filename`. */
export function urlOf(parent: string): string {
  return paths().isAbsolute(parent) ? urls().pathToFileURL(parent).href : parent
}

function invalid(verb: string, specifier: unknown): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_INVALID_SPECIFIER',
    `Cannot ${verb} ${received(specifier)}: a specifier is a URL, a path that begins with './', '../' or '/', or a name`,
  )
}

/**
 * Checks what a function of ours is given; the result gives an error the stack of whoever called that, and throws it.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER
 */
export function callerOf(
  verb: string,
  specifier: unknown,
  ownURL: string,
  called: (...args: never) => unknown,
): (error: unknown) => never {
  const caller: { stack?: string } = {}
  Error.captureStackTrace(caller, called)
  const fail = (error: unknown): never => {
    throw placeAt(error as Error, caller.stack, ownURL)
  }
  const isSpecifier = typeof specifier === 'string' || specifier instanceof URL
  return isSpecifier && String(specifier) !== '' ? fail : fail(invalid(verb, specifier))
}

/** Makes `preload`. Builtins and bare names are Node's to load, and nothing is to be done for them. */
export function makePreload({ bridge, store, events, rootURL, ownURL }: PreloadOptions): Preload {
  return async function preload(specifier, parentURL) {
    const fail = callerOf('preload', specifier, ownURL, preload)
    const wanted = String(specifier)
    const parent = parentURL === undefined ? rootURL : urlOf(String(parentURL))
    try {
      const address = addressFor(wanted, parent)
      const meant = address ?? wanted
      if (modules().isBuiltin(meant) || !(isAbsolute(meant) || isRelative(meant))) return meant
      const isLocal = isRelative(meant) && parent.startsWith('file:')
      const request: LoadRequest = {
        specifier: isLocal ? new URL(meant, parent).href : meant,
        parentURL: parent,
        parent: store.originOf(parent),
        importAttributes: {},
        conditions: ['node', 'import'],
        ...(address !== undefined && { mapped: true }),
      }
      const make = async (): Promise<NodeModule> => {
        const made = await bridge.callAsync('preload', request)
        store.keep(requestKey(request), made)
        events.flush()
        return made
      }
      if (!events.isWatched) return (await make()).url
      const event = resolveEvent(wanted, parent, '', 'preload')
      const traced = async () => {
        const made = await make()
        succeed(event, made, 'engine')
        return made.url
      }
      return await events.resolve.tracePromise(traced, event)
    } catch (error) {
      return fail(error)
    }
  }
}
