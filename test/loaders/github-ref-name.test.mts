import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findLeadingRef, findRef, nearestRef } from '../../core/git-host/ref-name.mts'

const test = suite('github ref name')

const commit = '0123456789abcdef0123456789abcdef01234567'

function listing(...names: string[]) {
  return { head: undefined, commits: new Map(names.map((ref) => [ref, commit])) }
}

test('a name is looked up in the order of gitrevisions', () => {
  const refs = listing('HEAD', 'refs/heads/x', 'refs/tags/x', 'refs/heads/y', 'refs/heads/tags/x')
  assert.is(findRef(refs, 'x'), 'refs/tags/x')
  assert.is(findRef(refs, 'heads/x'), 'refs/heads/x')
  assert.is(findRef(refs, 'tags/x'), 'refs/tags/x')
  assert.is(findRef(refs, 'refs/heads/tags/x'), 'refs/heads/tags/x')
  assert.is(findRef(refs, 'y'), 'refs/heads/y')
  assert.is(findRef(refs, 'HEAD'), 'HEAD')
  assert.is(findRef(refs, 'z'), undefined)
})

test('the longest leading name wins, and leaves something for the path', () => {
  const refs = listing('refs/heads/a', 'refs/tags/a/b/c', 'refs/heads/b')
  const length = (path: string) => findLeadingRef(refs, path.split('/'))?.length
  assert.is(length('a/x'), 1)
  assert.is(length('a/b/x'), 1)
  assert.is(length('a/b/c/x'), 3)
  assert.is(length('a/b/c'), 1)
  assert.is(length('refs/heads/a/x'), 3)
  assert.is(length('b'), undefined)
  assert.is(
    findLeadingRef(
      refs,
      Array.from({ length: 4096 }, () => 'x'),
    ),
    undefined,
  )
})

test('a name near to one of a ref is suggested, and no other', () => {
  const refs = listing('HEAD', 'refs/heads/main', 'refs/heads/develop', 'refs/tags/v1.0.0')
  assert.is(nearestRef(refs, 'mian'), undefined)
  assert.is(nearestRef(refs, 'maim'), 'main')
  assert.is(nearestRef(refs, 'develpo'), 'develop')
  assert.is(nearestRef(refs, 'v1.0.1'), 'v1.0.0')
  assert.is(nearestRef(refs, 'gh-pages'), undefined)
  assert.is(nearestRef(refs, 'x'.repeat(1000)), undefined)
})

test.run()
