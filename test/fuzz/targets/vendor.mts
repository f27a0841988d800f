/** Names of vendored files, and their listing. */

import { posix, win32 } from 'node:path'
import * as assert from 'uvu/assert'
import { parseListing, printListing } from '../../../core/lock/vendor-listing.mts'
import { isVendorName, vendorName } from '../../../core/lock/vendor-name.mts'

export const name = 'vendor'
export const linear = true

const listing = printListing(
  new Map([
    [
      'https://a.example/x.mjs',
      {
        file: 'a-example/x-0123456789abcdef.mjs',
        loader: 'http',
        headers: { 'content-type': 'text/javascript' },
      },
    ],
    [
      'json https://a.example/y',
      { file: 'a-example/y-0123456789abcdee', loader: 'http', headers: {} },
    ],
  ]),
)

export const seeds = [
  'https://a.example/lib/x.mjs',
  'github:o/r@0123456789abcdef0123456789abcdef01234567/dir/%2e%2e/x.md',
  'https://a.example/con.js?x',
  'https://a.example/..%2f..%2fetc%2fpasswd',
  'json https://例え.jp/日本.json',
  'https://a.example/NUL',
  'x:',
  listing,
]

export const dictionary = [
  '..',
  '/',
  '\\',
  '%2f',
  '%00',
  'con',
  'aux',
  '.',
  ' ',
  '"file":"',
  '"sum":"',
  '__proto__',
  'json ',
]

export function run(input: string): void {
  const made = vendorName(input, () => false)
  const other = vendorName(input, () => true)
  for (const path of [made, other]) {
    assert.ok(isVendorName(path), path)
    assert.match(path, /^[a-z\d.-]+\/[a-z\d.-]+$/, 'no file system folds, forbids or normalizes it')
    for (const { resolve, sep } of [posix, win32]) {
      assert.ok(
        resolve('/vendor', path).startsWith(resolve('/vendor') + sep),
        'it stays in its folder',
      )
    }
    for (const part of path.split('/'))
      assert.not.match(part, /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/)
    assert.ok(path.length < 200)
  }
  assert.not(made === other, 'whoever comes second has another')
  assert.is(
    vendorName(input, () => false),
    made,
  )
  try {
    const read = parseListing(input)
    assert.is(printListing(parseListing(printListing(read))), printListing(read))
    for (const [key, { file }] of read) {
      assert.ok(isVendorName(file))
      assert.ok(
        ['https://a.example/x.mjs', 'json https://a.example/y'].includes(key),
        'no line is changed',
      )
    }
  } catch (error) {
    assert.ok(error instanceof TypeError || error instanceof SyntaxError, String(error))
  }
}
