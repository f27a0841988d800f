/** The project whose modules are bundled: its configuration, and an engine for it, which answers as it does at run time. */

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Bridge } from '../../core/bridge/client.mts'
import { requestKey } from '../../core/bridge/protocol.mts'
import { builtIn } from '../../core/application/built-in.mts'
import { readSettings } from '../../core/application/config/config.mts'
import { configureImportMap } from '../../core/import-map.mts'
import { configurePolicy } from '../../core/policy/policy.mts'
import type { Claims } from '../../core/claims.mts'
import type { Settings } from '../../core/settings.mts'
import type { LoadRequest, ModuleOrigin, NodeModule } from '../../core/types.mts'

export interface Importer {
  readonly url: string
  readonly origin?: ModuleOrigin
}

export interface Wanted {
  readonly specifier: string
  readonly parent: Importer | undefined
  /** The import's `type`, or ''. */
  readonly type: string
  /** Whether the project itself names it, by its import map or its externals. */
  readonly mapped?: boolean
}

/** Node's conditions for an import. */
const conditions = ['node', 'import', 'module-sync', 'node-addons']

export class Project {
  readonly root: string
  readonly #bridge: Bridge
  readonly #settings: Settings
  readonly #pushed = new Map<string, NodeModule>()
  /** By type and URL: modules with their sources. */
  readonly #modules = new Map<string, NodeModule>()
  #claims: Promise<Claims> | undefined

  /**
   * @param base URL of our own folder
   * @param extension of our own files: source runs as .mts, the package as .mjs
   * @throws {LoaderError} ERR_MIMEPORT_CONFIG
   */
  constructor(folder: string, loaders: readonly (string | URL)[], base: URL, extension: string) {
    const self = new URL(`loader${extension}`, base).href
    // The program is whatever is bundled: that it lies in this folder is all that is known.
    const entry = join(folder, 'package.json')
    const read = readSettings({ self, loaders: new URL('loaders/', base), builtIn, entry })
    const more = loaders.map((from) => ({ from: sourceOf(from, folder), project: true }))
    const settings = { ...read, sources: [...more, ...read.sources], sourceMaps: true, command: [] }
    this.root = settings.root
    this.#settings = settings
    this.#bridge = new Bridge({
      settings,
      entry: new URL(`core/bridge/worker${extension}`, base),
      onPush: (key, module) => void this.#pushed.set(key, module),
    })
  }

  /** Puts the project's own words in force, for what is asked next: a process may bundle several projects. */
  enter(): void {
    const { file, importMap, policy, root } = this.#settings
    configurePolicy(policy ?? {}, file ?? join(root, 'mimeport.json'))
    configureImportMap(importMap)
  }

  /** What the project's loaders ask for beyond what Node cannot load. */
  claims(): Promise<Claims> {
    this.#claims ??= this.#bridge.callAsync('claims', undefined)
    return this.#claims
  }

  /**
   * Makes the module that an import leads to, or takes the one that was made before.
   * @param anew whether it may have changed since
   * @throws what the import would fail with
   */
  async module({ specifier, parent, type, mapped }: Wanted, anew = false): Promise<NodeModule> {
    const request: LoadRequest = {
      specifier,
      parentURL: parent?.url,
      parent: parent?.origin,
      importAttributes: type === '' ? {} : { type },
      conditions,
      ...(mapped === true && { mapped }),
      ...(anew && { again: true }),
    }
    this.#bridge.drain()
    const key = requestKey(request)
    const ahead = anew ? undefined : this.#pushed.get(key)
    this.#pushed.delete(key)
    // Pushed while it was asked for: it came before the answer that says so.
    const found = ahead ?? (await this.#bridge.callAsync('load', request)) ?? this.#pushed.get(key)
    this.#pushed.delete(key)
    if (found === undefined)
      return this.module({ specifier, parent, type, ...(mapped && { mapped }) }, true)
    const known = `${type}\n${found.url}`
    if (found.source !== undefined || found.native) this.#modules.set(known, found)
    // The engine sends a text once.
    const whole = this.#modules.get(known)
    if (whole !== undefined) return { ...found, source: whole.source, mapped: whole.mapped }
    if (found.external !== undefined || anew) return found
    return this.module({ specifier: found.origin.specifier, parent: undefined, type }, true)
  }
}

function sourceOf(from: string | URL, folder: string): string {
  const text = from instanceof URL || from.startsWith('file:') ? fileURLToPath(from) : from
  return /^\.{1,2}(?:[/\\]|$)/.test(text) ? join(folder, text) : text
}
