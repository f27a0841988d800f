/**
 * Every error of ours: one class and one table. Codes are permanent, messages are not. Both threads import this
 * file, so it imports nothing but what they both may.
 */

import { withoutGrants } from './grant.mts'
import { plainURL, printable } from './text.mts'

/** Code → the HTTP status code that the condition has. `docs/errors.md` has a heading for each. */
export const statusCodes = {
  ERR_MIMEPORT_ADDON: 500,
  ERR_MIMEPORT_BODY_TOO_LARGE: 413,
  ERR_MIMEPORT_CONFIG: 500,
  ERR_MIMEPORT_CONTENT_CODING: 415,
  ERR_MIMEPORT_CONTROL_CHARACTER: 422,
  ERR_MIMEPORT_DECRYPTION: 502,
  ERR_MIMEPORT_ENGINE_LOST: 500,
  ERR_MIMEPORT_ENGINE_START: 500,
  ERR_MIMEPORT_FROZEN: 403,
  ERR_MIMEPORT_INSECURE_URL: 403,
  ERR_MIMEPORT_INTEGRITY: 502,
  ERR_MIMEPORT_INVALID_BODY: 422,
  ERR_MIMEPORT_INVALID_EXECUTE: 500,
  ERR_MIMEPORT_INVALID_LOADER: 500,
  ERR_MIMEPORT_INVALID_REDIRECT: 502,
  ERR_MIMEPORT_INVALID_RETURN: 500,
  ERR_MIMEPORT_INVALID_SPECIFIER: 400,
  ERR_MIMEPORT_LOADER_CONFLICT: 500,
  ERR_MIMEPORT_LOADER_EXIT: 500,
  ERR_MIMEPORT_LOADER_FAILED: 500,
  ERR_MIMEPORT_LOCAL_IMPORT: 403,
  ERR_MIMEPORT_LOCK: 500,
  ERR_MIMEPORT_NETWORK: 502,
  ERR_MIMEPORT_NEVER_SETTLED: 504,
  ERR_MIMEPORT_NOT_ALLOWED: 403,
  ERR_MIMEPORT_NOT_REGISTERED: 500,
  ERR_MIMEPORT_OFFLINE: 504,
  ERR_MIMEPORT_OUTSIDE_ORIGIN: 403,
  ERR_MIMEPORT_PERMISSION: 403,
  ERR_MIMEPORT_PRIVATE_ADDRESS: 403,
  ERR_MIMEPORT_REDIRECT_CYCLE: 508,
  ERR_MIMEPORT_SIGNATURE: 502,
  ERR_MIMEPORT_STATUS: 502,
  ERR_MIMEPORT_TIMEOUT: 504,
  ERR_MIMEPORT_TOO_MANY_REDIRECTS: 508,
  ERR_MIMEPORT_TOO_MANY_TRANSFORMS: 508,
  ERR_MIMEPORT_TRANSFORM_CYCLE: 508,
  ERR_MIMEPORT_TYPESCRIPT: 500,
  ERR_MIMEPORT_UNSUPPORTED_FORMAT: 415,
  ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE: 415,
  ERR_MIMEPORT_UNSUPPORTED_PLUGIN: 500,
  ERR_MODULE_NOT_FOUND: 404,
} as const

export type ErrorCode = keyof typeof statusCodes

export interface LoaderErrorDetails {
  readonly statusCode?: number | undefined
  readonly url?: string | undefined
  readonly trail?: readonly string[] | undefined
  readonly cause?: unknown
  /** What a loader gave to `process.exit`, when that is what happened. */
  readonly exitCode?: number | undefined
  /** What the permission model denied, as Node calls it: `FileSystemRead`, `WorkerThreads`, `Net`. */
  readonly permission?: string | undefined
}

/** The one error class. Test `code`, not the class: two copies of mimeport may be loaded. */
export class LoaderError extends Error {
  readonly code: ErrorCode
  readonly statusCode: number
  declare readonly url: string | undefined
  /** One entry a hop: each redirect and each transform, with the loader that made it. */
  declare readonly trail: readonly string[] | undefined
  declare readonly exitCode: number | undefined
  declare readonly permission: string | undefined

  constructor(code: ErrorCode, message: string, details: LoaderErrorDetails = {}) {
    // A net: who writes the message quotes what came from outside.
    super(
      printable(withoutGrants(message)),
      'cause' in details ? { cause: details.cause } : undefined,
    )
    this.code = code
    this.statusCode = details.statusCode ?? statusCodes[code]
    if (details.url !== undefined) this.url = plainURL(withoutGrants(details.url))
    // The message prints the trail already; as an enumerable property it would be printed twice.
    if (details.trail !== undefined) {
      const trail = details.trail.map(withoutGrants)
      Object.defineProperty(this, 'trail', { value: trail, configurable: true })
    }
    if (details.exitCode !== undefined) this.exitCode = details.exitCode
    if (details.permission !== undefined) this.permission = details.permission
  }
}

// Not an own property of each error: Node's inspect would print it among the others.
Object.defineProperty(LoaderError.prototype, 'name', {
  value: 'LoaderError',
  configurable: true,
  writable: true,
})

/** The same error with another message, and other details where they are given: whoever else waits for it has the first. */
export function reworded(
  error: LoaderError,
  message: string,
  details: LoaderErrorDetails = {},
): LoaderError {
  const { code, statusCode, url, trail, exitCode, permission } = error
  const cause = 'cause' in error ? { cause: error.cause } : {}
  const own = { statusCode, url, trail, exitCode, permission, ...cause }
  return new LoaderError(code, message, { ...own, ...details })
}

/** Whether `error` is one of ours, made by this copy of mimeport or by another. */
export function isLoaderError(error: unknown): error is LoaderError {
  return error instanceof LoaderError || (error instanceof Error && error.name === 'LoaderError')
}
