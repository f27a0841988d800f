// What `npx mimeport vendor` was run with: nobody needs it since.
import { createServer } from 'node:http'

const currency = ['# Currency', '', '```ts', 'export const currency: string = "EUR"', '```', '']

createServer((request, response) => {
  response.setHeader('content-type', 'text/markdown')
  response.end(currency.join('\n'))
}).listen(8080, 'localhost')
