// A server whose modules are not what they look like.
import { createServer } from 'node:http'

// By escapes here; what is sent has the characters themselves.
const modules = {
  // Shown in the order that these say, the check is in the comment.
  '/access.mjs':
    "/*\u202e } \u2066if (isAdmin)\u2069 \u2066 begin admins only */ export const access = 'granted'\n",
  // A syntax error, whose line would write a title, clear the screen, and go on in green.
  '/banner.mjs': 'export const banner = "\u001b]0;pwned\u0007\u001b[2J\u001b[32mAll is well" +\n',
  // The same in JSON is data.
  '/banner.json': JSON.stringify({ direction: '\u202e' }),
  '/plain.mjs': "export const escaped = '\\x1b[32m'\n",
}

const server = createServer(({ url }, response) => {
  const type = url.endsWith('.json') ? 'application/json' : 'text/javascript'
  response.writeHead(200, { 'content-type': type }).end(modules[url])
})
server.listen(0, 'localhost', () => process.send(`http://localhost:${server.address().port}`))
process.once('disconnect', () => process.exit())
