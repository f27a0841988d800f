/** Which proxy a request goes through: HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */

import { BlockList, isIP } from 'node:net'
import { LoaderError } from '../errors.mts'
import { isLoopback } from '../policy/host.mts'

/** A proxy that tunnels by CONNECT. RFC 9110 §9.3.6. */
export interface Proxy {
  /** Whether the connection to the proxy itself is TLS. */
  readonly secure: boolean
  readonly hostname: string
  readonly port: number
  /** A value for `Proxy-Authorization`: a secret. RFC 7617 §2. */
  readonly authorization: string | undefined
  /** Host and port, for messages. */
  readonly name: string
  /** The variable that named it. */
  readonly variable: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** The variables, in order. Lower case first, as curl has it. */
function variables(environment: Environment): string[] {
  const names = ['https_proxy', 'HTTPS_PROXY', 'http_proxy']
  // In CGI that one is the field `Proxy` of whoever asks (CVE-2016-5385).
  return environment['REQUEST_METHOD'] === undefined ? [...names, 'HTTP_PROXY'] : names
}

/** A host name or address as the lists have it: no brackets, no dot at the end. */
function bare(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
}

function inSubnet(address: string, entry: string): boolean {
  const [network = '', prefix = ''] = entry.split('/')
  const family = isIP(network)
  const length = Number(prefix)
  if (family === 0 || family !== isIP(address) || !/^\d{1,3}$/.test(prefix)) return false
  if (length > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  const type = family === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(network, length, type)
  return list.check(address, type)
}

/** Splits `host:port`, `[::1]:port`, and either without a port. An IPv6 address without brackets has none. */
function entryOf(text: string): { host: string; port: string | undefined } {
  const [, host = text, port] = /^(\[.*\]|[^:]*):(\d+)$/.exec(text) ?? []
  return { host: bare(host), port }
}

/** Whether NO_PROXY's list has this host: `*`, a name and all below it, an address, a subnet; each with a port or not. */
export function isListed(url: URL, list: string): boolean {
  const hostname = bare(url.hostname)
  const urlPort = url.port === '' ? '443' : url.port
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === '') return false
    const { host, port } = entryOf(entry)
    if (port !== undefined && Number(port) !== Number(urlPort)) return false
    if (host === '*') return true
    if (host.includes('/')) return inSubnet(hostname, host)
    const name = host.replace(/^\*?\./, '')
    if (isIP(hostname) !== 0) return isIP(name) !== 0 && new URL(url).hostname === canonical(name)
    return name !== '' && (hostname === name || hostname.endsWith(`.${name}`))
  })
}

/** An address as URL has it: `::0001` is `[::1]`. */
function canonical(address: string): string {
  return new URL(`http://${isIP(address) === 6 ? `[${address}]` : address}`).hostname
}

function parse(variable: string, value: string): Proxy {
  const url = URL.parse(value.includes('://') ? value : `http://${value}`)
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (url === null || !isHttp || url.hostname === '') {
    // The value is not shown: there may be a password in it.
    throw new LoaderError(
      'ERR_MIMEPORT_CONFIG',
      `Cannot go through the proxy of ${variable}: its value is no http: or https: URL; ` +
        'write http://host:port, or http://user:password@host:port, or leave it empty',
    )
  }
  const secure = url.protocol === 'https:'
  const port = Number(url.port === '' ? (secure ? 443 : 80) : url.port)
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text)
    } catch {
      // A password with a lone % in it.
      return text
    }
  }
  const user = `${decode(url.username)}:${decode(url.password)}`
  return {
    secure,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    authorization: user === ':' ? undefined : `Basic ${Buffer.from(user).toString('base64')}`,
    name: `${url.hostname}:${port}`,
    variable,
  }
}

/**
 * The proxy for a URL; `undefined`: none. Loopback never goes through one: its bytes stay on this machine. An empty
 * variable counts as none, and hides the ones after it.
 *
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG when a variable names no proxy.
 */
export function proxyFor(url: URL, environment: Environment): Proxy | undefined {
  if (isLoopback(url.hostname)) return undefined
  const variable = variables(environment).find((name) => environment[name] !== undefined)
  const value = variable === undefined ? '' : (environment[variable]?.trim() ?? '')
  if (variable === undefined || value === '') return undefined
  const exceptions = environment['no_proxy'] ?? environment['NO_PROXY'] ?? ''
  return isListed(url, exceptions) ? undefined : parse(variable, value)
}
