/** A list in a JSON text is changed, and nothing else is. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { withList } from '../../cli/json-text.mts'

const test = suite('json-text')
const list = ['default', 'https://a.example/']

test('a list takes the place of the one that is there, and the rest stays as it was written', () => {
  const text = '{\n  "a" : [1.0,2e3],\n\t"allow":["x"]  ,"b":{"allow":[ ]}\n}'
  assert.is(
    withList(text, ['allow'], list),
    '{\n  "a" : [1.0,2e3],\n\t"allow":["default", "https://a.example/"]  ,"b":{"allow":[ ]}\n}',
  )
})

test('a key that is not there comes last, indented as the others', () => {
  assert.is(withList('{\n\t"a": 1\n}\n', ['allow'], ['x']), '{\n\t"a": 1,\n\t"allow": ["x"]\n}\n')
  assert.is(withList('{}\n', ['allow'], ['x']), '{\n  "allow": ["x"]\n}\n')
  assert.is(withList('{ }', ['allow'], ['x']), '{\n  "allow": ["x"]\n}')
})

test('line ends and a byte-order mark stay', () => {
  const text = '\ufeff{\r\n    "a": "\\"}{",\r\n    "b": []\r\n}\r\n'
  const changed = withList(text, ['allow'], ['x'])
  assert.is(changed, '\ufeff{\r\n    "a": "\\"}{",\r\n    "b": [],\r\n    "allow": ["x"]\r\n}\r\n')
})

test('an object within another is found', () => {
  const text = '{\n  "name": "x",\n  "mimeport": {\n    "cache": false\n  },\n  "z": 1\n}\n'
  const expected =
    '{\n  "name": "x",\n  "mimeport": {\n    "cache": false,\n    "allow": ["x"]\n  },\n  "z": 1\n}\n'
  assert.is(withList(text, ['mimeport', 'allow'], ['x']), expected)
  assert.is(
    withList('{ "mimeport": {} }', ['mimeport', 'allow'], ['x']),
    '{ "mimeport": {\n    "allow": ["x"]\n  } }',
  )
})

test('a long list has a line for each entry', () => {
  const long = Array.from({ length: 5 }, (_, index) => `https://host-${index}.example.com/`)
  const changed = withList('{\n  "allow": []\n}\n', ['allow'], long)
  assert.equal(JSON.parse(changed), { allow: long })
  assert.is(changed.split('\n')[2], '    "https://host-0.example.com/",')
})

test('whatever the text, the value is what was asked for, and all else is equal', () => {
  const texts = [
    '{"allow":null}',
    '{"a\\u006clow":["was"],"x":"\\\\"}',
    '{"allow":1,"allow":2}',
    '{"a":[{"allow":[{}]},"]"],"allow":{"deep":[[]]}}',
    '{"a":-1.5e-7,"b":true,"c":null}',
  ]
  for (const text of texts) {
    assert.equal(JSON.parse(withList(text, ['allow'], list)), { ...JSON.parse(text), allow: list })
  }
})

test.run()
