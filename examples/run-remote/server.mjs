// A server of files, in a process of its own: it knows nothing of modules.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname } from 'node:path'

const types = { '.md': 'text/markdown', '.mjs': 'text/javascript' }

const server = createServer(async ({ url }, response) => {
  const { pathname } = new URL(url, 'http://localhost')
  const body = await readFile(new URL(`web${pathname}`, import.meta.url)).catch(() => undefined)
  const type = types[extname(pathname)] ?? 'application/octet-stream'
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': type })
  response.end(body)
})
server.listen(0, 'localhost', () => process.send(`http://localhost:${server.address().port}`))
process.on('disconnect', () => process.exit())
