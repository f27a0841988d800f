// A server whose modules are not for everybody.
import { createServer } from 'node:http'

const server = createServer((request, response) => {
  if (request.headers.authorization !== 'Bearer open-sesame') {
    return response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()
  }
  const body = "export const treasure = 'gold and silver'\n"
  response
    .writeHead(200, { 'content-type': 'text/javascript', 'content-length': body.length })
    .end(body)
})
server.listen(0, 'localhost', () => process.send(`http://localhost:${server.address().port}`))
process.once('disconnect', () => process.exit())
