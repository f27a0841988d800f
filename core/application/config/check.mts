/** Checks a configuration, key by key, and says which is wrong, what was found, and what may have been meant. */

import { checkAllow, checkAllowPrivate, checkDeny } from './allow.mts'
import { checkNumbers } from './bounds.mts'
import { checkBuiltins } from './builtins.mts'
import { checkCache } from './cache.mts'
import { checkEncryption } from './encryption.mts'
import { checkExternals } from './externals.mts'
import { fail, isObject, refuseUnknown } from './failure.mts'
import { checkHeaders } from './headers.mts'
import { checkImports, checkIntegrity, checkScopes } from './imports.mts'
import { checkLock, checkVendor } from './lock.mts'
import { checkSourceControls } from './source-controls.mts'
import { checkSignatures } from './signatures.mts'
import { escapeText, received } from '../../text.mts'
import { isAbsolute } from '../../native.mts'
import type { Config } from '../../configuration.mts'

export type { Config }

/** Refuses loaders that are URLs: nobody has looked at what comes from there. */
export function refuseURLs(file: string, loaders: readonly string[]): void {
  const url = loaders.find((each) => isAbsolute(each))
  if (url === undefined) return
  fail(
    file,
    `'loaders' has '${escapeText(url)}', which is a URL: loaders have the program's full trust, and are files or installed packages`,
  )
}

function checkLoaders(file: string, loaders: unknown): void {
  if (!Array.isArray(loaders))
    fail(file, `'loaders' must be an array. Received ${received(loaders)}`)
  const odd = loaders.find((each) => typeof each !== 'string' || each === '')
  if (odd !== undefined) {
    fail(file, `'loaders' must hold paths or packages. Received ${received(odd)}`)
  }
  refuseURLs(file, loaders)
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
  imports: checkImports,
  scopes: checkScopes,
  integrity: checkIntegrity,
  allow: checkAllow,
  deny: checkDeny,
  allowPrivate: checkAllowPrivate,
  builtins: checkBuiltins,
  externals: checkExternals,
  lock: checkLock,
  vendor: checkVendor,
  headers: checkHeaders,
  sourceControls: checkSourceControls,
  signatures: checkSignatures,
  encryption: checkEncryption,
  cache: checkCache,
  timeout: (file, value) => checkNumbers(file, 'timeout', value),
  limits: (file, value) => checkNumbers(file, 'limits', value),
}

/** Every fault of what a configuration file says: one for each key that is none, or whose value cannot be used. */
export function configFaults(file: string, value: unknown): unknown[] {
  if (!isObject(value)) return faultsOf(() => checkConfig(file, value))
  const keys = Object.keys(checks)
  return Object.keys(value).flatMap((key) =>
    faultsOf(() => {
      refuseUnknown(file, { [key]: value[key] }, keys, 'it')
      checks[key]!(file, value[key])
    }),
  )
}

function faultsOf(check: () => unknown): unknown[] {
  try {
    check()
    return []
  } catch (error) {
    return [error]
  }
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
