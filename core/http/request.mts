/**
 * One HTTP request and its response, as the wire has it: no redirect is followed, no content coding undone. Deadlines and
 * limits hold whatever undici does, which has left requests unsettled for ever.
 */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { readBody } from '../body/body.mts'
import { tooLarge } from '../body/byte-collector.mts'
import { Deadline } from '../deadline.mts'
import { escapeText, LoaderError } from '../errors.mts'
import { limits, timeouts } from '../limits.mts'
import { version } from '../version.mts'
import { openConnections } from './connections.mts'
import { networkError, timeoutError } from './network-error.mts'
import { requestURL } from './request-url.mts'
import type { Connections } from './connections.mts'
import type { Dispatcher } from 'undici'
import type { HeaderRecord, LoadResponse } from '../types.mts'

/** A field value for `Accept-Encoding`: what `decodeContent` undoes. */
export const acceptEncoding = 'gzip, deflate, br, zstd'

export interface RequestOptions {
  readonly method?: 'GET' | 'POST'
  /** Names in any case. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal | undefined
}

type Received = Dispatcher.ResponseData

/** Lower-case names; a field that came several times is joined. RFC 9110 §5.3. */
function headersOf(received: Received): HeaderRecord {
  const pairs = Object.entries(received.headers).map(([name, value]) => {
    return [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : (value ?? '')] as const
  })
  // Not by assignment: a field may be named __proto__.
  return Object.fromEntries(pairs)
}

function requestHeaders(given: Readonly<Record<string, string>>): Record<string, string> {
  const agent = { 'user-agent': `mimeport/${version()} node/${process.versions.node}` }
  const lower = Object.entries(given).map(([name, value]) => [name.toLowerCase(), value])
  return { ...agent, ...Object.fromEntries(lower) }
}

/** Lets go of a response that nobody reads. */
function discard(received: Received): void {
  received.body.on('error', () => {})
  received.body.destroy()
}

/** Content codings whose data tell their own end: `decodeContent` finds out when they are cut off. */
const codings = /(?:^|[\s,])(?:x-)?(?:gzip|deflate|br|zstd)(?:$|[\s,])/i

/**
 * Whether the end of a body can be told from its being cut off. RFC 9112 §6.3: by `chunked` or Content-Length, but not by the
 * connection's end. HTTP/2 frames every body, but to Node a stream that was reset with NO_ERROR or CANCEL ends well, so
 * there it takes Content-Length or a content coding.
 */
function hasEndMarker(headers: HeaderRecord, http2: boolean): boolean {
  if (headers['transfer-encoding'] !== undefined) {
    return headers['transfer-encoding'].trim().toLowerCase() === 'chunked'
  }
  if (headers['content-length'] !== undefined) return true
  return http2 && codings.test(headers['content-encoding'] ?? '')
}

/** Whether the body of this response could become a module, so that it must not be cut off. */
function mayRun(statusCode: number): boolean {
  return statusCode >= 200 && statusCode < 300 && statusCode !== 204
}

/** Sends, and waits for the header section. A GET goes out once more when its pooled connection was stale. */
async function send(
  connections: Connections,
  target: URL,
  options: RequestOptions,
  protocol: 'any' | 'http/1.1',
): Promise<Received> {
  const { method = 'GET', headers = {}, body, signal } = options
  const url = target.href
  const abort = new AbortController()
  const deadline = new Deadline(url, signal, timeouts.headers, () => {
    const phase = connections.isConnecting(target.origin) ? 'connect' : 'headers'
    return timeoutError(url, phase, timeouts.headers)
  })
  let sent: Promise<Received> | undefined
  const attempt = (): Promise<Received> => {
    sent = connections.request(target, {
      dispatcher: connections.agent(protocol),
      method,
      headers: requestHeaders(headers),
      signal: abort.signal,
      ...(body !== undefined && { body }),
    })
    return deadline.race(sent)
  }
  try {
    try {
      return await attempt()
    } catch (error) {
      // RFC 9110 §9.2.2: a GET may be repeated; RFC 9112 §9.3.1: and is, when the server closed an idle connection.
      if (method !== 'GET' || !connections.isStale(error)) throw error
      // The server may have closed more of them: their events come first.
      await deadline.race(nextTurn())
      return await attempt()
    }
  } catch (error) {
    abort.abort(error)
    sent?.then(discard, () => {})
    throw networkError(error, url, connections.isConnecting(target.origin) ? 'connect' : 'headers')
  } finally {
    deadline.end()
  }
}

/**
 * Sends a request and reads the whole response, of whatever status. A 2xx body without an end marker is asked for again by
 * HTTP/1.1 when it came by HTTP/2, and refused when HTTP/1.1 has none, too. A POST goes by HTTP/1.1 from the start.
 *
 * @throws {LoaderError} ERR_MIMEPORT_NETWORK with undici's or Node's error as its `cause`, ERR_MIMEPORT_TIMEOUT naming the
 * phase, ERR_MIMEPORT_BODY_TOO_LARGE, ERR_MIMEPORT_INSECURE_URL, ERR_MIMEPORT_INVALID_SPECIFIER.
 */
export async function request(url: string, options: RequestOptions = {}): Promise<LoadResponse> {
  const target = requestURL(url)
  // RFC 9110 §7.1: the fragment is not sent.
  target.hash = ''
  const connections = await openConnections()
  return exchange(connections, target, options, options.method === 'POST' ? 'http/1.1' : 'any')
}

async function exchange(
  connections: Connections,
  target: URL,
  options: RequestOptions,
  protocol: 'any' | 'http/1.1',
): Promise<LoadResponse> {
  const received = await send(connections, target, options, protocol)
  const url = target.href
  const { statusCode } = received
  const headers = headersOf(received)
  try {
    const length = Number(headers['content-length'] ?? 0)
    if (length > limits.body) throw tooLarge(length, limits.body, url)
    const http2 = protocol === 'any' && connections.isHttp2(target.origin)
    const unmarked = mayRun(statusCode) && !hasEndMarker(headers, http2)
    if (unmarked && !http2) {
      throw new LoaderError(
        'ERR_MIMEPORT_NETWORK',
        `Cannot load '${escapeText(url)}': its body ends with the connection, so a body that was cut off would pass for ` +
          'a whole one; the server must send Content-Length or chunks',
        { url },
      )
    }
    if (!unmarked) {
      const { body: limit } = limits
      const { signal } = options
      const body = await readBody(received.body, { limit, url, signal, idle: timeouts.idle })
      return { statusCode, headers, body }
    }
  } catch (error) {
    discard(received)
    throw networkError(error, url, 'body')
  }
  discard(received)
  return exchange(connections, target, options, 'http/1.1')
}
