/** Repeats a request that failed in a way that another attempt may mend. RFC 9110 §9.2.2. */

import { setTimeout as sleepFor } from 'node:timers/promises'
import { abortError } from '../deadline.mts'
import { isLoaderError, reworded } from '../errors.mts'
import { limits } from '../limits.mts'
import { isTransient } from '../http/network-error.mts'
import { retryAfter } from './retry-after.mts'
import type { LoaderError } from '../errors.mts'
import type { LoadResponse } from '../types.mts'

export interface Attempts {
  readonly url: string
  readonly method: string
  /** Whether repeating the request does no more than sending it once, where its method does not say so. */
  readonly idempotent?: boolean
  readonly signal: AbortSignal | undefined
  /** ms that may pass until the last attempt has to be under way. */
  timeLeft(): number
  /** One attempt; counts from 1. */
  attempt(number: number): Promise<LoadResponse>
  /** Is told why an attempt failed, and that the next one is made in `delay` ms. */
  onRetry?(reason: string, delay: number): void
  /** From 0 to below 1. */
  readonly random?: () => number
  /** ms since the epoch. */
  readonly now?: () => number
  readonly sleep?: (delay: number, signal: AbortSignal | undefined) => Promise<unknown>
}

type Outcome = { readonly response: LoadResponse } | { readonly error: unknown }

/** RFC 9110 §9.2.2. */
const idempotentMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** What a server answers when it may answer otherwise in a moment. RFC 9110 §15, RFC 6585 §4, RFC 8470 §5.2. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504])

/** ms, doubled by each attempt: of so many, a random share is waited. */
const BACKOFF = 100

/** Why another attempt may end otherwise; `undefined`: it would not. */
function reasonOf(outcome: Outcome): string | undefined {
  if ('response' in outcome) {
    const { statusCode } = outcome.response
    return passing.has(statusCode) ? `it answered ${statusCode}` : undefined
  }
  return isTransient(outcome.error) ? (outcome.error as LoaderError).message : undefined
}

async function sleep(delay: number, signal: AbortSignal | undefined): Promise<void> {
  await sleepFor(delay, undefined, signal === undefined ? {} : { signal })
}

/** The body of a failure → how many attempts were made until it was final. */
const counts = new WeakMap<object, number>()

/** How many attempts ended with this body, where there was more than one. */
export function attemptsOf(body: unknown): number | undefined {
  return typeof body === 'object' && body !== null ? counts.get(body) : undefined
}

/** Notes that a response was the last of so many attempts. */
export function noteAttempts({ body }: LoadResponse, attempts: number): void {
  if (attempts > 1) counts.set(body, attempts)
}

/** Tells in the error of the last attempt that there were others. */
function counted(error: unknown, attempts: number): unknown {
  if (attempts === 1 || !isLoaderError(error)) return error
  return reworded(error, `${error.message}; it was tried ${attempts} times`)
}

/**
 * Makes attempts, `limits.tries` at most, until one is final: a success, a failure that would only happen again, or the
 * last one that there is time for. Waits as long as the server says, and a random share of a time that doubles, since it
 * says the same to all; where that is longer than the time that is left, not at all.
 */
export async function withRetries(attempts: Attempts): Promise<LoadResponse> {
  const { url, method, signal, random = Math.random, now = Date.now } = attempts
  const mayRepeat = attempts.idempotent === true || idempotentMethods.has(method)
  for (let number = 1; ; number++) {
    const outcome: Outcome = await attempts.attempt(number).then(
      (response) => ({ response }),
      (error: unknown) => ({ error }),
    )
    const reason = mayRepeat && number < limits.tries ? reasonOf(outcome) : undefined
    const asked = 'response' in outcome ? retryAfter(outcome.response.headers, now()) : undefined
    const delay = (asked ?? 0) + random() * BACKOFF * 2 ** number
    if (reason === undefined || delay >= attempts.timeLeft()) {
      if ('response' in outcome) return outcome.response
      throw counted(outcome.error, number)
    }
    attempts.onRetry?.(reason, delay)
    try {
      await (attempts.sleep ?? sleep)(delay, signal)
    } catch (error) {
      if (signal?.aborted === true) throw abortError(signal, url)
      throw error
    }
  }
}
