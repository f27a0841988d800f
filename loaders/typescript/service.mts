/** esbuild's child process: one for this thread, started at the first call, replaced when it ends or is ended. */

import type { Message, TransformFailure, TransformOptions, TransformResult } from 'esbuild'

/** What a process has still to answer. esbuild forgets these when its process is stopped. */
type Pending = Set<(reason: unknown) => void>

let current: Pending = new Set()

const gone = new Error('The esbuild process has ended')

function isFailure(error: unknown): error is TransformFailure {
  return error instanceof Error && Array.isArray((error as { errors?: unknown }).errors)
}

function isGone(error: unknown): boolean {
  if (error === gone) return true
  return !isFailure(error) && /service (?:was stopped|is no longer running)/.test(String(error))
}

/** Ends a process, unless that has been done: a service that has lost its process refuses everything until it is stopped. */
function end(pending: Pending, stop: () => void): void {
  if (pending !== current) return
  current = new Set()
  stop()
  for (const reject of pending) reject(gone)
}

/** One call to the current process. */
async function call(
  source: string,
  options: TransformOptions,
  signal: AbortSignal | undefined,
): Promise<TransformResult> {
  const esbuild = await import('esbuild')
  const stop = () => void esbuild.stop()
  // ! From here to the call nothing may wait: the set belongs to the process that is called.
  const pending = current
  const { promise, resolve, reject } = Promise.withResolvers<TransformResult>()
  const abort = () => {
    reject(signal?.reason)
    end(pending, stop)
  }
  // ! When the process dies, what would tell us does not keep the thread awake.
  const awake = setInterval(() => {}, 60_000)
  pending.add(reject)
  signal?.addEventListener('abort', abort)
  try {
    esbuild.transform(source, options).then(resolve, reject)
    return await promise
  } catch (error) {
    if (isGone(error)) end(pending, stop)
    throw error
  } finally {
    signal?.removeEventListener('abort', abort)
    pending.delete(reject)
    clearInterval(awake)
  }
}

/**
 * Runs esbuild, once more when its process had gone. An abort ends the process, for a text that takes it for ever; who shared
 * it is served by the next one.
 */
export async function runEsbuild(
  source: string,
  options: TransformOptions,
  signal?: AbortSignal,
): Promise<TransformResult> {
  signal?.throwIfAborted()
  try {
    return await call(source, options, signal)
  } catch (error) {
    if (!isGone(error)) throw error
    return call(source, options, signal)
  }
}

/** The first fault of a refused text; `undefined` when `error` is of another kind. */
export function faultOf(error: unknown): Message | undefined {
  return isFailure(error) ? error.errors[0] : undefined
}
