/** Text from outside, made fit to be shown. */

import * as assert from 'uvu/assert'
import { pageOf } from '../../../core/engine/page.mts'
import { escapeText } from '../../../core/text.mts'
import { quote } from '../../../core/git-host/path.mts'
import { columnsOf, oneLine, shorten, withoutSecrets } from '../../../core/report/shown-text.mts'
import { isPrintable } from '../invariant.mts'

export const name = 'shown-text'
export const linear = true

export const seeds = [
  'https://a.example/x?token=abcdef&y=1',
  'https://user:pass@a.example/?X-Amz-Signature=0011',
  '\x1b[31mred\x1b]0;title\x07',
  'a\u202eb\u200bc\ufeffd\u2066e',
  '<title>Sign in\n\x9b</title>',
  '日本語のファイル名.mjs',
  'a\ud800b',
]

export const dictionary = [
  '?token=',
  '&sig=',
  '\x1b[',
  '\x9b',
  '\u202e',
  '<title>',
  '</title>',
  '://',
  '@',
  ';key=',
]

export function run(input: string): void {
  const escaped = escapeText(input)
  assert.ok(isPrintable(escaped))
  assert.is(escapeText(escaped), escaped, 'once is enough')
  if (isPrintable(input) && !/[\t\n]/.test(input)) {
    assert.is(escaped, input, 'what is harmless stays')
  }
  const line = oneLine(input)
  assert.ok(isPrintable(line))
  assert.not.match(line, /[\n\r\t]/)
  assert.ok(isPrintable(quote(input)))
  const quiet = withoutSecrets(input)
  assert.is(withoutSecrets(quiet), quiet)
  for (const columns of [0, 3, 4, 20, 80]) {
    const short = shorten(line, columns)
    assert.ok(columnsOf(short) <= Math.max(columns, 0), `${columnsOf(short)} of ${columns} columns`)
  }
  // Whatever a page is called, what is said of it is one line.
  const page = pageOf({
    statusCode: 200,
    headers: { 'content-type': 'text/html' },
    body: new TextEncoder().encode(input),
  })!
  assert.ok(isPrintable(page.name))
  assert.not.match(page.name, /\n/)
}
