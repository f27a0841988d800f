/** Connections of our own to HTTP servers: undici's Agent, and what undici does not tell of a connection. */

import { lookup as lookupName } from 'node:dns'
import { isLocalhost } from './request-url.mts'
import type { LookupFunction, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Agent, buildConnector, request } from 'undici'

export interface Connections {
  readonly request: typeof request
  /** Connections that speak HTTP/2 where the server does, or HTTP/1.1 alone. */
  agent(protocol: 'any' | 'http/1.1'): Agent
  /** Whether a connection to this origin is being made. */
  isConnecting(origin: string): boolean
  /** Whether the newest connection of `any` to this origin speaks HTTP/2. */
  isHttp2(origin: string): boolean
  /** Whether a request failed since its pooled connection was closed meanwhile by the server. */
  isStale(error: unknown): boolean
}

/** RFC 6761 §6.3: a name of localhost is never asked of DNS, so it can mean no other machine. */
const lookup: LookupFunction = (hostname, options, callback) => {
  if (!isLocalhost(hostname)) return lookupName(hostname, options as { all: true }, callback)
  const both = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ]
  if (options.all === true) callback(null, both)
  else callback(null, '127.0.0.1', 4)
}

const closed = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

async function connect(): Promise<Connections> {
  const undici = await import('undici')
  const connecting = new Map<string, number>()
  const http2 = new Set<string>()
  const reused = new WeakSet<object>()

  function count(origin: string, change: 1 | -1): void {
    const now = (connecting.get(origin) ?? 0) + change
    if (now === 0) connecting.delete(origin)
    else connecting.set(origin, now)
  }

  function watch(socket: Socket): void {
    const before = socket.bytesRead
    socket.once('error', (error) => {
      if (socket.bytesRead > before) reused.add(error)
    })
  }

  function makeAgent(allowH2: boolean): Agent {
    const options = { lookup, allowH2 } as buildConnector.BuildOptions
    const connector = undici.buildConnector(options)
    return new undici.Agent({
      // The deadlines are ours (request.mts): undici's timers have a grain of half a second, and their own errors.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect(target, callback) {
        const origin = `${target.protocol}//${target.host ?? target.hostname}`
        count(origin, 1)
        connector(target, (...[error, socket]) => {
          count(origin, -1)
          if (error !== null) return callback(error, null)
          if (allowH2 && (socket as Partial<TLSSocket>).alpnProtocol === 'h2') http2.add(origin)
          else if (allowH2) http2.delete(origin)
          watch(socket)
          callback(null, socket)
        })
      },
    })
  }

  const agents: Record<string, Agent> = {}
  return {
    request: undici.request,
    agent: (protocol) => (agents[protocol] ??= makeAgent(protocol === 'any')),
    isConnecting: (origin) => connecting.has(origin),
    isHttp2: (origin) => http2.has(origin),
    isStale(error) {
      const { code, socket } = (error ?? {}) as { code?: string; socket?: { bytesRead?: number } }
      if (code === undefined || !closed.has(code)) return false
      return reused.has(error as object) || (socket?.bytesRead ?? 0) > 0
    },
  }
}

let connections: Promise<Connections> | undefined

/** This thread's connections; undici is loaded when they are first needed. Idle ones keep no thread alive. */
export function openConnections(): Promise<Connections> {
  return (connections ??= connect())
}
