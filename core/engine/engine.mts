/** The engine: routes a request to its loader, takes it through the chain, and runs ahead along its imports. */

import { importConditions, originOf, requestsOf } from './ahead.mts'
import { requestKey } from '../bridge/protocol.mts'
import { makeModule } from './chain.mts'
import { noteEnd } from '../deadline.mts'
import { askedBy, importedFrom, withImporter } from './errand.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { timeouts } from '../limits.mts'
import { lockKey } from '../lock/entry.mts'
import { Lock } from '../lock/lock.mts'
import { Made } from './made.mts'
import { importSitesOfFile } from './import-sites.mts'
import { keysOf, requestsBelow } from './locked-graph.mts'
import { isOffline, Missing } from './missing.mts'
import { resolveRelative } from './location.mts'
import { refuseLong } from './module-url.mts'
import { isRelative } from '../native.mts'
import { PackageScopes, externalModule } from './package-scope.mts'
import { isRemote, refuseReach } from '../policy/policy.mts'
import { Queue } from './queue.mts'
import { Trail } from './trail.mts'
import type { Importer } from './ahead.mts'
import { BasisNotes } from './basis.mts'
import type { Errand } from './errand.mts'
import type { Packing } from './packing.mts'
import type { PackageImport } from './package-scope.mts'
import type { Registry } from './registry.mts'
import type { LoadRequest, NodeModule } from '../types.mts'

/** Requests remembered. */
const CAPACITY = 20_000

/** Modules made ahead at a time, of one origin: what Node asks for meanwhile must find sockets and memory. */
const AHEAD = 64

export class Engine {
  readonly #registry: Registry
  /** Is told of each module that was made before anybody asked for it. */
  readonly #push: (key: string, module: NodeModule) => void
  /** By absolute specifier and goal: what is being made. A failure is forgotten, so that the next import tries again. */
  readonly #working = new Map<string, Promise<NodeModule>>()
  readonly #made = new Made()
  /** Keys that were run ahead for, so that a ring of imports ends. */
  readonly #seen = new Set<string>()
  /** By key: what is being made ahead, or waits for its turn. */
  readonly #coming = new Map<string, Promise<NodeModule>>()
  /** Only what runs ahead waits here. What Node asks for does not. */
  readonly #queue = new Queue(AHEAD)
  readonly #missing = new Missing()
  readonly #sent = new WeakSet<NodeModule>()
  /** Keys of the lock that were run ahead for. */
  readonly #known = new Set<string>()
  readonly #packages = new PackageScopes({
    make: (errand, specifier) => this.#chain(errand, specifier),
    isLocked: (goal, specifier) => this.lock.has(lockKey(goal, specifier)),
  })
  /** How Node last asked for an import. */
  #conditions = importConditions
  /** Modules begun and ended, whatever became of them, and those that wait in the queue. */
  #begun = 0
  #ended = 0
  #waiting = 0

  /** What the program's next start is to have. */
  readonly #packing: Packing | undefined
  /** What modules go by that were made. */
  readonly #notes = new WeakMap<NodeModule, BasisNotes>()

  /** What modules of the network are held to. */
  readonly lock: Lock

  constructor(
    registry: Registry,
    push: (key: string, module: NodeModule) => void,
    lock = new Lock({ settings: { file: '', mode: 'off' } }),
    packing?: Packing,
  ) {
    this.#packing = packing
    this.#registry = registry
    this.#push = push
    this.lock = lock
  }

  /** How many modules were made, or failed, and how many are known of: what a progress line shows. */
  get work(): { readonly made: number; readonly known: number } {
    return { made: this.#ended, known: this.#begun + this.#waiting }
  }

  /** Makes the module for a request, and starts on what it imports. */
  async load(request: LoadRequest): Promise<NodeModule> {
    if (request.conditions.includes('import')) this.#conditions = request.conditions
    this.#below(request)
    const module = await this.#make(request).catch(async (error: unknown) => {
      if (isOffline(error)) await this.#besides(request)
      throw withImporter(await this.#missing.explain(error, this.#coming), request)
    })
    // What was made before has been run ahead of before: without this, a large ring would never end.
    if (module.source !== undefined) void this.#ahead(module)
    return module
  }

  /** Makes the module for a request, and no more: whoever walks goes on as they like. */
  make(request: LoadRequest): Promise<NodeModule> {
    return this.#make(request).catch((error: unknown) => {
      throw withImporter(error, request)
    })
  }

  /** Makes the module and all that it imports statically. A failure among these is left to the import. */
  async preload(request: LoadRequest): Promise<NodeModule> {
    this.#below(request)
    const module = await this.#make(request).catch((error: unknown) => {
      throw withImporter(error, request)
    })
    // Now, and not with the answer: what the thread imports meanwhile may import this module, too.
    this.#send(requestKey(request), module)
    await this.#ahead(module, new Set())
    return { ...module, source: undefined }
  }

  /** Writes what the next start is to have. */
  flush(): void {
    this.#packing?.flush()
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
      ...(this.#packing !== undefined && { basis: new BasisNotes() }),
    }
    try {
      const routed = await this.#route(errand)
      if ('external' in routed) return externalModule(routed.external)
      const { specifier } = routed
      const key = `${request.importAttributes['type'] ?? ''}\n${specifier}`
      const made = request.again === true ? undefined : this.#made.get(key)
      const module = made ?? (await (this.#working.get(key) ?? this.#work(key, errand, specifier)))
      // A redirect may lead there, too. Here, since the work may be that of another request, which may have the file.
      refuseReach(module.url, askedBy(request))
      this.#missing.found(module.origin.specifier)
      this.#packing?.take(request, module, this.#notes.get(module))
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
      if (errand.basis !== undefined) this.#notes.set(module, errand.basis)
      this.#made.keep(key, module)
      return module
    } finally {
      this.#ended += 1
      this.#working.delete(key)
    }
  }

  /** The absolute specifier of a request, in the form of the loader that owns it; or a name of the project's that is meant. */
  async #route(errand: Errand): Promise<PackageImport> {
    const { specifier, parentURL, parent } = errand.request
    refuseLong(specifier)
    refuseReach(specifier, askedBy(errand.request))
    const isOwnName = specifier.startsWith('#') && isRemote(parentURL)
    if (!isRelative(specifier) && !isOwnName) return { specifier }
    const owner = parent && this.#registry.named(parent.loader)
    if (parent === undefined || owner?.resolveRelativePath === undefined) {
      throw new LoaderError(
        'ERR_MODULE_NOT_FOUND',
        `Cannot find '${escapeText(specifier)}'${importedFrom(errand)}: it is relative, and no loader answered for the module that imports it`,
        { url: specifier },
      )
    }
    if (isOwnName) return this.#packages.resolve(errand, owner)
    const absolute = await resolveRelative(owner, specifier, parent.specifier, errand.signal)
    refuseReach(absolute, parentURL)
    return { specifier: absolute }
  }

  #chain(errand: Errand, specifier: string): Promise<NodeModule> {
    const route = async (request: LoadRequest) => {
      const routed = await this.#route({ ...errand, request, trail: new Trail() })
      return 'external' in routed ? undefined : routed.specifier
    }
    return makeModule(errand, specifier, this.lock, (module) => keysOf(module, route))
  }

  /**
   * Makes the modules that `module` imports, and theirs, in the order in which Node will link them. With `waiting`, the
   * keys of one walk, it walks the whole graph and waits for it: also for what others are at.
   */
  async #ahead(module: Importer, waiting?: Set<string>): Promise<void> {
    const runs: Promise<void>[] = []
    for (const request of requestsOf(module, this.#conditions)) {
      const key = requestKey(request)
      if ((waiting ?? this.#seen).has(key)) continue
      waiting?.add(key)
      if (this.#seen.size >= CAPACITY) this.#seen.clear()
      this.#seen.add(key)
      runs.push(this.#runAhead(key, request, waiting))
    }
    if (waiting !== undefined) await Promise.all(runs)
  }

  /** Pushes a module, and its source once: whoever made it under another key has sent that. */
  #send(key: string, module: NodeModule): void {
    this.#push(key, this.#sent.has(module) ? { ...module, source: undefined } : module)
    this.#sent.add(module)
  }

  /** Starts on all that the lock says a module leads to: nobody has to read the module first. */
  #below(request: LoadRequest): void {
    for (const each of requestsBelow(this.lock, request, this.#known)) {
      void this.#runAhead(requestKey(each), each)
    }
  }

  /** Starts on what a local importer imports besides: Node reads such a file by itself, and stops at the first failure. */
  async #besides({ parentURL: url = '' }: LoadRequest): Promise<void> {
    if (!url.startsWith('file:')) return
    const imports = await importSitesOfFile(url)
    void this.#ahead({ url, origin: { loader: 'file', specifier: url }, imports })
  }

  async #runAhead(key: string, request: LoadRequest, waiting?: Set<string>): Promise<void> {
    try {
      const packed = waiting === undefined ? this.#packing?.find(request) : undefined
      if (packed !== undefined) return await this.#ahead(packed)
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
        this.#send(key, module)
        return module
      } finally {
        this.#coming.delete(key)
      }
    })
    this.#coming.set(key, coming)
    return coming
  }
}
