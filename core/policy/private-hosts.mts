/** Hosts that may have addresses that are not the public's: the configuration's `allowPrivate`. */

import { addBlock, bareAddress, kindOf } from './address.mts'
import { foldHost, isLiteral, isLoopback } from './host.mts'
import { parseURL } from '../native.mts'

interface PrivateEntry {
  readonly kind: 'host' | 'block'
  readonly host: string
  /** Of what is below the host. */
  readonly wild: boolean
  /** `''`: any. */
  readonly port: string
}

function refuse(reason: string): never {
  throw new SyntaxError(reason)
}

function familyOf(address: string): number {
  return process.getBuiltinModule('node:net').isIP(address)
}

/** `host`, `host:port`, `*.host`, an address, or a block of addresses. */
function read(text: string): PrivateEntry {
  const [, network, length] = /^([\d.]+|[\da-f:.]+)\/(\d{1,3})$/i.exec(text) ?? []
  if (network !== undefined) {
    const family = familyOf(network)
    const most = family === 4 ? 32 : 128
    if (family === 0 || Number(length) > most) refuse("it is no block, such as '10.0.0.0/8'")
    return { kind: 'block', host: `${network}/${Number(length)}`, wild: false, port: '' }
  }
  if (familyOf(text) === 6) return { kind: 'host', host: `[${text}]`, wild: false, port: '' }
  const example =
    "it is a host ('git.corp.example', '*.corp.example'), with a port or not, or a block of addresses ('10.0.0.0/8')"
  const wild = text.startsWith('*.')
  const rest = wild ? text.slice(2) : text
  if (rest === '' || rest.startsWith('.') || /[\s/\\@?#*]/.test(rest)) refuse(example)
  const url = parseURL(`https://${rest}/`)
  if (url === null) return refuse(example)
  const port = /:(\d+)$/.exec(rest)?.[1] ?? ''
  return { kind: 'host', host: foldHost(url.hostname), wild, port: port && String(Number(port)) }
}

/** What is wrong with an entry; `undefined` when it is one. */
export function privateFault(text: string): string | undefined {
  try {
    read(text)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function hasAddress(block: string, address: string): boolean {
  const net = process.getBuiltinModule('node:net')
  const list = new net.BlockList()
  addBlock(list, block)
  const bare = bareAddress(address)
  return list.check(bare, familyOf(bare) === 6 ? 'ipv6' : 'ipv4')
}

/** Whether an entry has a host, by its name or by the address that it was found to have. */
function has(entry: PrivateEntry, host: string, port: string, address: string): boolean {
  if (entry.kind === 'block') return hasAddress(entry.host, address)
  if (entry.port !== '' && entry.port !== port) return false
  if (!entry.wild) return host === foldHost(parseURL(`https://${entry.host}/`)?.hostname ?? '')
  return !isLiteral(host) && host.endsWith(`.${entry.host}`)
}

/**
 * What kind of address a host was found to have, where it may not have it; `undefined` where it may: a public one, one of
 * this machine for a name of it, or one that `entries` name.
 */
export function unfitKind(
  hostname: string,
  port: string,
  address: string,
  entries: readonly string[],
): string | undefined {
  const kind = kindOf(address)
  if (kind === undefined || isLoopback(hostname)) return undefined
  const host = foldHost(hostname)
  return entries.some((entry) => has(read(entry), host, port, address)) ? undefined : kind
}
