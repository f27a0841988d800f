/** Asks a git server for a repository's refs, by git's smart HTTP protocol: two requests at most, no API. gitprotocol-http(5). */

import { noteEnd } from '../deadline.mts'
import { LoaderError } from '../errors.mts'
import { earlierOf } from '../fresh-until.mts'
import { fetchResource } from '../resource/resource.mts'
import { timeouts } from '../limits.mts'
import { essenceOf } from '../media-type.mts'
import { excerpt, repositoryNotFound, statusFailure } from './failure.mts'
import { ServerRefusal, lsRefsCommand, readAdvertisement, readLsRefs } from './listing.mts'
import { repositoryOfURL } from './url.mts'
import type { LoadResponse } from '../types.mts'
import type { Endpoints } from './endpoints.mts'
import type { FreshUntil } from '../fresh-until.mts'
import type { RefListing } from './listing.mts'

/** git follows as many, and only for the first request. */
const mostRedirects = 5

const service = '/info/refs?service=git-upload-pack'

/** The refs of a repository. */
export interface Refs extends RefListing {
  /** The repository's name now: another one where the host redirects from the one that was asked for. */
  readonly repository: string
  /** Until when it goes, as its responses say. */
  readonly freshUntil: FreshUntil
}

/** A repository that is asked about. */
export interface Inquiry {
  readonly name: string
  /** As `git clone` takes it. */
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
    const said = excerpt(refused ? cause.message : Buffer.from(response.body).toString())
    throw new LoaderError(
      refused ? 'ERR_MIMEPORT_STATUS' : 'ERR_MIMEPORT_INVALID_BODY',
      refused
        ? `${problem(inquiry)}: '${url}' refused: ${said}`
        : `${problem(inquiry)}: '${url}' answered what is not git's protocol (${(cause as Error).message}): ${said}`,
      // It answers, and says no: another statement than a gateway's.
      refused ? { url, statusCode: 403 } : { url },
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
    `${problem(inquiry)}: '${from}' redirects to ${excerpt(location ?? '')}, which is not a repository of the same origin`,
    { url: from },
  )
}

/**
 * Lists a repository. What came last is kept for when nobody may be asked.
 * @throws {LoaderError} ERR_MODULE_NOT_FOUND, ERR_MIMEPORT_STATUS, ERR_MIMEPORT_INVALID_BODY,
 * ERR_MIMEPORT_INVALID_REDIRECT, ERR_MIMEPORT_TOO_MANY_REDIRECTS, and those of `fetchResource`.
 */
export async function fetchRefs(inquiry: Inquiry): Promise<Refs> {
  const credentials = inquiry.endpoints.gitHeaders
  const headers = { 'git-protocol': 'version=2', accept: '*/*' }
  // Half of an import's time: the other half is for what can be done without a listing.
  const time = timeouts.total / 2
  const signal = AbortSignal.timeout(time)
  noteEnd(signal, time)
  let freshUntil: FreshUntil = null
  const onFreshness = (until: FreshUntil): void => {
    freshUntil = earlierOf(freshUntil, until)
  }
  const options = { headers, credentials, signal, keep: true, onFreshness }
  let url = inquiry.url + service
  let response = await fetchResource(url, options)
  for (let hops = 0; [301, 302, 307, 308].includes(response.statusCode); hops++) {
    if (hops === mostRedirects) {
      const text = `${problem(inquiry)}: more than ${mostRedirects} redirects, the last one from '${url}'`
      throw new LoaderError('ERR_MIMEPORT_TOO_MANY_REDIRECTS', text, { url })
    }
    url = follow(inquiry, url, response.headers['location'])
    response = await fetchResource(url, options)
  }
  check(inquiry, url, response, 'advertisement')
  const advertisement = read(inquiry, url, response, readAdvertisement)
  const base = url.slice(0, -service.length)
  const repository = repositoryOfURL(inquiry.endpoints, base) ?? inquiry.name
  if (advertisement.version !== 2) {
    const { commits, head } = advertisement.listing
    return { repository, commits, head, freshUntil }
  }

  url = `${base}/git-upload-pack`
  response = await fetchResource(url, {
    ...options,
    method: 'POST',
    // It asks, and changes nothing. gitprotocol-v2(5): ls-refs.
    idempotent: true,
    headers: {
      ...headers,
      accept: 'application/x-git-upload-pack-result',
      'content-type': 'application/x-git-upload-pack-request',
    },
    body: lsRefsCommand(advertisement.capabilities),
  })
  check(inquiry, url, response, 'result')
  const { commits, head } = read(inquiry, url, response, readLsRefs)
  return { repository, commits, head, freshUntil }
}
