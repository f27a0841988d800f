/** Import maps. */

import * as assert from 'uvu/assert'
import { mapped, readImportMap } from '../../../core/import-map.mts'
import { orError, orFailure } from '../invariant.mts'

export const name = 'import-map'

export const seeds = [
  '{"imports":{"react":"https://esm.sh/react@19","lib/":"./lib/"}}',
  '{"scopes":{"https://a.example/":{"x":"./x.mjs","y":null}},"imports":{"x":"npm:x"}}',
  '{"imports":{"github:o/r/":"github:o/r@0123/","a":"","":"b","https://a.example/":"https://b.example/"}}',
  '{"integrity":{"https://a.example/x":"sha256-AAAA"}}',
  '{"imports":{"__proto__":"./x","constructor":"./y"},"scopes":{"__proto__":{"a":"./b"}}}',
  '{"imports":{"a/":"https://a.example/b/","a/b/":"./c/","../x":"/y"}}',
  '[]',
]

export const dictionary = [
  '"imports":',
  '"scopes":',
  '/":"',
  '../',
  '%2e%2e',
  'a/',
  'https://a.example/',
  'null',
  '{}',
]

const base = 'file:///project/mimeport.json'
const specifiers = [
  'react',
  'lib/x',
  'x',
  'a/b/c',
  'a/../../x',
  'a/..\\x',
  'github:o/r/../../x',
  '__proto__',
  './x',
]
const parents = ['file:///project/app.mjs', 'https://a.example/y/z.mjs', undefined]

export function run(input: string): void {
  let value: unknown
  try {
    value = JSON.parse(input)
  } catch {
    return
  }
  const map = orError(TypeError, () => readImportMap(value, base))
  if (map === undefined) return
  assert.equal(structuredClone(map), map, 'it crosses threads')
  for (const [key, address] of map.imports) {
    assert.not(key === '')
    if (address === null) continue
    assert.is(new URL(address).href, address)
    // The standard looks at the key as it is written, which as a URL may end otherwise: `//host`.
    if (key.endsWith('/') && !URL.canParse(key)) assert.ok(address.endsWith('/'))
  }
  const keys = map.imports.map(([key]) => key)
  assert.equal(keys, [...keys].sort().reverse(), 'of two that match, the longer one is first')
  for (const parent of parents) {
    for (const specifier of [...specifiers, ...keys, ...keys.map((key) => `${key}x/../y`)]) {
      const url = orFailure(['ERR_MODULE_NOT_FOUND'], () => mapped(map, specifier, parent))
      if (url === undefined) continue
      assert.ok(URL.canParse(url), url)
      const all = [...map.imports, ...map.scopes.flatMap(([, imports]) => imports)]
      const addresses = all.map(([, address]) => address)
      assert.ok(
        addresses.some(
          (address) => address !== null && (url === address || url.startsWith(address)),
        ),
        `${url} is an address of the map, or below one`,
      )
      if (addresses.includes(url)) continue
      assert.not.match(
        url,
        /^[a-z]+:(?!\/\/)[^?#]*(?:^|\/)(?:\.|%2e){2}(?:\/|$)/i,
        'it does not climb',
      )
    }
  }
}
