/** Gets a response for a specifier: asks the loaders, and follows redirects across them. RFC 9110 §15.4. */

import { discard, readContent } from './content.mts'
import { contextFor, importedFrom, via } from './errand.mts'
import { LoaderError, escapeText } from '../errors.mts'
import { invoke } from './invocation.mts'
import { limits } from '../limits.mts'
import { moduleURL } from './module-url.mts'
import { isRelative, schemeOf } from '../native.mts'
import { isRemote, refuseLocalFile } from '../policy.mts'
import { invalidReturn, normalizeResponse } from './response.mts'
import type { Registration } from './registration.mts'
import type { Errand } from './errand.mts'
import type { UnreadResponse } from './response.mts'
import type { LoadResponse } from '../types.mts'

export interface Acquired {
  /** The specifier that was answered in the end, in its loader's own form. */
  readonly specifier: string
  /** Identity: the final URL. */
  readonly url: string
  readonly loader: Registration
  readonly response: LoadResponse
}

function notFound(errand: Errand, specifier: string): LoaderError {
  const scheme = schemeOf(specifier)
  const known = new Set(errand.registry.loaders.flatMap((loader) => [...(loader.schemes ?? [])]))
  const reason =
    scheme === undefined || known.has(scheme)
      ? 'no loader answers for it'
      : `no loader answers for '${scheme}' (there are loaders for ${[...known].sort().join(', ')})`
  const error = new LoaderError(
    'ERR_MODULE_NOT_FOUND',
    `Cannot find '${escapeText(specifier)}'${importedFrom(errand)}: ${reason}${via(errand)}`,
    { url: specifier, trail: errand.trail.entries },
  )
  // Tells it from the 404 of a loader. Not enumerable: Node's inspect would print it.
  if (errand.trail.length === 0) {
    Object.defineProperty(error, 'unanswered', { value: true, configurable: true })
  }
  return error
}

/** Asks the loaders for a specifier, in order: the first that does not say "not mine" has answered. */
async function ask(
  errand: Errand,
  specifier: string,
): Promise<{ loader: Registration; url: string; answer: UnreadResponse } | undefined> {
  const { registry, signal } = errand
  const url = moduleURL(specifier)
  const context = contextFor(errand, specifier, url)
  for (const loader of registry.resolversOf(specifier)) {
    // Checked within the call: what a getter of the answer throws is the loader's failure, too.
    const answer = await invoke(
      { loader: loader.name, export: 'resolve', url: specifier },
      signal,
      async () => {
        const given = await loader.resolve?.(specifier, context)
        const isMine = given !== false && given !== null && given !== undefined
        return isMine ? normalizeResponse(given, loader.name) : undefined
      },
    )
    if (answer !== undefined) return { loader, url, answer }
  }
  return undefined
}

/** RFC 9110 §15.4: the codes whose Location is followed for a GET. */
const redirects = new Set([301, 302, 303, 307, 308])

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

async function locationOf(
  errand: Errand,
  specifier: string,
  loader: Registration,
  { statusCode, headers }: UnreadResponse,
): Promise<string> {
  const location = headers['location']?.trim()
  const fail = (reason: string) =>
    new LoaderError(
      'ERR_MIMEPORT_INVALID_REDIRECT',
      `Cannot follow the ${statusCode} from '${escapeText(specifier)}'${importedFrom(errand)}: ${reason}${via(errand)}`,
      { url: specifier, trail: errand.trail.entries },
    )
  if (location === undefined || location === '') throw fail('it has no Location')
  if (!/^https?:/i.test(specifier)) {
    if (schemeOf(location) !== undefined) return location
    return resolveRelative(loader, location, specifier, errand.signal)
  }
  if (schemeOf(location) !== undefined && !/^https?:/i.test(location)) return location
  const target = URL.parse(location, specifier)
  if (target === null) throw fail(`'${escapeText(location.slice(0, 200))}' is not a URL`)
  // RFC 9110 §10.2.2: a Location without a fragment takes over the one of what was asked for.
  if (target.hash === '' && !location.includes('#')) target.hash = new URL(specifier).hash
  return target.href
}

/**
 * Gets the response for an absolute specifier.
 * @throws {LoaderError} ERR_MODULE_NOT_FOUND, ERR_MIMEPORT_STATUS, ERR_MIMEPORT_REDIRECT_CYCLE,
 * ERR_MIMEPORT_TOO_MANY_REDIRECTS, ERR_MIMEPORT_INVALID_REDIRECT, and what loaders and bodies can fail with.
 */
export async function acquire(errand: Errand, first: string): Promise<Acquired> {
  const { trail } = errand
  const visited = new Set<string>()
  let specifier = first
  for (;;) {
    visited.add(specifier)
    const asked = await ask(errand, specifier)
    if (asked === undefined) throw notFound(errand, specifier)
    const { loader, url, answer } = asked
    if (!redirects.has(answer.statusCode)) {
      const response = await readContent(errand, specifier, loader.name, answer)
      return { specifier, url, loader, response }
    }
    discard(answer)
    const next = await locationOf(errand, specifier, loader, answer)
    trail.redirect(specifier, answer.statusCode, next)
    // Who named the file may be hops away: what comes over the network stays that, whoever passes it on.
    refuseLocalFile(next, [...visited].find(isRemote) ?? specifier)
    const broken = (
      code: 'ERR_MIMEPORT_REDIRECT_CYCLE' | 'ERR_MIMEPORT_TOO_MANY_REDIRECTS',
      why: string,
    ) =>
      new LoaderError(
        code,
        `Cannot load '${escapeText(first)}'${importedFrom(errand)}: ${why}: ${trail}`,
        {
          url: first,
          trail: trail.entries,
        },
      )
    if (visited.has(next)) throw broken('ERR_MIMEPORT_REDIRECT_CYCLE', 'it redirects in a circle')
    if (visited.size > limits.redirects) {
      throw broken('ERR_MIMEPORT_TOO_MANY_REDIRECTS', `stopped after ${limits.redirects} redirects`)
    }
    specifier = next
  }
}
