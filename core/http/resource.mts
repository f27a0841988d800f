/**
 * A resource of the web for a loader: from the cache or from its server, with the credentials of its origin, repeated where
 * that may help, its content codings undone. No redirect is followed.
 */

import { createHash } from 'node:crypto'
import { decodeContent } from '../body/content-coding.mts'
import { answer } from '../cache/http-cache.mts'
import { escapeText, LoaderError } from '../errors.mts'
import { tell } from './activity.mts'
import { cacheModeFor } from './cache-mode.mts'
import { credentialsFor } from './credentials.mts'
import { acceptEncoding, request } from './request.mts'
import { requestURL } from './request-url.mts'
import { withRetries } from './retry.mts'
import type { CachedAnswer } from '../cache/http-cache.mts'
import type { HeaderRecord, LoadResponse } from '../types.mts'

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
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

/** Who asks, as a digest: what is stored for one is not found by another, and tells nothing of the secret. */
function identityOf(credentials: HeaderRecord): string {
  const fields = Object.entries(credentials).sort(([a], [b]) => (a < b ? -1 : 1))
  return fields.length === 0 ? '' : digest(JSON.stringify(fields))
}

/** One exchange, its content decoded: a coded body that was cut off fails here, where it can be asked for again. */
async function exchange(url: string, options: ResourceOptions, headers: HeaderRecord) {
  const { method = 'GET', body, signal } = options
  const received = await request(url, {
    method,
    headers,
    signal,
    ...(body !== undefined && { body }),
  })
  const { 'content-encoding': coding, 'content-length': _length, ...rest } = received.headers
  if (coding === undefined) return received
  return { ...received, headers: rest, body: await decodeContent(received.body, coding, { url }) }
}

/**
 * Gets a resource. Requests for the same at the same time are one.
 * @throws {LoaderError} ERR_MIMEPORT_OFFLINE, and those of `request` and of `decodeContent`.
 */
export async function fetchResource(
  url: string,
  options: ResourceOptions = {},
): Promise<LoadResponse> {
  const target = requestURL(url)
  // RFC 9110 §7.1: the fragment is not sent.
  target.hash = ''
  const { method = 'GET', body, signal } = options
  const credentials = { ...options.credentials, ...credentialsFor(target.href) }
  const headers = { 'accept-encoding': acceptEncoding, ...options.headers }
  const asked = {
    method,
    url: target.href,
    headers,
    identity: identityOf(credentials),
    ...(body !== undefined && { content: digest(body) }),
    ...(options.immutable !== undefined && { immutable: options.immutable }),
    ...(options.keep !== undefined && { keep: options.keep }),
  }
  const found: CachedAnswer | undefined = await answer(
    asked,
    cacheModeFor(target.href),
    (conditional) =>
      withRetries({
        url: target.href,
        method,
        signal,
        attempt: () =>
          exchange(target.href, options, { ...headers, ...credentials, ...conditional }),
      }),
  )
  if (found === undefined) {
    throw new LoaderError(
      'ERR_MIMEPORT_OFFLINE',
      `Cannot load '${escapeText(target.href)}': it is not in the cache, and MIMEPORT_OFFLINE forbids to ask for it`,
      { url: target.href },
    )
  }
  tell({ type: 'cache', url: target.href, outcome: found.outcome })
  return found.response
}
