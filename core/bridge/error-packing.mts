/**
 * Errors as plain data, and back: what a loader throws may be anything, and structured clone drops `code` and the name of an
 * error. Both threads import this file; it imports neither.
 */

import { LoaderError, statusCodes } from '../errors.mts'
import { parseURL } from '../native.mts'
import { printable } from '../text.mts'
import type { ErrorCode } from '../errors.mts'
import type { PackedError } from '../packed-error.mts'

/** Reads a property of something that may be hostile: a getter may throw, and so may a Proxy. */
function read(from: unknown, name: string): unknown {
  try {
    return (from as Record<string, unknown> | null | undefined)?.[name]
  } catch {
    return undefined
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The strings of a list that may be a Proxy with traps that throw. */
function strings(value: unknown): string[] | undefined {
  try {
    return Array.isArray(value)
      ? Array.from(value).filter((each) => typeof each === 'string')
      : undefined
  } catch {
    return undefined
  }
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** Where our own files are: frames in them say nothing to whoever wrote the loader that failed. */
const core = parseURL('..', import.meta.url)!.href

function withoutOurFrames(stack: string | undefined): string | undefined {
  return stack
    ?.split('\n')
    .filter(
      (line) =>
        !/^ +at /.test(line) ||
        !(line.includes(core) || line.includes('node:internal/async_local')),
    )
    .join('\n')
}

/** What an error of a loader's says: it may quote what came from outside, and Node prints it as it is. */
function said(value: unknown): string | undefined {
  return typeof value === 'string' ? printable(value) : undefined
}

/** Packs whatever was thrown. Never throws; `depth` bounds a chain of causes that may be a ring. */
export function packError(thrown: unknown, depth = 8): PackedError {
  const isObject = (typeof thrown === 'object' && thrown !== null) || typeof thrown === 'function'
  let message = isObject ? text(read(thrown, 'message')) : undefined
  if (message === undefined) {
    try {
      message = `Non-error thrown: ${String(thrown)}`
    } catch {
      message = 'Non-error thrown: a value that cannot be described'
    }
  }
  const trail = read(thrown, 'trail')
  const cause = read(thrown, 'cause')
  return {
    name: said(read(thrown, 'name')) ?? 'Error',
    message: printable(message),
    stack: said(withoutOurFrames(text(read(thrown, 'stack')))),
    code: said(read(thrown, 'code')),
    statusCode: whole(read(thrown, 'statusCode')),
    url: text(read(thrown, 'url')),
    trail: strings(trail),
    exitCode: whole(read(thrown, 'exitCode')),
    permission: text(read(thrown, 'permission')),
    resource: text(read(thrown, 'resource')),
    unanswered: read(thrown, 'unanswered') === true,
    cause: cause === undefined || depth === 0 ? undefined : packError(cause, depth - 1),
  }
}

/** ECMA-262's own errors: one of these comes back as what it was. */
const natives = new Map<string, ErrorConstructor>(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((each) => [
    each.name,
    each as ErrorConstructor,
  ]),
)

/** Makes an error of what was packed: a `LoaderError` for our codes, an `Error` of the old name for others. */
export function unpackError(packed: PackedError): Error {
  const { name, message, stack, code } = packed
  const cause = packed.cause === undefined ? {} : { cause: unpackError(packed.cause) }
  if (name === 'LoaderError' && code !== undefined && Object.hasOwn(statusCodes, code)) {
    const { statusCode, url, trail, exitCode, permission } = packed
    const details = { statusCode, url, trail, exitCode, permission, ...cause }
    const error = new LoaderError(code as ErrorCode, message, details)
    if (packed.unanswered) Object.defineProperty(error, 'unanswered', { value: true })
    return error
  }
  const error = new (natives.get(name) ?? Error)(message, cause)
  if (error.name !== name) {
    Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true })
  }
  if (stack !== undefined) error.stack = stack
  for (const key of ['code', 'permission', 'resource'] as const) {
    if (packed[key] !== undefined) Object.assign(error, { [key]: packed[key] })
  }
  return error
}
