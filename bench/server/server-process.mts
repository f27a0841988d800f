/**
 * A server of modules on loopback, in a process of its own: each response begins `LATENCY` ms after its request, and all
 * of them share one line of `BANDWIDTH`. It counts what it is asked.
 */

import { createServer } from 'node:http'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Counts } from './server.mts'

/** `folder latency bandwidth`: what is served; ms; bytes a millisecond. */
const [folder = '', latency = '0', bandwidth = '1'] = process.argv.slice(2)
const files = new Map<string, Buffer>()
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue
  const path = join(entry.parentPath, entry.name)
  files.set(path.slice(folder.length).replaceAll('\\', '/'), readFileSync(path))
}

let counts: Counts = { requests: 0, connections: 0, atOnce: 0 }
let open = 0
/** When the line is free again, ms. */
let free = 0
/** Those of the run that is counted: a connection of the one before may still close. */
const sockets = new WeakSet<object>()

function send(response: ServerResponse, body: Buffer): void {
  open -= 1
  response.writeHead(200, {
    'content-type': 'text/javascript; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'max-age=86400',
  })
  response.end(body)
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  if (!sockets.has(request.socket)) {
    sockets.add(request.socket)
    counts = { ...counts, connections: counts.connections + 1 }
  }
  open += 1
  counts = {
    ...counts,
    requests: counts.requests + 1,
    atOnce: Math.max(counts.atOnce, open),
  }
  const body = files.get(request.url ?? '')
  if (body === undefined) {
    open -= 1
    response.writeHead(404).end()
    return
  }
  const now = performance.now()
  free = Math.max(free, now + Number(latency)) + body.length / Number(bandwidth)
  setTimeout(send, Math.max(0, free - now), response, body)
}

const server = createServer({ keepAlive: true, keepAliveTimeout: 30_000, noDelay: true }, answer)
server.listen(0, '127.0.0.1', 4_096, () => {
  process.send?.({ port: (server.address() as AddressInfo).port })
})
process.on('message', () => {
  process.send?.(counts)
  counts = { requests: 0, connections: 0, atOnce: 0 }
})
// ! Ends with the process that started it, however that one ended.
process.on('disconnect', () => process.exit())
