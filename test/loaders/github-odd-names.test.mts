import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { encodePath } from '../../core/git-host/path.mts'
import { formatSpecifier, parseSpecifier } from '../../core/git-host/specifier.mts'
import { host, resolve } from '../../loaders/github/github.mts'
import { rejects } from '../support/rejects.mts'

const test = suite('github odd names')

const commit = '0123456789abcdef0123456789abcdef01234567'

test('file names round-trip through percent-encoding, which is undone once', () => {
  const names = [
    'a b.mjs',
    'a#b.mjs',
    'a?b.mjs',
    '100%.mjs',
    '%41.mjs',
    '%2e%2e',
    'é 漢字 😀.mjs',
    '@scope',
    "it's (a) [b] {c}!.mjs",
    'a+b&c=d;e,f:g$h~i*j',
    '"<>|^`',
    '...',
    '.hidden',
  ]
  for (const name of names) {
    const specifier = formatSpecifier(host, 'o/r', commit, ['d', name], '')
    assert.equal(parseSpecifier(host, specifier)?.segments, ['d', name])
    // The framework makes a URL of it: that may not spell it in another way.
    assert.is(new URL(specifier.replace(':', '://')).href, specifier.replace(':', '://'))
  }
  assert.is(encodePath(['@a', 'b c', '%']), '@a/b%20c/%25')
})

test('odd strings are refused or read, and never crash', async () => {
  const odd = [
    '',
    'undefined',
    'null',
    '__proto__',
    'constructor',
    '-1/0',
    '0x0',
    '\u0000',
    '\ufeff',
    '\u202e\u200b',
    'Ω≈ç√∫˜µ≤≥÷',
    '👩🏽‍💻',
    '﷽',
    "';DROP TABLE users;--",
    '<script>alert(1)</script>',
    '$(touch x)`id`',
    '%s%n%x',
    '../../../../etc/passwd',
    '%%%',
    '%c0%ae%c0%ae',
    'CON/NUL',
    'http://a/%%30%30',
    '\ud83d',
    '\u001b[31m',
    '{{7*7}}${7*7}',
    '@'.repeat(100),
    '#'.repeat(100),
    '?'.repeat(100),
    '/'.repeat(4000),
    '@/#?'.repeat(1000),
  ]
  for (const text of odd) {
    for (const specifier of [
      `github:${text}`,
      `github:${text}/${text}/${text}`,
      `github:o/r@${text}/x`,
      `github:o/r/${text}`,
      `github:o/r/x#${text}`,
      `github:o/r/x?${text}`,
      `github://${text}`,
    ]) {
      try {
        const file = parseSpecifier(host, specifier)
        assert.ok(file)
        const canonical = formatSpecifier(host, file.repository, commit, file.segments, file.query)
        // What was read and written is read and written alike.
        const again = parseSpecifier(host, canonical)
        if (file.revision.kind !== 'leading') assert.equal(again?.segments, file.segments)
      } catch (error) {
        assert.is((error as { code?: string }).code, 'ERR_MIMEPORT_INVALID_SPECIFIER', specifier)
        // oxlint-disable-next-line no-control-regex -- nothing of it may reach a terminal
        assert.not.match((error as Error).message, /[\0-\x1f\x7f\u200b\u202e\ufeff]/)
      }
    }
  }
  await rejects(resolve('github:'), 'ERR_MIMEPORT_INVALID_SPECIFIER')
})

test.run()
