/** Activities as the program is told of them: a request once, when it is over. */

import { LogEntries } from './log-entry.mts'
import type { FetchEvent, FetchRequestEvent } from '../events.mts'
import type { Activity } from '../http/activity.mts'
import type { LogEntry } from './log-entry.mts'

const now = (): number => performance.timeOrigin + performance.now()

export class FetchEvents {
  /** What a log has has no secrets. */
  readonly #entries = new LogEntries()
  readonly #open = new Map<number, FetchRequestEvent>()

  /** The event for an activity; `undefined`: it is part of one to come, or of none. */
  eventOf(activity: Activity): FetchEvent | undefined {
    const entry = this.#entries.entryOf(activity)
    return entry && this.#eventOf(entry)
  }

  #eventOf(entry: LogEntry): FetchEvent | undefined {
    switch (entry.type) {
      case 'request': {
        const { attempt, id, method, type, url } = entry
        this.#open.set(id, { type, id, method, url, attempt, start: now(), duration: 0 })
        return undefined
      }
      case 'connection': {
        const { address, port, protocol, proxy, reused } = entry
        const via = proxy === undefined ? {} : { proxy }
        this.#add(entry.id, { address, port, protocol, reused, ...via })
        return undefined
      }
      case 'response':
        this.#add(entry.id, { statusCode: entry.status, protocol: entry.protocol })
        return undefined
      case 'end':
        return this.#end(entry.id, { bytes: entry.bytes })
      case 'error':
        return this.#end(entry.id, { error: { code: entry.code, message: entry.message } })
      case 'retry': {
        const { delay, id, reason, type, url } = entry
        return { type, id, url, reason, delay, start: now() }
      }
      case 'redirect': {
        const { location, status: statusCode, type, url } = entry
        return { type, url, statusCode, location, start: now() }
      }
      case 'cache':
        return { type: entry.type, url: entry.url, outcome: entry.outcome, start: now() }
      case 'warning':
        return undefined
    }
  }

  #add(id: number, more: Partial<FetchRequestEvent>): void {
    const event = this.#open.get(id)
    if (event !== undefined) this.#open.set(id, { ...event, ...more })
  }

  /** `undefined` for a request that went out before anybody listened. */
  #end(id: number, more: Partial<FetchRequestEvent>): FetchEvent | undefined {
    const event = this.#open.get(id)
    this.#open.delete(id)
    return event && { ...event, ...more, duration: now() - event.start }
  }
}
