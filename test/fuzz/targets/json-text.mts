/** Configurations that the command line changes, and differences that it shows. */

import * as assert from 'uvu/assert'
import { withList } from '../../../cli/json-text.mts'
import { compareLines } from '../../../cli/line-difference.mts'

export const name = 'json-text'

export const seeds = [
  '{}',
  '{\n  "allow": ["default"],\n  "lock": true\n}\n',
  '{\r\n\t"loaders": [ ],\r\n\t"allow": [\r\n\t\t"https://a.example/"\r\n\t]\r\n}',
  '{"a":{"b":[1,{"allow":2}]},"\\u0061llow":null,"x":"\\"}"}',
  '{ "mimeport": { "allow": [] }, "mimeport": {} }',
  '\ufeff{"x":1}',
  '{"__proto__":{"allow":[]}}',
]

export const dictionary = [
  '"allow":',
  '"mimeport":',
  '{}',
  '[]',
  ',',
  '\\"',
  '\\\\',
  '\n  ',
  '\r\n',
  'null',
  '-1e5',
]

export function run(input: string): void {
  const start = input.startsWith('\ufeff') ? 1 : 0
  let value: unknown
  try {
    value = JSON.parse(input.slice(start))
  } catch {
    return
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  const list = ['default', 'https://x.example/', 'a "b" \\']
  const changed = withList(input, ['allow'], list)
  const after = JSON.parse(changed.slice(start)) as Record<string, unknown>
  assert.equal(after['allow'], list, 'the list is there')
  const { allow: _before, ...others } = value as Record<string, unknown>
  const { allow: _after, ...kept } = after
  assert.is(JSON.stringify(kept), JSON.stringify(others), 'and all else is as it was')
  assert.is(withList(changed, ['allow'], list), changed, 'once is enough')
  const inner = Object.hasOwn(value, 'mimeport')
    ? (value as { mimeport: unknown }).mimeport
    : undefined
  if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
    const nested = JSON.parse(withList(input, ['mimeport', 'allow'], list).slice(start)) as {
      mimeport: { allow: unknown }
    }
    assert.equal(nested.mimeport.allow, list)
  }
  const [a, b] = [input.split('\n'), changed.split('\n')]
  const lines = compareLines(a, b)
  if (lines === undefined) return
  const without = (mark: string) =>
    lines.filter((line) => line.mark !== mark).map(({ text }) => text)
  assert.equal(without('+'), a, 'what is not new was there')
  assert.equal(without('-'), b, 'what is not gone is there')
}
