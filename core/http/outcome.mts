/** A request as the wire has it, and what became of it. */

import type { Protocol } from './connection.mts'
import type { LoaderError } from '../errors.mts'
import type { Asked } from './transfer-log.mts'
import type { LoadResponse } from '../types.mts'

export interface WireRequest extends Asked {
  readonly body?: string | Uint8Array | undefined
  readonly signal?: AbortSignal | undefined
  /** A body whose end cannot be told will do. */
  readonly unframed?: boolean
}

/** What came, or why it may be asked for again. */
export type Outcome =
  | { readonly response: LoadResponse }
  /** The server had closed a connection that was kept; or, where it is new, may want fewer of them. */
  | { readonly stale: LoaderError; readonly protocol: Protocol; readonly isNew: boolean }
  /** HTTP/2 does not do: the end of the body could not be told, or the server says so. */
  | { readonly unfit: LoaderError }
