/**
 * What a program was given before: its pack, from which this thread serves modules by itself, and V8's compile cache. Both are
 * looked for when the first module is asked for that Node does not load by itself.
 */

import { modules, paths } from './builtins.mts'
import { cacheFolder, makeFolder } from '../cache-place.mts'
import { openPack } from '../pack/pack.mts'
import { exposureOf } from '../pack/pack-file.mts'
import { packName } from '../pack/pack-place.mts'
import { isSet } from '../switch.mts'
import type { Start } from './start.mts'
import type { Pack } from '../pack/pack.mts'
import type { PackSettings, Settings } from '../settings.mts'
import type { NodeModule } from '../types.mts'

export interface WarmOptions {
  readonly settings: Settings
  /** Our own folder's URL. */
  readonly ownURL: string
  /** What the program was started with. */
  readonly start: Pick<Start, 'execArgv' | 'program'>
  /** Whether loaders of the project's own take part: what they make goes by nobody knows what. */
  readonly hasProjectLoaders: boolean
  /** Is told when there is a pack to serve from: this is not the program's first start. */
  readonly onServing: () => void
}

/**
 * Whether modules may come by another way than through the engine. Not where somebody wants to see everything happen (a log, a
 * watch), nor where files may only be read by leave.
 */
export function mayShorten({ hasProjectLoaders }: Pick<WarmOptions, 'hasProjectLoaders'>): boolean {
  if (hasProjectLoaders || (process as { permission?: unknown }).permission !== undefined)
    return false
  if (process.env['WATCH_REPORT_DEPENDENCIES'] !== undefined) return false
  return !isSet('MIMEPORT_LOG')
}

/** Whether there is to be a pack. A frozen lock, and so CI, holds to bytes alone. */
function isAllowed({ settings, hasProjectLoaders }: WarmOptions): boolean {
  const { cache, lock } = settings
  if (!mayShorten({ hasProjectLoaders })) return false
  const wanted = cache === false ? undefined : cache?.pack
  return wanted ?? (lock?.mode !== 'frozen' && lock?.mode !== 'ci')
}

export class Warm {
  readonly #options: WarmOptions
  #folder: string | false | undefined
  #pack: Pack | null | undefined

  constructor(options: WarmOptions) {
    this.#options = options
  }

  /** The folder of the cache; `undefined`: nothing is kept. */
  get #place(): string | undefined {
    if (this.#folder === undefined) {
      try {
        this.#folder = isAllowed(this.#options) && cacheFolder(this.#options.settings.cache ?? {})
      } catch {
        // Nobody knows the user's home.
        this.#folder = false
      }
    }
    return this.#folder === false ? undefined : this.#folder
  }

  get #file(): string | undefined {
    const folder = this.#place
    if (folder === undefined) return undefined
    const { settings, ownURL, start } = this.#options
    const { execArgv, program: entry } = start
    // By the environment as it is: the program may have changed what an engine is going to see.
    const name = packName(settings, { ownURL, entry, execArgv, environment: process.env })
    return paths().join(folder, 'packs', name)
  }

  /** The pack, from the first module on. */
  get #opened(): Pack | null {
    if (this.#pack === undefined) {
      // What is there is old for who asks for everything anew: what comes takes its place.
      const file = isSet('MIMEPORT_RELOAD') ? undefined : this.#file
      const isOffline = () => isSet('MIMEPORT_OFFLINE')
      const pack = file === undefined ? undefined : openPack(file, { isOffline })
      // One that is made anew has to have everything: what were served from the old one would not be made.
      this.#pack = pack?.isSound === true ? pack : null
      // What V8 compiles is kept from the second start on: the first has enough to do, and nobody knows yet what it will meet.
      if (this.#pack !== null && this.#pack.size > 0) {
        if (!this.#pack.grants) this.#compileCache()
        this.#options.onServing()
      }
    }
    return this.#pack
  }

  /** What the engine is told: where it adds to; `undefined`: nowhere. */
  get settings(): PackSettings | undefined {
    const file = this.#file
    return file === undefined ? undefined : { file, isAnew: this.#opened === null }
  }

  /**
   * Whether V8's work on our own files is kept, in the folder that goes for all programs: from a program's second start on, as
   * that on its modules is.
   */
  get keepsCode(): boolean {
    const { cache } = this.#options.settings
    if (cache === false || cache?.compile === false || cache?.folder !== undefined) return false
    return this.#place !== undefined && this.#opened !== null
  }

  /** The module that a request led to before, with its text, if that is still right. */
  module(key: string): NodeModule | undefined {
    return this.#opened?.module(key)
  }

  /** Whether there may be something for a request. */
  has(key: string): boolean {
    return this.#opened?.has(key) === true
  }

  /** module.enableCompileCache (Node.js manual). One that the program has already stays. */
  #compileCache(): void {
    const folder = this.#place
    const { cache } = this.#options.settings
    if (folder === undefined || (cache !== false && cache?.compile === false)) return
    // Coverage is less exact for functions that were not compiled.
    if (process.env['NODE_V8_COVERAGE'] !== undefined) return
    const own = paths().join(folder, 'compiled')
    try {
      makeFolder(own)
      if (exposureOf(folder) === undefined && exposureOf(own) === undefined) {
        modules().enableCompileCache(own)
      }
    } catch {
      // One that cannot be made: then there is none.
    }
  }
}
