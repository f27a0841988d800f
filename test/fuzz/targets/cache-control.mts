/** Cache-Control, and the lists of names in Vary and Connection. */

import * as assert from 'uvu/assert'
import {
  fieldsOf,
  namesIn,
  parseDirectives,
  secondsOf,
} from '../../../core/cache/cache-control.mts'
import { matches, varyOf } from '../../../core/cache/vary.mts'
import type { StoredResponse } from '../../../core/cache/entry.mts'

export const name = 'cache-control'
export const linear = true

export const seeds = [
  'max-age=60, must-revalidate',
  'no-cache="set-cookie, x-y", private="a\\"b"',
  'public, MAX-AGE=0007, max-age=1',
  'stale-while-revalidate=4294967296;x, , no-store',
  'max-age="60"',
  'accept-encoding, User-Agent, *',
  '__proto__, constructor, accept',
]

export const dictionary = [
  'max-age=',
  'no-store',
  'private',
  '"',
  '\\',
  ',',
  '=',
  ';',
  '*',
  'accept',
]

export function run(input: string): void {
  const directives = parseDirectives(input)
  for (const [key, value] of directives) {
    assert.match(key, /^[!#$%&'*+.^_`|~\w-]+$/)
    assert.is(key, key.toLowerCase())
    const seconds = secondsOf(directives, key)
    assert.ok(Number.isNaN(seconds) || (Number(seconds) >= 0 && Number(seconds) <= 2 ** 31))
    if (value === undefined) assert.ok(Number.isNaN(seconds))
    for (const field of fieldsOf(directives, key)) assert.is(field, field.trim().toLowerCase())
  }
  const written = [...directives].map(([key, value]) =>
    value === undefined ? key : `${key}="${value.replace(/["\\]/g, '\\$&')}"`,
  )
  assert.equal([...parseDirectives(written.join(', '))], [...directives], 'written and read')
  // What came first stays, whatever follows.
  const twice = parseDirectives(`${written.join(', ')}${written.length > 0 ? ', ' : ''}max-age=5`)
  for (const [key, value] of directives) assert.is(twice.get(key), value)

  const names = namesIn(input)
  for (const each of names) assert.is(each, each.trim().toLowerCase())
  const request = { accept: '*/*', 'user-agent': 'x' }
  const vary = varyOf({ vary: input }, request)
  assert.is(vary === undefined, names.includes('*'))
  if (vary === undefined) return
  const stored = { vary } as StoredResponse
  assert.ok(matches(stored, request), 'a response is for the request that it answered')
  const other = { accept: 'text/html', 'user-agent': 'x' }
  assert.is(matches(stored, other), !names.includes('accept'), 'it varies by what it names')
}
