/**
 * Where a redirect leads: one resolver for what a server answers and for what the cache keeps, so that neither is fooled by
 * what the other is not. RFC 9110 §10.2.2, §15.4; WHATWG URL.
 */

import { importedFrom, via } from './errand.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { tell } from '../http/activity.mts'
import { invoke } from './invocation.mts'
import { isRelative, schemeOf } from '../native.mts'
import { isRemote, refuseLocalFile, refuseReach } from '../policy/policy.mts'
import { invalidReturn } from './response.mts'
import type { ErrorCode } from '../errors.mts'
import type { Errand } from './errand.mts'
import type { Registration } from './registration.mts'
import type { UnreadResponse } from './response.mts'

/** Characters of a Location. RFC 9110 §4.1 wants 8000 octets at least. */
const LONGEST = 8192

const web = /^https?:/i

/** What is here, and not in the network: nobody there may send an import to it. `file:` has an error of its own. */
const here = /^(?:blob|data|node):/i

/** Makes an absolute specifier of what a loader or a redirect calls relative, by the loader that owns `parent`. */
export async function resolveRelative(
  loader: Registration,
  specifier: string,
  parent: string,
  signal: AbortSignal,
): Promise<string> {
  const absolute = await invoke(
    { loader: loader.name, export: 'resolveRelativePath', url: specifier },
    signal,
    () => loader.resolveRelativePath?.(specifier, parent),
  )
  if (typeof absolute !== 'string' || absolute === '' || isRelative(absolute)) {
    throw invalidReturn(loader.name, 'resolveRelativePath', 'an absolute specifier', absolute)
  }
  return absolute
}

/** WHATWG URL §4.4: what the URL parser drops before it reads. Done first, so that a scheme is seen as the parser sees it. */
function clean(location: string): string {
  let start = 0
  let end = location.length
  while (start < end && location.charCodeAt(start) <= 0x20) start += 1
  while (end > start && location.charCodeAt(end - 1) <= 0x20) end -= 1
  return location.slice(start, end).replace(/[\t\n\r]/g, '')
}

/** Fetch §4.4: bytes of a field are bytes of a URL, whatever charset they were meant in. */
function escapeBytes(location: string): string {
  return location.replace(/[\x80-\xff]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** A Location that came several times is one if it says the same. RFC 9110 §5.3 has them joined by then. */
function single(location: string): string | undefined {
  const [first = '', ...others] = location.split(', ')
  if (others.length === 0) return location
  return others.every((other) => other === first) ? first : undefined
}

export interface Redirect {
  readonly errand: Errand
  /** The specifier that was answered, in its loader's own form, and that loader. */
  readonly from: string
  readonly loader: Registration
  readonly answer: UnreadResponse
  /** The specifiers so far, with `from`. */
  readonly visited: ReadonlySet<string>
}

/** Makes the error of a redirect that is not followed. */
function failure({ errand, from, answer }: Redirect, code: ErrorCode, reason: string): LoaderError {
  return new LoaderError(
    code,
    `Cannot follow the ${answer.statusCode} from '${escapeText(from)}'${importedFrom(errand)}: ${reason}${via(errand)}`,
    { url: from, trail: errand.trail.entries },
  )
}

/** A URL of the web in its one spelling, so that a circle is seen. */
function webURL(redirect: Redirect, location: string, base?: string): URL {
  const target = URL.parse(location, base)
  if (target === null) {
    const shown = escapeText(location.slice(0, 200))
    throw failure(redirect, 'ERR_MIMEPORT_INVALID_REDIRECT', `'${shown}' is not a URL`)
  }
  if (target.username !== '' || target.password !== '') {
    const reason = 'its Location has a user name or a password in it, and such a URL is not loaded'
    throw failure(redirect, 'ERR_MIMEPORT_INVALID_REDIRECT', reason)
  }
  return target
}

/** The specifier that a Location means, read as its answerer writes: as a URL, or in the form of a loader. */
async function targetOf(redirect: Redirect): Promise<string> {
  const { errand, from, loader, answer } = redirect
  const fail = (reason: string) => failure(redirect, 'ERR_MIMEPORT_INVALID_REDIRECT', reason)
  const isWeb = web.test(from)
  const given = answer.headers['location'] ?? ''
  if (given.length > LONGEST) {
    throw fail(`its Location has ${given.length} characters, the limit is ${LONGEST}`)
  }
  const location = clean(isWeb ? escapeBytes(given) : given)
  if (location === '') throw fail('it has no Location')
  if (!isWeb) {
    if (web.test(location)) return webURL(redirect, location).href
    if (schemeOf(location) !== undefined) return location
    return resolveRelative(loader, location, from, errand.signal)
  }
  const one = single(location)
  if (one === undefined) {
    throw fail(`it has several Locations, '${escapeText(location.slice(0, 200))}'`)
  }
  if (schemeOf(one) !== undefined && !web.test(one)) return one
  const target = webURL(redirect, one, from)
  // RFC 9110 §10.2.2: a Location without a fragment takes over the one of what was asked for.
  if (target.hash === '' && !one.includes('#')) target.hash = new URL(from).hash
  return target.href
}

/**
 * The specifier that a redirect leads to; the hop is on the trail then.
 *
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_REDIRECT when there is no Location, none that can be read, or one that leads out
 * of the network; ERR_MIMEPORT_LOCAL_IMPORT from the network to a file; ERR_MIMEPORT_INSECURE_URL from `https:` to `http:`,
 * at whatever hop, to this machine, too: who has asked for `https:` is not given less; ERR_MIMEPORT_NOT_ALLOWED from the
 * network to this machine, or to a scheme of the project's own.
 */
export async function follow(redirect: Redirect): Promise<string> {
  const { errand, from, answer, visited } = redirect
  const next = await targetOf(redirect)
  errand.trail.redirect(from, answer.statusCode, next)
  tell({ type: 'redirect', url: from, statusCode: answer.statusCode, location: next })
  // Who named it may be hops away: what comes over the network stays that, whoever passes it on.
  const remote = [...visited].find(isRemote)
  refuseLocalFile(next, remote ?? from)
  if (remote !== undefined && here.test(next)) {
    const reason = `what comes over the network may not lead to '${escapeText(schemeOf(next) ?? '')}'`
    throw failure(redirect, 'ERR_MIMEPORT_INVALID_REDIRECT', reason)
  }
  if (/^http:/i.test(next) && [...visited].some((each) => /^https:/i.test(each))) {
    const reason = 'it leads from https: to http:, where anyone on the way could change it'
    throw failure(redirect, 'ERR_MIMEPORT_INSECURE_URL', reason)
  }
  for (const each of visited) refuseReach(next, each)
  return next
}
