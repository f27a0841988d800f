/** An origin as a key in the configuration: of `headers`, `signatures`, `encryption`. */

import { fail } from './failure.mts'
import { escapeText } from '../../text.mts'

/**
 * Checks a key that is an origin: http is for this machine, as it is for imports.
 * @returns the origin as the URL parser writes it
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG
 */
export function checkOrigin(file: string, name: string, key: string): string {
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
  const loopback = /^(?:(?:.+\.)?localhost\.?|127(?:\.\d+){3}|\[::1\])$/
  if (url.protocol === 'http:' && !loopback.test(url.hostname)) {
    refuse('anyone on the way could read it; use https:')
  }
  return url.origin
}
