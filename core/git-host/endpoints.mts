/** Where a git host is, and as whom we ask: the only file that reads the environment. */

import { LoaderError } from '../errors.mts'
import type { HeaderRecord } from '../types.mts'
import type { Endpoint, GitHost } from './host.mts'

export interface Endpoints {
  readonly host: GitHost
  /** Serves git's smart HTTP protocol. No slash at the end. */
  readonly site: string
  /** Serves files as they are. No slash at the end. */
  readonly files: string
  /** Where the token came from; `undefined`: there is none. */
  readonly tokenName: string | undefined
  /** Fields that identify us to git and to who serves files, and to nobody else. */
  readonly gitHeaders: HeaderRecord
  readonly fileHeaders: HeaderRecord
}

/** Neither message shows the value: it may hold a secret. */
function misconfigured(name: string, reason: string): LoaderError {
  return new LoaderError('ERR_MIMEPORT_CONFIG', `Cannot use the environment's '${name}': ${reason}`)
}

function readBase({ variable, standard }: Endpoint, { tokens }: GitHost): string {
  const url = URL.parse(process.env[variable] || standard)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw misconfigured(variable, `it must be an https: URL, such as ${standard}`)
  }
  if (url.username !== '' || url.password !== '') {
    throw misconfigured(variable, `it must not hold credentials; set ${tokens[0]}`)
  }
  if (url.search !== '' || url.hash !== '') {
    throw misconfigured(variable, "it must have neither '?' nor '#'")
  }
  return url.origin + url.pathname.replace(/\/$/, '')
}

function readToken({ tokens }: GitHost): { name: string; value: string } | undefined {
  for (const name of tokens) {
    // A token that was read from a file often ends with the file's line feed.
    const value = process.env[name]?.trim()
    if (value === undefined || value === '') continue
    if (!/^[!-~]+$/.test(value)) throw misconfigured(name, 'it has characters that no token has')
    return { name, value }
  }
  return undefined
}

/**
 * Reads a host's variables. Git hosts take a token for git's protocol as a Basic password.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG, without the value.
 */
export function readEndpoints(host: GitHost): Endpoints {
  const token = readToken(host)
  const site = readBase(host.site, host)
  const basic = btoa(`${host.gitUser}:${token?.value}`)
  return {
    host,
    site,
    files: host.files === undefined ? site : readBase(host.files, host),
    tokenName: token?.name,
    gitHeaders: token === undefined ? {} : { authorization: `Basic ${basic}` },
    fileHeaders: token === undefined ? {} : host.fileCredentials(token.value),
  }
}

/** What to do about a repository that may be private. */
export function tokenAdvice({ tokenName, host }: Endpoints): string {
  return tokenName === undefined
    ? `no token was sent: if it is private, set ${host.tokens[0]}`
    : `the token in ${tokenName} was sent: if it is private, does that token reach it?`
}
