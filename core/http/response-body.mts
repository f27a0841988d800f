/** The body of one response as it comes, within a size, a time and a pace. */

import { ByteCollector } from '../body/byte-collector.mts'
import { limits, timeouts } from '../limits.mts'
import { slowError } from './network-error.mts'
import type { LoaderError } from '../errors.mts'
import type { Origin } from './origin.mts'

/** Of a response that is not 2xx, the header section is the news: of its body so much is read, and so long, ms. */
const excerpt = { bytes: 64 * 1024, time: 500 }

export class ResponseBody {
  /** Whether a part of it will do. */
  readonly isExcerpt: boolean
  readonly #origin: Origin
  readonly #stop: (error?: LoaderError) => void
  readonly #collector: ByteCollector
  readonly #timer: NodeJS.Timeout
  #pace: NodeJS.Timeout | undefined
  #size = 0

  /** `stop` is called when it takes too long, with the error, and without one when there is enough of an excerpt. */
  constructor(
    url: string,
    statusCode: number,
    origin: Origin,
    stop: (error?: LoaderError) => void,
  ) {
    this.isExcerpt = statusCode >= 300
    this.#origin = origin
    this.#stop = stop
    this.#collector = new ByteCollector(limits.body, url)
    const { idle } = timeouts
    if (this.isExcerpt) {
      this.#timer = setTimeout(stop, excerpt.time)
      return
    }
    this.#timer = setTimeout(() => stop(slowError(url, idle)), idle)
    const least = (limits.speed * idle) / 1000
    let received = origin.received
    this.#pace = setInterval(() => {
      // All that the server sends counts: on a slow line many bodies share what there is.
      const came = origin.received - received
      if (came < least) return stop(slowError(url, idle, came))
      received = origin.received
    }, idle)
  }

  /** @throws {LoaderError} ERR_MIMEPORT_BODY_TOO_LARGE. */
  add(chunk: Uint8Array): void {
    // Nobody writes into it again: each read of Node's has memory of its own.
    this.#collector.adopt(chunk)
    this.#size += chunk.length
    this.#origin.received += chunk.length
    if (!this.isExcerpt) this.#timer.refresh()
    else if (this.#size > excerpt.bytes) this.#stop()
  }

  /** What has come. */
  bytes(): Uint8Array {
    return this.#collector.bytes()
  }

  /** Nothing is waited for any more. */
  end(): void {
    clearTimeout(this.#timer)
    clearInterval(this.#pace)
  }
}
