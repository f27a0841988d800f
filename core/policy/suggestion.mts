/** Which entry would allow a URL, and what a list is with it. */

import { covers, namesHost } from './entry.mts'
import { entryFault } from './entry-syntax.mts'
import { isLoopback } from './host.mts'
import { gitSchemes, targetOf } from './target.mts'
import { parseURL } from '../native.mts'
import type { Target } from './target.mts'

/** What `allow` is where a project says nothing. */
export const standard: readonly string[] = ['default']

/**
 * The entry that allows a URL or specifier and its like: the repository of a git host, else the origin, or the scheme.
 * `undefined`: nothing can allow it, such as a file, or `http:` to another machine.
 */
export function entryFor(url: string): string | undefined {
  const target = targetOf(url)
  if (target === undefined) return undefined
  const { scheme, host, readings } = target
  let entry = scheme
  if (gitSchemes.has(scheme)) {
    const [owner = '', repository = ''] = readings[0] ?? []
    const name = repository.replace(/@.*$/, '')
    if (owner !== '') entry = `${scheme}${owner}${name === '' ? '' : `/${name}`}`
  } else if (host !== '') {
    entry = `${parseURL(url)?.origin}/`
  }
  return entryFault(entry) === undefined ? entry : undefined
}

/** Whether an entry that covers a target allows it to everybody: this machine only where it names the very host. */
function isEnough(entry: string, target: Target): boolean {
  return !isLoopback(target.host) || namesHost(entry, target)
}

/**
 * The configuration's `allow` with an entry more; as it is when it covers that already. `url` may be an entry itself.
 * @throws {SyntaxError} saying why it cannot be allowed.
 */
export function allowing(list: readonly string[] | undefined, url: string): readonly string[] {
  const entries = list ?? standard
  if (entries.includes(url)) return entries
  // An entry is one as it is written; a module's whole URL is one, too, and a narrow one.
  const fault = entryFault(url)
  if (fault !== undefined) throw new SyntaxError(fault)
  const target = targetOf(url)
  const isCovered =
    target !== undefined &&
    !url.includes('*') &&
    entries.some((entry) => covers(entry, target) && isEnough(entry, target))
  return isCovered ? entries : [...entries, url]
}
