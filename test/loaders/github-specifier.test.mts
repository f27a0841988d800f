import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isCommitId, parseSpecifier as parse } from '../../core/git-host/specifier.mts'
import { host, resolve } from '../../loaders/github/github.mts'

const test = suite('github specifier')

const commit = '0123456789abcdef0123456789abcdef01234567'

const parseSpecifier = (specifier: string) => parse(host, specifier)

function refused(specifier: string): Error & { code?: string } {
  try {
    parseSpecifier(specifier)
  } catch (error) {
    assert.is((error as { code?: string }).code, 'ERR_MIMEPORT_INVALID_SPECIFIER', specifier)
    return error as Error
  }
  throw new Error(`'${specifier.slice(0, 100)}' is read`)
}

test('each form tells owner, repository, revision and path', () => {
  const repository = 'own-er/re.po_1'
  const read = (rest: string) => parseSpecifier(`github:own-er/re.po_1${rest}`)
  const path = { repository, segments: ['a', 'b.mjs'], query: '' }
  assert.equal(read('/a/b.mjs'), { ...path, revision: { kind: 'default' } })
  assert.equal(read('/a/b.mjs#x/y'), { ...path, revision: { kind: 'ref', name: 'x/y' } })
  assert.equal(read('/a/b.mjs#x%2Fy'), { ...path, revision: { kind: 'ref', name: 'x/y' } })
  const byCommit = { ...path, revision: { kind: 'commit', id: commit } }
  assert.equal(read(`@${commit}/a/b.mjs`), byCommit)
  assert.equal(read(`@${commit.toUpperCase()}/a/b.mjs`), byCommit)
  assert.equal(read(`/a/b.mjs#${commit}`), byCommit)
  assert.equal(parseSpecifier(`github://own-er/re.po_1@${commit}/a/b.mjs`), byCommit)
  assert.equal(parseSpecifier(`GitHub:own-er/re.po_1@${commit}/a/b.mjs`), byCommit)
  const leading = { repository, revision: { kind: 'leading' }, query: '' }
  assert.equal(read('@v1/a/b.mjs'), { ...leading, segments: ['v1', 'a', 'b.mjs'] })
  assert.equal(read('@x%2Fy/a/b.mjs'), { ...leading, segments: ['x/y', 'a', 'b.mjs'] })
  assert.equal(read('@@scope/pkg@1.0.0/b.mjs'), {
    ...leading,
    segments: ['@scope', 'pkg@1.0.0', 'b.mjs'],
  })
})

test('a commit id has 40 or 64 hexadecimal digits', () => {
  for (const length of [40, 64]) assert.ok(isCommitId('a'.repeat(length)))
  for (const length of [7, 39, 41, 63, 65]) assert.not.ok(isCommitId('a'.repeat(length)))
  assert.not.ok(isCommitId('g'.repeat(40)))
})

test('another scheme is not ours', async () => {
  for (const specifier of ['gitlab:o/r/x', 'https://github.com/o/r/x', 'github', './x', '']) {
    assert.is(parseSpecifier(specifier), undefined)
    assert.is(await resolve(specifier), false)
  }
})

test('a query is part of the identity, and an empty one is none', () => {
  const query = (specifier: string) => parseSpecifier(specifier)?.query
  assert.is(query('github:o/r/x.mjs?a=1&b'), '?a=1&b')
  assert.is(query('github:o/r/x.mjs?a#main'), '?a')
  assert.is(query('github:o/r/x.mjs?'), '')
  assert.is(query('github:o/r/x.mjs?é "<%20'), '?%C3%A9%20%22%3C%20')
})

test('a malformed specifier is refused with the right forms', () => {
  const malformed = [
    'github:',
    'github:/',
    'github://',
    'github:owner',
    'github:owner/',
    'github:owner/repo',
    'github:owner/repo/',
    'github:owner/repo@main',
    'github:owner/repo@main/',
    'github:owner/repo@/x',
    'github:owner/repo/x#',
    'github:owner/repo@main/x#main',
    'github:/owner/repo/x',
    'github:///owner/repo/x',
    'github:owner//x',
    'github:owner/repo//x',
    'github:owner/repo/x//y',
    'github:owner/repo/x/',
    'github:owner/repo/./x',
    'github:owner/repo/../x',
    'github:owner/repo/%2e%2E/x',
    'github:owner/repo/x%2Fy',
    'github:owner/repo/x\\y',
    'github:owner/repo/x%5cy',
    'github:owner/repo/x%00',
    'github:owner/repo/x\ny',
    'github:owner/repo/x%0d',
    'github:owner/repo/100%.mjs',
    'github:owner/repo/%ff',
    'github:owner/repo/\ud800',
    'github:-owner/repo/x',
    'github:ow ner/repo/x',
    'github:ow%6Eer/repo/x',
    'github:owner@host/repo/x',
    `github:${'o'.repeat(40)}/repo/x`,
    'github:owner/./x',
    'github:owner/../x',
    'github:owner/re%70o/x',
    'github:owner/repo.git/x',
    `github:owner/${'r'.repeat(101)}/x`,
    'github:user:pass@owner/repo/x',
  ]
  for (const specifier of malformed) {
    const { message } = refused(specifier)
    assert.match(message, /write github:owner\/repo\/path, github:owner\/repo@ref\/path or/)
    assert.not.match(message, /[\r\n\0]/)
  }
})

test('what git allows in no ref is refused', () => {
  const names = [
    'a\rb',
    'a\nb',
    'a%0Ab',
    'a%0D%0Ab',
    'a b',
    'a~1',
    'a^',
    'a:b',
    'a*',
    'a[b',
    'a..b',
  ]
  for (const name of [...names, '@%7B1}', '.a', 'a.lock', 'a%5Cb', '%00', '@{1}']) {
    refused(`github:o/r@${name}/x`)
    refused(`github:o/r/x#${name}`)
  }
  for (const name of ['@', 'a/', '/a', 'a//b', 'a.', 'x/.y', 'x.lock/y']) {
    refused(`github:o/r/x#${name}`)
  }
})

test('names at their longest pass, and longer ones do not', () => {
  assert.ok(parseSpecifier(`github:${'o'.repeat(39)}/${'r'.repeat(100)}/x`))
  const longest = `github:o/r/${'x'.repeat(8192 - 'github:o/r/'.length)}`
  assert.is(Buffer.byteLength(longest), 8192)
  assert.ok(parseSpecifier(longest))
  refused(`${longest}x`)
  assert.ok(parseSpecifier(`github:o/r/x#${'n'.repeat(1024)}`))
  refused(`github:o/r/x#${'n'.repeat(1025)}`)
  // 8 KiB are of UTF-8: as many characters can be four times as long.
  refused(`github:o/r/${'😀'.repeat(2048)}`)
  assert.ok(refused(`github:o/r/${'x'.repeat(1_000_000)}`).message.length < 600)
})

test.run()
