/** A response's body, in any of the forms that a loader may use, read to bytes within a limit and a time. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { ByteCollector } from './byte-collector.mts'
import { Deadline } from '../deadline.mts'
import { LoaderError } from '../errors.mts'
import { escapeText, received } from '../text.mts'
import type { LooseBody } from '../types.mts'

export interface ReadOptions {
  /** Bytes that the body may have. */
  readonly limit: number
  /** For messages. */
  readonly url?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** ms that may pass between two pieces. */
  readonly idle?: number | undefined
}

/** Pieces after which timers and signals get their turn, though a source never waits for anything. */
const turn = 512

function nameOf(url: string | undefined): string {
  return url === undefined ? 'a body' : `the body of '${escapeText(url)}'`
}

function invalid(value: unknown, url: string | undefined, cause?: unknown): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_INVALID_RETURN',
    `Cannot read ${nameOf(url)}: expected a string, bytes, or a stream of them. Received ${received(value)}`,
    { url, cause },
  )
}

/** Where pieces come from, and how to make it stop. `close` is never waited for: it may never settle. */
interface Source {
  next(): PromiseLike<{ done?: boolean | undefined; value?: unknown } | null | undefined>
  close(error: unknown): unknown
}

function sourceOf(body: any): Source | undefined {
  if (typeof body.getReader === 'function') {
    const reader = body.getReader()
    return { next: () => reader.read(), close: (error) => reader.cancel(error) }
  }
  if (typeof body[Symbol.asyncIterator] !== 'function') return undefined
  const iterator = body[Symbol.asyncIterator]()
  return {
    next: async () => iterator.next(),
    close(error) {
      if (typeof body.destroy !== 'function') return iterator.return?.()
      // ! A destroyed Readable emits its error, and without a listener that ends the process.
      body.on?.('error', () => {})
      return body.destroy(error)
    },
  }
}

async function close(source: Source, error: unknown): Promise<void> {
  try {
    await source.close(error)
  } catch {
    // Reading has failed already, and that error is the one to tell.
  }
}

async function drain(source: Source, collector: ByteCollector, options: ReadOptions) {
  const { url, signal, idle } = options
  const deadline = new Deadline(url ?? 'a body', signal, idle, () => {
    const message = `Cannot read ${nameOf(url)}: nothing came for ${idle} ms (phase: body)`
    return new LoaderError('ERR_MIMEPORT_TIMEOUT', message, { url })
  })
  try {
    for (let count = 1; ; count++) {
      if (count % turn === 0) await deadline.race(nextTurn())
      const step = await deadline.race(source.next())
      if (step === null || typeof step !== 'object') throw invalid(step, url)
      if (step.done) return
      const length = collector.add(step.value)
      if (length === undefined) throw invalid(step.value, url)
      if (length > 0) deadline.refresh()
    }
  } catch (error) {
    void close(source, error)
    throw error
  } finally {
    deadline.end()
  }
}

/**
 * Reads a body to its end. The bytes are the caller's own: they share memory with nothing. A failing source's own error
 * is passed on.
 *
 * @throws {LoaderError} ERR_MIMEPORT_BODY_TOO_LARGE above `limit`, ERR_MIMEPORT_TIMEOUT by `signal` or after `idle` ms
 * without a piece, ERR_MIMEPORT_INVALID_RETURN when it is no body.
 */
export async function readBody(body: LooseBody, options: ReadOptions): Promise<Uint8Array> {
  const { limit, url } = options
  const collector = new ByteCollector(limit, url)
  if (body === null || body === undefined) return collector.bytes()
  if (collector.add(body) !== undefined) return collector.bytes()
  let source: Source | undefined
  try {
    source = sourceOf(body)
  } catch (error) {
    // A locked stream, or a getter that throws.
    throw invalid(body, url, error)
  }
  if (source === undefined) throw invalid(body, url)
  await drain(source, collector, options)
  return collector.bytes()
}
