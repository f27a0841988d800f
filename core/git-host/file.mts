/** Files as a host serves them: by commit, bytes that never change, with a media type that says nothing. */

import { isRedirect } from '../engine/status.mts'
import { LoaderError } from '../errors.mts'
import { fetchResource } from '../resource/resource.mts'
import { essenceOf } from '../media-type.mts'
import { excerpt, statusFailure } from './failure.mts'
import { quote } from './path.mts'
import { isCommitId } from './specifier.mts'
import { fileURL, isOfTokenShape, specifierOfURL } from './url.mts'
import type { LoadResponse, LoaderContext, LooseResponse } from '../types.mts'
import type { Endpoints } from './endpoints.mts'
import type { RepositoryFile } from './specifier.mts'

/** A year: as long as RFC 9111 §1.2.2 lets anyone mean. RFC 8246: immutable. */
const immutable = 'max-age=31536000, immutable'

/** What hosts say of every text and of every binary file. */
const meaningless = new Set(['text/plain', 'application/octet-stream'])

/** What a host answered for a file. */
export interface ServedFile {
  readonly url: string
  readonly response: LoadResponse
}

/**
 * Asks for a file at a commit, or at `HEAD`. Redirects are not followed, but for a moved repository where who has a token
 * is served elsewhere: nobody else could follow that.
 * @throws {LoaderError} ERR_MIMEPORT_STATUS for 401, 403 and 429, and those of `fetchResource`.
 */
export async function fetchFile(
  endpoints: Endpoints,
  specifier: string,
  file: RepositoryFile,
  revision: string,
  context: LoaderContext | undefined,
): Promise<ServedFile> {
  const options = {
    headers: { accept: context?.accept ?? '*/*' },
    credentials: endpoints.fileHeaders,
    signal: context?.signal,
    immutable: isCommitId(revision),
  }
  let url = fileURL(endpoints, file.repository, revision, file.segments)
  let response = await fetchResource(url, options)
  const moved = isRedirect(response.statusCode)
    ? URL.parse(response.headers['location'] ?? '', url)
    : null
  if (moved !== null && moved.href !== url && isOfTokenShape(endpoints, moved)) {
    url = moved.href
    response = await fetchResource(url, options)
  }
  if ([401, 403, 429].includes(response.statusCode)) {
    throw statusFailure(`Cannot load ${quote(specifier)}`, url, response, endpoints)
  }
  return { url, response }
}

/**
 * Where a host redirects to: a file in a repository that was renamed stays in this loader, anything else is left to the
 * framework and its policy as an absolute URL; it is not asked with our token.
 */
function redirectOf(
  { url, response }: ServedFile,
  file: RepositoryFile,
  revision: string,
  endpoints: Endpoints,
): LooseResponse {
  const location = response.headers['location']
  const to = location ? URL.parse(location, url) : null
  if (to === null || (to.protocol !== 'https:' && to.protocol !== 'http:')) {
    throw new LoaderError(
      'ERR_MIMEPORT_INVALID_REDIRECT',
      `Cannot follow the redirect of '${url}' to ${excerpt(location ?? '')}: it is no URL of the web`,
      { url },
    )
  }
  // The framework sees the specifier alone, and not that its host was asked by https.
  if (url.startsWith('https:') && to.protocol === 'http:') {
    throw new LoaderError(
      'ERR_MIMEPORT_INSECURE_URL',
      `Cannot follow the redirect of '${url}' to ${excerpt(to.href)}: it leads from https: to http:, where anyone on the way could change it`,
      { url },
    )
  }
  const { statusCode } = response
  const own = specifierOfURL(endpoints, to, revision, file.query)
  return { statusCode, headers: { location: own ?? to.href } }
}

/** Makes the loader's answer of the host's. */
export function answerOf(
  served: ServedFile,
  file: RepositoryFile,
  revision: string,
  endpoints: Endpoints,
): LooseResponse {
  const { statusCode, headers: received, body } = served.response
  if (isRedirect(statusCode)) return redirectOf(served, file, revision, endpoints)
  // The framework shows what a failure says: a server that was sent the token may say it back.
  const isTold = endpoints.tokenName !== undefined
  if (statusCode !== 200) return isTold ? { statusCode, headers: {}, body: '' } : served.response
  const { 'content-type': contentType, ...headers } = received
  const essence = essenceOf(contentType)
  const scope = isTold ? 'private' : 'public'
  return {
    statusCode,
    headers: {
      ...headers,
      ...(essence === undefined || meaningless.has(essence) ? {} : { 'content-type': contentType }),
      ...(isCommitId(revision) && { 'cache-control': `${scope}, ${immutable}` }),
    },
    body,
  }
}
