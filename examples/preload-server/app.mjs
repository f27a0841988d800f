import { createServer } from 'node:http'
import { preload } from '../../loader.mts' // of an installed package: 'mimeport'

const modules = {
  '/greeting.mjs': `import { name } from './name.mjs'\nexport default 'Hello, ' + name`,
  '/name.mjs': `export const name = 'world'`,
}

let healthy
const asked = new Promise((resolve) => (healthy = resolve))
const server = createServer(async (request, response) => {
  if (request.url === '/health') {
    response.end('well')
    return healthy()
  }
  // No module is served before the server has answered something else: it is not blocked.
  await asked
  response.setHeader('content-type', 'text/javascript')
  response.end(modules[request.url])
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${server.address().port}`

const preloading = preload(`${origin}/greeting.mjs`)
const health = await fetch(`${origin}/health`)
console.log(`while it preloads, the server is ${await health.text()}`)
console.log(`preloaded ${new URL(await preloading).pathname}`)

const { default: greeting } = await import(`${origin}/greeting.mjs`)
console.log(greeting)
server.close()
server.closeAllConnections()
