/** Files of the cache. */

import { hash } from 'node:crypto'
import * as assert from 'uvu/assert'
import { decodeEntry, encodeEntry, nameOf } from '../../../core/cache/entry.mts'
import { bytesOf } from '../target.mts'
import type { CacheKey, StoredResponse } from '../../../core/cache/entry.mts'

export const name = 'cache-entry'
export const bytes = true
export const longest = 4096

const key: CacheKey = ['GET', 'https://a.example/x.mjs', '', '']

function responseOf(body: string): StoredResponse {
  return {
    statusCode: 200,
    headers: { 'content-type': 'text/javascript', vary: 'accept' },
    body: bytesOf(body),
    requestTime: 1_700_000_000_000,
    responseTime: 1_700_000_000_100,
    vary: [['accept', 'x']],
    keptOnly: false,
  }
}

const whole = (responses: readonly StoredResponse[], of: CacheKey = key) =>
  Buffer.concat(encodeEntry(of, responses)).toString('latin1')

const entries = [
  whole([responseOf('export default 1')]),
  whole([responseOf('a'), responseOf('')]),
  whole([]),
]

export const seeds = [...entries, whole([responseOf('x')], ['GET', 'https://b.example/', '', ''])]

export const dictionary = ['mimeport 1\n', '"bytes":', '"name":"', '\x00\x00\x01\x00', nameOf(key)]

/** The same file with a digest that is right: what only somebody of this user can write. */
function signed(input: string): Buffer {
  const file = Buffer.allocUnsafeSlow(input.length)
  file.write(input, 'latin1')
  const head = 'mimeport 1\n'.length
  if (file.length < head + 36) return file
  hash('sha256', file.subarray(head + 32), 'buffer').copy(file, head)
  file.write('mimeport 1\n', 0, 'latin1')
  return file
}

export function run(input: string): void {
  const found = decodeEntry(key, Buffer.from(input, 'latin1'))
  if (!entries.includes(input)) assert.is(found, undefined, 'nothing but what was written is read')
  else assert.is(whole(found!), input)

  let forged: StoredResponse[] | undefined
  try {
    forged = decodeEntry(key, signed(input))
  } catch (error) {
    // The store takes it for damaged: test/core/cache-store.test.mts.
    assert.ok(
      error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError,
    )
  }
  for (const { body } of forged ?? [])
    assert.ok(body.length <= input.length, 'no more than the file has')

  const response = responseOf(input)
  const back = decodeEntry(key, Buffer.from(whole([response]), 'latin1'))
  assert.equal(back, [response], 'what is written is read')
  const other: CacheKey = ['GET', key[1], input, '']
  if (input !== '')
    assert.is(decodeEntry(other, Buffer.from(whole([response]), 'latin1')), undefined)
}
