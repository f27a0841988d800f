/** Requests for the same at the same time are one exchange, for as long as anybody waits for it. */

import { elapsed } from '../elapsed.mts'
import { abortError, Deadline, endOf } from '../deadline.mts'
import { tell } from '../http/activity.mts'
import { timeouts } from '../limits.mts'
import { attemptsOf, noteAttempts } from './retry.mts'
import type { Held } from '../cache/held-store.mts'
import type { LoadResponse } from '../types.mts'

/** A response, and what is to be stored of it once somebody has looked at it. */
export interface Fetched {
  readonly response: LoadResponse
  readonly held: Held | undefined
  /** As the cache has it: until when it may be given again. */
  readonly freshUntil?: number | null
}

interface Exchange {
  readonly fetched: Promise<Fetched>
  readonly abort: AbortController
  /** Who waits → when it gives up, `elapsed()`. */
  readonly waiting: Map<object, number>
  isShared: boolean
}

/** What an exchange is told: a signal that aborts when nobody waits any more, and the ms that the most patient has left. */
export type Begin = (signal: AbortSignal, timeLeft: () => number) => Promise<Fetched>

const running = new Map<string, Exchange>()

/** A loader may write into what it is given. */
function copyOf(response: LoadResponse): LoadResponse {
  const { statusCode, headers, body } = response
  const copy = { statusCode, headers: { ...headers }, body: new Uint8Array(body) }
  noteAttempts(copy, attemptsOf(body) ?? 1)
  return copy
}

function start(key: string, waiter: object, end: number, begin: Begin): Exchange {
  const abort = new AbortController()
  const waiting = new Map([[waiter, end]])
  const timeLeft = (): number => Math.max(0, ...waiting.values()) - elapsed()
  const fetched = begin(abort.signal, timeLeft)
  const exchange: Exchange = { fetched, abort, waiting, isShared: false }
  const forget = (): void => {
    if (running.get(key) === exchange) running.delete(key)
  }
  running.set(key, exchange)
  fetched.then(forget, forget)
  return exchange
}

/**
 * Waits for the exchange `key`, and begins it when there is none. Each who waits is given bytes of its own, and leaves
 * when its `signal` aborts; with the last one the exchange is given up.
 */
export async function share(
  key: string,
  url: string,
  signal: AbortSignal | undefined,
  begin: Begin,
): Promise<Fetched> {
  if (signal?.aborted === true) throw abortError(signal, url)
  const waiter = {}
  const end = endOf(signal) ?? elapsed() + timeouts.total
  const found = running.get(key)
  if (found !== undefined) {
    found.isShared = true
    tell({ type: 'shared', url })
    found.waiting.set(waiter, end)
  }
  const exchange = found ?? start(key, waiter, end, begin)
  const wait = new Deadline(url, signal, undefined, () => abortError(AbortSignal.abort(), url))
  try {
    const { response, ...rest } = await wait.race(exchange.fetched)
    return { response: exchange.isShared ? copyOf(response) : response, ...rest }
  } finally {
    wait.end()
    exchange.waiting.delete(waiter)
    if (exchange.waiting.size === 0 && running.get(key) === exchange) {
      running.delete(key)
      exchange.abort.abort(signal?.reason)
    }
  }
}
