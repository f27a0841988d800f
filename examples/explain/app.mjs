import { createServer } from 'node:http'
import { explain, graph } from '../../loader.mts' // of an installed package: 'mimeport'

const routes = {
  '/latest': [302, { location: '/report.md' }],
  '/report.md': [
    200,
    { 'content-type': 'text/markdown' },
    "# Report\n\n```ts\nimport { kilo } from './units.ts'\nexport const size: string = kilo(1500)\n```\n",
  ],
  '/units.ts': [200, {}, 'export const kilo = (n: number): string => `${n / 1000} kilo`\n'],
}

const server = createServer((request, response) => {
  const [status, headers, body] = routes[request.url] ?? [404, {}, 'nothing here']
  response.writeHead(status, headers).end(body)
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${server.address().port}`
const short = (url) => url.replace(origin, '')

// Nothing of these modules is run, and this thread goes on: the server is in it.
const { hops, transforms, format, imports } = await explain(`${origin}/latest`)
for (const { specifier, statusCode, requests } of hops) {
  console.log(statusCode, short(specifier), requests.map(({ method }) => method).join())
}
for (const { loader, from, to } of transforms) console.log(`${loader}: ${from} → ${to}`)
console.log(format, imports.map(({ specifier, position }) => `${specifier} at ${position}`).join())

const { error } = await explain('./gone.mjs', `${origin}/latest`)
console.log(error.code, error.statusCode)

const { modules } = await graph(`${origin}/latest`)
for (const { key, imports } of modules) {
  console.log(
    short(key),
    imports.length === 0 ? 'imports nothing' : `imports ${short(imports[0].module)}`,
  )
}
server.close()
server.closeAllConnections()
