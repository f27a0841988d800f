/**
 * Local files in the application thread: what is loaded when the first of them is asked for. Here is the door; nothing of
 * it knows of that thread. docs/decisions/039-local-files-at-once.md
 */

import { noteConsultations } from '../consulted.mts'
import { importSitesOfFile } from '../file-imports.mts'
import { configureLimits } from '../limits.mts'
import { noteMakers } from '../pack/makers.mts'
import { Packer } from '../pack/packer.mts'
import { configureSourceMaps } from '../source-map/source-map.mts'
import { LocalChain } from './chain.mts'
import type { LocalLoaders, LocalModule } from './chain.mts'
import type { PackSettings, Settings } from '../settings.mts'
import type { TransformListener } from '../transform-telling.mts'
import type { ImportSite } from '../types.mts'

export interface LocalOptions {
  readonly settings: Pick<Settings, 'limits' | 'sourceMaps' | 'timeouts'>
  /** Our own folder, an absolute path. */
  readonly folder: string
  /** What the program's next start is to have; `undefined`: nothing. */
  readonly pack: PackSettings | undefined
  readonly loaders: LocalLoaders
  /** Is told of transforms. */
  readonly events?: TransformListener
}

export class Local {
  readonly #chain: LocalChain
  #packer: Packer | undefined

  constructor({ settings, folder, pack, loaders, events }: LocalOptions) {
    configureLimits(settings.limits, settings.timeouts)
    configureSourceMaps(settings.sourceMaps)
    this.#chain = new LocalChain(loaders, events)
    if (pack === undefined) return
    noteConsultations()
    let isNoted: boolean | undefined
    const consult = () => (isNoted ??= noteMakers(folder))
    this.#packer = new Packer({ ...pack, consult })
  }

  /** Makes the module of a file; `undefined`: the engine is to. Never throws. */
  make(url: string, isRegular = false): LocalModule | undefined {
    return this.#chain.make(url, isRegular)
  }

  /** Has the next start have a module, under the key of its request. */
  keep(key: string, { module, basis }: LocalModule): void {
    if (basis !== undefined) this.#packer?.add(key, '', module, basis)
  }

  /** The static imports of a file that Node reads by itself. */
  importsOf(url: string): ImportSite[] {
    return importSitesOfFile(url)
  }

  /** Writes what is to be kept. Never throws. */
  flush(): void {
    this.#packer?.flush()
  }

  /**
   * Does so before somebody else writes to a pack that is made anew; returns whether it is this one's now, and others may add
   * to it. If not, nothing is written from here on.
   */
  handOver(): boolean {
    this.flush()
    if (this.#packer?.hasWritten === true) return true
    this.#packer = undefined
    return false
  }
}
