import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compareVersions, isExactVersion } from '../../core/version-order.mts'

const test = suite('version order')

test('versions are in the order of Semantic Versioning, §11', () => {
  const ordered = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    'v1.0.1',
    '1.2.0',
    '1.10.0',
    '2.0.0',
  ]
  for (const [at, a] of ordered.entries()) {
    for (const [other, b] of ordered.entries()) {
      assert.is(Math.sign(compareVersions(a, b)!), Math.sign(at - other), `${a} ${b}`)
    }
  }
  assert.is(compareVersions('1.0.0+1', '1.0.0+2'), 0)
})

test('what is no version has no place in it', () => {
  for (const text of ['', '1', '1.2', '^1.2.3', 'latest', '1.2.x', '1.2.3.4']) {
    assert.not(isExactVersion(text), text)
    assert.is(compareVersions(text, '1.2.3'), undefined)
    assert.is(compareVersions('1.2.3', text), undefined)
  }
  assert.ok(isExactVersion('v1.2.3-rc.1+5'))
})

test.run()
