/** The process of the suite's server: its own handlers, on loopback alone. */

import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Handler = (segments: string[], request: IncomingMessage, response: ServerResponse) => void

const folder = new URL('../../test/corpora/http-cache-tests/test-engine/server/', import.meta.url)

async function load(name: string): Promise<Handler> {
  const module = await import(new URL(`handle-${name}.mjs`, folder).href)
  return module.default as Handler
}

const handlers = new Map<string, Handler>()
for (const name of ['config', 'state', 'test']) handlers.set(name, await load(name))

const server = createServer((request, response) => {
  const [name = '', ...segments] = new URL(request.url ?? '', 'http://x').pathname
    .slice(1)
    .split('/')
  const handler = handlers.get(name)
  if (handler === undefined) response.writeHead(404).end()
  else handler(segments, request, response)
})

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))

process.on('disconnect', () => process.exit())
