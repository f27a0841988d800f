/** What went wrong between us and a server, in words that say what to do. */

import { isLoaderError, LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { failureOf, isMalformed, reasonOf, unasked } from './failure-reason.mts'
import { AddressRefusal } from './lookup.mts'
import { unfitAddress } from '../policy/policy.mts'
import type { Proxy } from './proxy.mts'

/** What a request was doing: making a connection, waiting for the header section, reading the body. */
export type Phase = 'connect' | 'headers' | 'body'

/** A connection that was not made. undici would make some codes' attempts again without end: this has none. */
export class ConnectFailure extends Error {
  /** Set where the way to the proxy is what failed, or the proxy itself. */
  readonly proxy: Proxy | undefined
  /** ms, when it was not made in time. */
  readonly time: number | undefined

  constructor(cause: unknown, proxy: Proxy | undefined, time?: number) {
    super('No connection was made', { cause })
    this.proxy = proxy
    this.time = time
  }
}

/** A connection on which nothing happens any more. */
export class Stall extends Error {
  /** ms. */
  readonly time: number

  constructor(time: number) {
    super('Nothing happens on the connection')
    this.time = time
  }
}

/** A proxy's answer to CONNECT that opens no tunnel. */
export class TunnelRefusal extends Error {
  readonly statusCode: number

  constructor(statusCode: number) {
    super(`The proxy answers ${statusCode}`)
    this.statusCode = statusCode
  }
}

const timeouts = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'])

const closed = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

/** Whether an error of undici's or Node's says that the connection ended: a stale one does when it is used. */
export function isHangUp(error: unknown): boolean {
  const { code = '', message = '' } = failureOf(error)
  return closed.has(code) || (code === 'UND_ERR_INFO' && /GOAWAY|idle timeout/.test(message))
}

/** What a connection fails with where there are too many: for the server, for this machine, or to be made in time. */
const refused = new Set([...timeouts, 'ECONNREFUSED', 'ECONNRESET', 'EMFILE', 'ENFILE'])

/** Whether no connection was made since the server, or this machine, has none to spare. */
export function isRefusedConnection(error: unknown): boolean {
  if (!(error instanceof ConnectFailure) || error.proxy !== undefined) return false
  return refused.has(failureOf(error.cause).code ?? '')
}

/** RFC 9113 §7: errors that would come again, by their name at nghttp2. */
const final =
  /NGHTTP2_(?:PROTOCOL_ERROR|FLOW_CONTROL_ERROR|FRAME_SIZE_ERROR|COMPRESSION_ERROR|ENHANCE_YOUR_CALM|INADEQUATE_SECURITY)/

/** Whether an HTTP/2 server wants HTTP/1.1 for this request. RFC 9113 §7, HTTP_1_1_REQUIRED. */
export function wantsHttp1(error: unknown): boolean {
  return /NGHTTP2_HTTP_1_1_REQUIRED|GOAWAY.*code 13$/.test(failureOf(error).message ?? '')
}

/** Codes of failures that another attempt may mend: nothing was said that another attempt would be told again. */
const passing = new Set([
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'EMFILE',
  'ENETUNREACH',
  'ENFILE',
  'ENOBUFS',
  'EPIPE',
  'ERR_HTTP2_ERROR',
  'ERR_HTTP2_GOAWAY_SESSION',
  'ERR_HTTP2_SESSION_ERROR',
  'ERR_HTTP2_STREAM_CANCEL',
  'ERR_HTTP2_STREAM_ERROR',
  'UND_ERR_INFO',
  'UND_ERR_SOCKET',
])

const transient = new WeakSet<object>()

/**
 * Whether another attempt at a request that failed so may succeed: the connection was refused, reset or closed, the body
 * or its content coding was cut off, a name could not be looked up for now, an HTTP/2 stream was reset. Not when the
 * server or the network has given an answer that it would give again, nor when a deadline passed.
 */
export function isTransient(error: unknown): boolean {
  if (!isLoaderError(error)) return false
  // Only data that are broken have a cause; a coding that nobody knows stays unknown.
  if (error.code === 'ERR_MIMEPORT_CONTENT_CODING') return error.cause !== undefined
  return transient.has(error)
}

/** What somebody can do whose server is slow, and whose network is not. */
function longer(key: string): string {
  const [group, name] = key.split('.')
  const what = key === 'limits.speed' ? 'puts up with less' : 'waits longer'
  return `for a server that is slow, "${group}": { "${name}": … } in mimeport.json ${what}`
}

/** Tells that no connection was made, or no header section came, within `time` ms. */
export function timeoutError(
  url: string,
  phase: 'connect' | 'headers',
  time: number,
  proxy?: Proxy,
): LoaderError {
  const waited = phase === 'connect' ? 'no connection was made' : 'the server did not answer'
  const what = proxy === undefined ? waited : `${nameOf(proxy)} opened no tunnel`
  return new LoaderError(
    'ERR_MIMEPORT_TIMEOUT',
    `Cannot load '${escapeText(url)}': ${what} within ${time} ms (phase: ${phase}); ${longer(`timeout.${phase}`)}`,
    { url },
  )
}

/** Tells that a body brought nothing, or `bytes` of all bodies of its server, for `time` ms. */
export function slowError(url: string, time: number, bytes?: number): LoaderError {
  const few = `only ${bytes} bytes came from its server in ${time} ms`
  const what = bytes === undefined ? `nothing came for ${time} ms` : few
  const message = `Cannot read the body of '${escapeText(url)}': ${what} (phase: body); ${longer(bytes === undefined ? 'timeout.idle' : 'limits.speed')}`
  return new LoaderError('ERR_MIMEPORT_TIMEOUT', message, { url })
}

function nameOf({ name, variable }: Proxy): string {
  return `the proxy '${escapeText(name)}' of ${variable}`
}

/** RFC 9110 §15.6: what a gateway says when it is the way behind it that failed. */
const gateway = new Set([502, 503, 504])

/** RFC 9110 §15.5.8; tinyproxy answers 401 to a wrong password. */
const unauthenticated = new Set([401, 407])

function refusalOf(proxy: Proxy, { statusCode }: TunnelRefusal): string {
  if (gateway.has(statusCode)) return `${nameOf(proxy)} could not reach the server (${statusCode})`
  if (!unauthenticated.has(statusCode)) {
    return `${nameOf(proxy)} refuses to go there (${statusCode}); NO_PROXY names what is asked without it`
  }
  const now = proxy.authorization === undefined ? 'asks for a' : 'does not take the'
  const how = `write http://user:password@${escapeText(proxy.name)} into ${proxy.variable}`
  return `${nameOf(proxy)} ${now} user name and password (${statusCode}); ${how}`
}

function networkFailure(url: string, reason: string, cause: unknown, again: boolean): LoaderError {
  const message = `Cannot load '${escapeText(url)}': ${reason}`
  const details = cause === undefined ? { url } : { url, cause }
  const error = new LoaderError('ERR_MIMEPORT_NETWORK', message, details)
  if (again) transient.add(error)
  return error
}

/** Refuses what a server sends: it would send it again. */
export function refusal(url: string, reason: string): LoaderError {
  return networkFailure(url, reason, undefined, false)
}

function connectError({ cause, proxy, time }: ConnectFailure, url: string): LoaderError {
  if (isLoaderError(cause)) return cause
  if (cause instanceof AddressRefusal) return unfitAddress(url, cause)
  const failure = failureOf(cause)
  if (time !== undefined) return timeoutError(url, 'connect', time, proxy)
  if (timeouts.has(failure.code ?? '')) {
    const reason = `no connection was made (phase: connect, ${failure.code}); is the host up, and does a firewall stand before it?`
    const message = `Cannot load '${escapeText(url)}': ${reason}`
    return new LoaderError('ERR_MIMEPORT_TIMEOUT', message, { url, cause })
  }
  if (cause instanceof TunnelRefusal && proxy !== undefined) {
    return networkFailure(url, refusalOf(proxy, cause), cause, gateway.has(cause.statusCode))
  }
  const reason = reasonOf(failure, 'connect')
  const again = passing.has(failure.code ?? '')
  if (proxy === undefined) return networkFailure(url, reason, cause, again)
  return networkFailure(url, `${nameOf(proxy)} cannot be used: ${reason}`, cause, again)
}

/** Wraps an error of undici's or Node's, once; one of ours is passed on. */
export function networkError(error: unknown, url: string, phase: Phase): LoaderError {
  if (isLoaderError(error)) return error
  if (error instanceof ConnectFailure) return connectError(error, url)
  if (error instanceof Stall) return timeoutError(url, 'headers', error.time)
  const failure = failureOf(error)
  const { message = '' } = failure
  const isFinal = isMalformed(failure) || final.test(message) || unasked.test(message)
  const again = !isFinal && (passing.has(failure.code ?? '') || phase === 'body')
  return networkFailure(url, reasonOf(failure, phase), error, again)
}
