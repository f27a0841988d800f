/** The errors for what a git host answered: what it was asked, and what to do about it. No message holds a token. */

import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { redact } from '../resource/credentials/credentials.mts'
import { retryAfter } from '../resource/retry-after.mts'
import { tokenAdvice } from './endpoints.mts'
import type { LoadResponse } from '../types.mts'
import type { Endpoints } from './endpoints.mts'

/** Text that a host sent, for a message: its beginning, on one line, escaped, and without secrets. */
export function excerpt(text: string): string {
  const shown = redact(text.slice(0, 4096)).slice(0, 200)
  return `'${escapeText(shown.replace(/\s+/g, ' ').trim())}'`
}

function adviceFor({ statusCode, headers }: LoadResponse, endpoints: Endpoints): string {
  const { tokenName, host } = endpoints
  const variable = host.tokens[0]
  switch (statusCode) {
    case 401:
      return tokenName === undefined
        ? `; set ${variable}`
        : `; the token in ${tokenName} was refused: renew it, or unset it for what is public`
    case 403:
      return tokenName === undefined
        ? `; access is forbidden, or too many requests came from here: set ${variable}, or wait`
        : `; the token in ${tokenName} may lack access to the repository, or was used too often`
    case 429: {
      const time = retryAfter(headers, Date.now())
      const wait = time === undefined ? 'wait some minutes' : `wait ${Math.ceil(time / 1000)} s`
      return tokenName === undefined
        ? `; too many requests: ${wait}, or set ${variable} for a higher limit`
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
  const { nested, scheme } = endpoints.host
  const longer =
    nested === true && name.split('/').length === 2
      ? `; if it is only a group, say where the project's name ends: ${scheme}group/sub/project/-/path`
      : ''
  return new LoaderError(
    'ERR_MODULE_NOT_FOUND',
    `Cannot find repository '${name}' at '${url}': there is none, or it is private; ${tokenAdvice(endpoints)}${longer}`,
    { url },
  )
}

/** Whether a failure tells nothing of what was asked for, only that nobody there can say now. */
export function isUnreachable(error: unknown): boolean {
  const { code, statusCode } = (error ?? {}) as Partial<LoaderError>
  if (code === 'ERR_MIMEPORT_STATUS') return statusCode !== undefined && statusCode >= 500
  return code === 'ERR_MIMEPORT_NETWORK' || code === 'ERR_MIMEPORT_TIMEOUT'
}
