/** Ports for a host that has two addresses. */

import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port that nobody listens at, at any address of localhost. Not one of those that systems choose (RFC 6335 §6, and Linux from
 * 32768): other servers get these meanwhile, and at the other address they would be taken for this one.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_240, 32_000)
    const servers = [createServer(), createServer()]
    try {
      for (const [index, host] of ['127.0.0.1', '::1'].entries()) {
        await once(servers[index]!.listen(port, host), 'listening')
      }
      return port
    } catch {
      // Taken: another one.
    } finally {
      for (const server of servers) if (server.listening) server.close()
    }
  }
}
