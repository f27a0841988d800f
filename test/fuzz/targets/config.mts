/** The configuration. */

import * as assert from 'uvu/assert'
import { checkConfig } from '../../../core/application/config/check.mts'
import { orFailure } from '../invariant.mts'

export const name = 'config'

export const seeds = [
  '{"loaders":["./loaders/*"],"sourceMaps":false}',
  '{"headers":{"https://api.example":{"x-token":"$TOKEN","y":"${A}b$$"}}}',
  '{"cache":{"folder":"./c","size":1048576},"timeout":{"total":1000},"limits":{"body":1}}',
  '{"allow":["default","https://x.example/"],"deny":["github:evil"],"allowPrivate":["10.0.0.0/8"]}',
  '{"builtins":{"*":false,"https://a.example/":["fs"]},"externals":{"https://a.example/":{"react":"preact"}}}',
  '{"imports":{"a":"./b"},"scopes":{},"integrity":{},"lock":true,"vendor":"x"}',
  '{"__proto__":{"loaders":[]},"constructor":1}',
  '{"$schema":"x","headers":{"https://user:c4n4ry-5ecret@a.example":{}}}',
  'null',
]

export const dictionary = [
  '"loaders":',
  '"headers":',
  '"allow":',
  '"lock":',
  '"__proto__":',
  'null',
  '{}',
  '[]',
  '"$',
  '1e999',
  'https://a.example',
]

export function run(input: string): void {
  let value: unknown
  try {
    value = JSON.parse(input)
  } catch {
    return
  }
  const before = JSON.stringify(value)
  const config = orFailure(['ERR_MIMEPORT_CONFIG'], () =>
    checkConfig('/project/mimeport.json', value),
  )
  assert.is(JSON.stringify(value), before, 'what is checked is not changed')
  if (config === undefined) {
    const again = orFailure(['ERR_MIMEPORT_CONFIG'], () =>
      checkConfig('/project/mimeport.json', value),
    )
    assert.is(again, undefined)
    return
  }
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value))
  for (const key of Object.keys(value)) assert.not(key === '__proto__', 'no key is unknown')
  assert.is(structuredClone(value) !== value, true, 'it crosses threads')
}
