// Sends a document, which imports TypeScript.
import { createServer } from 'node:http'

const files = {
  '/latest': { status: 302, headers: { location: '/report.md' } },
  '/report.md': {
    headers: { 'content-type': 'text/markdown' },
    body: "# Report\n\n```js\nimport { kilo } from './units.ts'\nexport const report = kilo(1500)\n```\n",
  },
  '/units.ts': {
    headers: { 'content-type': 'application/typescript' },
    body: 'export const kilo = (n: number): string => `${n / 1000} kilo`\n',
  },
}
const server = createServer((request, response) => {
  const { status = 200, headers, body } = files[request.url] ?? { status: 404 }
  response.writeHead(status, headers).end(body)
})
server.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${server.address().port}`))
process.once('disconnect', () => server.close())
