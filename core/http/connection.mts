/**
 * One connection to an origin: undici's client, or one of node:http where there is no TLS, which make it anew when it was
 * closed; and what these do not tell.
 */

import { elapsed } from '../elapsed.mts'
import { loadUndici } from './undici.mts'
import { makeConnector } from './connector.mts'
import { buildPlainConnector, PlainClient } from './plain-client.mts'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { buildConnector, Dispatcher } from 'undici'
import type { Connector } from './connector.mts'
import type { ConnectFailure } from './network-error.mts'
import type { WireClient } from './plain-client.mts'
import type { Proxy } from './proxy.mts'

export type Protocol = 'http/1.1' | 'h2'

/** Streams at a time in one HTTP/2 connection; fewer where the server says so. RFC 9113 §6.5.2 wants 100 or more. */
export const STREAMS = 100

/** Bytes of a response's header section. */
export const HEADER_SECTION = 16 * 1024

const connectors: { http2?: Connector; http1?: Connector; plain?: Connector } = {}

function connectorFor(isPlain: boolean, http2: boolean): Connector {
  if (isPlain) return (connectors.plain ??= makeConnector(buildPlainConnector, false))
  const { buildConnector } = loadUndici()
  return (connectors[http2 ? 'http2' : 'http1'] ??= makeConnector(buildConnector, http2))
}

function isHttp2(socket: Socket): boolean {
  return (socket as Partial<TLSSocket>).alpnProtocol === 'h2'
}

/**
 * Tells what `attach` attaches to a socket of the socket's end a turn later. undici destroys an HTTP/2 socket at its end; in
 * Node 24 what came together with the end is in the streams then, and not read: a server's last response, and its goodbye.
 */
function endLater(socket: Socket, attach: () => void): void {
  const before = new Set(socket.listeners('end'))
  attach()
  for (const listener of socket.listeners('end') as (() => void)[]) {
    if (before.has(listener)) continue
    // Else Node closes it by itself meanwhile, and nobody is told why.
    socket.allowHalfOpen = true
    socket.off('end', listener)
    socket.once('end', () => setImmediate(() => listener.call(socket)))
  }
}

export class Connection {
  /** What it speaks, or spoke last; `undefined`: that is to be found out. */
  protocol: Protocol | undefined
  /** Requests that it was given and that are not over. */
  running = 0
  /** Responses that came by the socket it has now. */
  responses = 0
  isConnecting = false
  /** When something happened on it, `elapsed()`. */
  progress = 0
  /** When something came on it: `elapsed()`. */
  heard = 0
  /** The proxy that it goes through now. */
  proxy: Proxy | undefined
  socket: Socket | undefined
  #client: WireClient | undefined
  readonly #origin: string
  readonly #http2: boolean
  readonly #changed: (failure?: ConnectFailure) => void

  /** `changed` is called when it is open, with the failure when it could not be opened. */
  constructor(origin: string, http2: boolean, changed: (failure?: ConnectFailure) => void) {
    this.#origin = origin
    this.#http2 = http2
    this.#changed = changed
    if (!http2) this.protocol = 'http/1.1'
  }

  get isOpen(): boolean {
    return this.socket !== undefined
  }

  /** Whether it takes another request now. */
  get hasRoom(): boolean {
    return this.running < (this.protocol === 'h2' ? STREAMS : 1)
  }

  /** Sends a request, when there is a connection. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#client ??= this.#makeClient()
    this.#client.dispatch(options, handler)
  }

  /** Closes it, whatever is going on: it takes nothing any more. The next request makes it anew. */
  drop(error: Error): void {
    const client = this.#client
    this.#client = undefined
    this.isConnecting = false
    this.#closed(this.socket)
    client?.destroy(error).catch(() => {})
  }

  #makeClient(): WireClient {
    const isPlain = this.#origin.startsWith('http:')
    const connect = (target: buildConnector.Options, callback: buildConnector.Callback): void => {
      this.isConnecting = true
      connectorFor(isPlain, this.#http2)(target, ({ failure, socket, proxy }) => {
        const isCurrent = this.#client === client
        if (isCurrent) this.isConnecting = false
        if (failure !== undefined) {
          // Who waits is told first: else the request that fails now would give its place to the next one.
          if (isCurrent) this.#changed(failure)
          return callback(failure, null)
        }
        if (isCurrent) this.#opened(socket, proxy)
        const attach = (): void => callback(null, socket)
        if (isHttp2(socket)) endLater(socket, attach)
        else attach()
        if (isCurrent) this.#changed()
      })
    }
    const options = { connect, maxHeaderSize: HEADER_SECTION }
    const client: WireClient = isPlain
      ? new PlainClient(this.#origin, options)
      : new (loadUndici().Client)(this.#origin, {
          ...options,
          allowH2: this.#http2,
          // The deadlines are ours: undici's timers have a grain of half a second, and their own errors.
          headersTimeout: 0,
          bodyTimeout: 0,
          h2Options: { maxConcurrentStreams: STREAMS },
        })
    return client
  }

  #opened(socket: Socket, proxy: Proxy | undefined): void {
    this.protocol = isHttp2(socket) ? 'h2' : 'http/1.1'
    this.responses = 0
    this.progress = elapsed()
    this.proxy = proxy
    this.socket = socket
    socket.once('close', () => this.#closed(socket))
  }

  #closed(socket: Socket | undefined): void {
    // After a GOAWAY the old one lives on beside the new one.
    if (this.socket !== socket) return
    this.socket = undefined
    // Somebody else may answer there next time; until that is known one request is enough.
    if (this.protocol === 'h2') this.protocol = undefined
  }
}
