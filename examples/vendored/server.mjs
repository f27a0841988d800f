// The server that the modules came from. The program runs without it.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const types = {
  '.json': 'application/json',
  '.md': 'text/markdown',
  '.ts': 'application/typescript',
}

createServer((request, response) => {
  if (request.url === '/latest') return response.writeHead(302, { location: '/report.md' }).end()
  const extension = request.url.slice(request.url.lastIndexOf('.'))
  const body = readFileSync(new URL(`./web${request.url}`, import.meta.url))
  response
    .writeHead(200, { 'content-type': types[extension], 'content-length': body.length })
    .end(body)
}).listen(8080, 'localhost')
