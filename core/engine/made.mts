/** What an engine has made: a module that many import is fetched, made and sent once. */

import type { NodeModule } from '../types.mts'

/** Modules remembered. */
const CAPACITY = 20_000

export class Made {
  /** Without their source: that was sent. */
  readonly #modules = new Map<string, NodeModule>()

  /** By the absolute specifier and the goal. */
  get(key: string): NodeModule | undefined {
    return this.#modules.get(key)
  }

  /**
   * Node never unloads a module, and this remembers as long; a program that imports without end must not grow it.
   * @returns what is remembered; `undefined`: nothing
   */
  keep(key: string, module: NodeModule): NodeModule | undefined {
    // A local file may change, and is read again: it costs no network.
    if (module.native || module.url.startsWith('file:')) return undefined
    const kept = { ...module, source: undefined }
    this.#modules.delete(key)
    this.#modules.set(key, kept)
    if (this.#modules.size > CAPACITY) this.#modules.delete(this.#modules.keys().next().value!)
    return kept
  }
}
