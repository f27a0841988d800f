/**
 * MIMEPORT_AUTH_TOKENS: `token@host;user:password@host:port`. The form of Deno's DENO_AUTH_TOKENS, held to one origin
 * (https://docs.deno.com/runtime/reference/private_repositories).
 */

import { LoaderError } from '../../errors.mts'
import { learnField } from './secrets.mts'

interface AuthToken {
  /** As the URL parser writes it; with a dot in front: what is below it, and not it. */
  readonly host: string
  readonly port: string
  /** Whether the entry names its port, as it has to for `http:`. */
  readonly hasPort: boolean
  /** The value of `authorization`. */
  readonly value: string
}

const variable = 'MIMEPORT_AUTH_TOKENS'

/** No message shows more of an entry than its number: what cannot be read may be a secret as a whole. */
function fail(number: number, reason: string): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_CONFIG',
    `Cannot use the environment's '${variable}': its entry ${number} ${reason}`,
  )
}

/** RFC 6750 §2.1 for a token; RFC 7617 §2 for a pair: UTF-8 without control characters. */
function valueOf(credentials: string, number: number): string {
  if (credentials.includes(':')) {
    if (/\p{Cc}/u.test(credentials)) throw fail(number, 'has a control character')
    return `Basic ${Buffer.from(credentials).toString('base64')}`
  }
  if (!/^[!-~]+$/.test(credentials)) throw fail(number, 'has characters that no token has')
  return `Bearer ${credentials}`
}

function parseEntry(entry: string, number: number): AuthToken {
  // A password may have an `@`, a host has none.
  const at = entry.lastIndexOf('@')
  if (at === -1) throw fail(number, 'names no host; write token@host or user:password@host')
  if (at === 0) throw fail(number, 'has no token before its @')
  const value = valueOf(entry.slice(0, at), number)
  const [, dot = '', host = '', port] =
    /^(\.?)([^/?#\\\s:]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i.exec(entry.slice(at + 1)) ?? []
  const url = URL.parse(`https://${host}:${port ?? ''}`)
  // The URL parser makes an address of `1.2`, and nothing is below an address.
  const isAddress = url !== null && /^[\d.]+$|^\[/.test(url.hostname)
  // A dot in disguise (`%2e`, U+3002) would make one host's entry that of all below another.
  const isHidden = url?.hostname.startsWith('.') === true
  if (host === '' || url === null || isHidden || (dot !== '' && isAddress)) {
    throw fail(number, 'has no host after its @; write host, host:port, or .host for all below it')
  }
  learnField(value)
  return {
    host: dot + url.hostname,
    port: port === undefined ? '443' : String(Number(port)),
    hasPort: port !== undefined,
    value,
  }
}

function parse(text: string): readonly AuthToken[] {
  const tokens: AuthToken[] = []
  for (const [index, part] of text.split(';').entries()) {
    const entry = part.trim()
    if (entry === '') continue
    const token = parseEntry(entry, index + 1)
    if (tokens.some(({ host, port }) => host === token.host && port === token.port)) {
      throw fail(index + 1, `is the second one for '${token.host}:${token.port}'`)
    }
    tokens.push(token)
  }
  // The nearest name goes first: a host's own before what is below a name, the longer of these before the shorter.
  const rank = ({ host }: AuthToken): number => (host.startsWith('.') ? host.length : Infinity)
  return tokens.sort((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)))
}

let last = ''
let parsed: readonly AuthToken[] = []

function tokens(): readonly AuthToken[] {
  const text = process.env[variable] ?? ''
  if (text !== last) {
    parsed = parse(text)
    last = text
  }
  return parsed
}

/**
 * The value of `authorization` for a URL that a request may be sent to: an `http:` one is of this machine.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG, without a secret.
 */
export function authorizationFor({ protocol, hostname, port }: URL): string | undefined {
  const isSecure = protocol === 'https:'
  const own = port === '' ? (isSecure ? '443' : '80') : port
  return tokens().find((token) => {
    const isNamed = token.host.startsWith('.')
      ? hostname.endsWith(token.host)
      : hostname === token.host
    return isNamed && token.port === own && (isSecure || token.hasPort)
  })?.value
}
