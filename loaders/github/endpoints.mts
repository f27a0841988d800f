/** Where GitHub is, and as whom we ask: the only file that reads the environment. */

import { LoaderError } from '../../core/errors.mts'
import type { Repository } from './specifier.mts'

export interface Endpoints {
  /** Serves git's smart HTTP protocol. No slash at the end. */
  readonly git: string
  /** Serves files as they are. No slash at the end. */
  readonly raw: string
  /** Where the token came from; `undefined`: there is none. */
  readonly tokenName: string | undefined
  /** Fields that identify us to `git` and to `raw`, and to nobody else. */
  readonly gitHeaders: Readonly<Record<string, string>>
  readonly rawHeaders: Readonly<Record<string, string>>
}

const variables = {
  MIMEPORT_GITHUB_URL: 'https://github.com',
  MIMEPORT_GITHUB_RAW_URL: 'https://raw.githubusercontent.com',
} as const

/** Neither message shows the value: it may hold a secret. */
function misconfigured(name: string, reason: string): LoaderError {
  return new LoaderError('ERR_MIMEPORT_CONFIG', `Cannot use the environment's '${name}': ${reason}`)
}

function readBase(name: keyof typeof variables): string {
  const url = URL.parse(process.env[name] || variables[name])
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw misconfigured(name, `it must be an https: URL, such as ${variables[name]}`)
  }
  if (url.username !== '' || url.password !== '') {
    throw misconfigured(name, 'it must not hold credentials; set GITHUB_TOKEN')
  }
  if (url.search !== '' || url.hash !== '') {
    throw misconfigured(name, "it must have neither '?' nor '#'")
  }
  return url.origin + url.pathname.replace(/\/$/, '')
}

function readToken(): { name: string; value: string } | undefined {
  for (const name of ['GITHUB_TOKEN', 'GH_TOKEN']) {
    // A token that was read from a file often ends with the file's line feed.
    const value = process.env[name]?.trim()
    if (value === undefined || value === '') continue
    if (!/^[!-~]+$/.test(value)) throw misconfigured(name, 'it has characters that no token has')
    return { name, value }
  }
  return undefined
}

/**
 * Reads `MIMEPORT_GITHUB_URL`, `MIMEPORT_GITHUB_RAW_URL`, and `GITHUB_TOKEN` or `GH_TOKEN`. GitHub's git host takes a
 * token only as a Basic password (https://github.com/fluxcd/source-controller/pull/1091), its raw host as a Bearer token
 * (https://docs.deno.com/runtime/reference/private_repositories).
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG, without the value.
 */
export function readEndpoints(): Endpoints {
  const token = readToken()
  const basic = btoa(`x-access-token:${token?.value}`)
  return {
    git: readBase('MIMEPORT_GITHUB_URL'),
    raw: readBase('MIMEPORT_GITHUB_RAW_URL'),
    tokenName: token?.name,
    gitHeaders: token === undefined ? {} : { authorization: `Basic ${basic}` },
    rawHeaders: token === undefined ? {} : { authorization: `Bearer ${token.value}` },
  }
}

/** The URL of a repository, as `git clone` takes it. */
export function repositoryURL(endpoints: Endpoints, { owner, name }: Repository): string {
  return `${endpoints.git}/${owner}/${name}.git`
}

/** What to do about a repository that may be private. */
export function tokenAdvice({ tokenName }: Endpoints): string {
  return tokenName === undefined
    ? 'no token was sent: if it is private, set GITHUB_TOKEN'
    : `the token in ${tokenName} was sent: if it is private, does that token reach it?`
}
