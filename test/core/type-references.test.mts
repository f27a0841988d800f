import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { referencesOf } from '../../core/type-references.mts'

const test = suite('type-references')

/** Specifiers as they stand in the text, which the offsets must give. */
const found = (text: string, isScript = false) =>
  referencesOf(text, isScript).map(({ start, end }) => text.slice(start, end))

test('each way in which TypeScript names a module is found, with whether it is erased', () => {
  const rows: readonly (readonly [string, specifier: string, erased: boolean])[] = [
    ["import x from './a'", './a', false],
    ["import './a'", './a', false],
    ['import { a as b } from "./a"', './a', false],
    ["import type { T } from './a'", './a', true],
    ["import type T from './a'", './a', true],
    ["export { x } from './a'", './a', false],
    ["export * as y from './a'", './a', false],
    ["export type { T } from './a'", './a', true],
    ["export type * from './a'", './a', true],
    ["import x = require('./a')", './a', false],
    ["type T = import('./a').T<string>", './a', true],
    ["let x: typeof import('./a')", './a', true],
    ["await import('./a')", './a', true],
    ["declare module './a' { interface I {} }", './a', true],
    ['/// <reference path="./a" />', './a', true],
    ['/// <reference path="a.d.ts" />', './a.d.ts', true],
    ['/// <reference types="./a" />', './a', true],
    ["import it from './it\\'s'", "./it's", false],
    ["import u from './\\u0061\\x62\\u{63}'", './abc', false],
  ]
  for (const [text, specifier, erased] of rows) {
    const references = referencesOf(text, false)
    assert.is(references.length, 1, text)
    assert.is(references[0]!.specifier, specifier, text)
    assert.is(references[0]!.erased, erased, text)
  }
})

test('import attributes are read', () => {
  const type = (text: string) => referencesOf(text, false)[0]!.type
  assert.is(type("import x from './a' with { type: 'json' }"), 'json')
  assert.is(type("export { default } from './a' with { 'type': \"text\" }"), 'text')
  assert.is(type("await import('./a', { with: { type: 'bytes' } })"), 'bytes')
  assert.is(type("import x from './a'\nwith({ type: 'json' })"), '')
  assert.is(type("await import('./a')\nconst x = { with: { type: 'json' } }"), '')
})

test('what is no import is none: strings, comments, templates, regular expressions, JSX', () => {
  const texts = [
    'const a = "import \'./a\'"',
    "// import './a'",
    "/* import './a' */",
    "`import './a' ${1} from './b'`",
    "const r = /import '.\\/a'/",
    "const r = x / y; const s = 'from'",
    "const e = <b>it's from './a</b>",
    "x.from('./a'); Array.from('./a'); a.import('./b'); b.require('./c')",
    "const { module } = x; module('./a')",
    '/// <reference types="node" />',
    "/** @type {import('./a').T} */",
  ]
  for (const text of texts) assert.equal(found(text), [], text)
})

test('what follows such things is found', () => {
  const rows = [
    "const r = /['\"`]/; import './a'",
    "if (x) /'/.test(y); import './a'",
    "return /'/.test(y); import './a'",
    "`${`${'}'}`}`; import './a'",
    "`${{ a: 1 }.a}`; import './a'",
    "<b>it's</b>\nimport './a'",
    "'\\\n'; import './a'",
    "const x = a++ / 2; import './a'",
    "#!/usr/bin/env node's\nimport './a'",
  ]
  for (const text of rows) assert.equal(found(text), ['./a'], text)
})

test('a string or an expression that has no end hides nothing of what follows', () => {
  for (const row of [
    `let a = "\\" \\"`,
    `let a = '\\'`,
    'let a = b /[ 1',
    'a(/[/ ]/)',
    'x = /[/[/[/',
  ])
    assert.equal(found(`${row}\nimport './a'`), ['./a'], row)
})

test('JSDoc names modules in JavaScript alone', () => {
  const text = '/** @type {import(\'./a\').T} */\n/** @import { T, U } from "./b" */\nlet x'
  assert.equal(found(text, true), ['./a', './b'])
  assert.equal(found(text), [])
})

test('a text that ends in the middle of anything has an end', () => {
  for (const text of [
    "import '",
    '/* import',
    '`${',
    '`',
    '/// <reference path="',
    "import('",
    '/',
    '"\\',
  ])
    assert.equal(found(text), [], text)
})

test('a long text takes time in proportion', () => {
  const long = `${"x /* ' */ + `${1}` / 2;\n".repeat(40_000)}import './a'`
  assert.equal(found(long), ['./a'])
  for (const each of ['`', '/', '"', "'", '/*', '${', 'import(', '\\']) found(each.repeat(20_000))
  // Each of these was looked through again from each of its marks: hours, at this length.
  for (const each of ['"\\', "'\\", '/[', '/\\', '=/[/', '/* ', '`${'])
    assert.equal(found(each.repeat(500_000)), [], each)
})

test.run()
