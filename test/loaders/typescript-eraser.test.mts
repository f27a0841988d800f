/** Our own reader of TypeScript blanks what Node's stripping blanks, character for character, or says that it cannot. */

import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { erase } from '../../loaders/typescript/eraser/erasure.mts'
import { isDeep } from '../../loaders/typescript/nesting.mts'
import { stripQuickly, stripTypes } from '../../loaders/typescript/strip.mts'
import { assertUnder } from '../support/growth.mts'
import { erasable } from './typescript-erasable-rows.mts'
import { looks } from './typescript-looks.mts'
import { rows } from './typescript-rows.mts'

// Node's one warning is held back there.
stripTypes('')

const test = suite('typescript: eraser')

const node = (source: string): string | undefined => {
  try {
    return stripTypeScriptTypes(source)
  } catch {
    return undefined
  }
}

for (const source of erasable) {
  test(`erases ${JSON.stringify(source.slice(0, 60))}`, () => {
    const expected = node(source)
    assert.type(expected, 'string', source)
    const erasure = erase(source)
    assert.is(typeof erasure === 'object' ? erasure.code : erasure, expected)
  })
}

const others: readonly [source: string, verdict: 'compiled' | undefined][] = [
  ['enum A {}', 'compiled'],
  ['const enum A {}', 'compiled'],
  ['export enum A {}', 'compiled'],
  ['class A { constructor(private a) {} }', 'compiled'],
  ['class A { constructor(readonly a: B = 1) {} }', 'compiled'],
  ['class A { accessor a = 1 }', 'compiled'],
  ['@a class B {}', 'compiled'],
  ['export @a class B {}', 'compiled'],
  ['class A { @b c() {} }', 'compiled'],
  ['class A { m(@b c) {} }', 'compiled'],
  ['let a = <any>b', 'compiled'],
  ['namespace A { export const b = 1 }', 'compiled'],
  ['namespace A { export type B = 1 }', undefined],
  ['import a = require("b")', undefined],
  ['import a = b.c', undefined],
  ['export = a', undefined],
  ['export as namespace A', undefined],
  // Node puts characters elsewhere here.
  ['const a = 1\ntype B = 1\n(c)', undefined],
  ['const a = async <\nT\n>(x: T) => x', undefined],
  ['const a = async /* b */ <\nT\n>(x: T) => x', undefined],
  ['const a = async <T> // b\n(x: T) => x', undefined],
  ['function a() { return /* b */ <\nT\n>(x: T) => x }', undefined],
  ['throw /* a */ <\nT>(x: T) => x', undefined],
  ['a<b>/c/d', undefined],
  ['x = a<b> /c/d', undefined],
  ['x = a<b>/=c', undefined],
  ['type A = asserts\nb()', undefined],
  ['let a: abstract\nb()', undefined],
  ['let a: abstract\nnew () => b', undefined],
  ['let a: keyof\nlet b', undefined],
  ['let a: "日本語" = b', undefined],
  // Two readings, by what comes much later.
  ['const a = b ? (c): d => e : f', undefined],
  ['declare\nlet a', undefined],
  ['<!-- a', undefined],
  // No TypeScript.
  ['let a: = 1', undefined],
  ['let a b', undefined],
  ['function (a) {}', undefined],
  ['{ import "a" }', undefined],
  ['if (a) export const b = 1', undefined],
  ['export type\n', undefined],
  ['declare module "a";{ let b }', undefined],
  ['class A { abstract\n b = 1 }', undefined],
  ['class A { m() {', undefined],
  ['a = `b${c', undefined],
  ['a = "b', undefined],
  ['a = /b', undefined],
  ['/* a', undefined],
  ['f(a b)', undefined],
  ['let \\u0061: b', undefined],
]

test('a `;` that ended a statement is put back, where there is one to put back', () => {
  const rows = [
    ['let a = b\ntype C = 1;\n(d)', undefined],
    ['a = b as C;(d)', 'a = b     ;(d)'],
    ['class A { a: B;\n[c] = 1 }', 'class A { a   ;\n[c] = 1 }'],
    ['class A { a: B\n[c] = 1 }', undefined],
    ['class A { a = 1\n declare b: 1;\n*c() {} }', 'class A { a = 1\n             ;\n*c() {} }'],
    ['let a = b as C\n(d)', undefined],
  ] as const
  for (const [source, expected] of rows) {
    const stripped = stripQuickly(source)
    if (typeof stripped === 'object') assert.is(stripped.code, stripTypes(source))
    assert.is(typeof stripped === 'object' ? stripped.code : stripped, expected, source)
  }
})

test('what is on the line of a type that went does not go on with the line before', () => {
  const others = [
    'let a = b\ninterface C {} (d)',
    'let a = b\nexport interface C {} [d].e()',
    'let a = b as C\ninterface D {} `e`',
    'let a = b\n/* c */ declare module "d" {} /e/.f(g)',
    'let a = b\ninterface C {}\nnamespace D { export type E = 1 } (f)',
    'class A { get!\n b() {} }',
  ]
  for (const source of others) assert.is(stripTypes(source), undefined, source)
  const same = [
    'let a = b;\ninterface C {} (d)',
    '// a\ninterface C {} (d)',
    'let a = b; interface C {} (d)',
    'let a = b\ninterface C {} d()',
    '{\n interface C {} (d) }',
    'new Map<\n string,\n number\n>([1])',
    'const f =\n  <T>(x: T) => x',
    'x = a.get!\nfoo()',
    'let a = b\ntype C = 1; (d)',
  ]
  for (const source of same) assert.type(stripTypes(source), 'string', source)
})

test('a type that an `if`, a loop or a label holds does not leave it the next statement', () => {
  const held = [
    'if (a) type B = 1\nc()',
    'if (a) b()\nelse interface C {}\nd()',
    'while (a((b)))\n\n/* c */ declare const d: 1\ne()',
    'for await (const a of b) type C = 1\nd()',
    'do type A = 1\nwhile (b)',
    'a: type B = 1\nc()',
    'if (a) function b(): void\nfunction b() {}',
  ]
  for (const source of held) {
    assert.is(erase(source), undefined, source)
    assert.is(stripTypes(source), undefined, source)
  }
  const others = [
    'if (a) { type B = 1 } else { interface C {} }',
    'a(b)\ntype C = 1\nd()',
    'if (a) b<C>(d)\nelse e as F',
  ]
  for (const source of others) {
    const erasure = erase(source)
    assert.is(typeof erasure === 'object' ? erasure.code : erasure, stripTypes(source), source)
  }
})

test('lines may end otherwise than by a newline: Node knows', () => {
  for (const end of ['\r', '\u2028', '\u2029']) {
    const source = `// a${end}let b: number = 1 /* ${end} */ let c: d${end}e()`
    assert.is(erase(source), undefined)
    assert.is(stripTypes(source), source.replace(': number', '        ').replace(': d', '   '))
    const ended = `let a = b // c${end}type D = 1;${end}(e)`
    assert.match(stripTypes(ended) ?? '', /; *;.\(e\)$/s)
  }
  assert.type(erase('// a\r\nlet b: c\r\n'), 'object')
})

for (const [source, verdict] of others) {
  test(`leaves ${JSON.stringify(source)}: ${verdict}`, () => {
    assert.equal(erase(source), verdict)
  })
}

test('what looks like something else is taken for what it is', () => {
  let erased = 0
  for (const source of looks) {
    const quick = stripQuickly(source)
    const expected = node(source)
    if (quick === undefined) continue
    if (quick === 'compiled') {
      assert.is(expected, undefined, source)
      // Where Node refuses, so does the other parser that is asked.
    } else if (expected !== undefined) {
      assert.is(quick.code, stripTypes(source), source)
      erased++
    }
  }
  assert.ok(erased > looks.length * 0.8, `${erased} of ${looks.length}`)
})

test('what is too deep for the stack is left', () => {
  assert.is(erase(`x = ${'a=>'.repeat(100_000)}1`), undefined)
  assert.is(erase(`x = ${'('.repeat(100_000)}`), undefined)
})

test('what may begin arguments again and again is left to a process of its own', () => {
  const comparisons = (count: number, end: string) =>
    `${'a < b, '.repeat(count)}${`c < d${end}`.repeat(count)}`
  for (const [source, isLeft] of [
    [`x = [${'a<b,'.repeat(2_500)}c]`, true],
    [`x = ${'a<b|'.repeat(2_500)}c`, true],
    [`x = [${'a<b,()=>'.repeat(2_500)}c]`, true],
    [comparisons(200, ';'), false],
    [comparisons(200, ' } if (a) {'), false],
    ['f<a>(b), '.repeat(2_500), false],
  ] as const) {
    assert.is(isDeep(source), isLeft, source.slice(0, 20))
    if (isLeft) assert.is(stripTypes(source), undefined)
  }
  assert.type(stripTypes(`x = [${'a<b,'.repeat(100)}c]`), 'string')
})

test('brackets in brackets are read again, but not twice as often for each', () => {
  for (const [open, close] of [
    ['([', '])'],
    ['({a:', '})'],
    ['(a = ', ')'],
    ['async(', ')'],
    ['f(a<(', '))'],
    ['f<{a:(', ')}>()'],
  ] as const) {
    const count = 40
    const erasure = erase(`x = ${open.repeat(count)}1${close.repeat(count)}`)
    assert.ok(typeof erasure === 'object' && erasure.brackets < count ** 3, open)
  }
})

test('what is no argument of a type is not read again where it began, nor what is in it', () => {
  for (const [open, close] of [
    ['a<(', ')'],
    ['a<[', ']'],
    ['a<{b:', '}'],
    ['a < (b | ', ')'],
  ] as const) {
    const count = 200
    const erasure = erase(`x = ${open.repeat(count)}b${close.repeat(count)}`)
    assert.ok(typeof erasure === 'object' && erasure.isCertain, open)
    assert.is(erasure.code, `x = ${open.repeat(count)}b${close.repeat(count)}`)
    assert.ok(erasure.brackets < 3 * count ** 2, `${open}: ${erasure.brackets}`)
  }
})

test('time grows as what is placed does, and as what only seems to be arguments', async () => {
  await assertUnder(1_000, () => erase(`class A {${'public [b]=1;'.repeat(16_000)}}`), 'placed')
  await assertUnder(300, () => erase(`x = [${'a<b,'.repeat(1_000)}c]`), 'a<b,')
})

/** Erases as Node does, or leaves it. Returns whether it was erased. */
function agrees(source: string, what: string): boolean {
  const erasure = erase(source)
  if (erasure === undefined) return false
  const expected = node(source)
  if (erasure === 'compiled') assert.ok(expected === undefined || expected.includes('@'), what)
  else assert.is(erasure.code, expected, what)
  return true
}

test('what has to be compiled is never erased', () => {
  for (const [feature, , source, , language] of rows) {
    if (language === undefined && node(source) === undefined) {
      const erasure = erase(source)
      assert.ok(erasure === undefined || erasure === 'compiled', feature)
    }
  }
})

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

test('the files of this project are erased, nearly all of them', () => {
  const files = globSync(
    ['core/engine/**/*.mts', 'core/application/**/*.mts', 'loaders/**/*.mts'],
    { cwd: root },
  )
  const left = files.filter((file) => !agrees(readFileSync(`${root}/${file}`, 'utf8'), file))
  assert.ok(files.length > 100, `${files.length}`)
  assert.ok(left.length <= files.length / 20, left.join(', '))
})

test.run()
