/**
 * A resource of the web for a loader: from the cache or from its server, with the credentials of its origin, repeated where
 * that may help, its content codings undone. No redirect is followed.
 */

import { crypto } from '../builtins.mts'
import { answer } from '../cache/http-cache.mts'
import { currentInvocation } from '../engine/invocation.mts'
import { isWatched, tell, watchActivity } from '../http/activity.mts'
import { cacheModeFor } from './cache-mode.mts'
import { credentialsFor } from './credentials/credentials.mts'
import { currentDemand } from './demand.mts'
import { makeAttempt } from './attempt.mts'
import { offlineError } from './offline.mts'
import { refuseUnprotected } from './protection.mts'
import { makeReady } from './ready.mts'
import { noteReloaded, wasReloaded } from './reloaded.mts'
import { acceptEncoding, userAgent } from '../http/request.mts'
import { requestURL } from '../http/request-url.mts'
import { noteAttempts, withRetries } from './retry.mts'
import { learnField, redact, UNLIKELY } from './credentials/secrets.mts'
import { share } from './sharing.mts'
import type { CacheMode, CacheRequest, Forward } from '../cache/http-cache.mts'
import type { Demand } from './demand.mts'
import type { Fetched } from './sharing.mts'
import type { FreshUntil } from '../fresh-until.mts'
import type { Held } from '../cache/held-store.mts'
import type { HeaderRecord, LoadResponse } from '../types.mts'

/** Notes what the module that is being made goes by: a response, also one that came for another module. */
export function noteFreshness(until: FreshUntil): void {
  currentInvocation()?.basis?.noteResponse(until)
}

export interface ResourceOptions {
  readonly method?: 'GET' | 'POST'
  /** Fields of the loader's own; lower-case names. */
  readonly headers?: HeaderRecord
  /** Fields that say who asks, of the loader's own. What the configuration has for the origin goes before them. */
  readonly credentials?: HeaderRecord
  readonly body?: string
  readonly signal?: AbortSignal | undefined
  /** The URL names content that never changes, such as a commit's. */
  readonly immutable?: boolean
  /** Keeps the response to a POST for when nobody may be asked. */
  readonly keep?: boolean
  /** Whether a POST may be repeated, since it changes nothing. */
  readonly idempotent?: boolean
  /** Is told how long the response goes, for whoever has it serve other modules, too. */
  readonly onFreshness?: (until: FreshUntil) => void
  /** Leaves the content codings on the body, and has the cache keep it so. */
  readonly coded?: boolean
  /**
   * Looks at a response before it is given. What it throws for one out of the cache has it asked for anew, once; for one
   * that just came it is the request's failure. Without it, and `coded`, an origin of `signatures` or `encryption` is not
   * asked.
   */
  readonly check?: (response: LoadResponse, request: SentRequest) => void | Promise<void>
}

/** A request as it went out, or would have: without the fields that say who asks. */
export type SentRequest = Pick<CacheRequest, 'method' | 'url' | 'headers'>

function digest(text: string): string {
  return crypto().createHash('sha256').update(text).digest('base64url')
}

function sorted(fields: HeaderRecord): [string, string][] {
  return Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Who asks, as a digest: what is stored for one is not found by another, and tells nothing of the secret. */
function identityOf(credentials: HeaderRecord): string {
  const fields = sorted(credentials)
  return fields.length === 0 ? '' : digest(JSON.stringify(fields))
}

/** What makes two requests the same. */
function keyOf({ method, url, headers, identity, content }: CacheRequest): string {
  return JSON.stringify([method, url, sorted(headers), identity, content])
}

/** Whoever listens is told of a repetition by the number of the request that failed. */
function watchRequests(url: string) {
  let id = 0
  const stop = isWatched()
    ? watchActivity((told) => {
        if (told.type === 'request' && told.url === url) id = told.id
      })
    : undefined
  return {
    tellRetry: (reason: string, delay: number) => tell({ type: 'retry', id, url, reason, delay }),
    stop,
  }
}

/** Answers from the cache, or by `forward`. */
async function consult(
  asked: CacheRequest,
  mode: CacheMode,
  forward: Forward,
  check: ResourceOptions['check'],
): Promise<Fetched> {
  const found = await answer(asked, mode, forward, currentDemand() !== undefined)
  if (found === undefined) throw offlineError(currentInvocation()?.url ?? asked.url)
  tell({ type: 'cache', url: asked.url, outcome: found.outcome })
  try {
    await check?.(found.response, asked)
  } catch (error) {
    const isNew = found.outcome === 'miss' || found.outcome === 'bypass'
    if (isNew || mode === 'only-if-cached') throw error
    // What is stored may have been good for its time, or was stored before the check was wanted.
    return consult(asked, 'reload', forward, check)
  }
  return found
}

/** What was asked for anew counts as that when whoever asked takes it. */
function noting(held: Held | undefined, key: string): Held {
  const noted = (act: 'release' | 'seal') => () => {
    noteReloaded(key)
    held?.[act]()
  }
  return { release: noted('release'), seal: noted('seal'), drop: () => held?.drop() }
}

/** How the cache is used: what somebody wants past it was stored before, and is not what it is held to. */
function modeOf(asked: CacheRequest, key: string, demand: Demand | undefined): CacheMode {
  const wished = cacheModeFor([asked.url, currentInvocation()?.url])
  if (demand?.reload === true && wished !== 'only-if-cached') return 'reload'
  return wished === 'reload' && wasReloaded(key) ? 'default' : wished
}

/**
 * Gets a resource. Requests for the same at the same time are one, and each gets bytes of its own.
 * @throws {LoaderError} ERR_MIMEPORT_OFFLINE; ERR_MIMEPORT_CONFIG for a variable of the environment that cannot be used;
 * and those of `request` and of `decodeContent`.
 */
export async function fetchResource(
  url: string,
  options: ResourceOptions = {},
): Promise<LoadResponse> {
  makeReady()
  const target = requestURL(url)
  // RFC 9110 §7.1: the fragment is not sent.
  target.hash = ''
  const { href } = target
  const { method = 'GET', body, signal, idempotent = false, coded = false, check } = options
  if (!coded || check === undefined) refuseUnprotected(href, currentInvocation()?.loader)
  for (const value of Object.values(options.credentials ?? {})) learnField(value)
  const credentials = { ...options.credentials, ...credentialsFor(href) }
  const demand = currentDemand()
  const unframed = demand?.pinned === true
  // All that a response may vary by, for the cache to compare.
  const common = { 'accept-encoding': acceptEncoding, 'user-agent': userAgent() }
  const headers = { ...common, ...options.headers }
  const asked: CacheRequest = {
    method,
    url: href,
    headers,
    // What is stored as it was coded is not for who wants it decoded; no field has this name.
    identity: identityOf(coded ? { ...credentials, ':coded': '' } : credentials),
    ...(body !== undefined && { content: digest(body) }),
    immutable: options.immutable === true,
    pinned: unframed,
    specifier: redact(currentInvocation()?.url ?? href, UNLIKELY),
    ...(options.keep !== undefined && { keep: options.keep }),
  }
  const key = keyOf(asked)
  const mode = modeOf(asked, key, demand)
  const exchange = `${key} ${mode}${unframed ? ' unframed' : ''}`
  const { response, held, freshUntil } = await share(
    exchange,
    href,
    signal,
    async (shared, timeLeft) => {
      let attempts = 1
      const requests = watchRequests(href)
      const forward: Forward = (conditional) =>
        withRetries({
          url: href,
          method,
          idempotent,
          signal: shared,
          timeLeft,
          onRetry: requests.tellRetry,
          attempt(attempt) {
            attempts = attempt
            return makeAttempt(href, {
              method,
              headers: { ...headers, ...credentials, ...conditional },
              signal: shared,
              attempt,
              coded,
              unframed,
              ...(body !== undefined && { body }),
            })
          },
        })
      try {
        const fetched = await consult(asked, mode, forward, check)
        noteAttempts(fetched.response, attempts)
        return fetched
      } finally {
        requests.stop?.()
      }
    },
  )
  // What was given to who asked by name, or had to be looked at, is for this start alone.
  const isOpen = asked.identity === '' && check === undefined && !coded
  const until = isOpen ? freshUntil : undefined
  noteFreshness(until)
  options.onFreshness?.(until)
  const isAnew = mode === 'reload' && response.statusCode < 400
  const kept = isAnew ? noting(held, key) : held
  if (demand === undefined) kept?.release()
  else if (kept !== undefined) demand.held.push(kept)
  return response
}
