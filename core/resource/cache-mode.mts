/** Whether a request may use the cache, or nothing else: MIMEPORT_OFFLINE and MIMEPORT_RELOAD. */

import { LoaderError } from '../errors.mts'
import { isBeginning, isMeant, plain } from './beginning.mts'
import { isOff, isOn } from '../switch.mts'
import { received } from '../text.mts'
import type { CacheMode } from '../cache/http-cache.mts'

interface Wishes {
  readonly offline: boolean
  /** `true`: everything; else the beginnings of URLs and specifiers. */
  readonly reload: boolean | readonly string[]
}

function misconfigured(name: string, reason: string): LoaderError {
  return new LoaderError('ERR_MIMEPORT_CONFIG', `Cannot use the environment's '${name}': ${reason}`)
}

function parseReload(text: string): boolean | readonly string[] {
  if (isOff(text)) return false
  if (isOn(text)) return true
  const prefixes = text.split(/[\s,]+/).filter((prefix) => prefix !== '')
  const odd = prefixes.find((prefix) => !isBeginning(prefix))
  if (odd === undefined) return prefixes.map(plain)
  const example = "'https://esm.sh/' or 'github:owner/repo'"
  throw misconfigured(
    'MIMEPORT_RELOAD',
    `it must be 1, or a list of what URLs begin with, such as ${example}. Received ${received(odd)}`,
  )
}

function parse(offline: string, reload: string): Wishes {
  if (!isOff(offline) && !isOn(offline)) {
    throw misconfigured('MIMEPORT_OFFLINE', `it must be 1 or 0. Received ${received(offline)}`)
  }
  const wishes: Wishes = { offline: isOn(offline), reload: parseReload(reload) }
  if (wishes.offline && wishes.reload !== false) {
    const reason = 'MIMEPORT_OFFLINE forbids to ask for what it wants anew; set one of the two'
    throw misconfigured('MIMEPORT_RELOAD', reason)
  }
  return wishes
}

let last = ['', '']
let wishes: Wishes = { offline: false, reload: false }

function current(): Wishes {
  const [offline = '', reload = ''] = [
    process.env['MIMEPORT_OFFLINE']?.trim(),
    process.env['MIMEPORT_RELOAD']?.trim(),
  ]
  if (offline !== last[0] || reload !== last[1]) {
    wishes = parse(offline, reload)
    last = [offline, reload]
  }
  return wishes
}

/**
 * Whether servers may be asked at all.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG
 */
export function mayAsk(): boolean {
  return !current().offline
}

/**
 * How a request uses the cache that is known by these names: its URL, and the specifier that it is made for.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG
 */
export function cacheModeFor(names: readonly (string | undefined)[]): CacheMode {
  const { offline, reload } = current()
  if (offline) return 'only-if-cached'
  if (reload === false) return 'default'
  if (reload === true) return 'reload'
  return isMeant(names, reload) ? 'reload' : 'default'
}
