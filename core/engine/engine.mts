/** The engine: routes a request to its loader, takes it through the chain, and runs ahead along its imports. */

import { acquire } from './acquire.mts'
import { originOf, requestsOf } from './ahead.mts'
import { requestKey } from '../bridge/protocol.mts'
import { convert } from './convert.mts'
import { noteEnd } from '../deadline.mts'
import { importedFrom, withImporter } from './errand.mts'
import { LoaderError, escapeText } from '../errors.mts'
import { contradictsPackage } from './file-name.mts'
import { finish } from './finish.mts'
import { asGoal } from './goal.mts'
import { identify } from './identify.mts'
import { timeouts } from '../limits.mts'
import { importSitesOfFile } from './import-sites.mts'
import { isOffline, Missing } from './missing.mts'
import { resolveRelative } from './location.mts'
import { isRelative } from '../native.mts'
import { refuseLocalFile } from '../policy/policy.mts'
import { Queue } from './queue.mts'
import { Trail } from './trail.mts'
import type { Acquired } from './acquire.mts'
import type { Importer } from './ahead.mts'
import type { Errand } from './errand.mts'
import type { Registry } from './registry.mts'
import type { LoadRequest, NodeModule } from '../types.mts'

/** Modules and requests remembered. */
const CAPACITY = 20_000

/** Modules made ahead at a time, of one origin: what Node asks for meanwhile must find sockets and memory. */
const AHEAD = 64

export class Engine {
  readonly #registry: Registry
  /** Is told of each module that was made before anybody asked for it. */
  readonly #push: (key: string, module: NodeModule) => void
  /** By absolute specifier and goal: what is being made. A failure is forgotten, so that the next import tries again. */
  readonly #working = new Map<string, Promise<NodeModule>>()
  /** What was made and sent, without the source: a module that many import is fetched, made and sent once. */
  readonly #made = new Map<string, NodeModule>()
  /** Keys that were run ahead for, so that a ring of imports ends. */
  readonly #seen = new Set<string>()
  /** By key: what is being made ahead, or waits for its turn. */
  readonly #coming = new Map<string, Promise<NodeModule>>()
  /** Only what runs ahead waits here. What Node asks for does not. */
  readonly #queue = new Queue(AHEAD)
  readonly #missing = new Missing()
  /** Modules begun and ended, whatever became of them, and those that wait in the queue. */
  #begun = 0
  #ended = 0
  #waiting = 0

  constructor(registry: Registry, push: (key: string, module: NodeModule) => void) {
    this.#registry = registry
    this.#push = push
  }

  /** How many modules were made, or failed, and how many are known of: what a progress line shows. */
  get work(): { readonly made: number; readonly known: number } {
    return { made: this.#ended, known: this.#begun + this.#waiting }
  }

  /** Makes the module for a request, and starts on what it imports. */
  async load(request: LoadRequest): Promise<NodeModule> {
    const module = await this.#make(request).catch(async (error: unknown) => {
      if (isOffline(error)) await this.#besides(request)
      throw withImporter(await this.#missing.explain(error, this.#coming), request)
    })
    // What was made before has been run ahead of before: without this, a large ring would never end.
    if (module.source !== undefined) void this.#ahead(module)
    return module
  }

  /** Makes the module and all that it imports statically. A failure among these is left to the import. */
  async preload(request: LoadRequest): Promise<NodeModule> {
    const module = await this.#make(request).catch((error: unknown) => {
      throw withImporter(error, request)
    })
    // Now, and not with the answer: what the thread imports meanwhile may import this module, too.
    this.#push(requestKey(request), module)
    await this.#ahead(module, new Set())
    return { ...module, source: undefined }
  }

  async #make(request: LoadRequest): Promise<NodeModule> {
    // Unref'd: a deadline must not keep the event loop turning, or nobody would notice that it ran dry.
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), timeouts.total).unref()
    noteEnd(deadline.signal, timeouts.total)
    const errand: Errand = {
      registry: this.#registry,
      request,
      trail: new Trail(),
      signal: deadline.signal,
    }
    try {
      const specifier = await this.#route(errand)
      const key = `${request.importAttributes['type'] ?? ''}\n${specifier}`
      const made = request.again === true ? undefined : this.#made.get(key)
      const module = made ?? (await (this.#working.get(key) ?? this.#work(key, errand, specifier)))
      // A redirect may lead there, too. Here, since the work may be that of another request, which may have the file.
      refuseLocalFile(module.url, request.parentURL)
      this.#missing.found(module.origin.specifier)
      return module
    } finally {
      clearTimeout(timer)
    }
  }

  async #work(key: string, errand: Errand, specifier: string): Promise<NodeModule> {
    const work = this.#chain(errand, specifier)
    this.#working.set(key, work)
    this.#begun += 1
    try {
      const module = await work
      this.#remember(key, module)
      return module
    } finally {
      this.#ended += 1
      this.#working.delete(key)
    }
  }

  /** Node never unloads a module, and this remembers as long; a program that imports without end must not grow it. */
  #remember(key: string, module: NodeModule): void {
    // A local file may change, and is read again: it costs no network.
    if (module.native || module.url.startsWith('file:')) return
    this.#made.delete(key)
    this.#made.set(key, { ...module, source: undefined })
    if (this.#made.size > CAPACITY) this.#made.delete(this.#made.keys().next().value!)
  }

  /** The absolute specifier of a request, in the form of the loader that owns it. */
  async #route(errand: Errand): Promise<string> {
    const { specifier, parentURL, parent } = errand.request
    refuseLocalFile(specifier, parentURL)
    if (!isRelative(specifier)) return specifier
    const owner = parent && this.#registry.named(parent.loader)
    if (parent === undefined || owner?.resolveRelativePath === undefined) {
      throw new LoaderError(
        'ERR_MODULE_NOT_FOUND',
        `Cannot find '${escapeText(specifier)}'${importedFrom(errand)}: it is relative, and no loader answered for the module that imports it`,
        { url: specifier },
      )
    }
    const absolute = await resolveRelative(owner, specifier, parent.specifier, errand.signal)
    refuseLocalFile(absolute, parentURL)
    return absolute
  }

  async #chain(errand: Errand, specifier: string): Promise<NodeModule> {
    const acquired = await acquire(errand, specifier)
    const goal = asGoal(errand.request.importAttributes['type'] ?? '', acquired)
    if (goal !== undefined) return finish(errand, acquired, goal)
    const { url } = acquired
    // What the project's own loader answered is not what Node would read.
    const local = url.startsWith('file:') && !acquired.loader.project
    const mediaType = await identify(errand, acquired)
    if (mediaType === undefined) {
      if (local) return native(acquired)
      throw new LoaderError(
        'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE',
        `Cannot tell what '${escapeText(url)}'${importedFrom(errand)} is: it has no Content-Type and no known extension, and no loader identifies its content`,
        { url, trail: errand.trail.entries },
      )
    }
    // A local file that no loader takes is Node's, and so is what Node says of it.
    const isTaken = this.#registry.accepts(mediaType.essence)
    if (local && !isTaken && !contradictsPackage(url, mediaType.essence)) return native(acquired)
    const converted = await convert(errand, acquired, mediaType)
    return finish(errand, acquired, converted, mediaType)
  }

  /**
   * Makes the modules that `module` imports, and theirs, in the order in which Node will link them. With `waiting`, the
   * keys of one walk, it walks the whole graph and waits for it: also for what others are at.
   */
  async #ahead(module: Importer, waiting?: Set<string>): Promise<void> {
    const runs: Promise<void>[] = []
    for (const request of requestsOf(module)) {
      const key = requestKey(request)
      if ((waiting ?? this.#seen).has(key)) continue
      waiting?.add(key)
      if (this.#seen.size >= CAPACITY) this.#seen.clear()
      this.#seen.add(key)
      runs.push(this.#runAhead(key, request, waiting))
    }
    if (waiting !== undefined) await Promise.all(runs)
  }

  /** Starts on what a local importer imports besides: Node reads such a file by itself, and stops at the first failure. */
  async #besides({ parentURL: url = '' }: LoadRequest): Promise<void> {
    if (!url.startsWith('file:')) return
    const imports = await importSitesOfFile(url)
    void this.#ahead({ url, origin: { loader: 'file', specifier: url }, imports })
  }

  async #runAhead(key: string, request: LoadRequest, waiting?: Set<string>): Promise<void> {
    try {
      const module = await (this.#coming.get(key) ?? this.#come(key, request))
      if (waiting !== undefined || module.source !== undefined) await this.#ahead(module, waiting)
    } catch (error) {
      // Nobody asked yet. Whoever does is told, by a try of their own.
      this.#missing.note(error)
      this.#seen.delete(key)
    }
  }

  /** Makes a module when it is its turn, and pushes it. The place is free before its imports want one: no deadlock. */
  #come(key: string, request: LoadRequest): Promise<NodeModule> {
    this.#waiting += 1
    const coming = this.#queue.run(originOf(request), async () => {
      this.#waiting -= 1
      try {
        const module = await this.#make(request)
        this.#push(key, module)
        return module
      } finally {
        this.#coming.delete(key)
      }
    })
    this.#coming.set(key, coming)
    return coming
  }
}

/** A local file that Node loads by itself. */
function native({ url, specifier, loader }: Acquired): NodeModule {
  const origin = { loader: loader.name, specifier }
  const nothing = { source: undefined, hasDefault: false, mapped: false, imports: [] }
  return { url, origin, format: 'module', native: true, ...nothing }
}
