/** `data:` URLs, against Node's own. */

import * as assert from 'uvu/assert'
import { forgivingBase64, resolve } from '../../../loaders/data/data.mts'
import { orRejection } from '../invariant.mts'

export const name = 'data-url'

export const seeds = [
  'data:text/javascript,export default 1',
  'data:;base64,ZXhwb3J0',
  'data:text/plain;charset=utf-8;base64,8J+Y gA==',
  'data:,%00%ff%zz%2',
  'DATA:text/html ; BASE64 ,AA=',
  'data:x;base64 ;y,1',
  'data:text/javascript;charset="a,b",x#y',
]

export const dictionary = [';base64', ',', '%', '=', ' ', ';', 'charset=', '#', '?', '%2C', '\t']

export async function run(input: string): Promise<void> {
  const text = /^data:/i.test(input) ? input : `data:${input}`
  const ours = await orRejection(['ERR_MIMEPORT_INVALID_SPECIFIER'], () => resolve(text))
  let theirs: { type: string | null; body: Buffer } | undefined
  try {
    const response = await fetch(text)
    const body = Buffer.from(await response.arrayBuffer())
    theirs = { type: response.headers.get('content-type'), body }
  } catch {
    // They fail as we must.
  }
  if (theirs === undefined) assert.is(ours, undefined, 'what the standard refuses is refused')
  else if (ours !== undefined) {
    assert.ok(theirs.body.equals(ours.body as Uint8Array), 'the same bytes')
  } else assert.unreachable('what the standard reads is read')
  const decoded = forgivingBase64(input)
  if (decoded !== undefined) assert.ok(decoded.length <= input.length)
}
