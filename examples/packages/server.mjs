// Stands in for the two registries' CDN, so that this example needs no network.
import { createServer } from 'node:http'

const files = {
  '/npm/colour@2.0.1/index.mjs': "export { name } from './name.mjs'\n",
  '/npm/colour@2.0.1/name.mjs': "export const name = (hex) => (hex === '#c60' ? 'rust' : hex)\n",
  '/jsr/@paint/mix@1/mod.ts': `
    import { name } from 'npm:colour@^2'
    export const mix = (...colours: string[]): string => colours.map(name).join(' and ')
  `,
}

const server = createServer(({ url }, response) => {
  // What a range stands for today.
  if (url === '/npm/colour@%5E2')
    response.writeHead(302, { location: '/npm/colour@2.0.1/index.mjs' })
  else response.writeHead(url in files ? 200 : 404)
  response.end(files[url])
})
server.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${server.address().port}`))
process.on('disconnect', () => server.close())
