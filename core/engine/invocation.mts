/**
 * One call of a loader's function: attributed, bounded, and answered whatever the function does. The thread's own
 * handlers (late errors, an event loop that ran dry, `process.exit`) find here who was at work.
 */

import { AsyncLocalStorage } from 'node:async_hooks'
import { LoaderError, isLoaderError } from '../errors.mts'
import { escapeText, printable } from '../text.mts'
import { UNRESPONSIVE } from '../limits.mts'
import type { BasisNotes } from './basis.mts'
import type { Life } from './life.mts'

export interface Invocation {
  readonly loader: string
  /** The export that was called, or `its top level`. */
  readonly export: string
  /** What it was called for: a URL or a specifier. */
  readonly url: string
  /** The size of the body that it works on, bytes or UTF-16 units. */
  readonly bytes?: number
  /** Is told what its answer goes by. */
  readonly basis?: BasisNotes | undefined
  /** Is told what goes over the wire for it. */
  readonly life?: Life | undefined
  settled: boolean
  /** Ends the call with an error, at once. */
  readonly fail: (error: LoaderError) => void
}

const current = new AsyncLocalStorage<Invocation>()
const pending = new Set<Invocation>()
/** How many of the pending calls work on a body of 1 MiB or more. */
let large = 0

/** Tells the other thread of a call that begins, for when this one is dead; and how long it may stand still, ms. */
type Noter = (text: string, patience: number) => void

let note: Noter = () => {}

/** Sets who is told of each call that begins. */
export function noteInvocations(noter: Noter): void {
  note = noter
}

/** The call that the running code belongs to, also in its timers and promises. */
export function currentInvocation(): Invocation | undefined {
  return current.getStore()
}

/** All calls that have not settled. */
export function pendingInvocations(): readonly Invocation[] {
  return [...pending]
}

/** `Loader 'x' "transform"`. */
export function describeInvocation(invocation: Invocation): string {
  return invocation.export.includes(' ')
    ? `Loader '${invocation.loader}' at ${invocation.export}`
    : `Loader '${invocation.loader}' "${invocation.export}"`
}

/** Characters of what a loader threw that a message shows; the whole is its `cause`. */
const LONGEST = 1000

/** Turns whatever was thrown into one line, and an error to keep as `cause`. Never throws. */
function explain(thrown: unknown): { text: string; cause: unknown } {
  try {
    if (thrown instanceof Error) {
      const [line = ''] = printable(String(thrown.message || thrown.name)).split('\n', 1)
      return { text: escapeText(line.slice(0, LONGEST)), cause: thrown }
    }
    if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) {
      return { text: escapeText(String((thrown as Error).message)), cause: undefined }
    }
    return { text: `it threw ${escapeText(String(thrown))} instead of an error`, cause: undefined }
  } catch {
    return { text: 'it threw a value that cannot be described', cause: undefined }
  }
}

/** The error for what a loader threw: its own `LoaderError` as it is, anything else wrapped once. */
export function loaderFailure(
  invocation: Pick<Invocation, 'loader' | 'export' | 'url'>,
  thrown: unknown,
): LoaderError {
  try {
    if (isLoaderError(thrown)) {
      if (thrown.url === undefined) Object.assign(thrown, { url: invocation.url })
      return thrown
    }
  } catch {
    // A Proxy whose traps throw: no error of ours.
  }
  const { text, cause } = explain(thrown)
  return new LoaderError(
    'ERR_MIMEPORT_LOADER_FAILED',
    `${describeInvocation(invocation as Invocation)} failed for '${escapeText(invocation.url)}': ${text}`,
    { url: invocation.url, ...(cause === undefined ? {} : { cause }) },
  )
}

/** The error for a call whose promise nothing can settle any more. */
export function neverSettled(invocation: Invocation): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_NEVER_SETTLED',
    `${describeInvocation(invocation)} never settled for '${invocation.url}': its promise is pending, and nothing is left that could settle it`,
    { url: invocation.url },
  )
}

/** The error for a loader that ends the thread: whoever runs, or else the one that has waited longest. */
export function exitFailure(exitCode: number): LoaderError {
  const owner = currentInvocation() ?? pendingInvocations()[0]
  const who = owner === undefined ? 'A loader' : describeInvocation(owner)
  const what = owner === undefined ? '' : ` for '${owner.url}'`
  return new LoaderError(
    'ERR_MIMEPORT_LOADER_EXIT',
    `${who} called process.exit(${exitCode})${what}: a loader answers, or throws; it does not end the program`,
    { exitCode, ...(owner === undefined ? {} : { url: owner.url }) },
  )
}

/** ms for each MiB of a body that a loader works on, without giving way, beyond what any call has. */
const PATIENCE_PER_MIB = 400

/** How long the thread may stand still now: as long as the largest body among the pending calls needs. */
function patience(): number {
  if (large === 0) return UNRESPONSIVE
  const bytes = Math.max(...[...pending].map((each) => each.bytes ?? 0))
  return UNRESPONSIVE + (bytes / 2 ** 20) * PATIENCE_PER_MIB
}

/**
 * Calls `work`, which belongs to a loader. The promise settles when the work does, when `signal` aborts, when the
 * thread finds that the work can never settle, or when an error of the work's escapes it; whichever is first.
 * @throws {LoaderError} ERR_MIMEPORT_LOADER_FAILED, ERR_MIMEPORT_TIMEOUT, ERR_MIMEPORT_NEVER_SETTLED.
 */
export async function invoke<T>(
  who: Pick<Invocation, 'loader' | 'export' | 'url' | 'bytes' | 'basis' | 'life'>,
  signal: AbortSignal,
  work: () => T | Promise<T>,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const invocation: Invocation = { ...who, settled: false, fail: reject }
  const timedOut = () =>
    reject(
      new LoaderError(
        'ERR_MIMEPORT_TIMEOUT',
        `${describeInvocation(invocation)} did not answer for '${escapeText(who.url)}' before the import's deadline; "timeout": { "total": … } in mimeport.json gives it longer`,
        { url: who.url },
      ),
    )
  if (signal.aborted) timedOut()
  else signal.addEventListener('abort', timedOut, { once: true })
  const isLarge = (who.bytes ?? 0) >= 2 ** 20
  if (isLarge) large += 1
  pending.add(invocation)
  note(`${describeInvocation(invocation)} for '${who.url}'`, patience())
  try {
    current.run(invocation, () => {
      // Promise.resolve calls a thenable's `then`, which is the loader's code as well.
      try {
        Promise.resolve(work()).then(resolve, (thrown) => reject(loaderFailure(who, thrown)))
      } catch (thrown) {
        reject(loaderFailure(who, thrown))
      }
    })
    return await promise
  } finally {
    invocation.settled = true
    pending.delete(invocation)
    if (isLarge) large -= 1
    signal.removeEventListener('abort', timedOut)
  }
}
