/** Origins as keys in the configuration: of `headers`, `signatures`, `encryption`. */

import { fail, isObject } from './failure.mts'
import { isLoopback } from '../../policy/host.mts'
import { escapeText, received } from '../../text.mts'

/**
 * Checks a key that is an origin: http is for this machine, as it is for imports.
 * @returns the origin as the URL parser writes it
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG
 */
function checkOrigin(file: string, name: string, key: string): string {
  const url = URL.parse(key)
  const shown = escapeText(key.replace(/\/\/[^/]*@/, '//***@'))
  const refuse = (reason: string): never =>
    fail(file, `'${name}' has the key '${shown}': ${reason}`)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return refuse("a key is an origin, such as 'https://api.example'")
  }
  if (url.hostname.includes('*')) refuse('it stands for one origin; there is no wildcard')
  if (url.pathname !== '/' || /[?#@]|\/$/.test(key)) {
    return refuse(`a key is an origin and nothing more: '${url.origin}'`)
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    refuse('anyone on the way could read it; use https:')
  }
  return url.origin
}

/** Checks what the configuration has for one origin; `where` says which, in messages. */
export type CheckOne = (value: Record<string, unknown>, where: string) => void

/**
 * Checks a table by origins, each of which it has once: two spellings of a key may be one.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG
 */
export function checkOrigins(file: string, name: string, table: unknown, check: CheckOne): void {
  if (!isObject(table)) fail(file, `'${name}' must be an object. Received ${received(table)}`)
  const origins = new Set<string>()
  for (const [key, value] of Object.entries(table)) {
    const origin = checkOrigin(file, name, key)
    if (origins.has(origin)) fail(file, `'${name}' has two keys for '${origin}'`)
    origins.add(origin)
    const where = `'${name}' of '${origin}'`
    if (!isObject(value)) fail(file, `${where} must be an object. Received ${received(value)}`)
    check(value, where)
  }
}
