/** JSON with comments. */

import * as assert from 'uvu/assert'
import { transform } from '../../../loaders/json/json.mts'
import { faultOffset } from '../../../loaders/json/fault.mts'
import { orRejection } from '../invariant.mts'
import type { LoaderContext } from '../../../core/types.mts'

export const name = 'json-comments'
export const linear = true

export const seeds = [
  '{"a":1,/* x */"b":[1,2,],// y\n}',
  '[1, "//", "/*", "\\"//"]',
  '"a\\\\" // x',
  '{"__proto__":{"x":1},}',
  '// only',
  '{"a":"\u202e"}',
  '[[[[]]]]',
  'nul',
]

export const dictionary = [
  '/*',
  '*/',
  '//',
  ',}',
  ',]',
  '"',
  '\\"',
  '\n',
  '\r\n',
  'null',
  '1e5',
  '\\u0000',
]

const context = { url: 'https://a.example/x.jsonc' } as LoaderContext

export async function run(input: string): Promise<void> {
  const result = await orRejection(['ERR_MIMEPORT_INVALID_BODY'], () =>
    transform({}, input, context),
  )
  let plain: { value: unknown } | undefined
  try {
    plain = { value: JSON.parse(input) }
  } catch {
    assert.ok(faultOffset(input) <= input.length)
  }
  if (plain !== undefined) {
    assert.ok(result !== undefined, 'JSON is JSON')
    assert.is(faultOffset(input), input.length, 'nothing of it is wrong')
  }
  if (result === undefined) return
  const source = result.source as string
  const value: unknown = JSON.parse(source)
  if (plain !== undefined) assert.equal(JSON.stringify(value), JSON.stringify(plain.value))
  assert.is(source.length, input.length, 'nothing moves')
  assert.is(source.replace(/[^\n]/g, ''), input.replace(/[^\n]/g, ''), 'lines stay')
}
