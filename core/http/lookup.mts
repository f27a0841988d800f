/** How host names become addresses: by the system, and never for localhost; and which addresses a name may have. */

import { dns } from '../builtins.mts'
import { isLiteral, isLocalhost } from '../policy/host.mts'
import { unfitKind } from '../policy/private-hosts.mts'
import { policy } from '../policy/policy.mts'
import { isGitEndpoint } from '../policy/remote.mts'
import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'

/** A host whose address is not one that it may have. */
export class AddressRefusal extends Error {
  readonly host: string
  readonly address: string
  /** `a link-local address`. */
  readonly kind: string

  constructor(host: string, address: string, kind: string) {
    super(`'${host}' is at ${address}, ${kind}`)
    this.host = host
    this.address = address
    this.kind = kind
  }
}

let ask: LookupFunction | undefined

/** Puts another way of asking for addresses in place of the system's, or the system's again: tests have no names of their own. */
export function askBy(own?: LookupFunction): void {
  ask = own
}

/** RFC 6761 §6.3: a name of localhost is never asked of DNS, so it can mean no other machine. */
export const lookup: LookupFunction = (hostname, options, callback) => {
  if (!isLocalhost(hostname)) {
    if (ask !== undefined) return ask(hostname, options, callback)
    return dns().lookup(hostname, options as { all: true }, callback)
  }
  const both = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ]
  // As late as Node's: a connection that fails at once has no socket left for `tls.connect`, which throws a TypeError.
  process.nextTick(() => {
    if (options.all === true) callback(null, both)
    else callback(null, '127.0.0.1', 4)
  })
}

/**
 * Why a host may not have an address; `undefined`: it may. One whose URL is an address was allowed, or not, before a request
 * was made; a git host that the environment names may be anywhere.
 */
export function refusalOf(hostname: string, port: string, address: string) {
  const kind = unfitKind(hostname, port, address, policy.allowPrivate ?? [])
  if (kind === undefined || isLiteral(hostname) || isGitEndpoint(hostname)) return undefined
  return new AddressRefusal(hostname, address, kind)
}

/** Whether what came from an address may have come from there for this URL. */
export function isReachable(url: string, address: string): boolean {
  const { hostname, port, protocol } = new URL(url)
  return refusalOf(hostname, port || (protocol === 'https:' ? '443' : '80'), address) === undefined
}

/**
 * A lookup for a port of hosts that code may come from: one address that is none of the public's refuses them all. What is
 * connected to is what was looked at, since Node asks once for a connection.
 */
export function lookupFor(port: string): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, found, family) => {
      const all: readonly LookupAddress[] =
        typeof found === 'string' ? [{ address: found, family: family ?? 0 }] : (found ?? [])
      for (const { address } of error === null ? all : []) {
        const refusal = refusalOf(hostname, port, address)
        if (refusal !== undefined) return callback(refusal, [], 0)
      }
      callback(error, found, family)
    })
  }
}
