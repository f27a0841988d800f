/**
 * One request on a connection, and its response, bounded in time and size: nothing of undici's is trusted to come, which
 * has left requests unsettled for ever.
 */

import { elapsed } from '../elapsed.mts'
import { abortError } from '../deadline.mts'
import { timeouts } from '../limits.mts'
import {
  isHangUp,
  isRefusedConnection,
  networkError,
  refusal,
  Stall,
  wantsHttp1,
} from './network-error.mts'
import { notePeer } from './peer.mts'
import { ResponseBody } from './response-body.mts'
import { checkFields, checkLength, headersOf, isUnframed } from './response-head.mts'
import type { Dispatcher } from 'undici'
import type { Connection, Protocol } from './connection.mts'
import type { LoaderError } from '../errors.mts'
import type { Phase } from './network-error.mts'
import type { Origin } from './origin.mts'
import type { Outcome, WireRequest } from './outcome.mts'
import type { ResponseHead } from './response-head.mts'
import type { TransferLog } from './transfer-log.mts'
import type { LoadResponse } from '../types.mts'

/** 1xx responses before the final one. RFC 9110 §15.2 sets no bound. */
const INTERIM = 10

/** What undici's events do to a request and its response. The connection is given back by whoever leased it. */
export class Transfer implements Dispatcher.DispatchHandler {
  readonly #request: WireRequest
  readonly #url: string
  readonly #origin: Origin
  readonly #connection: Connection
  readonly #log: TransferLog
  readonly #settle: (outcome: Outcome | Promise<never>) => void
  readonly #onAbort: () => void
  #timer: NodeJS.Timeout | undefined
  #controller: Dispatcher.DispatchController | undefined
  #phase: Phase = 'connect'
  #isOver = false
  /** Whether its connection has served before: the server may have closed it meanwhile. */
  #isReused = false
  #protocol: Protocol = 'http/1.1'
  #interim = 0
  #head: ResponseHead | undefined
  /** The server's address; `undefined` where a proxy stands between. */
  #peer: string | undefined
  #body: ResponseBody | undefined

  /** `settle` is called once. */
  constructor(
    request: WireRequest,
    origin: Origin,
    connection: Connection,
    log: TransferLog,
    settle: (outcome: Outcome | Promise<never>) => void,
  ) {
    this.#request = request
    this.#url = request.target.href
    this.#origin = origin
    this.#connection = connection
    this.#log = log
    this.#settle = settle
    this.#onAbort = () => this.#fail(abortError(request.signal as AbortSignal, this.#url))
  }

  /** Sends the request, when its connection is there. */
  start(): void {
    const { target, method, headers, body = null, signal } = this.#request
    if (signal?.aborted === true) return this.#onAbort()
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    this.#expectStart(timeouts.headers, elapsed())
    try {
      const path = target.pathname + target.search
      const options = { origin: target.origin, path, method, headers, body }
      this.#connection.dispatch(options as Dispatcher.DispatchOptions, this)
    } catch (error) {
      this.#fail(error)
    }
  }

  /**
   * Fails when the request does not go out though there is a connection, and nothing else happens on it: the server may
   * allow no streams. The time for the connection itself is the connector's.
   */
  #expectStart(time: number, start: number): void {
    this.#timer = setTimeout(() => {
      const { isConnecting, progress } = this.#connection
      if (isConnecting) return this.#expectStart(timeouts.headers, start)
      const left = Math.max(progress, start) + timeouts.headers - elapsed()
      // A timer may be a moment early.
      if (left > 2) return this.#expectStart(left, start)
      const stall = new Stall(timeouts.headers)
      this.#fail(stall)
      this.#connection.drop(stall)
    }, time)
  }

  /** It goes out. undici may send it again, by another connection, when the server says that it has not seen it. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    const connection = this.#connection
    if (this.#isOver) return controller.abort(new Error('Nobody waits for it'))
    this.#controller = controller
    this.#phase = 'headers'
    this.#protocol = connection.protocol ?? 'http/1.1'
    this.#isReused = connection.responses > 0
    connection.progress = elapsed()
    clearTimeout(this.#timer)
    const sent = connection.progress
    this.#timer = setTimeout(() => {
      const stall = new Stall(timeouts.headers)
      this.#fail(stall)
      // Nothing came on it for anybody: it may be dead without knowing, and the next request needs one that is not.
      if (connection.heard < sent) connection.drop(stall)
    }, timeouts.headers)
    this.#log.connection(connection)
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    received: Record<string, string | string[] | undefined>,
  ): void {
    if (this.#isOver) return
    if (statusCode < 200) {
      this.#interim += 1
      if (this.#interim <= INTERIM) return
      throw refusal(this.#url, `it sends more than ${INTERIM} interim responses`)
    }
    this.#phase = 'body'
    this.#connection.responses += 1
    this.#heard()
    this.#head = { statusCode, headers: headersOf(received) }
    const { proxy, socket } = this.#connection
    if (proxy === undefined) this.#peer = socket?.remoteAddress
    this.#log.response(this.#head, this.#protocol)
    checkFields(this.#head.headers, this.#url)
    clearTimeout(this.#timer)
    this.#body = new ResponseBody(this.#url, statusCode, this.#origin, (error) => {
      if (error === undefined) this.#cutShort()
      else this.#fail(error)
    })
    if (this.#body.isExcerpt) return
    checkLength(this.#head.headers, this.#url)
    const isRefused = this.#request.unframed !== true && isUnframed(this.#head, this.#protocol)
    if (isRefused) this.#stopUnframed()
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return
    this.#heard()
    this.#log.data(chunk.length)
    this.#body?.add(chunk)
  }

  onResponseEnd(): void {
    if (this.#isOver || this.#head === undefined || this.#body === undefined) return
    this.#end()
    this.#log.end()
    this.#answer({ ...this.#head, body: this.#body.bytes() })
  }

  #heard(): void {
    this.#connection.heard = this.#connection.progress = elapsed()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error)
  }

  /** Takes what there is of the body; nothing where it is coded, since a part of that cannot be decoded. */
  #cutShort(): void {
    const { statusCode, headers } = this.#head as ResponseHead
    const { 'content-encoding': coding, 'content-length': _length, ...rest } = headers
    this.#end()
    this.#controller?.abort(new Error('The rest of it is not needed'))
    this.#log.end()
    const body = (coding === undefined && this.#body?.bytes()) || new Uint8Array()
    this.#answer({ statusCode, headers: rest, body })
  }

  #answer(response: LoadResponse): void {
    notePeer(response, this.#peer)
    this.#settle({ response })
  }

  #stopUnframed(): void {
    const unframed = refusal(
      this.#url,
      'its body ends with the connection, so a body that was cut off would pass for a whole one; ' +
        'the server must send Content-Length or chunks',
    )
    if (this.#protocol !== 'h2') throw unframed
    this.#stop(unframed)
    this.#settle({ unfit: unframed })
  }

  /** Fails with an error of ours, or with undici's or Node's in our words. */
  #fail(error: unknown): void {
    if (this.#isOver) return
    const isWanted = this.#request.signal?.aborted !== true
    if (this.#body?.isExcerpt === true && isWanted) return this.#cutShort()
    const failure = networkError(error, this.#url, this.#phase)
    this.#stop(failure)
    if (this.#protocol === 'h2' && wantsHttp1(error)) return this.#settle({ unfit: failure })
    const isNew = !this.#isReused
    const isRefused = isNew && this.#phase === 'connect' && isRefusedConnection(error)
    const isUnanswered = this.#phase === 'headers' && this.#interim === 0 && isHangUp(error)
    if (!isRefused && !isUnanswered) return this.#settle(Promise.reject(failure))
    this.#settle({ stale: failure, protocol: this.#protocol, isNew })
  }

  #stop(error: LoaderError): void {
    this.#end()
    this.#controller?.abort(error)
    this.#log.error(error)
  }

  #end(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#body?.end()
    this.#request.signal?.removeEventListener('abort', this.#onAbort)
  }
}
