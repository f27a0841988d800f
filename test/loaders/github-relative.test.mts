import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { resolveRelativePath } from '../../loaders/github/github.mts'
import { rejects } from '../support/rejects.mts'

const test = suite('github resolveRelativePath')

const commit = '0123456789abcdef0123456789abcdef01234567'
const root = `github:owner/repo@${commit}`
const parent = `${root}/dir/sub/file.mjs`

test('a relative specifier stays in the repository, at the commit', async () => {
  const table = [
    ['./x.mjs', 'dir/sub/x.mjs'],
    ['./y/x.mjs', 'dir/sub/y/x.mjs'],
    ['../x.mjs', 'dir/x.mjs'],
    ['../../x.mjs', 'x.mjs'],
    ['../../dir/../x.mjs', 'x.mjs'],
    ['./././x.mjs', 'dir/sub/x.mjs'],
    ['/x.mjs', 'x.mjs'],
    ['/a/../x.mjs', 'x.mjs'],
    ['./a%20b.mjs', 'dir/sub/a%20b.mjs'],
    ['./a b.mjs', 'dir/sub/a%20b.mjs'],
    ['./100%25.mjs', 'dir/sub/100%25.mjs'],
    ['./a%23b.mjs', 'dir/sub/a%23b.mjs'],
    ['./a%3Fb.mjs', 'dir/sub/a%3Fb.mjs'],
    ['./%78.mjs', 'dir/sub/x.mjs'],
    ['./%2e/x.mjs', 'dir/sub/x.mjs'],
    ['./%2E%2e/x.mjs', 'dir/x.mjs'],
    ['./%252e%252e/x.mjs', 'dir/sub/%252e%252e/x.mjs'],
    ['./x.mjs?a=1', 'dir/sub/x.mjs?a=1'],
    ['./x.mjs?', 'dir/sub/x.mjs'],
    ['./x.mjs?../../../y', 'dir/sub/x.mjs?../../../y'],
    ['./é.mjs', 'dir/sub/%C3%A9.mjs'],
    ['./...', 'dir/sub/...'],
    ['./@scope/x.mjs', 'dir/sub/@scope/x.mjs'],
  ]
  for (const [specifier = '', path] of table) {
    assert.is(await resolveRelativePath(specifier, parent), `${root}/${path}`, specifier)
    const url = parent.replace(':', '://')
    assert.is(await resolveRelativePath(specifier, url), `${root}/${path}`, specifier)
  }
})

test('the root is reached, and one step more is refused', async () => {
  assert.is(await resolveRelativePath('../../x.mjs', parent), `${root}/x.mjs`)
  await rejects(resolveRelativePath('../../../x.mjs', parent), 'ERR_MIMEPORT_OUTSIDE_ORIGIN')
  assert.is(await resolveRelativePath('./x.mjs', `${root}/a.mjs`), `${root}/x.mjs`)
  await rejects(resolveRelativePath('../x.mjs', `${root}/a.mjs`), 'ERR_MIMEPORT_OUTSIDE_ORIGIN')
})

test('no way leads out of the repository', async () => {
  const escapes = [
    '../../../x.mjs',
    '../../../../other/repo/x.mjs',
    '../../../../../../../../etc/passwd',
    '../../../repo@main/x.mjs',
    './../../../x.mjs',
    './a/../../../../x.mjs',
    '/../x.mjs',
    '/..',
    '/a/../../x.mjs',
    '//evil.example/x.mjs',
    '///x.mjs',
    '/\\evil.example/x.mjs',
    '\\\\evil.example\\x.mjs',
    '/%2fevil.example/x.mjs',
    '/%5Cevil.example/x.mjs',
    './%2e%2e/%2e%2e/%2e%2e/x.mjs',
    './%2E%2E/%2E%2E/%2E%2E/x.mjs',
    './.%2e/.%2E/%2e./x.mjs',
    '%2e%2e/%2e%2e/%2e%2e/x.mjs',
    '..\\..\\..\\x.mjs',
    './..\\..\\..\\x.mjs',
    '.\\..\\..\\..\\x.mjs',
    '..%5c..%5c..%5cx.mjs',
    '..%5C..%5C..%5Cx.mjs',
    '..%2f..%2f..%2fx.mjs',
    '..%2F..%2F..%2Fx.mjs',
    '..\\../..\\x.mjs',
    '%2e%2e%2f%2e%2e%2f%2e%2e%2fx.mjs',
    '%2e%2e%5c%2e%2e%5c%2e%2e%5cx.mjs',
    '../../..',
    '../../../',
    '../../../.',
    '../../../x.mjs?y',
    '../../../x.mjs#main',
    '/..\\..\\x.mjs',
  ]
  for (const specifier of escapes) {
    const error = await rejects(
      resolveRelativePath(specifier, parent),
      'ERR_MIMEPORT_OUTSIDE_ORIGIN',
    )
    assert.ok(error.message.includes(`'${specifier}'`), error.message)
    assert.ok(error.message.includes(`'${parent}'`), error.message)
    assert.match(error.message, /it leaves the repository 'owner\/repo'$/)
    assert.is(error['statusCode'], 403)
  }
})

test('what names no file inside is refused as a specifier', async () => {
  const malformed = [
    './',
    '../',
    '.',
    '..',
    '/',
    './x/',
    './x/.',
    './x/..',
    './/x.mjs',
    './x//y.mjs',
    './x\\y.mjs',
    '..\\x.mjs',
    './x%2Fy.mjs',
    './x%5cy.mjs',
    './100%.mjs',
    './%ff.mjs',
    './x%00.mjs',
    './x\n.mjs',
    './\ud800.mjs',
    './x.mjs#main',
    './x.mjs#',
    './x.mjs?y#main',
    `./${'x'.repeat(8192)}`,
    '../'.repeat(1_000_000),
  ]
  for (const specifier of malformed) {
    await rejects(resolveRelativePath(specifier, parent), 'ERR_MIMEPORT_INVALID_SPECIFIER')
  }
})

test('a result of 8 KiB passes, and a longer one does not', async () => {
  const room = 8192 - `${root}/`.length
  assert.ok(await resolveRelativePath(`/${'x'.repeat(room)}`, parent))
  const tooLong = resolveRelativePath(`/${'x'.repeat(room + 1)}`, parent)
  await rejects(tooLong, 'ERR_MIMEPORT_INVALID_SPECIFIER')
})

test('what is not relative, or has another parent, is not ours', async () => {
  for (const specifier of ['x.mjs', 'github:o/r/x', 'https://a/b', '#x', '', '?x', '@scope/x']) {
    assert.is(await resolveRelativePath(specifier, parent), false)
  }
  assert.is(await resolveRelativePath('./x', 'https://example.org/y'), false)
  assert.is(await resolveRelativePath('./x', 'file:///a/b'), false)
})

test('a parent whose revision is not resolved keeps it', async () => {
  const table = [
    ['github:o/r/d/a.mjs', '../b.mjs', 'github:o/r/b.mjs'],
    ['github:o/r/d/a.mjs', '/b.mjs', 'github:o/r/b.mjs'],
    ['github:o/r@v1/d/a.mjs', '../b.mjs', 'github:o/r@v1/b.mjs'],
    ['github:o/r@x%2Fy/d/a.mjs', '/b.mjs', 'github:o/r@x%2Fy/b.mjs'],
    ['github:o/r/d/a.mjs#x/y', './b.mjs', 'github:o/r/d/b.mjs#x/y'],
  ]
  for (const [from = '', specifier = '', expected] of table) {
    assert.is(await resolveRelativePath(specifier, from), expected)
  }
  await rejects(
    resolveRelativePath('../../b.mjs', 'github:o/r/d/a.mjs'),
    'ERR_MIMEPORT_OUTSIDE_ORIGIN',
  )
  await rejects(
    resolveRelativePath('../b.mjs', 'github:o/r@v1/a.mjs'),
    'ERR_MIMEPORT_OUTSIDE_ORIGIN',
  )
})

test.run()
