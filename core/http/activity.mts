/**
 * What happens between us and servers, told to whoever shows it: the progress line and the log. Nobody who listens can
 * change or fail what is told of.
 */

import type { HeaderRecord } from '../types.mts'

/** Numbers the requests of this engine, so that what is told of one can be told from the rest. */
export type RequestId = number

export type Activity =
  /** A request goes out; `attempt` counts from 1. `headers` are all that are sent: whoever shows them hides secrets. */
  | {
      readonly type: 'request'
      readonly id: RequestId
      readonly method: string
      readonly url: string
      readonly headers: HeaderRecord
      readonly attempt: number
    }
  /** Its header section is here, `time` ms after it went out. */
  | {
      readonly type: 'response'
      readonly id: RequestId
      readonly statusCode: number
      readonly headers: HeaderRecord
      readonly protocol: 'http/1.1' | 'h2'
      readonly time: number
    }
  /** A piece of its body is here, bytes on the wire. */
  | { readonly type: 'data'; readonly id: RequestId; readonly bytes: number }
  /** Its body is here, bytes on the wire, `time` ms after it went out. */
  | {
      readonly type: 'end'
      readonly id: RequestId
      readonly bytes: number
      readonly time: number
    }
  /** It failed, `time` ms after it went out. */
  | {
      readonly type: 'error'
      readonly id: RequestId
      readonly error: unknown
      readonly time: number
    }
  /** It goes out again in `delay` ms. */
  | {
      readonly type: 'retry'
      readonly id: RequestId
      readonly url: string
      readonly reason: string
      readonly delay: number
    }
  /** What the cache did for a URL. */
  | { readonly type: 'cache'; readonly url: string; readonly outcome: string }
  /** Something that a user should know, though nothing fails. */
  | { readonly type: 'warning'; readonly message: string }

const listeners = new Set<(activity: Activity) => void>()
let lastId = 0

/** A number for a request. */
export function nextRequestId(): RequestId {
  return ++lastId
}

/** Whether anybody listens: what is told of need not be made otherwise. */
export function isWatched(): boolean {
  return listeners.size > 0
}

/** Tells all who listen. */
export function tell(activity: Activity): void {
  for (const listener of listeners) listener(activity)
}

/** Listens from now on; the result stops it. */
export function watchActivity(listener: (activity: Activity) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
