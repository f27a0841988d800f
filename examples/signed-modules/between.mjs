// Whoever stands between a program and its server: a proxy, a CDN, a mirror. It passes on what it likes.
import { createServer, request as ask } from 'node:http'

const [server, before] = process.argv.slice(2)

/** What it does with an answer, by what the URL asks it to: `?changes=the+body`. */
const tricks = {
  'the body': (answer) => ({ ...answer, body: "export const text = 'evil'\n" }),
  'the media type': (answer) => ({
    ...answer,
    fields: { ...answer.fields, 'content-type': 'text/markdown' },
  }),
  'the status': (answer) => ({ ...answer, status: 203 }),
  'the location': (answer) => ({
    ...answer,
    fields: { ...answer.fields, location: '/recipe.mjs' },
  }),
  'the signature': ({ fields: { signature: _none, ...fields }, ...answer }) => ({
    ...answer,
    fields,
  }),
}

function fetchFrom(port, path, host) {
  return new Promise((resolve) => {
    ask({ host: 'localhost', port, path, headers: { host } }, async (response) => {
      const body = Buffer.concat(await Array.fromAsync(response))
      const { 'content-length': _length, connection: _connection, ...fields } = response.headers
      resolve({ status: response.statusCode, fields, body })
    }).end()
  })
}

const proxy = createServer(async ({ url, headers: { host } }, response) => {
  const trick = new URL(url, 'http://localhost').searchParams.get('changes')
  // A good answer to another request; and a good answer of an hour ago.
  const path = trick === 'its place' ? '/words.mjs' : url
  const answer = await fetchFrom(trick === 'its time' ? before : server, path, host)
  const { status, fields, body } = tricks[trick]?.(answer) ?? answer
  response.writeHead(status, { ...fields, 'content-length': Buffer.byteLength(body) }).end(body)
})
proxy.listen(0, 'localhost', () => process.send(proxy.address().port))
process.once('disconnect', () => process.exit())
