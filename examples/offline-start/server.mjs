// A server of a few modules, which says nothing of how long they stay as they are.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const types = { '.md': 'text/markdown', '.ts': 'application/typescript' }

const server = createServer((request, response) => {
  if (request.url === '/latest') return response.writeHead(302, { location: '/report.md' }).end()
  const extension = request.url.slice(request.url.lastIndexOf('.'))
  const body = readFileSync(new URL(`./web${request.url}`, import.meta.url))
  response
    .writeHead(200, { 'content-type': types[extension], 'content-length': body.length })
    .end(body)
})
server.listen(0, 'localhost', () => process.send(`http://localhost:${server.address().port}`))
process.once('disconnect', () => process.exit())
