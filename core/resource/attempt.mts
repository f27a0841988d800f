/** One attempt at a request: its content decoded, and nothing in it that repeats a secret. */

import { decodeContent } from '../body/content-coding.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { withoutGrants } from '../grant.mts'
import { notePeer, peerOf } from '../http/peer.mts'
import { request } from '../http/request.mts'
import { hasSecret, redact, UNLIKELY } from './credentials/secrets.mts'
import type { RequestOptions } from '../http/request.mts'
import type { HeaderRecord, LoadResponse } from '../types.mts'

/** Fields that say what the content is, and are no use with something else in them. */
const descriptive =
  /^(?:age|cache-control|content-.*|date|etag|expires|last-modified|location|retry-after|vary)$/

function quiet(headers: HeaderRecord): HeaderRecord {
  const told = Object.entries(headers).some(
    ([name, value]) => !descriptive.test(name) && hasSecret(value),
  )
  if (!told) return headers
  const entries = Object.entries(headers).map(([name, value]) => {
    return [name, descriptive.test(name) ? value : redact(value)] as const
  })
  return Object.fromEntries(entries)
}

/** Fields that name URLs: a store's signed one grants access to whoever reads it. */
const naming = ['location', 'content-location', 'link', 'sourcemap', 'x-sourcemap', 'refresh']

/** A response that has a secret in it, where nothing can be put in its place, is not for the disk. */
function notStored(headers: HeaderRecord, body: Uint8Array): HeaderRecord {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
  const tells = [...Object.values(headers), bytes].some((each) => hasSecret(each, UNLIKELY))
  const grants = naming.some((name) => {
    const value = headers[name]
    return value !== undefined && withoutGrants(value) !== value
  })
  return tells || grants ? { ...headers, 'cache-control': 'no-store' } : headers
}

/**
 * Some servers repeat what they were sent. What they say of a failure is shown, and may be stored, so it is said without;
 * and where they would lead to becomes a module's name.
 */
function withoutSecrets(url: string, received: LoadResponse): LoadResponse {
  const { statusCode, headers, body } = received
  const { location } = headers
  if (location !== undefined && hasSecret(location, UNLIKELY)) {
    throw new LoaderError(
      'ERR_MIMEPORT_INVALID_REDIRECT',
      `Cannot follow the ${statusCode} from '${escapeText(url)}': its Location repeats the credentials that were sent`,
      { url },
    )
  }
  const response = { statusCode, headers: notStored(quiet(headers), body), body }
  if (statusCode < 300 || body.length === 0) return response
  const text = new TextDecoder().decode(body)
  return hasSecret(text) ? { ...response, body: new TextEncoder().encode(redact(text)) } : response
}

/** Undoes the content codings. Of what is no content, the status is the news: a body that cannot be read says nothing. */
async function decoded(url: string, received: LoadResponse): Promise<LoadResponse> {
  const { 'content-encoding': coding, 'content-length': _length, ...headers } = received.headers
  if (coding === undefined) return received
  const { statusCode, body } = received
  if (statusCode >= 200 && statusCode < 300 && statusCode !== 204) {
    return { statusCode, headers, body: await decodeContent(body, coding, { url }) }
  }
  // Some servers speak of a coding where nothing follows.
  const nothing = new Uint8Array()
  if (body.length === 0) return { statusCode, headers, body: nothing }
  const read = await decodeContent(body, coding, { url }).catch(() => nothing)
  return { statusCode, headers, body: read }
}

/**
 * Sends a request, once, and undoes the content codings of what comes, unless it is wanted `coded`: a coded body that was
 * cut off fails here, where it can be asked for again.
 * @throws {LoaderError} those of `request` and `decodeContent`; ERR_MIMEPORT_INVALID_REDIRECT.
 */
export async function makeAttempt(
  url: string,
  { coded = false, ...options }: RequestOptions & { readonly coded?: boolean },
): Promise<LoadResponse> {
  const received = await request(url, options)
  const response = withoutSecrets(url, coded ? received : await decoded(url, received))
  notePeer(response, peerOf(received).address)
  return response
}
