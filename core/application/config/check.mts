/** Checks a configuration, key by key, and says which is wrong, what was found, and what may have been meant. */

import { checkNumbers } from './bounds.mts'
import { checkCache } from './cache.mts'
import { fail, isObject, refuseUnknown } from './failure.mts'
import { checkHeaders } from './headers.mts'
import { received } from '../../errors.mts'
import type { OriginHeaders } from '../../settings.mts'

export interface Config {
  readonly loaders?: readonly string[]
  readonly sourceMaps?: boolean
  readonly headers?: OriginHeaders
  readonly cache?: false | { readonly folder?: string; readonly size?: number }
  readonly timeout?: Readonly<Record<string, number>>
  readonly limits?: Readonly<Record<string, number>>
}

function checkLoaders(file: string, loaders: unknown): void {
  if (!Array.isArray(loaders))
    fail(file, `'loaders' must be an array. Received ${received(loaders)}`)
  const odd = loaders.find((each) => typeof each !== 'string' || each === '')
  if (odd !== undefined) {
    fail(file, `'loaders' must hold paths or packages. Received ${received(odd)}`)
  }
}

function checkSourceMaps(file: string, sourceMaps: unknown): void {
  if (typeof sourceMaps === 'boolean') return
  fail(file, `'sourceMaps' must be true or false. Received ${received(sourceMaps)}`)
}

/** Key → its check, which throws; each in the order in which the documentation has them. */
const checks: Readonly<Record<string, (file: string, value: unknown) => void>> = {
  $schema: () => {},
  loaders: checkLoaders,
  sourceMaps: checkSourceMaps,
  headers: checkHeaders,
  cache: checkCache,
  timeout: (file, value) => checkNumbers(file, 'timeout', value),
  limits: (file, value) => checkNumbers(file, 'limits', value),
}

/**
 * Checks what a configuration file says.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG naming the file, the key, and what was found.
 */
export function checkConfig(file: string, value: unknown): Config {
  if (!isObject(value)) fail(file, `it must be an object. Received ${received(value)}`)
  refuseUnknown(file, value, Object.keys(checks), 'it')
  for (const [key, check] of Object.entries(checks)) {
    if (value[key] !== undefined) check(file, value[key])
  }
  return value as Config
}
