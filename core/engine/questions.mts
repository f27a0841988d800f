/** Asks servers what something leads to now, by the loaders: past the cache, by the policy, and without storing anything. */

import { ask } from './acquire.mts'
import { readContent, discard } from './content.mts'
import { noteEnd } from '../deadline.mts'
import { demanding } from '../resource/demand.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { follow } from './location.mts'
import { timeouts } from '../limits.mts'
import { Queue } from './queue.mts'
import { refuseUnlisted } from '../policy/policy.mts'
import { isRedirect } from './status.mts'
import { Trail } from './trail.mts'
import type { Errand } from './errand.mts'
import type { Registry } from './registry.mts'
import type { HeaderRecord } from '../types.mts'

/** Requests at a time to one origin: nobody waits for these as for a program. */
const AT_ONCE = 4

export interface Reply {
  readonly headers: HeaderRecord
  /** Where it redirects, in the form of its loader. */
  readonly location?: string
  readonly body?: Uint8Array
}

const conditions = ['node', 'import', 'module-sync', 'node-addons']

/** Where a request goes, as far as that can be told: a repository's host, or an origin. */
function laneOf(specifier: string): string {
  return URL.parse(specifier)?.origin ?? specifier.split(':', 1)[0]!
}

export class Questions {
  readonly #registry: Registry
  readonly #queue = new Queue(AT_ONCE)
  readonly #asked = new Map<string, Promise<Reply>>()

  constructor(registry: Registry) {
    this.#registry = registry
  }

  /** What a specifier is answered, without its redirect being followed; each is asked for once. @throws {LoaderError} */
  ask(specifier: string): Promise<Reply> {
    const known = this.#asked.get(specifier)
    if (known !== undefined) return known
    const reply = this.#queue.run(laneOf(specifier), () => this.#request(specifier))
    this.#asked.set(specifier, reply)
    return reply
  }

  async #request(specifier: string): Promise<Reply> {
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), timeouts.total).unref()
    noteEnd(deadline.signal, timeouts.total)
    const errand: Errand = {
      registry: this.#registry,
      request: {
        specifier,
        parentURL: undefined,
        parent: undefined,
        importAttributes: {},
        conditions,
      },
      trail: new Trail(),
      signal: deadline.signal,
    }
    try {
      refuseUnlisted(specifier, undefined)
      // Held back, and dropped: what is asked here is not what the program goes by.
      const demand = { pinned: false, reload: true, held: [] }
      return await demanding(demand, () => this.#answer(errand, specifier))
    } finally {
      clearTimeout(timer)
    }
  }

  async #answer(errand: Errand, specifier: string): Promise<Reply> {
    const asked = await ask(errand, specifier, undefined)
    if (asked === undefined) {
      const reason = 'no loader answers for it'
      throw new LoaderError(
        'ERR_MODULE_NOT_FOUND',
        `Cannot find '${escapeText(specifier)}': ${reason}`,
        { url: specifier },
      )
    }
    const { loader, answer } = asked
    const { headers } = answer
    if (isRedirect(answer.statusCode)) {
      discard(answer)
      const visited = new Set([specifier])
      return {
        headers,
        location: await follow({ errand, from: specifier, loader, answer, visited }),
      }
    }
    const { body } = await readContent(errand, specifier, loader.name, answer)
    return { headers, body }
  }
}
