/** The engine: routes a request to its loader, takes it through the chain, and runs ahead along its imports. */

import { requestKey } from '../bridge/protocol.mts'
import { BasisNotes } from './basis.mts'
import { makeModule } from './chain.mts'
import { aside, askedBy, importedFrom, withImporter, withinDeadline } from './errand.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { lockKey } from '../lock/entry.mts'
import { Lock } from '../lock/lock.mts'
import { Made } from './made.mts'
import { keysOf } from './locked-graph.mts'
import { isOffline, Missing } from './missing.mts'
import { resolveRelative } from './location.mts'
import { inLull } from '../lull.mts'
import { rehearse } from './rehearsal.mts'
import { refuseLong } from './module-url.mts'
import { isRelative } from '../native.mts'
import { PackageScopes, externalModule } from './package-scope.mts'
import { isRemote, refuseReach } from '../policy/policy.mts'
import { RunAhead } from './run-ahead.mts'
import { Trail } from './trail.mts'
import type { Errand } from './errand.mts'
import type { Life } from './life.mts'
import type { Makings } from './making.mts'
import type { Packing, Way } from './packing.mts'
import type { PackageImport } from './package-scope.mts'
import type { Registry } from './registry.mts'
import type { LoadRequest, NodeModule } from '../types.mts'

export class Engine {
  readonly #registry: Registry
  /** By absolute specifier and goal: what is being made. A failure is forgotten, so that the next import tries again. */
  readonly #working = new Map<string, Promise<NodeModule>>()
  readonly #made = new Made()
  readonly #missing = new Missing()
  readonly #ahead: RunAhead
  readonly #packages = new PackageScopes({
    make: (errand, specifier) => this.#chain(aside(errand), specifier),
    isLocked: (goal, specifier) => this.lock.has(lockKey(goal, specifier)),
  })
  /** Modules begun and ended, whatever became of them. */
  #begun = 0
  #ended = 0

  /** What the program's next start is to have. */
  readonly #packing: Packing | undefined

  /** How modules were made, where somebody asks. */
  makings: Makings | undefined

  /** What modules of the network are held to. */
  readonly lock: Lock

  /** `push` is told of each module that was made before anybody asked for it. */
  constructor(
    registry: Registry,
    push: (key: string, module: NodeModule) => void,
    lock = new Lock({ settings: { file: '', mode: 'off' } }),
    packing?: Packing,
  ) {
    this.#packing = packing
    this.#registry = registry
    this.lock = lock
    this.#ahead = new RunAhead({
      make: (request) => this.#make(request),
      push,
      lock,
      claims: registry.claims,
      missing: this.#missing,
      packing,
    })
  }

  /** How many modules were made, or failed, and how many are known of: what a progress line shows. */
  get work(): { readonly made: number; readonly known: number } {
    return { made: this.#ended, known: this.#begun + this.#ahead.waiting }
  }

  /**
   * Answers a request of the application thread, which knows of the first `received` modules that were pushed.
   * @returns the module; `undefined` when it was pushed since
   */
  async answer(request: LoadRequest, received: number): Promise<NodeModule | undefined> {
    if (request.again === true) return this.load(request)
    const key = requestKey(request)
    if (await this.#ahead.hasSent(key, request, received)) return undefined
    const module = await this.load(request)
    return this.#ahead.isSentSince(key, received, module) ? undefined : module
  }

  /**
   * Answers a request that nothing has to be waited for, since its module was made before; `undefined`: it is to be asked in
   * the other way, which also says why not. What such a module imports was run ahead of when it was made.
   */
  answerAtOnce(
    request: LoadRequest,
    received: number,
  ): { readonly module: NodeModule | undefined } | undefined {
    let module: NodeModule | undefined
    try {
      module = this.#known(request)
    } catch {
      return undefined
    }
    if (module === undefined) return undefined
    if (request.alone !== true) this.#ahead.heed(request)
    return this.#ahead.isSentSince(requestKey(request), received, module)
      ? { module: undefined }
      : { module }
  }

  /** Makes the module for a request, and starts on what it imports. */
  async load(request: LoadRequest): Promise<NodeModule> {
    const isAlone = request.alone === true
    if (!isAlone) this.#ahead.heed(request)
    const making = this.#make(request)
    // After it: Node waits for this one, and links it first.
    if (!isAlone) void this.#ahead.below(request)
    const module = await making.catch(async (error: unknown) => {
      if (isOffline(error)) await this.#ahead.besides(request)
      throw withImporter(await this.#missing.explain(error, this.#ahead.coming), request)
    })
    // What was made before has been run ahead of before: without this, a large ring would never end.
    if (module.source !== undefined && !isAlone) void this.#ahead.run(module)
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
    const whole = this.#ahead.whole(request, () => this.make(request))
    void this.#ahead.below(request)
    return whole
  }

  /** Writes what the next start is to have. */
  flush(): void {
    this.#packing?.flush()
  }

  /** The module of a request that needs no look at what it is relative to, where that was made before. */
  #known(request: LoadRequest): NodeModule | undefined {
    const { specifier, importAttributes, again } = request
    if (again === true || isRelative(specifier) || specifier.startsWith('#')) return undefined
    const module = this.#made.get(`${importAttributes['type'] ?? ''}\n${specifier}`)
    if (module === undefined) return undefined
    refuseLong(specifier)
    refuseReach(specifier, askedBy(request))
    return this.#found(request, module, { specifier })
  }

  /** What is done with every module that a request has led to. */
  #found(request: LoadRequest, module: NodeModule, way: Way): NodeModule {
    // A redirect may lead there, too. Here, since the work may be that of another request, which may have the file.
    refuseReach(module.url, askedBy(request))
    this.#missing.found(module.origin.specifier)
    this.#packing?.take(request, module, way)
    return module
  }

  async #make(request: LoadRequest): Promise<NodeModule> {
    const known = this.#known(request)
    if (known !== undefined) return known
    const notes = {
      ...(this.#packing !== undefined && { basis: new BasisNotes() }),
      ...(this.makings !== undefined && { making: this.makings.begin() }),
    }
    return withinDeadline({ registry: this.#registry, request, ...notes }, async (errand) => {
      const routed = await this.#route(errand)
      if ('external' in routed) return externalModule(routed.external)
      const { specifier } = routed
      const key = `${request.importAttributes['type'] ?? ''}\n${specifier}`
      const made = request.again === true ? undefined : this.#made.get(key)
      const module = made ?? (await (this.#working.get(key) ?? this.#work(key, errand, specifier)))
      return this.#found(request, module, { specifier, basis: errand.basis })
    })
  }

  /**
   * Makes the module for a request anew, for whoever wants to be told how: `life` is told. Nothing of it is kept, but what the
   * HTTP cache keeps, and nobody else is given it.
   */
  observe(request: LoadRequest, life: Life): Promise<NodeModule> {
    const making = withinDeadline({ registry: this.#registry, request, life }, async (errand) => {
      const routed = await this.#route(errand)
      if ('external' in routed) return externalModule(routed.external)
      const module = await this.#chain(errand, routed.specifier)
      refuseReach(module.url, askedBy(request))
      return module
    })
    return making.catch((error: unknown) => {
      throw withImporter(error, request)
    })
  }

  async #work(key: string, errand: Errand, specifier: string): Promise<NodeModule> {
    const work = this.#chain(errand, specifier)
    this.#working.set(key, work)
    if (this.#begun === 0 && !specifier.startsWith('file:')) {
      inLull(() => void rehearse(this.#registry).catch(() => {}))
    }
    this.#begun += 1
    try {
      const module = await work
      const kept = this.#made.keep(key, module)
      this.#packing?.note(errand.basis, module, kept)
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
}
