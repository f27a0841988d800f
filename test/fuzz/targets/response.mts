/** Fields that loaders answer with, and those that servers do. */

import * as assert from 'uvu/assert'
import { normalizeHeaders } from '../../../core/engine/response.mts'
import { headersOf } from '../../../core/http/response-head.mts'
import { Choices } from '../target.mts'
import { orFailure } from '../invariant.mts'

export const name = 'response'

export const seeds = [
  '\x02\x04name\x05value',
  'content-type: text/plain',
  '\x03\x03\x03\x03',
  '\x01\x00\x09a\r\nb: c\0d',
]

const names = [
  'Content-Type',
  'location',
  '__proto__',
  'constructor',
  'x y',
  '',
  'SET-COOKIE',
  'toString',
  'é',
]

export function run(input: string): void {
  const choices = new Choices(input)
  const pairs: [string, unknown][] = []
  while (!choices.done && pairs.length < 20) {
    const field = choices.below(2) === 0 ? choices.pick(names) : choices.text()
    const values = [
      choices.text(),
      [choices.text(), choices.text()],
      choices.below(1000),
      null,
      undefined,
    ]
    pairs.push([field, choices.below(40) === 0 ? {} : choices.pick(values)])
  }
  const given = Object.fromEntries(pairs)
  const fields = orFailure(['ERR_MIMEPORT_INVALID_RETURN'], () =>
    normalizeHeaders(given, 'x', 'resolve'),
  )
  for (const [field, value] of Object.entries(fields ?? {})) {
    assert.match(field, /^[!#$%&'*+\-.^_`|~\w]+$/)
    assert.is(field, field.toLowerCase())
    assert.not.match(value, /[\0\r\n]/, 'a field is one line')
  }
  const strings = Object.fromEntries(pairs.filter(([, value]) => typeof value === 'string'))
  const received = headersOf(strings as Record<string, string>)
  assert.is(Object.getPrototypeOf(received), Object.prototype)
  for (const value of Object.values(received)) assert.type(value, 'string')
}
