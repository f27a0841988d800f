// A server of two modules, which stay as they are for an hour.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const types = { '.md': 'text/markdown', '.ts': 'application/typescript' }

const server = createServer((request, response) => {
  const extension = request.url.slice(request.url.lastIndexOf('.'))
  response.writeHead(200, { 'content-type': types[extension], 'cache-control': 'max-age=3600' })
  response.end(readFileSync(new URL(`./web${request.url}`, import.meta.url)))
})
server.listen(0, 'localhost', () => process.send(`http://localhost:${server.address().port}`))
process.once('disconnect', () => process.exit())
