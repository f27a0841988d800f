/** Why the network failed, by the codes of Node, OpenSSL and undici, in words that say what to do. */

import { escapeText, received } from '../text.mts'
import type { Phase } from './network-error.mts'

/** What is known of an error of undici's or Node's, whatever was thrown. */
export interface Failure {
  readonly code?: string
  readonly name?: string
  readonly message?: string
}

/** Reads what is known of an error. */
export function failureOf(error: unknown): Failure {
  const { code, name, message } = (error ?? {}) as Record<keyof Failure, unknown>
  return {
    ...(typeof code === 'string' && { code }),
    ...(typeof name === 'string' && { name }),
    message: typeof message === 'string' ? message : received(error),
  }
}

const unknownAuthority =
  'its certificate is signed by nobody whom Node knows; ' +
  'does a file with the certificate of its authority belong into NODE_EXTRA_CA_CERTS, ' +
  'or does the system know it (NODE_USE_SYSTEM_CA=1)?'

const oldTLS =
  'the server speaks no version of TLS that Node takes for safe; can it be updated to TLS 1.2 or 1.3?'

/** Code of Node, OpenSSL or undici → the reason. */
const reasons: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'its certificate has expired; is the clock of this machine right?'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet; is the clock of this machine right?'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', unknownAuthority],
  ['EAI_AGAIN', 'the name of its host could not be looked up; is there a network?'],
  ['ECONNREFUSED', 'nothing listens there; is the server running?'],
  ['EHOSTUNREACH', 'there is no way to its host; is there a network?'],
  ['EMFILE', 'too many files and connections are open in this process; does ulimit -n allow more?'],
  ['ENETUNREACH', 'there is no way to its host; is there a network?'],
  ['ENOTFOUND', 'there is no host of that name; is it spelt right, and is there a network?'],
  ['EPROTO', 'the server does not speak TLS as Node does; is it an http: server?'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'the server does not speak TLS; is it an http: server?'],
  ['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', 'the server does not speak HTTP/1.1'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'the server does not speak TLS; is it an http: server?'],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'its certificate is for another host name; is the host of the URL spelt right?',
  ],
  ['SELF_SIGNED_CERT_IN_CHAIN', unknownAuthority],
  ['UNABLE_TO_GET_ISSUER_CERT', unknownAuthority],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', unknownAuthority],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', unknownAuthority],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', oldTLS],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', oldTLS],
  ['HPE_HEADER_OVERFLOW', 'its header section is above 16 KiB'],
  ['UND_ERR_HEADERS_OVERFLOW', 'its header section is above 16 KiB'],
])

/** Whether what came is not HTTP, by undici's parser or Node's. */
export function isMalformed({ name, code = '' }: Failure): boolean {
  return name === 'HTTPParserError' || code.startsWith('HPE_')
}

/** How undici puts that a server sends 100 or 101 to a request that wants neither; it cannot read on. RFC 9110 §15.2. */
export const unasked = /^bad (?:response|upgrade)$/

/** How undici and Node put that. */
const hangUp = /^(?:other side closed|closed|socket hang up|(?:read|write) (?:ECONNRESET|EPIPE))$/

/** The reason of a failure, for a message: what it means and what to do, then its code. */
export function reasonOf(failure: Failure, phase: Phase): string {
  const { code = '', message = '' } = failure
  const known = reasons.get(code)
  if (known !== undefined) return `${known} (${code})`
  // OpenSSL ends its messages with a line feed.
  const shown = escapeText(message.trim().slice(0, 200))
  const detail = code === '' ? shown : `${code}: ${shown}`
  if (isMalformed(failure)) return `the server's answer is not HTTP (${detail})`
  if (unasked.test(message))
    return `the server sends 100 or 101, which nobody asked for (${detail})`
  if (phase === 'body') return `its body is cut off, and nothing of it is used (${detail})`
  if (message.includes('ENHANCE_YOUR_CALM')) {
    return `the server wants fewer requests, or sends too many fields (${detail})`
  }
  if (code.startsWith('ERR_HTTP2_') || message.startsWith('HTTP/2: ')) {
    return `the server ended the request without an answer (${detail})`
  }
  if (hangUp.test(message)) return `the server closed the connection without an answer (${detail})`
  return detail
}
