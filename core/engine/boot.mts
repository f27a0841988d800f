/** Brings the engine up: the limits in force, the loaders found, imported and registered. */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { configureCache } from '../cache/cache-options.mts'
import { configureCommand } from '../resource/command.mts'
import { configureHeaders } from '../resource/credentials/origin-headers.mts'
import { configureProtection } from '../resource/protection.mts'
import { shareReloaded } from '../resource/reloaded.mts'
import { findLoaders, importLoader } from './discover.mts'
import { Engine } from './engine.mts'
import { invoke } from './invocation.mts'
import { configureImportMap } from '../import-map.mts'
import { configureLimits, timeouts } from '../limits.mts'
import { configurePolicy } from '../policy/policy.mts'
import { Packing } from './packing.mts'
import { register } from './registration.mts'
import { Registry } from './registry.mts'
import { shippedLoader } from './shipped.mts'
import { configureSourceMaps } from '../source-map/source-map.mts'
import { configureVendor } from '../lock/vendor.mts'
import { Lock } from '../lock/lock.mts'
import type { Candidate } from './discover.mts'
import type { PackingOptions } from './packing.mts'
import type { Registration } from './registration.mts'
import type { Settings } from '../settings.mts'
import type { NodeModule } from '../types.mts'

/** The lock, and the folder of bodies that belongs to it. It is read when a module of the network is asked for. */
function lockOf(
  { lock: settings = { file: '', mode: 'off' } }: Settings,
  onUnsaved: (isUnsaved: boolean) => void,
): Lock {
  configureVendor(settings.mode === 'off' ? undefined : settings.vendor)
  return new Lock({ settings, onUnsaved })
}

/** Who is told whether something is not on the disk yet. */
export interface Owed {
  readonly lock?: (isOwed: boolean) => void
  readonly cache?: (isOwed: boolean) => void
}

/** Imports a loader, or takes one that ships with us, and checks it. */
export async function registered(candidate: Candidate, signal: AbortSignal): Promise<Registration> {
  const namespace = shippedLoader(candidate)
  if (namespace !== undefined) return register(namespace, candidate)
  const url = pathToFileURL(candidate.file).href
  const who = { loader: candidate.name, export: 'its top level', url }
  return invoke(who, signal, () => importLoader(candidate))
}

/** What is added to the program's pack. */
export type PackedOptions = Omit<PackingOptions, 'lock'>

/**
 * Makes an engine with all loaders of `settings`.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_LOADER, ERR_MIMEPORT_LOADER_CONFLICT, and what an import of a loader that
 * never ends, or ends the thread, becomes.
 */
export async function boot(
  settings: Settings,
  push: (key: string, module: NodeModule) => void,
  owed: Owed = {},
  packed?: PackedOptions,
): Promise<{ engine: Engine; registry: Registry }> {
  configureLimits(settings.limits, settings.timeouts)
  configureSourceMaps(settings.sourceMaps)
  configureImportMap(settings.importMap)
  configurePolicy(settings.policy ?? {}, settings.file ?? join(settings.root, 'mimeport.json'))
  configureCache(settings.cache ?? {}, owed.cache)
  configureCommand(settings.command ?? [])
  configureHeaders(settings.headers ?? {}, settings.file ?? '')
  configureProtection(settings)
  if (settings.reloaded !== undefined) shareReloaded(settings.reloaded)
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), timeouts.total).unref()
  try {
    const loaders: Registration[] = []
    // One after another: an error at a loader's top level is then that loader's.
    for (const candidate of findLoaders(settings)) {
      loaders.push(await registered(candidate, deadline.signal))
    }
    const registry = new Registry(loaders)
    const note = (isUnsaved: boolean): void => {
      owed.lock?.(isUnsaved)
      if (!isUnsaved) packing?.touch()
    }
    const lock = lockOf(settings, note)
    const packing = packed && new Packing({ ...packed, lock })
    return { engine: new Engine(registry, push, lock, packing), registry }
  } finally {
    clearTimeout(timer)
  }
}
