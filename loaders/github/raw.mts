/** Files as the raw host serves them, by commit: bytes that never change, with a media type that says nothing. */

import { LoaderError } from '../../core/errors.mts'
import { fetchResource } from '../../core/http/resource.mts'
import { essenceOf } from '../../core/media-type.mts'
import { excerpt, statusFailure } from './failure.mts'
import { decode, encodePath, formatSpecifier, isCommitId, quote } from './specifier.mts'
import type { LoadResponse, LoaderContext, LooseResponse } from '../../core/types.mts'
import type { Endpoints } from './endpoints.mts'
import type { RepositoryFile } from './specifier.mts'

/** A year: as long as RFC 9111 §1.2.2 lets anyone mean. RFC 8246: immutable. */
const immutable = 'max-age=31536000, immutable'

/** What the raw host says of every text and of every binary file. */
const meaningless = new Set(['text/plain', 'application/octet-stream'])

function isRedirect(statusCode: number): boolean {
  return [301, 302, 303, 307, 308].includes(statusCode)
}

/**
 * Asks the raw host for a file at a commit. Redirects are not followed.
 * @throws {LoaderError} ERR_MIMEPORT_STATUS for 401, 403 and 429, and those of `fetchResource`.
 */
export async function fetchRaw(
  specifier: string,
  file: RepositoryFile,
  commit: string,
  endpoints: Endpoints,
  context: LoaderContext | undefined,
): Promise<{ url: string; response: LoadResponse }> {
  const { owner, name } = file.repository
  const url = `${endpoints.raw}/${owner}/${name}/${commit}/${encodePath(file.segments)}`
  const response = await fetchResource(url, {
    headers: { accept: context?.accept ?? '*/*' },
    credentials: endpoints.rawHeaders,
    signal: context?.signal,
    immutable: true,
  })
  if ([401, 403, 429].includes(response.statusCode)) {
    throw statusFailure(`Cannot load ${quote(specifier)}`, url, response, endpoints)
  }
  return { url, response }
}

/** The specifier of a URL of the raw host's; `undefined` when it is not one of a file at `commit`. */
function specifierOf(url: URL, commit: string, query: string, endpoints: Endpoints) {
  const base = new URL(endpoints.raw)
  const prefix = base.pathname.replace(/\/$/, '')
  if (url.origin !== base.origin || !url.pathname.startsWith(`${prefix}/`)) return undefined
  const [owner, name, id, ...rest] = url.pathname.slice(prefix.length + 1).split('/')
  const segments = rest.map(decode)
  if (owner === undefined || name === undefined || id === undefined) return undefined
  if (!isCommitId(id) || id !== commit || segments.length === 0) return undefined
  if (!segments.every((segment) => segment !== undefined)) return undefined
  return formatSpecifier({ owner, name }, commit, segments, query)
}

/**
 * Where the raw host redirects to: a file in a repository that was renamed stays in this loader, anything else is left
 * to the framework and its policy as an absolute URL; it is not asked with our token.
 */
function redirectOf(
  url: string,
  file: RepositoryFile,
  commit: string,
  response: LoadResponse,
  endpoints: Endpoints,
): LooseResponse {
  const location = response.headers['location']
  const to = location ? URL.parse(location, url) : null
  if (to === null || (to.protocol !== 'https:' && to.protocol !== 'http:')) {
    throw new LoaderError(
      'ERR_MIMEPORT_INVALID_REDIRECT',
      `Cannot follow the redirect of '${url}' to ${excerpt(location ?? '', endpoints)}: it is no URL of the web`,
      { url },
    )
  }
  const { statusCode } = response
  return {
    statusCode,
    headers: { location: specifierOf(to, commit, file.query, endpoints) ?? to.href },
  }
}

/** Makes the loader's answer of the raw host's. */
export function answerOf(
  url: string,
  file: RepositoryFile,
  commit: string,
  response: LoadResponse,
  endpoints: Endpoints,
): LooseResponse {
  const { statusCode, body } = response
  if (isRedirect(statusCode)) return redirectOf(url, file, commit, response, endpoints)
  // The framework shows what a failure says: a server that was sent the token may say it back.
  const isTold = endpoints.tokenName !== undefined
  if (statusCode !== 200) return isTold ? { statusCode, headers: {}, body: '' } : response
  const { 'content-type': contentType, ...headers } = response.headers
  const essence = essenceOf(contentType)
  const scope = endpoints.tokenName === undefined ? 'public' : 'private'
  return {
    statusCode,
    headers: {
      ...headers,
      ...(essence === undefined || meaningless.has(essence) ? {} : { 'content-type': contentType }),
      'cache-control': `${scope}, ${immutable}`,
    },
    body,
  }
}
