/** What was pushed to the application thread, and when. */

import type { NodeModule } from '../types.mts'

/** Keys remembered. */
const CAPACITY = 20_000

export class Sent {
  readonly #modules = new WeakSet<NodeModule>()
  /** By the key of a request: how many had been pushed by then. */
  readonly #at = new Map<string, number>()
  #count = 0

  /** Notes a push. @returns what is to be pushed: the source goes once, whatever the keys. */
  note(key: string, module: NodeModule): NodeModule {
    this.#count += 1
    this.#at.delete(key)
    this.#at.set(key, this.#count)
    if (this.#at.size > CAPACITY) this.#at.delete(this.#at.keys().next().value!)
    if (this.#modules.has(module)) return { ...module, source: undefined }
    this.#modules.add(module)
    return module
  }

  /** Whether a key was pushed after the first `received` pushes. */
  isSince(key: string, received: number): boolean {
    return (this.#at.get(key) ?? 0) > received
  }
}
