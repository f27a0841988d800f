/**
 * HTTP/1.1 without TLS, one connection, by node:http and in the terms of undici's client: a developer's own server is asked
 * before undici would be loaded. docs/decisions/037-requests.md
 */

import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import type { Socket, TcpNetConnectOpts } from 'node:net'
import type { Dispatcher, buildConnector } from 'undici'

/** What connections ask of undici's client, and of this one. */
export interface WireClient {
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void
  destroy(error: Error): Promise<unknown>
}

export interface PlainOptions {
  /** Bytes of a response's header section. */
  readonly maxHeaderSize: number
  readonly connect: (target: buildConnector.Options, connected: buildConnector.Callback) => void
}

/** Makes sockets as undici's `buildConnector` does, for targets without TLS. */
export function buildPlainConnector({ lookup }: Pick<TcpNetConnectOpts, 'lookup'>) {
  const { connect } = process.getBuiltinModule('node:net')
  return ({ hostname, port }: buildConnector.Options, connected: buildConnector.Callback) => {
    const socket = connect({
      host: hostname,
      port: Number(port || 80),
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
      ...(lookup !== undefined && { lookup }),
    })
    let isTold = false
    const tell = (error: Error | null): void => {
      if (isTold) return
      isTold = true
      if (error === null) connected(null, socket)
      else connected(error, null)
    }
    return socket.once('connect', () => tell(null)).on('error', tell)
  }
}

/** undici's words, by which what is wrong is told: RFC 9110 §15.2.1 and §15.2.2, to a request that wants neither. */
const unasked = { continue: 'bad response', upgrade: 'bad upgrade' } as const

function fieldsOf({ rawHeaders }: IncomingMessage): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = Object.create(null)
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase()
    const value = rawHeaders[at + 1]!
    const before = fields[name]
    if (before === undefined) fields[name] = value
    else if (typeof before === 'string') fields[name] = [before, value]
    else before.push(value)
  }
  return fields
}

/** One request, whose events are told as undici tells them. */
class Exchange {
  readonly #handler: Dispatcher.DispatchHandler
  readonly #request: ClientRequest
  readonly #controller: Dispatcher.DispatchController
  #response: IncomingMessage | undefined

  constructor(request: ClientRequest, handler: Dispatcher.DispatchHandler) {
    this.#request = request
    this.#handler = handler
    this.#controller = {
      abort: (reason: Error) => void request.destroy(reason),
    } as Dispatcher.DispatchController
    request.once('socket', () => this.#do(() => handler.onRequestStart?.(this.#controller, {})))
    request.on('response', (response) => this.#do(() => this.#respond(response)))
    request.on('information', ({ statusCode, rawHeaders }) => {
      const fields = fieldsOf({ rawHeaders } as IncomingMessage)
      this.#do(() => this.#start(statusCode, fields))
    })
    request.once('continue', () => {
      this.#do(() => {
        throw new Error(unasked.continue)
      })
    })
    request.once('upgrade', (_response, socket) => {
      socket.destroy()
      this.#fail(new Error(unasked.upgrade))
    })
    request.on('error', (error) => {
      // What is wrong came behind a response that is whole; its end is told by itself, and the connection is gone.
      if (this.#response?.complete !== true) this.#fail(error)
    })
  }

  /** What the handler throws ends the request, and is its error. */
  #do(step: () => void): void {
    try {
      step()
    } catch (error) {
      this.#request.destroy(error as Error)
      this.#fail(error as Error)
    }
  }

  #start(statusCode: number, fields: Record<string, string | string[]>): void {
    this.#handler.onResponseStart?.(this.#controller, statusCode, fields)
  }

  #respond(response: IncomingMessage): void {
    const { statusCode = 0 } = response
    this.#response = response
    response.on('error', (error) => this.#fail(error))
    if (statusCode === 101) throw new Error(unasked.upgrade)
    this.#start(statusCode, fieldsOf(response))
    response.on('data', (chunk: Buffer) => {
      this.#do(() => this.#handler.onResponseData?.(this.#controller, chunk))
    })
    response.once('end', () => {
      this.#do(() => this.#handler.onResponseEnd?.(this.#controller, {}))
    })
  }

  #fail(error: Error): void {
    this.#handler.onResponseError?.(this.#controller, error)
  }
}

export class PlainClient implements WireClient {
  readonly #http = process.getBuiltinModule('node:http')
  readonly #agent: Agent
  readonly #target: buildConnector.Options
  readonly #maxHeaderSize: number
  readonly #running = new Set<ClientRequest>()

  constructor(origin: string, { connect, maxHeaderSize }: PlainOptions) {
    const { host, hostname, port, protocol } = new URL(origin)
    this.#target = { host, hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port, protocol }
    this.#maxHeaderSize = maxHeaderSize
    // ! Its guard ends a kept connection on which something comes that nobody asked for: it would be the next answer.
    this.#agent = new this.#http.Agent({ keepAlive: true, maxSockets: 1 })
    this.#agent.createConnection = ((
      _options: unknown,
      made: (error: Error | null, socket?: Socket) => void,
    ) => {
      connect(this.#target, (error, socket) => {
        if (error === null) made(null, socket as Socket)
        else made(error)
      })
    }) as Agent['createConnection']
  }

  dispatch(
    { path, method, headers, body }: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): void {
    const request = this.#http.request({
      agent: this.#agent,
      host: this.#target.hostname,
      port: Number(this.#target.port || 80),
      path,
      method,
      headers: headers as Record<string, string>,
      maxHeaderSize: this.#maxHeaderSize,
    })
    this.#running.add(request)
    request.once('close', () => this.#running.delete(request))
    new Exchange(request, handler)
    request.end(body ?? undefined)
  }

  /** Ends the connection, and what is going on there. */
  async destroy(error: Error): Promise<void> {
    for (const request of this.#running) request.destroy(error)
    this.#agent.destroy()
  }
}
