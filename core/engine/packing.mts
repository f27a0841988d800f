/** What an engine adds to the program's pack, and what it finds there: what lies in it need not be made ahead. */

import { fileURLToPath } from 'node:url'
import { requestKey } from '../bridge/protocol.mts'
import { noteConsultations } from '../consulted.mts'
import { earlierOf } from '../fresh-until.mts'
import { withoutGrants } from '../grant.mts'
import { inLull } from '../lull.mts'
import { mayAsk } from '../resource/cache-mode.mts'
import { Packer } from '../pack/packer.mts'
import { noteMakers } from '../pack/makers.mts'
import { openPack } from '../pack/pack.mts'
import type { Basis } from '../pack/record.mts'
import type { BasisNotes } from './basis.mts'
import type { Lock } from '../lock/lock.mts'
import type { Pack } from '../pack/pack.mts'
import type { PackSettings } from '../settings.mts'
import type { LoadRequest, NodeModule } from '../types.mts'

/** Whether a URL grants access to whoever has it: it is not to be on a disk. */
const grants = (url: string): boolean => withoutGrants(url) !== url

/** What goes by both. */
function bothOf(module: Basis, way: Basis): Basis {
  return { until: earlierOf(module.until, way.until), at: Math.max(module.at, way.at) }
}

/** How a request has come to its module. */
export interface Way {
  /** What it asks for, absolute. */
  readonly specifier: string
  /** What is noted of it, where it had to be found out. */
  readonly basis?: BasisNotes | undefined
}

export interface PackingOptions {
  readonly pack: PackSettings
  /** URL of the engine's entry, `core/bridge/worker`: our own files are around it. */
  readonly worker: string
  readonly lock: Lock
  readonly onUnpacked: (isUnpacked: boolean) => void
}

export class Packing {
  readonly #packer: Packer
  readonly #file: string
  readonly #isAnew: boolean
  #pack: Pack | null | undefined
  #isNoted: boolean | undefined
  readonly #noteMakers: () => boolean
  /** What modules go by that were made. */
  readonly #notes = new WeakMap<NodeModule, BasisNotes>()
  #isTaken = false

  constructor({ pack, worker, lock, onUnpacked }: PackingOptions) {
    const { file, isAnew } = pack
    this.#file = file
    this.#isAnew = isAnew
    noteConsultations()
    const folder = fileURLToPath(new URL('../..', worker))
    this.#noteMakers = () => (this.#isNoted ??= noteMakers(folder))
    const consult = (): boolean => this.#noteMakers() && !lock.isContradicted
    this.#packer = new Packer({ file, isAnew, onUnpacked, consult })
  }

  /** Notes what modules go by: one that was made, and what the engine remembers of it. */
  note(basis: BasisNotes | undefined, ...modules: readonly (NodeModule | undefined)[]): void {
    if (basis === undefined) return
    for (const module of modules) if (module !== undefined) this.#notes.set(module, basis)
  }

  /** Takes the module that a request has led to. */
  take(request: LoadRequest, module: NodeModule, way: Way): void {
    // Some hundred files are looked at: before somebody waits for what is written.
    if (!this.#isTaken) inLull(() => void this.#noteMakers())
    this.#isTaken = true
    // What a package means by its own names is in files that nobody has noted.
    if (request.specifier.startsWith('#') || request.again === true) return
    const { url, origin } = module
    if ([request.specifier, request.parentURL ?? '', url, origin.specifier].some(grants)) {
      this.#packer.noteGrant()
      return
    }
    const goal = request.importAttributes['type'] ?? ''
    const notes = this.#notes.get(module)
    const basis = notes?.basis
    const asked = (way.basis ?? notes)?.basis
    if (basis === undefined || asked === undefined) return
    // What answers for itself goes by its own response alone, and each record of it does.
    const isOwn = way.basis === undefined || way.basis === notes || asked.until === null
    const isDirect = isOwn && way.specifier === module.origin.specifier
    const both = isDirect ? undefined : bothOf(basis, asked)
    this.#packer.add(requestKey(request), goal, module, basis, both)
  }

  /** What the pack has for a request, if that is still right. */
  find(request: LoadRequest): NodeModule | undefined {
    if (this.#isAnew) return undefined
    if (this.#pack === undefined) {
      this.#pack = openPack(this.#file, { isOffline: () => !mayAsk() }) ?? null
    }
    return this.#pack?.module(requestKey(request))
  }

  /** Something that everything goes by has been written. */
  touch(): void {
    this.#packer.touch()
  }

  flush(): void {
    this.#packer.flush()
  }
}
