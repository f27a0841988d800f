/** Checks a configuration, key by key, and says which is wrong, what was found, and what may have been meant. */

import { LoaderError, escapeText, received } from '../errors.mts'
import { defaultLimits, defaultTimeouts } from '../limits.mts'
import type { OriginHeaders } from '../settings.mts'

export interface Config {
  readonly loaders?: readonly string[]
  readonly sourceMaps?: boolean
  readonly headers?: OriginHeaders
  readonly cache?: false | { readonly folder?: string; readonly size?: number }
  readonly timeout?: Readonly<Record<string, number>>
  readonly limits?: Readonly<Record<string, number>>
}

const keys = ['$schema', 'loaders', 'sourceMaps', 'headers', 'cache', 'timeout', 'limits']

/** The longest delay of a timer of Node's, ms: a longer one fires at once. */
const LONGEST = 2 ** 31 - 1

export function fail(file: string, what: string, cause?: unknown): never {
  throw new LoaderError(
    'ERR_MIMEPORT_CONFIG',
    `Cannot use the configuration '${file}': ${what}`,
    cause === undefined ? {} : { cause },
  )
}

/** How many single-character edits lie between two words, up to a bound that no suggestion exceeds. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, left] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, right] of [...b].entries()) {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (left === right ? 0 : 1)))
    }
    row = next
  }
  return row.at(-1)!
}

export function refuseUnknown(
  file: string,
  object: object,
  known: readonly string[],
  where: string,
): void {
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue
    const [nearest] = known.toSorted((a, b) => distance(key, a) - distance(key, b))
    const near =
      nearest !== undefined && distance(key, nearest) <= Math.min(3, key.length - 1)
        ? `; did you mean '${nearest}'?`
        : ''
    fail(
      file,
      `${where} has no key '${escapeText(key)}'${near || ` (there are ${known.join(', ')})`}`,
    )
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function checkNumbers(file: string, name: 'timeout' | 'limits', group: unknown): void {
  if (!isObject(group)) fail(file, `'${name}' must be an object. Received ${received(group)}`)
  const known = name === 'limits' ? defaultLimits : defaultTimeouts
  refuseUnknown(file, group, Object.keys(known), `'${name}'`)
  for (const [key, number] of Object.entries(group)) {
    // No speed is asked for, then.
    if (key === 'speed' && number === 0) continue
    if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) {
      fail(file, `'${name}.${key}' must be a positive number. Received ${received(number)}`)
    }
    if (name === 'limits' && !Number.isSafeInteger(number)) {
      fail(file, `'${name}.${key}' must be an integer. Received ${received(number)}`)
    }
    if (name === 'timeout' && number > LONGEST) {
      fail(file, `'${name}.${key}' must be at most ${LONGEST} (ms). Received ${received(number)}`)
    }
  }
}

function checkCache(file: string, cache: unknown): void {
  if (cache === false) return
  if (!isObject(cache)) {
    fail(file, `'cache' must be false or an object. Received ${received(cache)}`)
  }
  refuseUnknown(file, cache, ['folder', 'size'], "'cache'")
  const { folder, size } = cache
  if (folder !== undefined && (typeof folder !== 'string' || folder === '')) {
    fail(file, `'cache.folder' must be a path. Received ${received(folder)}`)
  }
  if (size !== undefined && (!Number.isSafeInteger(size) || (size as number) <= 0)) {
    fail(file, `'cache.size' must be a positive integer (bytes). Received ${received(size)}`)
  }
}

/** An origin as a key of `headers`: http is for this machine, as it is for imports. */
function checkOrigin(file: string, key: string): string {
  const url = URL.parse(key)
  const shown = escapeText(key.replace(/\/\/[^/]*@/, '//***@'))
  const refuse = (reason: string): never =>
    fail(file, `'headers' has the key '${shown}': ${reason}`)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return refuse("a key is an origin, such as 'https://api.example'")
  }
  if (url.hostname.includes('*')) refuse('it stands for one origin; there is no wildcard')
  if (url.pathname !== '/' || /[?#@]|\/$/.test(key)) {
    return refuse(`a key is an origin and nothing more: '${url.origin}'`)
  }
  const loopback = /^(?:(?:.+\.)?localhost\.?|127(?:\.\d+){3}|\[::1\])$/
  if (url.protocol === 'http:' && !loopback.test(url.hostname)) {
    refuse('anyone on the way could read it; use https:')
  }
  return url.origin
}

/** What the connection and the cache need to say themselves. RFC 9110 §7.6.1, §13.1, §14.2; RFC 9112 §6. */
const ours =
  /^(?:connection|content-length|expect|host|if-.*|keep-alive|proxy-connection|range|te|trailer|transfer-encoding|upgrade)$/

function checkHeaders(file: string, headers: unknown): void {
  if (!isObject(headers)) fail(file, `'headers' must be an object. Received ${received(headers)}`)
  const origins = new Set<string>()
  for (const [key, fields] of Object.entries(headers)) {
    const origin = checkOrigin(file, key)
    if (origins.has(origin)) fail(file, `'headers' has two keys for '${origin}'`)
    origins.add(origin)
    const where = `'headers' of '${origin}'`
    if (!isObject(fields)) fail(file, `${where} must be an object. Received ${received(fields)}`)
    const names = new Set<string>()
    for (const [name, value] of Object.entries(fields)) {
      const shown = escapeText(name)
      if (!/^[!#$%&'*+.^`|~\w-]+$/.test(name)) fail(file, `${where}: '${shown}' is no field's name`)
      const lower = name.toLowerCase()
      if (names.has(lower)) fail(file, `${where} has two fields of the name '${lower}'`)
      names.add(lower)
      if (ours.test(lower)) {
        fail(file, `${where} cannot set '${shown}', which mimeport sends by itself, or not at all`)
      }
      // What was found is not shown: it may be a secret.
      if (typeof value !== 'string' || !/^[\t -~]+$/.test(value)) {
        fail(file, `${where}: '${shown}' must be text of visible ASCII characters (RFC 9110 §5.5)`)
      }
      if (value.replaceAll(/\$(?:\$|\{\w+\}|[A-Za-z_]\w*)/g, '').includes('$')) {
        fail(
          file,
          `${where}: '${shown}' has a $ without a variable's name; $NAME and \${NAME} are variables of the environment, $$ is a dollar`,
        )
      }
    }
  }
}

/**
 * Checks what a configuration file says.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG naming the file, the key, and what was found.
 */
export function checkConfig(file: string, value: unknown): Config {
  if (!isObject(value)) fail(file, `it must be an object. Received ${received(value)}`)
  refuseUnknown(file, value, keys, 'it')
  const { loaders, sourceMaps, headers, cache, timeout, limits } = value
  if (sourceMaps !== undefined && typeof sourceMaps !== 'boolean') {
    fail(file, `'sourceMaps' must be true or false. Received ${received(sourceMaps)}`)
  }
  if (loaders !== undefined) {
    if (!Array.isArray(loaders))
      fail(file, `'loaders' must be an array. Received ${received(loaders)}`)
    const odd = loaders.find((each) => typeof each !== 'string' || each === '')
    if (odd !== undefined)
      fail(file, `'loaders' must hold paths or packages. Received ${received(odd)}`)
  }
  if (headers !== undefined) checkHeaders(file, headers)
  if (cache !== undefined) checkCache(file, cache)
  if (timeout !== undefined) checkNumbers(file, 'timeout', timeout)
  if (limits !== undefined) checkNumbers(file, 'limits', limits)
  return value as Config
}
