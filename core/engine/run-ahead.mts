/**
 * Runs ahead of Node along a program's imports: what a module imports is made, and pushed, before Node asks. In the order in
 * which Node links, which is depth first; and a failure is nobody's until somebody asks.
 */

import { importConditions, originOf, requestsOf } from './ahead.mts'
import { requestKey } from '../bridge/protocol.mts'
import { importSitesOfFile } from '../file-imports.mts'
import { limits } from '../limits.mts'
import { inLull } from '../lull.mts'
import { mayAsk } from '../resource/cache-mode.mts'
import { LocalImports } from './local-imports.mts'
import { requestsBelow } from './locked-graph.mts'
import { extensionOf, isNativeExtension } from '../native.mts'
import { Queue } from './queue.mts'
import { Sent } from './sent.mts'
import { Turns } from './turns.mts'
import type { Foreseen, Importer } from './ahead.mts'
import type { Claims } from '../claims.mts'
import type { Lock } from '../lock/lock.mts'
import type { Missing } from './missing.mts'
import type { Packing } from './packing.mts'
import type { LoadRequest, NodeModule } from '../types.mts'

/** Requests remembered. */
const CAPACITY = 20_000

/** Modules made ahead at a time, of one origin, or as many as it may have connections: more would only take memory. */
const AHEAD = 64

/**
 * Modules of a lock that are begun together: each step of all of them comes before the next step of one, so that the first
 * request would go out with the last.
 */
const AT_ONCE = 16

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export interface RunAheadOptions {
  readonly make: (request: LoadRequest) => Promise<NodeModule>
  /** Is told of each module that was made before anybody asked for it. */
  readonly push: (key: string, module: NodeModule) => void
  readonly lock: Lock
  readonly claims: Claims
  readonly missing: Missing
  readonly packing: Packing | undefined
}

/** A module of the file that was asked for, with what that was. */
function stamped(module: NodeModule, { specifier, stamp }: Foreseen): NodeModule {
  return stamp === undefined || module.url !== specifier ? module : { ...module, stamp }
}

export class RunAhead {
  readonly #options: RunAheadOptions
  /** Keys that were run ahead for, so that a ring of imports ends. */
  readonly #seen = new Set<string>()
  readonly #coming = new Map<string, Promise<NodeModule>>()
  /** Only what runs ahead waits here. What Node asks for does not. */
  readonly #queue = new Queue(Math.max(AHEAD, limits.connections))
  /** Local files wait here: no server is asked too much, and the order is all. */
  readonly #turns = new Turns()
  readonly #files: LocalImports
  readonly #sent = new Sent()
  /** Files that Node reads by itself, and what they import besides was run ahead for. */
  readonly #importers = new Set<string>()
  /** Keys of the lock that were run ahead for. */
  readonly #known = new Set<string>()
  /** How Node last asked for an import. */
  #conditions = importConditions
  /** Modules that wait in the queue. */
  #waiting = 0

  constructor(options: RunAheadOptions) {
    this.#options = options
    this.#files = new LocalImports(options.claims)
  }

  get waiting(): number {
    return this.#waiting
  }

  /** By key: what is being made ahead, or waits for its turn. */
  get coming(): ReadonlyMap<string, Promise<NodeModule>> {
    return this.#coming
  }

  /** Whether what was pushed under a key after the first `received` pushes will do in the place of `module`. */
  isSentSince(key: string, received: number, module: NodeModule): boolean {
    return this.#sent.isEnough(key, received, module)
  }

  /** Whether a local file has been pushed since, once what runs ahead is done with it if it is at it, or was to be. */
  async hasSent(key: string, { specifier }: LoadRequest, received: number): Promise<boolean> {
    if (!specifier.startsWith('file:')) return false
    this.#turns.hurry(key)
    // Where it fails, whoever asks has a try of their own.
    await this.#coming.get(key)?.catch(() => {})
    if (this.#sent.isSince(key, received)) return true
    this.#see(key)
    return false
  }

  /** Heeds how Node asks for an import; and if a file asks that Node reads by itself, runs ahead of what it imports besides. */
  heed(request: LoadRequest): void {
    const { conditions, parentURL: url } = request
    if (!conditions.includes('import')) return
    this.#conditions = conditions
    if (url === undefined || !isNativeExtension(extensionOf(url))) return
    if (this.#importers.has(url)) return
    if (this.#importers.size >= CAPACITY) this.#importers.clear()
    this.#importers.add(url)
    // What is asked for comes first: its request goes out before anything is read that has to be made ready for that.
    const later = () => void this.besides(request)
    if (this.#importers.size > 1) setImmediate(later)
    else inLull(later)
  }

  /** Starts on what a local importer imports besides: Node reads such a file by itself, and asks for one after another. */
  async besides({ parentURL: url = '' }: LoadRequest): Promise<void> {
    if (!url.startsWith('file:')) return
    const imports = importSitesOfFile(url)
    void this.run({ url, origin: { loader: 'file', specifier: url }, imports })
  }

  /** Starts on all that the lock says a module leads to: nobody has to read the module first. */
  async below(request: LoadRequest): Promise<void> {
    const { lock } = this.#options
    const those = Array.from(requestsBelow(lock, request, this.#known))
    while (those.length > 0) {
      // The first time: after the one that is asked for. Where nobody is asked, all that is missing is told of at once.
      if (mayAsk()) await nextTurn()
      for (const each of those.splice(0, AT_ONCE)) void this.#go(requestKey(each), each)
    }
  }

  /** Pushes the module that a request leads to, and all that it imports statically. */
  async whole(request: LoadRequest, make: () => Promise<NodeModule>): Promise<NodeModule> {
    // Before it is read.
    const foreseen = this.#files.stamped(request)
    const module = stamped(await make(), foreseen)
    // Now, and not with the answer: what the thread imports meanwhile may import this module, too.
    this.#send(requestKey(request), module)
    await this.run(module, new Set())
    return { ...module, source: undefined }
  }

  /**
   * Makes the modules that `module` imports, and theirs, in the order in which Node will link them. With `waiting`, the
   * keys of one walk, it walks the whole graph and waits for it: also for what others are at.
   */
  async run(module: Importer, waiting?: Set<string>): Promise<void> {
    const runs: Promise<void>[] = []
    for (const request of requestsOf(module, this.#conditions, this.#files)) {
      const key = requestKey(request)
      if ((waiting ?? this.#seen).has(key)) continue
      waiting?.add(key)
      this.#see(key)
      runs.push(this.#go(key, request, waiting))
    }
    if (waiting !== undefined) await Promise.all(runs)
  }

  #see(key: string): void {
    if (this.#seen.size >= CAPACITY) this.#seen.clear()
    this.#seen.add(key)
  }

  /** Pushes a module, and its source once: whoever made it under another key has sent that. */
  #send(key: string, module: NodeModule): void {
    this.#options.push(key, this.#sent.note(key, module))
  }

  async #go(key: string, request: Foreseen, waiting?: Set<string>): Promise<void> {
    const { missing, packing } = this.#options
    try {
      const packed = waiting === undefined ? packing?.find(request) : undefined
      if (packed !== undefined) return await this.run(packed)
      const module = await (this.#coming.get(key) ?? this.#come(key, request))
      if (waiting !== undefined || module.source !== undefined) await this.run(module, waiting)
    } catch (error) {
      // Nobody asked yet. Whoever does is told, by a try of their own.
      missing.note(error)
      this.#seen.delete(key)
    }
  }

  /** Makes a module when it is its turn, and pushes it. The place is free before its imports want one: no deadlock. */
  #come(key: string, request: Foreseen): Promise<NodeModule> {
    this.#waiting += 1
    const work = async () => {
      this.#waiting -= 1
      try {
        const module = stamped(await this.#options.make(request), request)
        // What Node reads by itself it may find changed.
        if (!module.native || request.stamp === undefined) this.#send(key, module)
        return module
      } finally {
        this.#coming.delete(key)
      }
    }
    const coming =
      request.stamp === undefined
        ? this.#queue.run(originOf(request), work)
        : this.#turns.run(key, work)
    this.#coming.set(key, coming)
    return coming
  }
}
