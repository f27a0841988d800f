/** Specifiers as URLs, and what Node loads by itself. */

import * as assert from 'uvu/assert'
import { moduleURL } from '../../../core/engine/module-url.mts'
import {
  extensionOf,
  fileTarget,
  hasExtension,
  isAbsolute,
  isNodes,
  isRelative,
  schemeOf,
} from '../../../core/native.mts'
import { orFailure } from '../invariant.mts'

export const name = 'module-url'
export const linear = true

export const seeds = [
  'github:o/r@c/x.mjs',
  'npm:@a/b@1',
  'virtual-module',
  'x:/y',
  'x:///y',
  'mimeport://a',
  'https://a.example/x?y#z',
  'x:a/../b/%2e%2e/c?d#e',
  'data:text/javascript,export default 1',
  'npm:%40a/b',
  'x:~./~../%7E.',
  './x.MJS?a.b',
]

export const dictionary = [
  '//',
  '/',
  '..',
  '.',
  '%7E',
  '%2e',
  '?',
  '#',
  '@',
  ':',
  'npm:',
  'mimeport:',
  '%',
]

/** Specifiers of URLs of ours so far: a module is one specifier's. */
const seen = new Map<string, string>()

export function run(input: string): void {
  const url = orFailure(['ERR_MIMEPORT_INVALID_SPECIFIER'], () => moduleURL(input))
  if (url !== undefined) {
    assert.is(new URL(url).href, url, 'the URL parser changes nothing of it')
    assert.is(moduleURL(url), url, 'the URL of a URL is that')
    const scheme = schemeOf(input)
    if (scheme !== undefined) assert.is(new URL(url).protocol, scheme)
    const spelt = scheme === undefined ? input : scheme + input.slice(scheme.length)
    // Two specifiers have two URLs, but for what is a URL already, and schemes in another case.
    const isSame = /^(?:https?|file|data|wss?|ftp|node|blob):/i.test(input) || spelt === url
    if (!isSame) {
      const before = seen.get(url)
      if (before !== undefined) assert.is(before, spelt, `two specifiers have the URL ${url}`)
      if (seen.size > 50_000) seen.clear()
      seen.set(url, spelt)
    }
    // What has content or a builtin for a path has nothing beside it.
    if (!/^(?:data|blob|node):/.test(url)) {
      assert.match(new URL('./x', url).href, /^[a-z][a-z\d.+-]*:\/\//, 'it is hierarchical')
    }
  }
  assert.is(isAbsolute(input), schemeOf(input) !== undefined)
  assert.not(isRelative(input) && isAbsolute(input))
  const extension = extensionOf(input)
  assert.not.match(extension, /[/?#.A-Z]/)
  if (extension !== '') assert.ok(hasExtension(input, extension))
  if (isNodes(input)) assert.ok(isAbsolute(input))
  const target = fileTarget(input, 'file:///project/x.mjs')
  if (target !== undefined) assert.ok(target.startsWith('file:'))
  assert.is(/^file:/i.test(input) ? undefined : fileTarget(input, 'https://a.example/'), undefined)
}
