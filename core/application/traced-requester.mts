/** Imports as they are told of, where somebody listens: those that are not Node's own. */

import { isRequire } from '../native.mts'
import { Requester } from './requester.mts'
import { withoutGrants } from '../grant.mts'
import type { Events } from './events.mts'
import type { NodeModule } from '../types.mts'
import type { ResolveEvent, ServedFrom } from '../events.mts'
import type { Importing, RequesterOptions } from './requester.mts'

const now = (): number => performance.timeOrigin + performance.now()

/** What is known of an import before it is answered. */
export function resolveEvent(
  specifier: string,
  parentURL: string | undefined,
  type: string,
  by: ResolveEvent['by'],
): ResolveEvent {
  return {
    specifier: withoutGrants(specifier),
    parentURL: parentURL && withoutGrants(parentURL),
    type,
    by,
    start: now(),
  }
}

/** Adds what it led to. */
export function succeed(event: ResolveEvent, module: NodeModule, from: ServedFrom): void {
  const { format, native, origin, url } = module
  event.url = withoutGrants(url)
  event.format = format
  event.loader = origin.loader
  event.native = native
  event.from = from
  event.duration = now() - event.start
}

export class TracedRequester extends Requester {
  readonly #events: Events

  constructor(options: RequesterOptions, events: Events) {
    super(options)
    this.#events = events
  }

  override module(specifier: string, importing: Importing, written: string): NodeModule {
    const events = this.#events
    if (!events.isWatched) return super.module(specifier, importing, written)
    const event = this.#begin(written, importing)
    return events.resolve.start.runStores(event, () => {
      try {
        const module = super.module(specifier, importing, written)
        events.flush()
        succeed(event, module, this.servedFrom)
        return module
      } catch (error) {
        events.flush()
        event.error = error
        event.duration = now() - event.start
        events.resolve.error.publish(event)
        throw error
      } finally {
        events.resolve.end.publish(event)
      }
    })
  }

  override packed(url: string, importing: Importing): NodeModule | undefined {
    const events = this.#events
    if (!events.isWatched) return super.packed(url, importing)
    const event = this.#begin(url, importing)
    const module = super.packed(url, importing)
    events.flush()
    if (module === undefined) return undefined
    // It was not known before whether there is anything to tell of.
    return events.resolve.start.runStores(event, () => {
      succeed(event, module, this.servedFrom)
      events.resolve.end.publish(event)
      return module
    })
  }

  #begin(specifier: string, importing: Importing): ResolveEvent {
    const { conditions, importAttributes, parentURL } = importing
    const by = isRequire(conditions) ? 'require' : 'import'
    return resolveEvent(specifier, parentURL, importAttributes?.['type'] ?? '', by)
  }
}
