/** One HTTP request and its response, as the wire has it: no redirect is followed, no content coding undone. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { networkError } from './network-error.mts'
import { originFor } from './origin.mts'
import { requestURL } from './request-url.mts'
import { limits } from '../limits.mts'
import { Transfer } from './transfer.mts'
import { TransferLog } from './transfer-log.mts'
import { version } from '../version.mts'
import type { Outcome, WireRequest } from './outcome.mts'
import type { Connection } from './connection.mts'
import type { Origin, Way } from './origin.mts'
import type { LoadResponse } from '../types.mts'

/** A field value for `Accept-Encoding`: what `decodeContent` undoes. */
export const acceptEncoding = 'gzip, deflate, br, zstd'

/** A field value for `User-Agent`: servers go by Node's version, too. RFC 9110 §10.1.5. */
export function userAgent(): string {
  return `mimeport/${version()} node/${process.versions.node}`
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST'
  /** Names in any case. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal | undefined
  /** How often this was asked for, with this time; for who is told of it. */
  readonly attempt?: number
  /** A body without an end marker will do: whoever gets it knows its digest. */
  readonly unframed?: boolean
}

/** RFC 9110 §5.6.2. */
const token = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/

/** RFC 9110 §5.5: no control characters. Latin-1, as Node sends them. */
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * The fields as they are sent; lower-case names.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER when one cannot be sent. Its value is not shown: it may be a secret.
 */
function requestHeaders(given: Readonly<Record<string, string>>, url: string) {
  const headers = new Map([['user-agent', userAgent()]])
  for (const [name, value] of Object.entries(given)) {
    if (!token.test(name) || !fieldValue.test(value)) {
      const shown = escapeText(name.slice(0, 40))
      throw new LoaderError(
        'ERR_MIMEPORT_INVALID_SPECIFIER',
        `Cannot load '${escapeText(url)}': its request's field '${shown}' has a character that no field may have`,
        { url },
      )
    }
    headers.set(name.toLowerCase(), value)
  }
  return Object.fromEntries(headers)
}

/**
 * Sends a request and reads the whole response, of whatever status. A 2xx body without an end marker is asked for again by
 * HTTP/1.1 when it came by HTTP/2, and refused when HTTP/1.1 has none, too. A POST goes by HTTP/1.1 from the start. A GET
 * goes out once more when the server had closed its kept-alive connection.
 *
 * @throws {LoaderError} ERR_MIMEPORT_NETWORK with undici's or Node's error as its `cause`, ERR_MIMEPORT_TIMEOUT naming the
 * phase, ERR_MIMEPORT_BODY_TOO_LARGE, ERR_MIMEPORT_INSECURE_URL, ERR_MIMEPORT_INVALID_SPECIFIER, ERR_MIMEPORT_CONFIG.
 */
export async function request(url: string, options: RequestOptions = {}): Promise<LoadResponse> {
  const target = requestURL(url)
  // RFC 9110 §7.1: the fragment is not sent.
  target.hash = ''
  const { method = 'GET', headers = {}, body, signal, attempt = 1, unframed = false } = options
  const wire: WireRequest = {
    target,
    method,
    headers: requestHeaders(headers, target.href),
    body,
    signal,
    attempt,
    unframed,
  }
  const first = await ask(wire, method === 'POST' ? 'http/1.1' : 'any')
  if ('response' in first) return first.response
  try {
    const second = await ask(wire, 'http/1.1')
    if ('response' in second) return second.response
    throw second.unfit
  } catch (error) {
    // A server that speaks HTTP/2 alone.
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException
    throw code === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL' ? first.unfit : error
  }
}

/** What a server answers to whom it finds to ask too much. RFC 6585 §4, RFC 9110 §15.6.4. */
const busy = new Set([429, 503])

/** Sends a request when there is a connection for it, and waits for what comes of it. */
async function transfer(request: WireRequest, origin: Origin, way: Way): Promise<Outcome> {
  const url = request.target.href
  const log = new TransferLog(request)
  let connection: Connection
  try {
    connection = await origin.lease(way, url, request.signal)
  } catch (cause) {
    const error = networkError(cause, url, 'connect')
    log.error(error)
    throw error
  }
  const { generation } = origin
  try {
    const outcome = await new Promise<Outcome>((resolve) => {
      new Transfer(request, origin, connection, log, resolve).start()
    })
    if ('response' in outcome && busy.has(outcome.response.statusCode)) origin.useFewer(generation)
    if (!('stale' in outcome) || !outcome.isNew) return outcome
    if (!origin.isCrowded(connection, generation)) throw outcome.stale
    origin.useFewer(generation, true)
    return outcome
  } finally {
    origin.release(connection)
  }
}

/** Makes transfers until one is not on a stale connection. */
async function ask(
  wire: WireRequest,
  way: Way,
): Promise<Exclude<Outcome, { readonly stale: LoaderError }>> {
  const origin = originFor(wire.target)
  for (let stale = 0; ;) {
    const outcome = await transfer(wire, origin, way)
    if (!('stale' in outcome)) return outcome
    // RFC 9110 §9.2.2: a GET may be repeated; RFC 9112 §9.3.1: and is, when the server closed an idle connection.
    stale += 1
    const most = outcome.protocol === 'h2' ? 1 : limits.connections
    if (wire.method !== 'GET' || stale > most) throw outcome.stale
    // The server may have closed more of them: their events come first.
    await nextTurn()
  }
}
