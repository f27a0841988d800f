/** What went wrong between us and a server, in words that say what to do. */

import { escapeText, isLoaderError, LoaderError, received } from '../errors.mts'

/** What a request was doing: making a connection, waiting for the header section, reading the body. */
export type Phase = 'connect' | 'headers' | 'body'

const unknownAuthority =
  'its certificate is signed by nobody whom Node knows; ' +
  'does a file with the certificate of its authority belong into NODE_EXTRA_CA_CERTS?'

/** Code of Node, OpenSSL or undici → the reason. */
const reasons: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'its certificate has expired; is the clock of this machine right?'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet; is the clock of this machine right?'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', unknownAuthority],
  ['EAI_AGAIN', 'the name of its host could not be looked up; is there a network?'],
  ['ECONNREFUSED', 'nothing listens there; is the server running?'],
  ['EHOSTUNREACH', 'there is no way to its host; is there a network?'],
  ['ENETUNREACH', 'there is no way to its host; is there a network?'],
  ['ENOTFOUND', 'there is no host of that name; is it spelt right, and is there a network?'],
  ['EPROTO', 'the server does not speak TLS as Node does; is it an http: server?'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'the server does not speak TLS; is it an http: server?'],
  ['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', 'the server does not speak HTTP/1.1'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'the server does not speak TLS; is it an http: server?'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another host name'],
  ['SELF_SIGNED_CERT_IN_CHAIN', unknownAuthority],
  ['UNABLE_TO_GET_ISSUER_CERT', unknownAuthority],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', unknownAuthority],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', unknownAuthority],
  ['UND_ERR_HEADERS_OVERFLOW', 'its header section is above 16 KiB'],
])

const timeouts = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'])

/** What undici and Node say when the other side hangs up. */
const hangUp = /^(?:other side closed|closed|(?:read|write) (?:ECONNRESET|EPIPE))$/

interface Failure {
  readonly code?: string
  readonly name?: string
  readonly message?: string
}

function reasonOf(failure: Failure, phase: Phase): string {
  const { code = '', message = '' } = failure
  const known = reasons.get(code)
  if (known !== undefined) return `${known} (${code})`
  // OpenSSL ends its messages with a line feed.
  const shown = escapeText(message.trim().slice(0, 200))
  const detail = code === '' ? shown : `${code}: ${shown}`
  if (failure.name === 'HTTPParserError') return `the server's answer is not HTTP (${detail})`
  if (phase === 'body') return `its body is cut off, and nothing of it is used (${detail})`
  if (hangUp.test(message)) return `the server closed the connection without an answer (${detail})`
  return detail
}

/** Tells that no header section came within `time` ms. */
export function timeoutError(url: string, phase: 'connect' | 'headers', time: number): LoaderError {
  const what = phase === 'connect' ? 'no connection was made' : 'the server did not answer'
  return new LoaderError(
    'ERR_MIMEPORT_TIMEOUT',
    `Cannot load '${escapeText(url)}': ${what} within ${time} ms (phase: ${phase})`,
    { url },
  )
}

/** Wraps an error of undici's or Node's, once; one of ours is passed on. */
export function networkError(error: unknown, url: string, phase: Phase): LoaderError {
  if (isLoaderError(error)) return error
  const { code, name, message } = (error ?? {}) as Record<keyof Failure, unknown>
  const failure: Failure = {
    ...(typeof code === 'string' && { code }),
    ...(typeof name === 'string' && { name }),
    message: typeof message === 'string' ? message : received(error),
  }
  const shown = `Cannot load '${escapeText(url)}'`
  if (timeouts.has(failure.code ?? '')) {
    const reason = `no connection was made (phase: connect, ${failure.code})`
    return new LoaderError('ERR_MIMEPORT_TIMEOUT', `${shown}: ${reason}`, { url, cause: error })
  }
  const reason = reasonOf(failure, phase)
  return new LoaderError('ERR_MIMEPORT_NETWORK', `${shown}: ${reason}`, { url, cause: error })
}
