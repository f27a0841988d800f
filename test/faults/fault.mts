/** What a fault is: what a server does wrong, and what an import of its module must come to. */

import type { Socket } from 'node:net'
import type { Http1Exchange, Http2Exchange } from './exchange.mts'

/** The ways in which a program reaches a server. */
export const protocolNames = ['http', 'https', 'h2'] as const
export type ProtocolName = (typeof protocolNames)[number]

/**
 * What is in the cache when the server goes wrong: nothing, a response that is stale, one that is stale and may be used
 * after an error (RFC 5861 §4), one that is fresh, or a stale one and nobody may be asked.
 */
export const stateNames = ['cold', 'stale', 'spare', 'fresh', 'offline'] as const
export type StateName = (typeof stateNames)[number]

/**
 * What an import comes to: `new`, the bytes that the server has now; `kept`, those of the cache; or an error's code. A
 * list has all that would be right.
 */
export type Outcome = string | readonly string[]

/** A request, as far as servers here look at it. */
export interface Asked {
  /** Counts from 1, since the server went wrong. */
  readonly count: number
  /** The request target. */
  readonly path: string
  readonly isConditional: boolean
  /** The version of HTTP: the server of an `h2` cell speaks HTTP/1.1 with who prefers it. */
  readonly version: 1 | 2
  /** The module as the server has it now. */
  readonly good: Answer
}

/** An answer in terms of any version of HTTP. */
export interface Answer {
  readonly status?: number
  /** A list sends a field several times. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array
  /** How the end of the body is told: by Content-Length (the default), by chunks, or by the connection's end. HTTP/2 knows no chunks, and has its own end. */
  readonly framing?: 'length' | 'chunked' | 'close'
  /** So many bytes of the body are sent; all when left out. */
  readonly cut?: number
  /**
   * What comes after the bytes of the body that are sent: its proper end (the default), the connection's (FIN), a reset (of
   * the connection; of the stream, in HTTP/2), or nothing.
   */
  readonly end?: 'proper' | 'close' | 'reset' | 'never'
  /** ms between two bytes of the body. */
  readonly drip?: number
}

/** By hand, where an answer is no answer. */
export interface Bare {
  http1?(exchange: Http1Exchange): void
  http2?(exchange: Http2Exchange): void
}

export type Reply = Answer | Bare

export interface Fault {
  /** The row of the fault table that it belongs to. */
  readonly id: string
  /** Continues "a server that …"; its own name, too. */
  readonly name: string
  /** All that can have it, when left out. */
  readonly protocols?: readonly ProtocolName[]
  /** Makes what takes long to make, before anybody waits for it. */
  readonly prepare?: () => void
  /** Answers a request, after the module is in the cache. */
  readonly reply?: (asked: Asked) => Reply
  /** Takes the place of TLS and HTTP on a new connection. */
  readonly accept?: (socket: Socket) => void
  /** Takes the place of HTTP/2 on a new connection. */
  readonly session?: (socket: Socket, count: number) => void
  /** Settings of HTTP/2. */
  readonly settings?: { readonly maxConcurrentStreams?: number }
  /** How TLS is wrong. */
  readonly tls?: 'expired' | 'other-name' | 'unknown' | 'old' | 'future'
  /** Nobody listens any more: `gone`; the queue of connections is full: `deaf`. */
  readonly listener?: 'gone' | 'deaf'
  /** The host, when it is not 127.0.0.1, and the one address that is listened at. */
  readonly host?: { readonly name: string; readonly address: string }
  /** What the module is, when it is no JavaScript. */
  readonly type?: 'text'
  /** What ends it is a deadline: it is measured with short ones. */
  readonly waits?: true
  /** Fields of the response in the cache, besides `etag` and, but for these, `cache-control`. */
  readonly primed?: Readonly<Record<string, string>>
  /** What an import comes to with nothing in the cache. */
  readonly cold: Outcome
  /** With a response in the cache that must be validated; as `cold` when left out. */
  readonly stale?: Outcome
  /** With one that may be used after an error; `kept` where all of `stale` are failures, else as `stale`. */
  readonly spare?: Outcome
  /** With one that is fresh, and offline; `kept` when left out. */
  readonly fresh?: Outcome
  readonly offline?: Outcome
  /** How often the server may be asked, at most. */
  readonly most?: number
}

/** What a gateway would answer 502 or 504 for: an error by RFC 5861 §4. What is refused for good reason is none. */
const failures = new Set(['ERR_MIMEPORT_NETWORK', 'ERR_MIMEPORT_TIMEOUT'])

/** What is right for a cell. */
export function expectedOf(fault: Fault, state: StateName): readonly string[] {
  const list = (outcome: Outcome) => (typeof outcome === 'string' ? [outcome] : outcome)
  if (state === 'cold') return list(fault.cold)
  if (state === 'fresh' || state === 'offline') return list(fault[state] ?? 'kept')
  const stale = list(fault.stale ?? fault.cold)
  if (state === 'stale') return stale
  if (fault.spare !== undefined) return list(fault.spare)
  return stale.every((outcome) => failures.has(outcome)) ? ['kept'] : stale
}

export function protocolsOf(fault: Fault): readonly ProtocolName[] {
  return fault.protocols ?? protocolNames
}
