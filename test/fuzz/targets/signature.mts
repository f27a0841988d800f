/** Signed responses: Signature-Input, Signature and Content-Digest. What nobody signed is never taken for signed. */

import { createPrivateKey, createPublicKey } from 'node:crypto'
import * as assert from 'uvu/assert'
import { configureProtection } from '../../../core/resource/protection.mts'
import { refuseUnsigned } from '../../../loaders/signed/verification.mts'
import { digestFault } from '../../../loaders/signed/content-digest.mts'
import { signed } from '../../support/signer.mts'
import { orFailure } from '../invariant.mts'
import type { SentRequest } from '../../../core/resource/resource.mts'

export const name = 'signature'
export const longest = 3000

// RFC 8410 §7: an Ed25519 key of 32 bytes that are always the same.
const der = Buffer.concat([
  Buffer.from('302e020100300506032b657004220420', 'hex'),
  Buffer.alloc(32, 7),
])
const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
process.env['FUZZ_SIGNATURE_KEY'] = createPublicKey(key).export({
  type: 'spki',
  format: 'pem',
}) as string
const signer = { id: 'k', algorithm: 'ed25519', key }
const rule = { keys: { k: { key: '$FUZZ_SIGNATURE_KEY' } } }

const url = 'https://modules.example/a.mjs?v=1'
const created = 1_700_000_000
const at = (created + 10) * 1000
const bodies = ['export default 1', 'export default 2', '']
const type = 'text/javascript'

/** A response as a text: its fields, a line each, an empty line, its body. */
const written = bodies.flatMap((body) =>
  [{}, { more: ';tag="x";nonce="y"' }, { digest: 'sha-512' as const }].map((more) => {
    const answer = signed({
      url,
      headers: { 'content-type': type },
      body,
      signer,
      created,
      expires: created + 300,
      ...more,
    })
    const lines = Object.entries(answer.headers ?? {}).map(
      ([field, value]) => `${field}: ${String(value)}`,
    )
    return `${lines.join('\n')}\n\n${body}`
  }),
)

export const seeds = written

export const dictionary = [
  '"@status"',
  '"@target-uri";req',
  '"content-type"',
  '"content-digest"',
  ';key="sha-256"',
  ';sf',
  ';bs',
  ';req',
  ';tr',
  ';keyid="k"',
  ';alg="ed25519"',
  ';created=',
  'sig=(',
  'sha-256=:',
  '@query-param',
  'signature: ',
]

function answerOf(text: string) {
  const end = text.indexOf('\n\n')
  const [head, body] = end === -1 ? [text, ''] : [text.slice(0, end), text.slice(end + 2)]
  const fields = head.split('\n').flatMap((line) => {
    const colon = line.indexOf(': ')
    return colon < 1 ? [] : [[line.slice(0, colon).toLowerCase(), line.slice(colon + 2)] as const]
  })
  return {
    statusCode: 200,
    headers: Object.fromEntries(fields),
    body: new TextEncoder().encode(body),
  }
}

export function run(input: string): void {
  configureProtection({
    signatures: { 'https://modules.example': rule },
    file: '/project/mimeport.json',
  })
  const answer = answerOf(input)
  const request = { method: 'GET', url, headers: {} } as SentRequest
  const accepts = (of: typeof answer, by = request) =>
    orFailure(['ERR_MIMEPORT_SIGNATURE'], () => {
      refuseUnsigned(of, by, rule, at)
      return true
    }) ?? false
  if (accepts(answer)) {
    const body = new TextDecoder().decode(answer.body)
    assert.ok(bodies.includes(body), 'nobody signed another body')
    assert.is((answer.headers['content-type'] ?? '').trim(), type, 'nor another type')
    assert.not(accepts(answer, { ...request, url: `${url}0` }), 'it would do for no other URL')
    assert.not(accepts({ ...answer, statusCode: 203 }), 'nor with another status')
    assert.not(accepts({ ...answer, body: new TextEncoder().encode(`${body} `) }))
  } else assert.not(written.includes(input), 'what is signed is taken')
  const fault = digestFault(input, new TextEncoder().encode(bodies[0]))
  assert.ok(fault === undefined || typeof fault === 'string')
}
