// Sends a module, and to somebody else's host.
import { createServer } from 'node:http'

const server = createServer((request, response) => {
  if (request.url === '/moved.mjs') {
    response.writeHead(302, { location: 'https://elsewhere.example/greeting.mjs' }).end()
  } else {
    response.setHeader('content-type', 'text/javascript')
    response.end("export default 'hello'")
  }
})
server.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${server.address().port}`))
process.once('disconnect', () => server.close())
