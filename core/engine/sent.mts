/** What was pushed to the application thread, and when. */

import type { NodeModule } from '../types.mts'

/** Keys remembered. */
const CAPACITY = 20_000

export class Sent {
  readonly #modules = new WeakSet<NodeModule>()
  /** By the key of a request: how many had been pushed by then. */
  readonly #at = new Map<string, number>()
  /** Keys whose source was sent, under whatever key. */
  readonly #sources = new Set<string>()
  #count = 0

  /** Notes a push. @returns what is to be pushed: the source goes once, whatever the keys. */
  note(key: string, module: NodeModule): NodeModule {
    this.#count += 1
    this.#at.delete(key)
    this.#at.set(key, this.#count)
    if (this.#at.size > CAPACITY) this.#at.delete(this.#at.keys().next().value!)
    if (this.#sources.size > CAPACITY) this.#sources.clear()
    if (module.source === undefined) this.#sources.delete(key)
    else this.#sources.add(key)
    if (this.#modules.has(module)) return { ...module, source: undefined }
    this.#modules.add(module)
    return module
  }

  /** Whether a key was pushed after the first `received` pushes. */
  isSince(key: string, received: number): boolean {
    return (this.#at.get(key) ?? 0) > received
  }

  /**
   * Whether that push will do for who was to be given `module`: not where its source was sent to nobody, and what was pushed is
   * what is remembered of it.
   */
  isEnough(key: string, received: number, module: NodeModule): boolean {
    const hasSource = module.source === undefined || this.#sources.has(key)
    return hasSource && this.isSince(key, received)
  }
}
