/** What the cache is asked, and what it answers. */

import type { CacheKey, StoredResponse } from './entry.mts'
import type { Held } from './held-store.mts'
import type { HeaderRecord, LoadResponse } from '../types.mts'

/** How a request uses the cache, in the words of Fetch §2.2.5: `only-if-cached` never asks a server. */
export type CacheMode = 'default' | 'no-store' | 'reload' | 'no-cache' | 'only-if-cached'

/** A request as the cache sees it. */
export interface CacheRequest {
  readonly method: string
  /** Absolute, without a fragment. */
  readonly url: string
  /** All that a response may vary by; lower-case names. */
  readonly headers: HeaderRecord
  /** Whose request it is: a digest of its credentials, `''` without any. What one was answered is not for another. */
  readonly identity: string
  /** Digest of the request's content; `''` without any. */
  readonly content?: string
  /** The URL names content that never changes: a success is fresh for ever, whatever its fields say. */
  readonly immutable?: boolean
  /** The content is known by its digest: what is stored is as good as what never changes. */
  readonly pinned?: boolean
  /** What is asked for, in the form of its loader: for people, who look at what is stored. */
  readonly specifier?: string
  /** A response to a method that is not cacheable is kept for `only-if-cached` alone. */
  readonly keep?: boolean
}

export type CacheOutcome = 'hit' | 'stale' | 'revalidated' | 'miss' | 'bypass'

/** Asks the server, with fields of the cache's own (`if-none-match` …) added to those of the request. */
export type Forward = (conditional: HeaderRecord) => Promise<LoadResponse>

export interface CachedAnswer {
  readonly response: LoadResponse
  readonly outcome: CacheOutcome
  /**
   * ms since the epoch until which it may be given again without asking; `null`: for ever. Left out: it is not to be kept.
   */
  readonly freshUntil?: number | null
}

/** An answer, and what is to be stored of it when whoever asked has looked at it. */
export interface HeldAnswer extends CachedAnswer {
  readonly held: Held | undefined
}

/** Where responses are stored. */
export interface Store {
  read(key: CacheKey): StoredResponse[]
  write(key: CacheKey, responses: readonly StoredResponse[]): void
  remove(key: CacheKey): void
}

export interface PrivateCacheOptions {
  readonly store: Store
  /** ms since the epoch. */
  readonly now?: () => number
  /** Whether a response of this URL may be fresh without saying for how long. */
  readonly guesses: (url: string) => boolean
  /** URLs that are asked for while a stale response was given, of all caches over one store; `false`: none is. */
  readonly revalidating?: Set<string> | false
}
