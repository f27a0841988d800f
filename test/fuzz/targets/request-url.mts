/** URLs that requests may be sent to. */

import * as assert from 'uvu/assert'
import { requestURL } from '../../../core/http/request-url.mts'
import { orFailure } from '../invariant.mts'

export const name = 'request-url'
export const linear = true

export const seeds = [
  'https://a.example/x',
  'http://127.0.0.1:8080/x',
  'http://0x7f.1/',
  'http://[::ffff:7f00:1]/',
  'http://①②⑦.0.0.1/',
  'http://localhost./',
  'http://x.localhost:80\\@evil.example/',
  'HTTPS://A.EXAMPLE:443/a b?c d#e f',
  'https://user:hunter2@a.example/',
  'file:///etc/passwd',
  'https:a.example',
]

export const dictionary = [
  '@',
  '\\',
  ':',
  '//',
  'localhost',
  '127.0.0.1',
  '[::1]',
  '.',
  '%00',
  'http:',
  '\t',
  '。',
]

/** This machine, as the URL parser writes it. */
const loopback =
  /^(?:(?:.*\.)?localhost\.?|127(?:\.\d+){3}|\[::1\]|\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\])$/

const codes = ['ERR_MIMEPORT_INVALID_SPECIFIER', 'ERR_MIMEPORT_INSECURE_URL'] as const

export function run(input: string): void {
  const url = orFailure(codes, () => requestURL(input))
  if (url !== undefined) {
    assert.ok(url.protocol === 'https:' || url.protocol === 'http:')
    assert.is(url.username + url.password, '')
    if (url.protocol === 'http:') assert.match(url.hostname, loopback)
    assert.is(new URL(url.href).href, url.href)
    assert.not.match(url.href, /[\r\n\0 ]/, 'it is one line of a request')
  }
  // Whatever follows a password, no message repeats it.
  for (const prefix of [
    'https://user:c4n4ry-5ecret@',
    'http:\\\\c4n4ry-5ecret@',
    '//x:c4n4ry-5ecret@',
  ]) {
    try {
      requestURL(prefix + input)
      assert.unreachable('a URL with user info is refused')
    } catch (error) {
      assert.not.match((error as Error).message, 'c4n4ry-5ecret')
    }
  }
}
