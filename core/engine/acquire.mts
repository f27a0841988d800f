/** Gets a response for a specifier: asks the loaders, and follows redirects across them. RFC 9110 §15.4. */

import { discard, readContent } from './content.mts'
import { demanding } from '../resource/demand.mts'
import { askedBy, contextFor, importedFrom, via } from './errand.mts'
import { LoaderError, isLoaderError, reworded } from '../errors.mts'
import { escapeText } from '../text.mts'
import { invoke } from './invocation.mts'
import { limits } from '../limits.mts'
import { follow } from './location.mts'
import { moduleURL } from './module-url.mts'
import { isLockedRedirect, isMaskedRedirect, lockKey } from '../lock/entry.mts'
import { schemeOf } from '../native.mts'
import { refuseUnlisted } from '../policy/policy.mts'
import { normalizeResponse } from './response.mts'
import { isRedirect } from './status.mts'
import { readVendored } from '../lock/vendor.mts'
import type { Registration } from './registration.mts'
import type { Errand } from './errand.mts'
import type { UnreadResponse } from './response.mts'
import type { LockEntry } from '../lock/entry.mts'
import type { LoadResponse } from '../types.mts'

export interface Acquired {
  /** The specifier that was answered in the end, in its loader's own form. */
  readonly specifier: string
  /** Identity: the final URL. */
  readonly url: string
  readonly loader: Registration
  readonly response: LoadResponse
  /** From the vendor folder. */
  readonly isVendored?: boolean
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
export async function ask(
  errand: Errand,
  specifier: string,
  locked: LockEntry | undefined,
): Promise<{ loader: Registration; url: string; answer: UnreadResponse } | undefined> {
  const { registry, signal, life } = errand
  const url = moduleURL(specifier)
  const context = contextFor(errand, specifier, url)
  const demand = errand.verification?.demandFor(specifier, locked)
  for (const loader of registry.resolversOf(specifier)) {
    const { name } = loader
    const who = { loader: name, export: 'resolve', url: specifier, basis: errand.basis, life }
    // Checked within the call: what a getter of the answer throws is the loader's failure, too.
    const read = async () => {
      const given = await loader.resolve?.(specifier, context)
      const isMine = given !== false && given !== null && given !== undefined
      return isMine ? normalizeResponse(given, loader.name) : undefined
    }
    life?.ask(specifier, name)
    let answer: UnreadResponse | undefined
    try {
      answer = await demanding(demand, () => invoke(who, signal, read))
    } finally {
      life?.answer(answer?.statusCode)
    }
    if (answer !== undefined) return { loader, url, answer }
    life?.leave()
  }
  return undefined
}

/** An error that says by which redirects it was come to, as those do that are made with the trail at hand. */
function withTrail({ trail }: Errand, error: unknown): unknown {
  if (trail.length === 0 || !isLoaderError(error) || error.trail !== undefined) return error
  // Several imports may wait for the request that failed, and have come by other ways.
  return reworded(error, `${error.message} (${trail})`, { trail: trail.entries })
}

type Got = Acquired | { readonly loader: Registration; readonly answer: UnreadResponse }

/** What nobody needs to be asked for: a redirect that the lock has, or a body that the project has. */
function known(
  { registry, request, life }: Errand,
  specifier: string,
  locked: LockEntry,
): Got | undefined {
  const [first] = registry.resolversOf(specifier)
  if (first === undefined) return undefined
  if (isLockedRedirect(locked)) {
    if (isMaskedRedirect(locked)) return undefined
    const { status: statusCode, location } = locked
    life?.ask(specifier, first.name)
    life?.answer(statusCode, 'lock')
    return { loader: first, answer: { statusCode, headers: { location }, body: undefined } }
  }
  const key = lockKey(request.importAttributes['type'] ?? '', specifier)
  const vendored = readVendored(key, locked.integrity)
  if (vendored === undefined) return undefined
  const loader = registry.named(vendored.loader) ?? first
  life?.ask(specifier, loader.name)
  life?.answer(vendored.response.statusCode, 'vendor')
  const url = moduleURL(specifier)
  return { specifier, url, loader, response: vendored.response, isVendored: true }
}

/** The content of a specifier, or a redirect whose body nobody has read. */
async function get(errand: Errand, specifier: string, locked: LockEntry | undefined): Promise<Got> {
  const found = locked && known(errand, specifier, locked)
  if (found !== undefined) return found
  const asked = await ask(errand, specifier, locked)
  if (asked === undefined) throw notFound(errand, specifier)
  const { loader, url, answer } = asked
  if (isRedirect(answer.statusCode)) return { loader, answer }
  const response = await readContent(errand, specifier, loader.name, answer)
  errand.basis?.noteBody(answer.body, response.body)
  errand.life?.answer(response.statusCode)
  return { specifier, url, loader, response }
}

/** Goes from redirect to redirect until there is content. */
async function walk(errand: Errand, first: string): Promise<Acquired> {
  const { trail, verification, life } = errand
  const visited = new Set<string>()
  let specifier = first
  for (;;) {
    visited.add(specifier)
    // At each hop, before a loader is asked: none is asked for what may not be had, and no name is looked up.
    refuseUnlisted(specifier, askedBy(errand.request))
    if (life !== undefined) life.lock = verification?.stateOf(specifier) ?? 'none'
    const locked = verification?.entryFor(specifier)
    const got = await get(errand, specifier, locked)
    if ('response' in got) {
      if (life !== undefined) life.acquired = got
      verification?.takeBody(got, locked)
      return got
    }
    const { loader, answer } = got
    discard(answer)
    const next = await follow({ errand, from: specifier, loader, answer, visited })
    life?.redirect(next)
    verification?.takeRedirect(specifier, answer, locked, next)
    const broken = (
      code: 'ERR_MIMEPORT_REDIRECT_CYCLE' | 'ERR_MIMEPORT_TOO_MANY_REDIRECTS',
      why: string,
    ) =>
      new LoaderError(
        code,
        `Cannot load '${escapeText(first)}'${importedFrom(errand)}: ${why}: ${trail}`,
        { url: first, trail: trail.entries },
      )
    if (visited.has(next)) throw broken('ERR_MIMEPORT_REDIRECT_CYCLE', 'it redirects in a circle')
    if (visited.size > limits.redirects) {
      throw broken('ERR_MIMEPORT_TOO_MANY_REDIRECTS', `stopped after ${limits.redirects} redirects`)
    }
    specifier = next
  }
}

/**
 * Gets the response for an absolute specifier.
 * @throws {LoaderError} ERR_MODULE_NOT_FOUND, ERR_MIMEPORT_STATUS, ERR_MIMEPORT_REDIRECT_CYCLE,
 * ERR_MIMEPORT_TOO_MANY_REDIRECTS, ERR_MIMEPORT_LOCK, ERR_MIMEPORT_FROZEN, ERR_MIMEPORT_INTEGRITY, those of `follow`, and
 * what loaders and bodies can fail with.
 */
export async function acquire(errand: Errand, first: string): Promise<Acquired> {
  try {
    return await walk(errand, first)
  } catch (error) {
    throw withTrail(errand, error)
  }
}
