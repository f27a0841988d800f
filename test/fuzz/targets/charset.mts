/** Bytes as text. */

import { isUtf8 } from 'node:buffer'
import * as assert from 'uvu/assert'
import { decodeCode, decodeText, isBinary } from '../../../core/charset.mts'
import { bytesOf } from '../target.mts'
import { orFailure } from '../invariant.mts'

export const name = 'charset'
export const bytes = true
export const linear = true

export const seeds = [
  'export default 1',
  '\xef\xbb\xbfx',
  '\xff\xfea\0b\0',
  '\xfe\xff\0a\0b',
  '\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80',
  'a\xc3',
  '\xed\xa0\x80',
  '\xf4\x90\x80\x80',
  '\xe0\x80\x80',
  '\0\0\0a',
]

export const dictionary = [
  '\xc2',
  '\xe0\xa0',
  '\xf0\x90',
  '\xef\xbb\xbf',
  '\xff\xfe',
  '\0',
  '\x80',
  '\xc0\x80',
]

const labels = [
  undefined,
  'utf-8',
  'UTF8',
  'latin1',
  'windows-1255',
  'utf-16le',
  'shift_jis',
  'none-such',
]

export function run(input: string): void {
  const body = bytesOf(input)
  const codes = ['ERR_MIMEPORT_INVALID_BODY'] as const
  const label = labels[input.length % labels.length]
  const text = orFailure(codes, () => decodeText(body, label))
  const hasMark = /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/.test(input)
  if (text !== undefined) {
    const decoder = new TextDecoder(
      input.startsWith('\xef\xbb\xbf') ? 'utf-8' : (label ?? 'utf-8'),
      {
        fatal: true,
      },
    )
    if (!/^(?:\xff\xfe|\xfe\xff)/.test(input)) assert.is(text, decoder.decode(body))
  } else assert.not(hasMark && isUtf8(body) && label !== 'utf-16le')
  const code = orFailure(codes, () => decodeCode(body, { charset: label }))
  if (code !== undefined) {
    assert.ok(isUtf8(body))
    const kept = input.startsWith('\xef\xbb\xbf') ? body.subarray(3) : body
    assert.ok(Buffer.from(code).equals(kept), 'no byte is another one')
  } else if (!isUtf8(body)) {
    try {
      decodeCode(body)
    } catch (error) {
      const [, offset] = /at offset (\d+)/.exec((error as Error).message) ?? []
      if (offset !== undefined) {
        assert.ok(isUtf8(body.subarray(0, Number(offset))), 'all before the byte is UTF-8')
        // The sequence that begins there is none, whatever would follow it.
        assert.not(isUtf8(body.subarray(Number(offset))))
      }
    }
  }
  assert.type(isBinary(body), 'boolean')
}
