/** Ports for a host that has two addresses. */

import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** A port that nobody listens at, at any address of localhost. */
export async function freePort(): Promise<number> {
  for (;;) {
    const first = createServer()
    const second = createServer()
    try {
      first.listen(0, '127.0.0.1')
      await once(first, 'listening')
      const { port } = first.address() as AddressInfo
      second.listen(port, '::1')
      await once(second, 'listening')
      return port
    } catch {
      // Taken at the other address: the next one.
    } finally {
      for (const server of [first, second]) if (server.listening) server.close()
    }
  }
}
