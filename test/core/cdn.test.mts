import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packageOf, versionOfAnswer } from '../../core/engine/cdn.mts'

const test = suite('cdn')

/** Base, version, and what is asked for that and for the latest. */
const found = (url: string) => {
  const own = packageOf(url)
  if (own === undefined) return undefined
  const { base, version, isExact, questionFor } = own
  return [base, version, isExact, questionFor(version), questionFor('')]
}

test('packages and versions in the URLs of CDNs', () => {
  const esm = 'https://esm.sh'
  const latest = '@latest/package.json'
  const table: [string, unknown[]][] = [
    [`${esm}/a@1/x`, [`${esm}/a`, '1', false, `${esm}/a@1/package.json`, `${esm}/a${latest}`]],
    [`${esm}/a`, [`${esm}/a`, '', false, `${esm}/a${latest}`, `${esm}/a${latest}`]],
    [
      `${esm}/v135/@s/a.b@1.2.3&dev/es2022/a.mjs?target=node`,
      [
        `${esm}/v135/@s/a.b`,
        '1.2.3',
        true,
        `${esm}/v135/@s/a.b@1.2.3/package.json`,
        `${esm}/v135/@s/a.b${latest}`,
      ],
    ],
    [
      'https://unpkg.com/@s/a@~1.2?module',
      [
        'https://unpkg.com/@s/a',
        '~1.2',
        false,
        'https://unpkg.com/@s/a@~1.2/package.json',
        `https://unpkg.com/@s/a${latest}`,
      ],
    ],
    [
      'https://cdn.jsdelivr.net/npm/a@next/+esm',
      [
        'https://cdn.jsdelivr.net/npm/a',
        'next',
        false,
        'https://cdn.jsdelivr.net/npm/a@next/package.json',
        `https://cdn.jsdelivr.net/npm/a${latest}`,
      ],
    ],
    [
      'https://jsr.io/@std/path/1.0.0/mod.ts',
      ['https://jsr.io/@std/path', '1.0.0', true, undefined, 'https://jsr.io/@std/path/meta.json'],
    ],
    [
      'https://deno.land/x/oak@v1.0.0/deps/x.ts',
      ['https://deno.land/x/oak', 'v1.0.0', true, undefined, 'https://deno.land/x/oak/deps/x.ts'],
    ],
    [
      'https://deno.land/std@0.224.0/path/mod.ts',
      ['https://deno.land/std', '0.224.0', true, undefined, 'https://deno.land/std/path/mod.ts'],
    ],
  ]
  for (const [url, expected] of table) assert.equal(found(url), expected, url)
})

test('what is none', () => {
  const none = [
    'https://esm.sh/gh/owner/repo@1.0.0/x.mjs',
    'https://esm.sh/jsr/@std/path@1',
    'https://esm.sh.example/a@1',
    'http://esm.sh/a@1',
    'https://cdn.jsdelivr.net/gh/owner/repo@1.0.0/x.mjs',
    'https://jsr.io/docs/api',
    'https://deno.land/manual',
    'https://example.com/a@1.0.0/x.mjs',
    'github:owner/repo/x.mjs',
    'a@1',
  ]
  for (const url of none) assert.is(packageOf(url), undefined, url)
})

test('the version in an answer', () => {
  assert.is(versionOfAnswer({ location: 'https://esm.sh/a@1.2.3/package.json' }), '1.2.3')
  assert.is(versionOfAnswer({ location: 'https://esm.sh/a@1/package.json' }), undefined)
  assert.is(versionOfAnswer({ text: '{ "version": "1.2.3" }' }), '1.2.3')
  assert.is(versionOfAnswer({ text: '{ "latest": "1.2.3", "versions": {} }' }), '1.2.3')
  for (const text of ['', '<html>', 'null', '{}', '{ "version": "\\u001b[31m" }']) {
    assert.is(versionOfAnswer({ text }), undefined, text)
  }
})

test.run()
