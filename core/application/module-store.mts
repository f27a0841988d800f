/** What this thread knows of modules: where each came from, what a request led to, and sources on their way to Node. */

import type { ModuleOrigin, NodeModule } from '../types.mts'

/** Where a module came from, kept as long as the module may import others. */
export interface KnownModule extends ModuleOrigin {
  /** A local file that Node loads by itself. */
  readonly native: boolean
  /** Where it names what it imports: specifier → `line:column`. */
  readonly positions: ReadonlyMap<string, string> | undefined
}

/** Who imported a module first, in what words: for errors that come when nobody says any more. */
export interface Importer {
  readonly specifier: string
  readonly parentURL: string | undefined
}

/** Requests and origins remembered. Node never unloads a module; a program that imports without end must not grow ours. */
const CAPACITY = 20_000

/** Adds to a map whose oldest entries make room. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > CAPACITY) map.delete(map.keys().next().value!)
}

export class ModuleStore {
  readonly #origins = new Map<string, KnownModule>()
  /** By request: the module, without its source. */
  readonly #resolved = new Map<string, NodeModule>()
  /** By goal and URL: modules that Node has not loaded yet. */
  readonly #ready = new Map<string, NodeModule>()
  /** By URL: local files that are Node's to load. */
  readonly #importers = new Map<string, Importer>()
  /** By goal and URL: what a local file failed with. Its import fails; to resolve it is no failure. */
  readonly #failed = new Map<string, Error>()
  /** By goal and URL: modules that Node has loaded. */
  readonly #taken = new Map<string, true>()

  originOf(url: string): KnownModule | undefined {
    return this.#origins.get(url)
  }

  /** Where a module names a specifier that it imports statically. */
  positionOf(url: string, specifier: string): string | undefined {
    return this.#origins.get(url)?.positions?.get(specifier)
  }

  resolved(key: string): NodeModule | undefined {
    return this.#resolved.get(key)
  }

  /** Keeps what a request led to, under the key of the request. `type`: the import's attribute. */
  keep(key: string, module: NodeModule, type: string | undefined): void {
    // A push that comes after its module was asked for, and answered.
    if (this.#resolved.has(key)) return
    const { url, origin, imports, source, native } = module
    remember(this.#resolved, key, { ...module, source: undefined, imports: [] })
    const goal = `${type ?? ''}\n${url}`
    if (source !== undefined && !this.#taken.has(goal)) remember(this.#ready, goal, module)
    if (this.#origins.has(url)) return
    const positions =
      imports.length === 0
        ? undefined
        : new Map(imports.map(({ specifier, position }) => [specifier, position]))
    remember(this.#origins, url, { ...origin, native, positions })
  }

  /** Keeps who imports a file that Node is going to load. */
  keepImporter(url: string, importer: Importer): void {
    remember(this.#importers, url, importer)
  }

  importerOf(url: string): Importer | undefined {
    return this.#importers.get(url)
  }

  /** Keeps what a file failed with until Node loads it. */
  keepFailure(url: string, type: string | undefined, error: Error): void {
    remember(this.#failed, `${type ?? ''}\n${url}`, error)
  }

  /** What a file failed with: once, since the next import tries again. */
  takeFailure(url: string, type: string | undefined): Error | undefined {
    const goal = `${type ?? ''}\n${url}`
    const error = this.#failed.get(goal)
    this.#failed.delete(goal)
    return error
  }

  /** The module with its source, until Node has taken it. */
  module(url: string, type: string | undefined): NodeModule | undefined {
    return this.#ready.get(`${type ?? ''}\n${url}`)
  }

  /** Node has the source: it is not kept twice. */
  taken(url: string, type: string | undefined): void {
    const goal = `${type ?? ''}\n${url}`
    this.#ready.delete(goal)
    remember(this.#taken, goal, true)
  }
}
