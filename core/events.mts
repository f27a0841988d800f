/**
 * What mimeport publishes by node:diagnostics_channel. Plain data without secrets; types only. Times: `start` is ms since the
 * Unix epoch, `duration` ms; both have fractions. docs/api.md
 */

/** A request on the wire, or one attempt of it, when it is over. */
export interface FetchRequestEvent {
  readonly type: 'request'
  /** Counted from 1 in each engine. */
  readonly id: number
  readonly method: string
  readonly url: string
  /** From 1. */
  readonly attempt: number
  readonly start: number
  /** Until the end of the body. */
  readonly duration: number
  /** `http/1.1`, `h2`; left out where there was no connection. */
  readonly protocol?: string
  /** IP address and port of the server, or of the proxy. */
  readonly address?: string
  readonly port?: number
  /** Whether the connection has served a request before. */
  readonly reused?: boolean
  /** The proxy's origin. */
  readonly proxy?: string
  readonly statusCode?: number
  /** Of the body, on the wire. */
  readonly bytes?: number
  /** What it failed with. */
  readonly error?: { readonly code: string; readonly message: string }
}

export type FetchEvent =
  | FetchRequestEvent
  /** The attempt with this id goes out again in `delay` ms. */
  | {
      readonly type: 'retry'
      readonly id: number
      readonly url: string
      readonly reason: string
      readonly delay: number
      readonly start: number
    }
  /** An answer leads elsewhere: a server's, a cached one, or a loader's. `url` is the specifier. */
  | {
      readonly type: 'redirect'
      readonly url: string
      readonly statusCode: number
      readonly location: string
      readonly start: number
    }
  /** What the cache did for a URL: `hit`, `stale`, `revalidated`, `miss`, `bypass`. docs/log.md */
  | {
      readonly type: 'cache'
      readonly url: string
      readonly outcome: string
      readonly start: number
    }

/** One step of the chain, when it is over. */
export interface TransformEvent {
  readonly url: string
  readonly loader: string
  /** A media type. */
  readonly from: string
  /** A media type, or a format of Node's; left out where it failed. */
  readonly to?: string
  /** In bytes of UTF-8: before and after. */
  readonly bytesBefore: number
  readonly bytes?: number
  /** Whether it has a source map. */
  readonly mapped?: boolean
  readonly start: number
  readonly duration: number
  readonly error?: { readonly code: string; readonly message: string }
}

/** What the engine tells the application thread. */
export type EngineEvent =
  | readonly [channel: 'fetch', event: FetchEvent]
  | readonly [channel: 'transform', event: TransformEvent]

/** Who takes what the engine tells of. */
export interface EventSink {
  /** Notes for the engine, in the cell EVENTS, whether anybody listens. */
  readonly noteListeners: (cells: Int32Array) => void
  readonly add: (events: readonly EngineEvent[]) => void
}

/** From where an import was served. */
export type ServedFrom =
  /** This thread knew it: it was asked for before, or the engine made it ahead. */
  | 'memory'
  /** What the program's last start has left. */
  | 'pack'
  /** Made in this thread. */
  | 'local'
  | 'engine'

/** An import that is not Node's own, in the one object that each of the channel's messages has. */
export interface ResolveEvent {
  readonly specifier: string
  readonly parentURL: string | undefined
  /** The import's attribute: `json`, `text`, `bytes`, or ''. */
  readonly type: string
  readonly by: 'import' | 'require' | 'preload'
  readonly start: number
  /** From the end on, as everything below. */
  duration?: number
  from?: ServedFrom
  url?: string
  format?: string
  /** Who answered for it. */
  loader?: string
  /** Whether Node loads it by itself. */
  native?: boolean
  error?: unknown
}
