/** What is said when a dynamic module cannot be executed. */

import { LoaderError } from '../../errors.mts'
import { escapeText, received } from '../../text.mts'
import type { Execution, Executor } from './execution.mts'

const CODE = 'ERR_MIMEPORT_INVALID_EXECUTE'

/** `'file:///x/execute.mjs', the execute module of loader 'x'`. */
function nameOf({ execute, loader, url }: Executor): string {
  return `'${escapeText(url ?? execute)}', the execute module of loader '${escapeText(loader)}',`
}

function invalid({ url, executor }: Execution, what: string, cause?: unknown): LoaderError {
  const message = `Cannot execute '${escapeText(url)}': ${nameOf(executor)} ${what}`
  return new LoaderError(CODE, message, cause === undefined ? { url } : { url, cause })
}

/** Lets a stack begin at the module's text. */
function seenFrom<E extends Error>(error: E, from: ((value?: unknown) => unknown) | undefined): E {
  if (from !== undefined) Error.captureStackTrace(error, from)
  return error
}

/** The error for an execute module that exports no function. */
export function noFunction(execution: Execution, namespace: unknown): LoaderError {
  const found = received((Object(namespace) as { default?: unknown }).default)
  return invalid(execution, `must have a function as its default export. Received ${found}`)
}

/** The error for a promise. It may be rejected later: that must end nobody's program, who has this error already. */
export function notAsynchronous(
  execution: Execution,
  promise: Promise<unknown>,
  from?: (value?: unknown) => unknown,
): LoaderError {
  promise.catch(() => {})
  const error = invalid(
    execution,
    'returned a promise, and execution waits for nothing: wait in "transform" or at the top level of the execute module, or call setters again later',
  )
  return seenFrom(error, from)
}

/** The error for exports without a value: of the class that early access has. */
export function unset(
  { url, executor }: Execution,
  names: readonly string[],
  from: (value?: unknown) => unknown,
): ReferenceError {
  const list = names.map((name) => `'${escapeText(name)}'`).join(', ')
  const error = new ReferenceError(
    `Cannot execute '${escapeText(url)}': ${nameOf(executor)} left ${list} unset: each name in "exports" must be set before it returns`,
  )
  return seenFrom(Object.assign(error, { code: CODE, url }), from)
}

/** The error for what has no names to export. */
export function unusable(execution: Execution, returned: unknown, name?: unknown): LoaderError {
  const what =
    name === undefined
      ? `must return an object or a Map where "exports" is left out. Received ${received(returned)}`
      : `must return well-formed strings as names. Received ${received(name)}`
  return invalid(execution, what)
}

/** The error for a module that its own execute module imports, before its names are known. */
export function tooEarly(execution: Execution): LoaderError {
  return invalid(
    execution,
    'imports it: its names are known when it has been executed, so it can take no part in a cycle',
  )
}

/** The error for an execute module that Node cannot require. */
export function notWaitedFor(execution: Execution, cause: unknown): LoaderError {
  return invalid(
    execution,
    'has a top-level await, and where "exports" is left out nothing can wait for it: name the exports, or leave out the await',
    cause,
  )
}

/** The error for an execute module that is not there. */
export function notFound({ execute, loader, loaderURL }: Executor, cause: unknown): LoaderError {
  return new LoaderError(
    'ERR_MODULE_NOT_FOUND',
    `Cannot find '${escapeText(execute)}' imported from '${escapeText(loaderURL)}': loader '${escapeText(loader)}' names it as the execute module of what it transforms`,
    { url: execute, cause },
  )
}
