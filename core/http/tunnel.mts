/** A tunnel through a proxy: CONNECT. RFC 9110 §9.3.6. */

import { isIP } from 'node:net'
import { lookup } from './lookup.mts'
import { TunnelRefusal } from './network-error.mts'
import { checkServerIdentity } from './server-identity.mts'
import type { IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:https'
import type { Socket } from 'node:net'
import type { Proxy } from './proxy.mts'

/**
 * Opens a tunnel to `authority` (host and port), whose name the proxy looks up.
 * @throws {TunnelRefusal} when the proxy answers other than 2xx; Node's error when it cannot be reached.
 */
export async function openTunnel(
  proxy: Proxy,
  authority: string,
  signal: AbortSignal,
): Promise<Socket> {
  const { request } = await (proxy.secure ? import('node:https') : import('node:http'))
  const options: RequestOptions = {
    host: proxy.hostname,
    port: proxy.port,
    method: 'CONNECT',
    path: authority,
    headers: { host: authority },
    agent: false,
    lookup,
    signal,
    ...(proxy.secure && {
      ALPNProtocols: ['http/1.1'],
      checkServerIdentity,
      // Node would take the Host field's. RFC 6066 §3: no addresses.
      servername: isIP(proxy.hostname) === 0 ? proxy.hostname : '',
    }),
  }
  return new Promise((resolve, reject) => {
    const asked = request(options)
    // Not by `options`: NODE_DEBUG=net prints these.
    if (proxy.authorization !== undefined) {
      asked.setHeader('proxy-authorization', proxy.authorization)
    }
    asked.on('error', reject)
    asked.once('connect', ({ statusCode = 0 }: IncomingMessage, socket: Socket, head: Buffer) => {
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) socket.unshift(head)
        return resolve(socket)
      }
      socket.on('error', reject)
      socket.destroy()
      reject(new TunnelRefusal(statusCode))
    })
    asked.end()
  })
}
