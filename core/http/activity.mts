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
  /** It has a connection, a new one or a pooled one. */
  | {
      readonly type: 'connection'
      readonly id: RequestId
      /** The address of whom it leads to: the server's, or the proxy's. */
      readonly address: string
      readonly port: number
      readonly protocol: 'http/1.1' | 'h2'
      readonly reused: boolean
      /** The proxy's origin, without user info. */
      readonly proxy?: string
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
  /** An answer leads elsewhere, whether it came over the network, from the cache, or from a loader. */
  | {
      readonly type: 'redirect'
      readonly url: string
      readonly statusCode: number
      readonly location: string
    }
  /** Who asks for a URL has found somebody asking for the same, and waits for that. */
  | { readonly type: 'shared'; readonly url: string }
  /** What the cache did for a URL. */
  | { readonly type: 'cache'; readonly url: string; readonly outcome: string }
  /** Something that a user should know, though nothing fails. */
  | { readonly type: 'warning'; readonly message: string }

/** What is told when something is not as it should be, though nothing fails. */
export type Warning = Extract<Activity, { type: 'warning' }>

const listeners = new Set<(activity: Activity) => void>()
const warned = new Set<(warning: Warning) => void>()
let lastId = 0

/** A number for a request. */
export function nextRequestId(): RequestId {
  return ++lastId
}

/** Whether anybody listens: what is told of need not be made otherwise. */
export function isWatched(): boolean {
  return listeners.size > 0
}

function toldTo<T>(each: Iterable<(told: T) => void>, told: T): void {
  for (const listener of each) {
    try {
      listener(told)
    } catch {
      // Nobody who listens can fail what is told of: a terminal that is gone must not fail an import.
    }
  }
}

/** Tells all who listen. Never throws. */
export function tell(activity: Activity): void {
  toldTo(listeners, activity)
  if (activity.type === 'warning') toldTo(warned, activity)
}

/** Listens from now on; the result stops it. */
export function watchActivity(listener: (activity: Activity) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Listens to warnings alone, which nobody need make for a listener: `isWatched` stays as it is. */
export function watchWarnings(listener: (warning: Warning) => void): () => void {
  warned.add(listener)
  return () => warned.delete(listener)
}
