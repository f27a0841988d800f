/** A private cache as RFC 9111 has it, over a store. */

import { isReachable } from '../http/lookup.mts'
import { peerOf } from '../http/peer.mts'
import { parseDirectives } from './cache-control.mts'
import { keyOf } from './entry.mts'
import { ageOf, freshUntil } from './freshness.mts'
import { parseDate } from './http-date.mts'
import { invalidatedBy } from './invalidation.mts'
import { reuseOf } from './reuse.mts'
import { toStore } from './storing.mts'
import { conditionalFields, freshened, isUnmodified, isValidatedBy } from './validation.mts'
import { isFailure, isFailureStatus } from './server-failure.mts'
import { matches } from './vary.mts'
import type {
  CachedAnswer,
  CacheMode,
  CacheOutcome,
  CacheRequest,
  Forward,
  PrivateCacheOptions,
  Store,
} from './cache-request.mts'
import type { StoredResponse } from './entry.mts'
import type { Exchanged } from './storing.mts'
import type { HeaderRecord, LoadResponse } from '../types.mts'

/** Responses kept for one URL, by what they vary by. */
const VARIANTS = 8

/** A request that has conditions or a range of its own is its sender's business. */
const own = ['if-match', 'if-unmodified-since', 'if-range', 'range']

/** Fetch §4.6: a cache on the way is to ask, too. */
const past: HeaderRecord = { 'cache-control': 'no-cache', pragma: 'no-cache' }
const end: HeaderRecord = { 'cache-control': 'max-age=0' }

type Asked = Exchanged & { readonly response: LoadResponse }

export class PrivateCache {
  readonly #store: Store
  readonly #now: () => number
  readonly #guesses: (url: string) => boolean
  readonly #revalidating: Set<string> | false

  constructor({ store, now = Date.now, guesses, revalidating = new Set() }: PrivateCacheOptions) {
    this.#store = store
    this.#now = now
    this.#guesses = guesses
    this.#revalidating = revalidating
  }

  /** Answers a request; `undefined` when nothing usable is stored, and the mode forbids to ask. */
  async answer(
    request: CacheRequest,
    mode: CacheMode,
    forward: Forward,
  ): Promise<CachedAnswer | undefined> {
    const asked = parseDirectives(request.headers['cache-control'])
    if (mode === 'only-if-cached') {
      const found = this.#find(request)
      return found && this.#serve(found, request, 'hit')
    }
    if (request.method !== 'GET') return this.#pass(request, mode, forward)
    const bypass = own.some((name) => name in request.headers)
    if (mode === 'no-store' || asked.has('no-store') || bypass) {
      return { response: await forward(mode === 'no-store' ? past : {}), outcome: 'bypass' }
    }
    const found = mode === 'reload' ? undefined : this.#find(request)
    if (found === undefined) {
      if (asked.has('only-if-cached')) return this.#nothing()
      return this.#load(request, forward, mode === 'reload' ? past : {})
    }
    const options = { mode, now: this.#now(), guess: this.#guesses(request.url) }
    const { fresh, whileRevalidating } = reuseOf(found, request, options)
    if (fresh) return this.#serve(found, request, 'hit')
    if (asked.has('only-if-cached')) return this.#nothing()
    if (whileRevalidating) {
      this.#revalidateLater(request, mode, forward, found)
      return this.#serve(found, request, 'stale')
    }
    return this.#revalidate(request, mode, forward, found)
  }

  /** RFC 9111 §5.2.1.7. */
  #nothing(): CachedAnswer {
    const response = { statusCode: 504, headers: {}, body: new Uint8Array() }
    return { response, outcome: 'miss' }
  }

  /** A method whose responses are not reused. */
  async #pass(request: CacheRequest, mode: CacheMode, forward: Forward): Promise<CachedAnswer> {
    const { response, ...times } = await this.#ask(forward, {})
    for (const url of request.keep === true ? [] : invalidatedBy(request, response)) {
      for (const identity of new Set(['', request.identity])) {
        this.#store.remove(['GET', url, identity, ''])
      }
    }
    if (mode === 'no-store') return { response, outcome: 'bypass' }
    const stored = toStore(request, response, times)
    if (stored !== undefined) this.#store.write(keyOf(request), [stored])
    return { response, outcome: 'bypass', ...this.#freshUntil(request, stored) }
  }

  /** The newest stored response that matches. RFC 9111 §4. */
  #find(request: CacheRequest): StoredResponse | undefined {
    // It came by a policy that let it come.
    const isReached = ({ address }: StoredResponse) =>
      address === undefined || isReachable(request.url, address)
    return this.#store
      .read(keyOf(request))
      .filter((stored) => matches(stored, request.headers) && isReached(stored))
      .sort((a, b) => b.responseTime - a.responseTime)[0]
  }

  #serve(stored: StoredResponse, request: CacheRequest, outcome: CacheOutcome): CachedAnswer {
    const now = this.#now()
    const { statusCode, body } = stored
    const age = ageOf(stored, now)
    // RFC 9111 §5.1: not negative, and bounded.
    const shown = Number.isFinite(age) ? Math.floor(age) : 2 ** 31
    const headers = { ...stored.headers, age: String(shown) }
    if (isUnmodified(stored, request.headers, (date) => parseDate(date, now)) === true) {
      return { response: { statusCode: 304, headers, body: new Uint8Array() }, outcome }
    }
    return {
      response: { statusCode, headers, body },
      outcome,
      ...this.#freshUntil(request, stored),
    }
  }

  #freshUntil(
    request: CacheRequest,
    stored: StoredResponse | undefined,
  ): Pick<CachedAnswer, 'freshUntil'> {
    if (stored === undefined) return {}
    const isConstant = request.immutable === true || request.pinned === true
    const guess = this.#guesses(request.url)
    return { freshUntil: freshUntil(stored, isConstant, guess, this.#now()) }
  }

  async #ask(forward: Forward, fields: HeaderRecord): Promise<Asked> {
    const requestTime = this.#now()
    const response = await forward(fields)
    const responseTime = Math.max(requestTime, this.#now())
    return { response, requestTime, responseTime, ...peerOf(response) }
  }

  /** Asks without a condition, and stores what comes. */
  async #load(
    request: CacheRequest,
    forward: Forward,
    fields: HeaderRecord,
  ): Promise<CachedAnswer> {
    const { response, ...times } = await this.#ask(forward, fields)
    const stored = this.#keep(request, response, times)
    return { response, outcome: 'miss', ...this.#freshUntil(request, stored) }
  }

  /** Stores a response where that is right; what was stored. */
  #keep(
    request: CacheRequest,
    response: LoadResponse,
    times: Exchanged,
  ): StoredResponse | undefined {
    const stored = toStore(request, response, times)
    const gone = response.statusCode === 404 || response.statusCode === 410
    const success = response.statusCode < 400 && ![206, 304].includes(response.statusCode)
    // RFC 9111 §4.2.4: what the server refuses at the moment is no reason to forget what it gave before.
    if (stored === undefined && !gone && !success) return undefined
    // What does not vary is for every request from now on: the others' place is taken.
    const others = (stored?.vary.length === 0 ? [] : this.#store.read(keyOf(request)))
      .filter((before) => !matches(before, request.headers))
      .slice(0, VARIANTS - 1)
    if (stored !== undefined) this.#store.write(keyOf(request), [stored, ...others])
    else if (others.length > 0) this.#store.write(keyOf(request), others)
    else this.#store.remove(keyOf(request))
    return stored
  }

  /** Asks whether a stale response is still valid. RFC 9111 §4.3. */
  async #revalidate(
    request: CacheRequest,
    mode: CacheMode,
    forward: Forward,
    found: StoredResponse,
  ): Promise<CachedAnswer> {
    const options = { mode, now: this.#now(), guess: this.#guesses(request.url) }
    const { ifError } = reuseOf(found, request, options)
    const isConditional =
      'if-none-match' in request.headers || 'if-modified-since' in request.headers
    const condition = isConditional || found.keptOnly ? {} : conditionalFields(found)
    const fields = mode === 'no-cache' ? { ...end, ...condition } : condition
    let asked: Asked
    try {
      asked = await this.#ask(forward, fields)
    } catch (error) {
      if (!ifError || !isFailure(error)) throw error
      return this.#serve(found, request, 'stale')
    }
    const { response, ...times } = asked
    if (ifError && isFailureStatus(response.statusCode)) return this.#serve(found, request, 'stale')
    if (response.statusCode !== 304) {
      const stored = this.#keep(request, response, times)
      return { response, outcome: 'miss', ...this.#freshUntil(request, stored) }
    }
    const isValid = isValidatedBy(found, response)
    const fresh = freshened(found, response, times)
    // By the same rules as a new one: it may be that it is not to be stored any more, or varies by something else.
    if (isValid) this.#keep(request, fresh, times)
    // Its sender asked whether it is modified, and it is not.
    if (isConditional) return { response, outcome: 'miss' }
    if (!isValid || Object.keys(condition).length === 0) return this.#load(request, forward, {})
    return this.#serve(fresh, request, 'revalidated')
  }

  #revalidateLater(
    request: CacheRequest,
    mode: CacheMode,
    forward: Forward,
    found: StoredResponse,
  ): void {
    const name = JSON.stringify(keyOf(request))
    const revalidating = this.#revalidating
    if (revalidating === false || revalidating.has(name)) return
    revalidating.add(name)
    // Nobody waits for it: what fails is found out by who asks when it may not be given any more.
    this.#revalidate(request, mode, forward, found)
      .catch(() => {})
      .finally(() => revalidating.delete(name))
  }
}
