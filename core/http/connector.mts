/** Makes a connection's socket: by name or address, through a proxy or not, by TLS or not, within a time of its own. */

import { timeouts } from '../limits.mts'
import { lookupFor } from './lookup.mts'
import { ConnectFailure } from './network-error.mts'
import { proxyFor } from './proxy.mts'
import { checkServerIdentity } from './server-identity.mts'
import { openTunnel } from './tunnel.mts'
import type { LookupFunction, Socket } from 'node:net'
import type { buildConnector } from 'undici'
import type { Proxy } from './proxy.mts'

export type Target = buildConnector.Options

/** A socket, and the proxy that it goes through, or why there is none. */
export type Outcome =
  | { readonly failure: ConnectFailure; readonly socket?: never; readonly proxy?: never }
  | {
      readonly failure?: never
      readonly socket: Socket
      readonly proxy: Proxy | undefined
    }

/** Makes a socket to `target`. `connected` is called once, whatever the network does. */
export type Connector = (target: Target, connected: (outcome: Outcome) => void) => void

/** undici's own connector returns its socket, though its types do not say so. */
type OpenSocket = (target: Target, callback: buildConnector.Callback) => Socket

function portOf({ port, protocol }: Target): string {
  return port || (protocol === 'https:' ? '443' : '80')
}

/** undici's `buildConnector`, or another that makes sockets by these options. */
type Build = (options: buildConnector.BuildOptions & { lookup: LookupFunction }) => unknown

/** A connector that speaks HTTP/2 where the server does, or HTTP/1.1 alone. */
export function makeConnector(build: Build, http2: boolean): Connector {
  const options = {
    checkServerIdentity,
    allowH2: http2,
    // ALPN lists what is preferred first: RFC 7301 §3.1.
    preferH2: true,
    // The deadline is ours: undici's timers have a grain of half a second.
    timeout: 0,
  } as buildConnector.BuildOptions
  /** By port, which a lookup is not told. */
  const openers = new Map<string, OpenSocket>()
  const openerFor = (port: string): OpenSocket => {
    const known = openers.get(port)
    if (known !== undefined) return known
    const made = build({ ...options, lookup: lookupFor(port) }) as OpenSocket
    openers.set(port, made)
    return made
  }
  return (target, connected) => {
    const abort = new AbortController()
    let proxy: Proxy | undefined
    let isThrough = true
    const fail = (cause: unknown, time?: number): void => {
      if (abort.signal.aborted) return
      clearTimeout(timer)
      abort.abort()
      connected({ failure: new ConnectFailure(cause, isThrough ? undefined : proxy, time) })
    }
    const connect = (through?: Socket): void => {
      const given = through === undefined ? target : { ...target, httpSocket: through }
      const made = openerFor(portOf(target))(given, (error, socket) => {
        if (error !== null) return fail(error)
        if (abort.signal.aborted) return
        clearTimeout(timer)
        connected({ socket, proxy })
      })
      abort.signal.addEventListener('abort', () => made.destroy())
    }
    const timer = setTimeout(() => fail(undefined, timeouts.connect), timeouts.connect)
    try {
      const host = target.host ?? target.hostname
      proxy = proxyFor(new URL(`${target.protocol}//${host}`), process.env)
      if (proxy === undefined) return connect()
      isThrough = false
      const authority = target.port === '' ? `${host}:443` : host
      const tunnel = openTunnel(proxy, authority, abort.signal).then((socket) => {
        isThrough = true
        connect(socket)
      })
      tunnel.catch(fail)
    } catch (error) {
      fail(error)
    }
  }
}
