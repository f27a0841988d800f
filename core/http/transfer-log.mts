/** Tells what happens to one transfer; costs nothing while nobody listens. */

import { elapsed } from '../elapsed.mts'
import { isWatched, nextRequestId, tell } from './activity.mts'
import type { Connection, Protocol } from './connection.mts'
import type { ResponseHead } from './response-head.mts'
import type { HeaderRecord } from '../types.mts'

/** What is told of a request. */
export interface Asked {
  readonly target: URL
  readonly method: string
  readonly headers: HeaderRecord
  readonly attempt: number
}

export class TransferLog {
  readonly #id = nextRequestId()
  readonly #start = elapsed()
  #bytes = 0

  constructor({ target, method, headers, attempt }: Asked) {
    if (!isWatched()) return
    tell({ type: 'request', id: this.#id, method, url: target.href, headers, attempt })
  }

  get #time(): number {
    return elapsed() - this.#start
  }

  connection({ socket, proxy, protocol = 'http/1.1', responses }: Connection): void {
    if (!isWatched()) return
    const { remoteAddress: address = '', remotePort: port = 0 } = socket ?? {}
    tell({
      type: 'connection',
      id: this.#id,
      address,
      port,
      protocol,
      reused: responses > 0,
      ...(proxy !== undefined && { proxy: `${proxy.secure ? 'https' : 'http'}://${proxy.name}` }),
    })
  }

  response({ statusCode, headers }: ResponseHead, protocol: Protocol): void {
    if (!isWatched()) return
    tell({ type: 'response', id: this.#id, statusCode, headers, protocol, time: this.#time })
  }

  data(bytes: number): void {
    this.#bytes += bytes
    if (isWatched()) tell({ type: 'data', id: this.#id, bytes })
  }

  end(): void {
    if (isWatched()) tell({ type: 'end', id: this.#id, bytes: this.#bytes, time: this.#time })
  }

  error(error: unknown): void {
    if (isWatched()) tell({ type: 'error', id: this.#id, error, time: this.#time })
  }
}
