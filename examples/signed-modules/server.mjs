// A server that signs every response (RFC 9421, RFC 9530), and encrypts one of its modules (RFC 8188).
import {
  createCipheriv,
  createHash,
  createPrivateKey,
  hkdfSync,
  randomBytes,
  sign,
} from 'node:crypto'
import { createServer } from 'node:http'

const { KEY_ID, PRIVATE_KEY, MODULES_KEY, AGO = '0' } = process.env
const privateKey = createPrivateKey(PRIVATE_KEY)
const js = 'text/javascript'

const files = {
  '/greeting.mjs': { type: js, body: "export { text } from './words.mjs'\n" },
  '/words.mjs': { type: js, body: "export const text = 'Hello from a signed module'\n" },
  '/recipe.mjs': {
    type: js,
    body: encrypt("export const text = 'three eggs'\n"),
    coding: 'aes128gcm',
  },
  '/hello.mjs': { location: '/greeting.mjs' },
}

// RFC 8188 §2, one record.
function encrypt(text) {
  const salt = randomBytes(16)
  const derive = (info, length) =>
    Buffer.from(hkdfSync('sha256', Buffer.from(MODULES_KEY, 'base64url'), salt, info, length))
  const key = derive('Content-Encoding: aes128gcm\0', 16)
  const nonce = derive('Content-Encoding: nonce\0', 12)
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  const record = Buffer.concat([cipher.update(`${text}\x02`), cipher.final(), cipher.getAuthTag()])
  return Buffer.concat([salt, Buffer.from([0, 0, 16, 0]), Buffer.from([0]), record])
}

// RFC 9421 §3.1: what is covered, line by line, then how.
function signatureOf(status, url, fields) {
  const now = Math.floor(Date.now() / 1000) - Number(AGO)
  const covered = [
    ['"@status"', status],
    ['"@target-uri";req', url],
    ...Object.entries(fields).map(([name, value]) => [`"${name}"`, value]),
  ]
  const names = covered.map(([name]) => name).join(' ')
  const parameters = `(${names});created=${now};expires=${now + 600};keyid="${KEY_ID}"`
  const lines = covered.map(([name, value]) => `${name}: ${value}\n`)
  const base = `${lines.join('')}"@signature-params": ${parameters}`
  const signature = sign(null, Buffer.from(base), privateKey).toString('base64')
  return { 'signature-input': `sig=${parameters}`, signature: `sig=:${signature}:` }
}

const server = createServer((request, response) => {
  const file = files[request.url.split('?')[0]]
  if (file === undefined) return response.writeHead(404).end()
  const { type, body = '', coding, location } = file
  const status = location === undefined ? 200 : 302
  const digest = createHash('sha256').update(body).digest('base64')
  const fields = {
    ...(location === undefined ? { 'content-type': type } : { location }),
    ...(coding !== undefined && { 'content-encoding': coding }),
    'content-digest': `sha-256=:${digest}:`,
  }
  const signature = signatureOf(status, `http://${request.headers.host}${request.url}`, fields)
  const length = { 'content-length': Buffer.byteLength(body) }
  response.writeHead(status, { ...fields, ...signature, ...length }).end(body)
})
server.listen(0, 'localhost', () => process.send(server.address().port))
process.once('disconnect', () => process.exit())
