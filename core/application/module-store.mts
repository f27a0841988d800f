/** What this thread knows of modules: where each came from, what a request led to, and sources on their way to Node. */

import { fs, urls } from './builtins.mts'
import { isStampOf } from '../stamp.mts'
import type { ImportSite, ModuleOrigin, NodeModule } from '../types.mts'

/** Where a module came from. */
export interface KnownModule extends ModuleOrigin {
  /** A local file that Node loads by itself. */
  readonly native: boolean
}

/** Who imported a module first, in what words: for errors that come when nobody says any more. */
export interface Importer {
  readonly specifier: string
  readonly parentURL: string | undefined
}

/** Requests and positions remembered. A program that imports without end must not grow these. */
const CAPACITY = 20_000

/** Adds to a map whose oldest entries make room. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > CAPACITY) map.delete(map.keys().next().value!)
}

/** The import's attribute in a request's key. */
function goalOf(key: string): string {
  return key.slice(0, key.indexOf('\n'))
}

function isLocal({ url, native }: NodeModule): boolean {
  return !native && url.startsWith('file:')
}

/** Whether a local file that was made ahead is what it was before it was read. */
function isUnchanged({ url, stamp }: NodeModule): boolean {
  if (stamp === undefined) return false
  try {
    return isStampOf(fs().statSync(urls().fileURLToPath(url)), stamp)
  } catch {
    return false
  }
}

/** By URL: where modules came from. */
export type Origins = Map<string, KnownModule>

export class ModuleStore {
  /** Never forgotten: a module may import others for as long as it lives, and Node never unloads one. */
  readonly #origins: Origins
  /** By URL: where a module names what it imports. Searched for errors alone. */
  readonly #positions = new Map<string, readonly ImportSite[]>()
  /** By request: the module, without its source. */
  readonly #resolved = new Map<string, NodeModule>()
  /** By goal and URL: modules that Node has not loaded yet. */
  readonly #ready = new Map<string, NodeModule>()
  /** By URL: local files that are Node's to load. */
  readonly #importers = new Map<string, Importer>()
  /** By goal and URL: what a local file failed with. Its import fails; to resolve it is no failure. */
  readonly #failed = new Map<string, Error>()
  /** By goal and URL: modules that Node has loaded, without their source; `undefined` for one that was made anew. */
  readonly #taken = new Map<string, NodeModule | undefined>()

  /** `origins`: those that this thread knows of already, which are added to. */
  constructor(origins: Origins = new Map()) {
    this.#origins = origins
  }

  originOf(url: string): KnownModule | undefined {
    return this.#origins.get(url)
  }

  /** Where a module names a specifier that it imports statically. */
  positionOf(url: string, specifier: string): string | undefined {
    return this.#positions.get(url)?.findLast((each) => each.specifier === specifier)?.position
  }

  /** What a request led to. A local file that has changed before Node has loaded it is made anew. */
  resolved(key: string): NodeModule | undefined {
    const module = this.#resolved.get(key)
    if (module === undefined || !isLocal(module)) return module
    return this.#taken.has(`${goalOf(key)}\n${module.url}`) || isUnchanged(module)
      ? module
      : undefined
  }

  /** The module of a local file that was made ahead, where the file is what it was. */
  pushed(key: string): NodeModule | undefined {
    const module = this.#resolved.get(key)
    return module !== undefined && isLocal(module) && isUnchanged(module) ? module : undefined
  }

  /** Keeps what a request led to, under the key of the request. */
  keep(key: string, module: NodeModule): void {
    const { url, origin, imports, source, native } = module
    const goal = `${goalOf(key)}\n${url}`
    // A push that comes after its module was asked for, and answered. An answer that comes after one without its source is news.
    const isNews = source !== undefined && !this.#ready.has(goal) && !this.#taken.has(goal)
    if (this.#resolved.has(key) && !isLocal(module) && !isNews) return
    remember(this.#resolved, key, { ...module, source: undefined, imports: [] })
    if (source !== undefined && !this.#taken.has(goal)) remember(this.#ready, goal, module)
    this.#origins.set(url, { ...origin, native })
    if (imports.length === 0 || this.#positions.has(url)) return
    remember(this.#positions, url, imports)
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

  /** The module without its source, once Node has taken that. */
  loaded(url: string, type: string | undefined): NodeModule | undefined {
    return this.#taken.get(`${type ?? ''}\n${url}`)
  }

  /** Node has the source: it is not kept twice. */
  taken(url: string, type: string | undefined): void {
    const goal = `${type ?? ''}\n${url}`
    const module = this.#ready.get(goal)
    this.#ready.delete(goal)
    const known =
      module === undefined ? this.#taken.get(goal) : { ...module, source: undefined, imports: [] }
    remember(this.#taken, goal, known)
  }
}
