/** The errors for what a GitHub host answered: what it was asked, and what to do about it. No message holds a token. */

import { LoaderError, escapeText } from '../../core/errors.mts'
import { tokenAdvice } from './endpoints.mts'
import type { LoadResponse } from '../../core/types.mts'
import type { Endpoints } from './endpoints.mts'

/** Text that a host sent, for a message: its beginning, on one line, escaped, and without our own credentials. */
export function excerpt(text: string, endpoints: Endpoints): string {
  let shown = text.slice(0, 4096)
  for (const { authorization } of [endpoints.gitHeaders, endpoints.rawHeaders]) {
    const secret = authorization?.split(' ')[1]
    if (secret !== undefined) shown = shown.replaceAll(secret, '…')
  }
  return `'${escapeText(shown.slice(0, 200).replace(/\s+/g, ' ').trim())}'`
}

function adviceFor({ statusCode, headers }: LoadResponse, endpoints: Endpoints): string {
  const { tokenName } = endpoints
  switch (statusCode) {
    case 401:
      return tokenName === undefined
        ? '; set GITHUB_TOKEN'
        : `; the token in ${tokenName} was refused: renew it, or unset it for what is public`
    case 403:
      return tokenName === undefined
        ? '; access is forbidden, or too many requests came from here: set GITHUB_TOKEN, or wait'
        : `; the token in ${tokenName} may lack access to the repository, or was used too often`
    case 429: {
      const seconds = /^\d{1,6}$/.test(headers['retry-after'] ?? '') ? headers['retry-after'] : ''
      const wait = seconds === '' ? 'wait some minutes' : `wait ${seconds} s`
      return tokenName === undefined
        ? `; too many requests: ${wait}, or set GITHUB_TOKEN for a higher limit`
        : `; too many requests: ${wait}`
    }
    default:
      return ''
  }
}

/** The error for a status code that is neither success nor "not found". */
export function statusFailure(
  what: string,
  url: string,
  response: LoadResponse,
  endpoints: Endpoints,
): LoaderError {
  const { statusCode } = response
  return new LoaderError(
    'ERR_MIMEPORT_STATUS',
    `${what}: '${url}' answered ${statusCode}${adviceFor(response, endpoints)}`,
    { statusCode, url },
  )
}

/** The error for a repository that is not there, or that we may not see: a host does not say which. */
export function repositoryNotFound(name: string, url: string, endpoints: Endpoints): LoaderError {
  return new LoaderError(
    'ERR_MODULE_NOT_FOUND',
    `Cannot find repository '${name}' at '${url}': there is none, or it is private; ${tokenAdvice(endpoints)}`,
    { url },
  )
}
