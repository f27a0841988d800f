/** Ports for a host that has two addresses. */

import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { hasIPv6 } from './ipv6.mts'

const addresses = hasIPv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1']

/**
 * A port that nobody listens at, at any address of localhost. Not one of those that systems choose (RFC 6335 §6, and Linux from
 * 32768): other servers get these meanwhile, and at the other address they would be taken for this one.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_240, 32_000)
    const servers = addresses.map(() => createServer())
    try {
      for (const [index, host] of addresses.entries()) {
        await once(servers[index]!.listen(port, host), 'listening')
      }
      return port
    } catch (error) {
      // Taken: another one.
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    } finally {
      for (const server of servers) if (server.listening) server.close()
    }
  }
}
