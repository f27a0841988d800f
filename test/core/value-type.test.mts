import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dataModule } from '../../core/data/data-module.mts'
import { dataOf, declarationOf, typeOfValue } from '../../core/engine/typing/value-type.mts'

const test = suite('value-type')
const flat = (value: unknown) => typeOfValue(value).replace(/\s+/g, ' ')

test('a value has the type of its structure, and no literal', () => {
  const rows: readonly (readonly [unknown, string])[] = [
    ['x', 'string'],
    [1, 'number'],
    [true, 'boolean'],
    [null, 'null'],
    [[], 'unknown[]'],
    [{}, '{}'],
    [['a', 'b'], 'string[]'],
    [['a', 1, null], '(number | string | null)[]'],
    [[[1], []], 'number[][]'],
    [{ a: 1 }, '{ a: number }'],
    [{ 'a b': { c: [] } }, '{ "a b": { c: unknown[] } }'],
  ]
  for (const [value, type] of rows) assert.is(flat(value), type)
})

test('objects of one list are one type, in which what some lack is optional', () => {
  assert.is(
    flat([{ a: 1, b: 'x' }, { a: null }, { a: 2, c: [true] }]),
    '{ a: number | null b?: string c?: boolean[] }[]',
  )
  assert.is(flat([{ a: [] }, { a: [1] }]), '{ a: number[] }[]')
  assert.is(flat([{ a: 1 }, 'x']), '(string | { a: number })[]')
})

test('a name is a name, whatever it is', () => {
  const value = JSON.parse('{ "__proto__": 1, "constructor": "x", "\\"\\n": true, "*/": 1 }')
  assert.is(flat(value), '{ __proto__: number constructor: string "\\"\\n": boolean "*/": number }')
})

test('many names are a table; deep and large data is told down to where it ends', () => {
  const names = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, { v: index }]))
  assert.is(flat(names(101)), '{ [name: string]: { v: number } }')
  assert.match(flat(names(100)), 'n99: { v: number }')
  let deep: unknown = 1
  for (let depth = 0; depth < 21; depth += 1) deep = { x: deep }
  assert.match(flat(deep), 'x: unknown')
  assert.match(flat((deep as { x: unknown }).x), 'x: number')
  const wide = Object.fromEntries(
    Array.from({ length: 90 }, (_, index) => [`n${index}`, names(90)]),
  )
  assert.ok(flat(wide).length < 100_000)
  assert.match(flat(wide), '{ [name: string]: unknown }')
  typeOfValue(JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`))
  typeOfValue(Array.from({ length: 200_000 }, (_, index) => ({ index })))
})

test('a module that is a default export of data is that data', () => {
  assert.equal(dataOf('export default [["a"]]'), { value: [['a']], names: [] })
  assert.equal(dataOf('\nexport default "x";\n'), { value: 'x', names: [] })
  assert.equal(dataOf('export default -1'), { value: -1, names: [] })
  for (const text of [
    'export default x',
    "export default 'x'",
    'export default {}; export const a = 1',
    'export default function () {}',
    'const x = 1; export default 1',
    'export default {a: 1}',
  ]) {
    assert.is(dataOf(text), undefined, text)
  }
})

test('a module of data with its keys as exports is that data, as far as JSON can say it', () => {
  const value = { a: 1, 'b-c': [1], class: null, größe: '\u2028' }
  const data = dataOf(dataModule(value).source as string)
  assert.equal(data, { value, names: ['a', 'class', 'größe'] })
  assert.is(
    declarationOf(data!),
    `declare const data: ${typeOfValue(value)}
declare const export0: number
declare const export1: null
declare const export2: string
export { data as default, export0 as a, export1 as class, export2 as größe }
`,
  )
  assert.equal(dataOf(dataModule([{ a: '\n' }]).source as string), {
    value: [{ a: '\n' }],
    names: [],
  })
  const shared = { x: 1 }
  const beyond = [
    { when: new Date(0) },
    { n: 2n ** 60n },
    { a: shared, b: shared },
    { i: Infinity },
  ]
  for (const each of [...beyond, JSON.parse('{"__proto__":1}')]) {
    assert.is(dataOf(dataModule(each).source as string), undefined)
  }
  for (const text of [
    'const data = {"a":1}\nconst export0 = data["b"]\nexport { data as default, export0 as b }\n',
    'const data = {"a":1}\nconst export0 = data["a"]\nexport { data as default, export0 as b }\n',
    'const data = {"a":1}\ndata.a = ""\nexport { data as default }\n',
    'const data = {"a":1}\nexport { data as default, other }\n',
  ]) {
    assert.is(dataOf(text), undefined, text)
  }
})

test.run()
