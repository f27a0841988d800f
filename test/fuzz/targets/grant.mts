/** Texts without what URLs grant access by, and without what was sent as a secret. */

import * as assert from 'uvu/assert'
import { withoutGrants } from '../../../core/grant.mts'
import { configureHeaders, headersFor } from '../../../core/resource/credentials/origin-headers.mts'
import { redact } from '../../../core/resource/credentials/secrets.mts'
import { orFailure } from '../invariant.mts'

export const name = 'grant'
export const linear = true
export const last = true

export const seeds = [
  'https://a.example/x?token=abc&v=1#y',
  "Cannot load 'https://user:pw@a.example/x' (a -302→ b?X-Amz-Signature=1): no",
  'https://a.example/?keyboard=1&api-key=2;sig=3',
  'Bearer $FUZZ_TOKEN',
  'a${FUZZ_TOKEN}b$$c',
  '$FUZZ_TOKEN$FUZZ_TOKEN',
  '$ ${ } $1 ${FUZZ_NOT_SET}',
]

export const dictionary = [
  '?token=',
  '&sig=',
  '#key=',
  '@',
  '://',
  "'",
  'http:',
  '$FUZZ_TOKEN',
  '${',
  '}',
  '$$',
  '=',
]

const secret = 'c4n4ry-0123456789'
process.env['FUZZ_TOKEN'] = secret

export function run(input: string): void {
  const quiet = withoutGrants(input)
  assert.is(withoutGrants(quiet), quiet, 'hidden once is hidden')
  for (const [start, end] of [
    ['https://a.example/x?v=1&access_token=', '&w=2'],
    ['https://a.example/x?X-Amz-Signature=', ''],
    ["'https://user:", "@a.example/x'"],
  ] as const) {
    const text = `${start}${secret}${end}`
    const ends = /^[&;#\s'"<>`]|^$/.test(input) ? input : ` ${input}`
    assert.not.match(withoutGrants(text + ends), secret)
    // What goes before may hide more, but not less.
    assert.not.match(withoutGrants(`${input} ${text}`), secret)
  }
  configureHeaders({ 'https://a.example': { 'x-field': input } }, '/project/mimeport.json')
  const fields = orFailure(['ERR_MIMEPORT_CONFIG'], () => headersFor('https://a.example'))
  const value = fields?.['x-field']
  if (value === undefined) return
  const names = /\$(?:\{FUZZ_TOKEN\}|FUZZ_TOKEN(?!\w))/.test(input.replaceAll('$$', ' '))
  assert.is(value.includes(secret), names || input.includes(secret))
  assert.not.match(redact(`a server says ${value}`), secret, 'what was sent is hidden')
  assert.equal(headersFor('https://b.example'), {}, 'no other origin has it')
}
