/** Brings the engine up: the limits in force, the loaders found, imported and registered. */

import { pathToFileURL } from 'node:url'
import { configureCache } from '../cache/http-cache.mts'
import { configureCommand } from '../resource/offline.mts'
import { configureHeaders } from '../resource/credentials/origin-headers.mts'
import { shareReloaded } from '../resource/reloaded.mts'
import { findLoaders, importLoader } from './discover.mts'
import { Engine } from './engine.mts'
import { invoke } from './invocation.mts'
import { configureLimits, timeouts } from '../limits.mts'
import { configurePolicy } from '../policy/policy.mts'
import { Registry } from './registry.mts'
import { configureSourceMaps } from './source-map/source-map.mts'
import type { Registration } from './registration.mts'
import type { Settings } from '../settings.mts'
import type { NodeModule } from '../types.mts'

/**
 * Makes an engine with all loaders of `settings`.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_LOADER, ERR_MIMEPORT_LOADER_CONFLICT, and what an import of a loader that
 * never ends, or ends the thread, becomes.
 */
export async function boot(
  settings: Settings,
  push: (key: string, module: NodeModule) => void,
): Promise<{ engine: Engine; registry: Registry }> {
  configureLimits(settings.limits, settings.timeouts)
  configureSourceMaps(settings.sourceMaps)
  configurePolicy(settings.policy ?? {})
  configureCache(settings.cache ?? {})
  configureCommand(settings.command ?? [])
  configureHeaders(settings.headers ?? {}, settings.file ?? '')
  if (settings.reloaded !== undefined) shareReloaded(settings.reloaded)
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), timeouts.total).unref()
  try {
    const loaders: Registration[] = []
    // One after another: an error at a loader's top level is then that loader's.
    for (const candidate of findLoaders(settings)) {
      const who = {
        loader: candidate.name,
        export: 'its top level',
        url: pathToFileURL(candidate.file).href,
      }
      loaders.push(await invoke(who, deadline.signal, () => importLoader(candidate)))
    }
    const registry = new Registry(loaders)
    return { engine: new Engine(registry, push), registry }
  } finally {
    clearTimeout(timer)
  }
}
