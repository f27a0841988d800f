/**
 * The refs of repositories, listed by git's smart HTTP protocol: no API, no rate limit. A repository is listed once in
 * the engine's life, so that all that a program imports from it is one snapshot, even while its branches move.
 */

import { LoaderError } from '../../core/errors.mts'
import { fetchResource } from '../../core/http/resource.mts'
import { essenceOf } from '../../core/media-type.mts'
import { repositoryURL } from './endpoints.mts'
import { excerpt, repositoryNotFound, statusFailure } from './failure.mts'
import { ServerRefusal, lsRefsCommand, readAdvertisement, readLsRefs } from './listing.mts'
import type { LoadResponse } from '../../core/types.mts'
import type { Endpoints } from './endpoints.mts'
import type { RefListing } from './listing.mts'
import type { Repository } from './specifier.mts'

/** Repositories whose listing is kept; the one that was used longest ago goes first. */
const mostListings = 1000
/** git follows as many, and only for the first request. */
const mostRedirects = 5

const service = '/info/refs?service=git-upload-pack'
const listings = new Map<string, Promise<RefListing>>()

/** Forgets every listing: what is resolved from now on sees the branches as they are now. */
export function forgetRefs(): void {
  listings.clear()
}

/** One repository's listing in the making. */
interface Inquiry {
  readonly name: string
  readonly url: string
  readonly endpoints: Endpoints
}

function problem({ name }: Inquiry): string {
  return `Cannot list the branches and tags of '${name}'`
}

/** Reads a body, and says whose it is when that fails. */
function read<T>(
  inquiry: Inquiry,
  url: string,
  response: LoadResponse,
  reader: (body: Uint8Array) => T,
): T {
  try {
    return reader(response.body)
  } catch (cause) {
    const refused = cause instanceof ServerRefusal
    const said = excerpt(
      refused ? cause.message : Buffer.from(response.body).toString(),
      inquiry.endpoints,
    )
    throw new LoaderError(
      refused ? 'ERR_MIMEPORT_STATUS' : 'ERR_MIMEPORT_INVALID_BODY',
      refused
        ? `${problem(inquiry)}: '${url}' refused: ${said}`
        : `${problem(inquiry)}: '${url}' answered what is not git's protocol (${(cause as Error).message}): ${said}`,
      { url },
    )
  }
}

/** Refuses whatever is not git's answer. gitprotocol-http(5): Smart Server Response. */
function check(inquiry: Inquiry, url: string, response: LoadResponse, kind: string): void {
  const { statusCode, headers } = response
  const { endpoints, name } = inquiry
  // Without a token, GitHub answers 401 where another server says 404.
  const hidden = statusCode === 401 && endpoints.tokenName === undefined
  if (statusCode === 404 || statusCode === 410 || hidden) {
    throw repositoryNotFound(name, inquiry.url, endpoints)
  }
  if (statusCode !== 200) throw statusFailure(problem(inquiry), url, response, endpoints)
  const wanted = `application/x-git-upload-pack-${kind}`
  if (essenceOf(headers['content-type']) === wanted) return
  read(inquiry, url, response, () => {
    throw new SyntaxError(`its media type is not ${wanted}`)
  })
}

/** Where a redirect of the first request leads: never to another origin, which must not see the token. */
function follow(inquiry: Inquiry, from: string, location: string | undefined): string {
  // An empty Location would be the same URL again.
  const to = location ? URL.parse(location, from) : null
  const allowed =
    to !== null && to.origin === new URL(from).origin && to.username === '' && to.password === ''
  if (allowed && to.pathname.endsWith('/info/refs') && to.href.endsWith(service)) return to.href
  throw new LoaderError(
    'ERR_MIMEPORT_INVALID_REDIRECT',
    `${problem(inquiry)}: '${from}' redirects to ${excerpt(location ?? '', inquiry.endpoints)}, which is not a repository of the same origin`,
    { url: from },
  )
}

async function fetchListing(inquiry: Inquiry): Promise<RefListing> {
  const credentials = inquiry.endpoints.gitHeaders
  const headers = { 'git-protocol': 'version=2', accept: '*/*' }
  let url = inquiry.url + service
  let response = await fetchResource(url, { headers, credentials })
  for (let hops = 0; [301, 302, 307, 308].includes(response.statusCode); hops++) {
    if (hops === mostRedirects) {
      const text = `${problem(inquiry)}: more than ${mostRedirects} redirects, the last one from '${url}'`
      throw new LoaderError('ERR_MIMEPORT_TOO_MANY_REDIRECTS', text, { url })
    }
    url = follow(inquiry, url, response.headers['location'])
    response = await fetchResource(url, { headers, credentials })
  }
  check(inquiry, url, response, 'advertisement')
  const advertisement = read(inquiry, url, response, readAdvertisement)
  if (advertisement.version !== 2) return advertisement.listing

  url = `${url.slice(0, -service.length)}/git-upload-pack`
  response = await fetchResource(url, {
    method: 'POST',
    keep: true,
    credentials,
    headers: {
      ...headers,
      accept: 'application/x-git-upload-pack-result',
      'content-type': 'application/x-git-upload-pack-request',
    },
    body: lsRefsCommand(advertisement.capabilities),
  })
  check(inquiry, url, response, 'result')
  return read(inquiry, url, response, readLsRefs)
}

function begin({ owner, name }: Repository, endpoints: Endpoints): Inquiry {
  const url = repositoryURL(endpoints, { owner, name })
  return { name: `${owner}/${name}`, url, endpoints }
}

/** Keeps a listing for all who ask; a failure is told to those who wait for it, and not kept. */
function keep(
  url: string,
  listing: Promise<RefListing>,
  before?: Promise<RefListing>,
): Promise<RefListing> {
  listings.set(url, listing)
  listing.catch(() => {
    if (listings.get(url) !== listing) return
    if (before === undefined) listings.delete(url)
    else listings.set(url, before)
  })
  if (listings.size > mostListings) listings.delete(listings.keys().next().value as string)
  return listing
}

/** The listing that is kept, as the one that was used last. */
function kept(url: string): Promise<RefListing> | undefined {
  const listing = listings.get(url)
  if (listing === undefined) return undefined
  listings.delete(url)
  listings.set(url, listing)
  return listing
}

/**
 * Looks something up in a repository's listing. Where an earlier listing does not have it, the repository is listed
 * again for what is new; what was known stays as it was.
 * @throws {LoaderError} ERR_MODULE_NOT_FOUND, ERR_MIMEPORT_STATUS, ERR_MIMEPORT_INVALID_BODY and those of `fetchResource`.
 */
export async function lookUp<T>(
  repository: Repository,
  endpoints: Endpoints,
  find: (listing: RefListing) => T | undefined,
): Promise<{ listing: RefListing; found: T | undefined }> {
  const inquiry = begin(repository, endpoints)
  const { url } = inquiry
  const earlier = kept(url)
  const listing = await (earlier ?? keep(url, fetchListing(inquiry)))
  const found = find(listing)
  if (found !== undefined || earlier === undefined) return { listing, found }

  const merge = ({ commits, head }: RefListing): RefListing => ({
    commits: new Map([...commits, ...listing.commits]),
    head: listing.head ?? head,
  })
  // Whoever comes here first lists again, and the others share it.
  const later = await (listings.get(url) === earlier
    ? keep(url, fetchListing(inquiry).then(merge), earlier)
    : (kept(url) ?? listing))
  return { listing: later, found: find(later) }
}

/** The refs of a repository that was listed before; `undefined` when it was not. Asks nobody. */
export async function knownRefs(
  { owner, name }: Repository,
  endpoints: Endpoints,
): Promise<RefListing | undefined> {
  return listings.get(repositoryURL(endpoints, { owner, name }))?.catch(() => undefined)
}
