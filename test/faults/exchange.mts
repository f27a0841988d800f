/** A request as a server here sees it, and what it can do with the connection. */

import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'

export interface Exchange {
  /** The request target. */
  readonly path: string
  readonly headers: ReadonlyMap<string, string>
  /** Ends the connection: FIN, or RST. */
  end(how: 'close' | 'reset'): void
}

export interface Http1Exchange extends Exchange {
  readonly socket: Socket
  /** A string is sent as latin1. */
  send(text: string | Uint8Array): void
}

export interface Http2Exchange extends Exchange {
  readonly stream: ServerHttp2Stream
  /** Ends a stream within its body by RST_STREAM alone: `close` of Node's stream would send END_STREAM before that. */
  cut(how: 'error' | 'no error'): void
}
