// Serves ./web, as the team of the components would.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const types = { cjs: 'application/node', json: 'application/json', mjs: 'text/javascript' }

const server = createServer((request, response) => {
  try {
    const body = readFileSync(new URL(`./web${request.url}`, import.meta.url))
    response.writeHead(200, { 'content-type': types[request.url.split('.').at(-1)] }).end(body)
  } catch {
    response.writeHead(404).end()
  }
})
server.listen(0, 'localhost', () => process.send(`http://localhost:${server.address().port}`))
process.once('disconnect', () => server.close())
