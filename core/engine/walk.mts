/**
 * Goes along a program's imports without running anything: local files, what loaders make of them, and what they import
 * from elsewhere, down to the last. Packages of the project are not gone into. docs/decisions/027
 */

import { importConditions, originOf, requestsOf } from './ahead.mts'
import { packError } from '../bridge/error-packing.mts'
import { requestKey } from '../bridge/protocol.mts'
import { extensionOf, isRelative, schemeOf } from '../native.mts'
import { namedInstead } from '../policy/naming.mts'
import { NodeResolution } from './node-resolution.mts'
import { Queue } from './queue.mts'
import { sitesOf } from './module-sites.mts'
import { redactError } from '../resource/credentials/secrets.mts'
import { isBuiltin } from 'node:module'
import type { CallSite } from './call-sites.mts'
import type { Claims } from '../claims.mts'
import type { Engine } from './engine.mts'
import type { Registry } from './registry.mts'
import type { LoadRequest, ModuleOrigin, NodeModule } from '../types.mts'
import type { WalkEntry, WalkFailure } from '../walk.mts'

/** Modules made at a time, of one origin. */
const AT_ONCE = 64

/** What imports nothing, whoever loads it. */
const leaves = new Set(['json', 'node'])

const requireConditions = importConditions.map((each) => (each === 'import' ? 'require' : each))

interface Importer {
  readonly url: string
  readonly origin: ModuleOrigin
}

export interface Walked {
  readonly remote: number
  readonly local: number
  readonly unknown: readonly (readonly [url: string, count: number])[]
  readonly failures: readonly WalkFailure[]
}

export class Walk {
  readonly #engine: Engine
  readonly #claims: Claims
  readonly #node = new NodeResolution()
  readonly #queue = new Queue(AT_ONCE)
  /** Keys of requests, and of modules: each is gone to once. */
  readonly #asked = new Set<string>()
  readonly #met = new Set<string>()
  readonly #failures = new Map<string, WalkFailure>()
  readonly #unknown = new Map<string, number>()
  #remote = 0
  #local = 0

  constructor(engine: Engine, registry: Registry) {
    this.#engine = engine
    this.#claims = registry.claims
  }

  /** Goes from these entries; with `isShallow` to these alone. */
  async go(entries: readonly WalkEntry[], isShallow = false): Promise<void> {
    const visits = entries.map(({ specifier, type = '' }) => {
      const request = {
        specifier,
        parentURL: undefined,
        parent: undefined,
        importAttributes: type === '' ? {} : { type },
        conditions: importConditions,
      }
      return this.#visit(request, true, isShallow)
    })
    await Promise.all(visits)
  }

  /** What was found. No more can be asked for afterwards. */
  end(): Walked {
    this.#node.end()
    return {
      remote: this.#remote,
      local: this.#local,
      unknown: [...this.#unknown].sort(),
      failures: [...this.#failures.values()],
    }
  }

  #fail(error: unknown, parentURL: string | undefined): void {
    const packed = redactError(packError(error))
    // What many import has failed once.
    const name = `${packed.code}\n${packed.url ?? packed.message}`
    if (!this.#failures.has(name)) this.#failures.set(name, { error: packed, parentURL })
  }

  /** `isNeeded`: the program does not start without it. */
  async #visit(request: LoadRequest, isNeeded: boolean, isShallow = false): Promise<void> {
    const key = requestKey(request)
    if (this.#asked.has(key)) return
    this.#asked.add(key)
    const isFile = /^file:/i.test(request.specifier)
    try {
      if (isFile && this.#isLeaf(request)) {
        this.#local += 1
        return
      }
      const module = await this.#queue.run(originOf(request), () => this.#engine.make(request))
      const name = `${request.importAttributes['type'] ?? ''}\n${module.url}`
      if (this.#met.has(name)) return
      this.#met.add(name)
      // A package of the project's, by a remote module's `#name`.
      if (module.external !== undefined) return
      if (module.url.startsWith('file:')) this.#local += 1
      else this.#remote += 1
      if (isShallow) return
      const { sites, unknown } = await sitesOf(module, request)
      if (unknown > 0) this.#unknown.set(module.url, unknown)
      await Promise.all(sites.map((site) => this.#follow(site, module)))
    } catch (error) {
      if (isUnanswered(error, request)) return this.#visitByNode(request, isNeeded)
      // A local file that may be missing is the program's affair: it changes nothing in the lock.
      if (isNeeded || !isFile) this.#fail(error, request.parentURL)
    }
  }

  /** Whether a local file imports nothing, and no loader is asked about it. */
  #isLeaf({ specifier, importAttributes }: LoadRequest): boolean {
    if (importAttributes['type'] !== undefined) return true
    const extension = extensionOf(specifier)
    const { native, extensions, schemes } = this.#claims
    const isClaimed =
      native.includes(extension) || extensions.includes(extension) || schemes.includes('file:')
    return leaves.has(extension) && !isClaimed
  }

  async #follow(site: CallSite, parent: NodeModule): Promise<void> {
    const isNeeded = site.kind === 'import'
    try {
      for (const request of this.requestsOf(site, parent)) await this.#visit(request, isNeeded)
    } catch (error) {
      if (isNeeded) this.#fail(error, parent.url)
    }
  }

  /** The request that an import becomes; none for what is Node's, or of a package. */
  requestsOf(site: CallSite, { url, origin }: Importer): LoadRequest[] {
    const { specifier, attributes, kind } = site
    const conditions = kind === 'require' ? requireConditions : importConditions
    // As the engine runs ahead of Node, by the same rules.
    const imports = [{ specifier, attributes, position: '1:1' }]
    const ahead = requestsOf({ url, origin, imports }, conditions)
    if (ahead.length > 0) return ahead
    const instead = namedInstead(specifier, url, isBuiltin(specifier))
    const isLocal = url.startsWith('file:')
    // The project's own word may be a file, whoever imports it.
    if (instead === null || !(isLocal || instead?.startsWith('file:') === true)) return []
    const base = isLocal ? url : (instead ?? url)
    const target = this.#inProject(instead ?? specifier, kind, base)
    if (target === undefined) return []
    const request = { specifier: target, parentURL: url, parent: origin, conditions }
    const mapped = instead === undefined ? {} : { mapped: true as const }
    return [{ ...request, importAttributes: attributes, ...mapped }]
  }

  /** The URL that a local module's specifier means, if it is gone into: a file of the project, or a loader's. */
  #inProject(specifier: string, kind: CallSite['kind'], parentURL: string): string | undefined {
    if (isBuiltin(specifier)) return undefined
    const scheme = schemeOf(specifier)
    if (scheme !== undefined && scheme !== 'file:') return undefined
    const isBare = scheme === undefined && !isRelative(specifier)
    if (this.#claims.everything && isBare) return specifier
    return this.#ofNode(specifier, kind === 'require' && scheme === undefined, parentURL)
  }

  #ofNode(specifier: string, isRequired: boolean, parentURL: string): string | undefined {
    const url = this.#node[isRequired ? 'require' : 'import'](specifier, parentURL)
    return !url.startsWith('file:') || url.includes('/node_modules/') ? undefined : url
  }

  /** Goes on with a name that the project's loaders were asked about, and is none of theirs. */
  async #visitByNode(request: LoadRequest, isNeeded: boolean): Promise<void> {
    const { specifier, parentURL = '', conditions } = request
    try {
      const target = this.#ofNode(specifier, conditions.includes('require'), parentURL)
      if (target !== undefined) await this.#visit({ ...request, specifier: target }, isNeeded)
    } catch (error) {
      if (isNeeded) this.#fail(error, parentURL)
    }
  }
}

/** Whether nobody answered for what Node may know. */
function isUnanswered(error: unknown, { specifier }: LoadRequest): boolean {
  const { unanswered } = error as { unanswered?: boolean }
  return unanswered === true && schemeOf(specifier) === undefined
}
