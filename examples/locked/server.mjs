// A server that can be told to change one byte of what it serves.
import { createServer } from 'node:http'

let text = "export const greet = (name) => 'Hello, ' + name\n"

const server = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/javascript', 'content-length': text.length })
  response.end(text)
})
server.listen(0, 'localhost', () => process.send(`http://localhost:${server.address().port}`))
process.on('message', () => {
  text = text.replace('Hello', 'Jello')
  process.send('changed')
})
process.once('disconnect', () => process.exit())
