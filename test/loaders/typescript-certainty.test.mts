/** Of which texts our own reader of TypeScript is certain, and what it says of their imports. All is in full in another file. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { erase } from '../../loaders/typescript/eraser/erasure.mts'
import { convert } from './typescript-program.mts'

const test = suite('typescript: certainty')

const certain = [
  'let a: { b: 1; readonly c?: 2, d(e: 3): 4; get f(): 5; [g: string]: 6; new (h: 7): 8 }',
  'let a: { [B in C as D]?: E }, f: [g: 1, h?: 2, ...3[]], i: (j: 1, ...k: 2[]) => l is m',
  'function a(this: B, c: D): asserts c is E {}',
  'class A { private static readonly b: C; protected abstract d(): E; f!: G }',
  'interface A extends B<C> { d: import("e").F; g: typeof h.i; j: unique symbol; k: readonly l[] }',
  'type A<B extends C = D> = B extends (infer E)[] ? E : never; export type { A }',
  'import a, { type B, c as d } from "e"; import type { F } from "g"; export { h } from "i"; d(a)',
]

for (const source of certain) {
  test(`is certain of ${source}`, () => {
    const erasure = erase(source)
    assert.ok(typeof erasure === 'object' && erasure.isCertain)
  })
}

const uncertain = [
  'let a: { b c }',
  'let a: { b: }',
  'let a: keyof () => b',
  'let a: readonly b',
  'let a: b | () => c',
  'let a: if',
  'let a: b is c',
  'let a: f<>',
  'let a: string<b>',
  'let a: infer b',
  'let a!',
  'let a!: b = 1',
  'class A { public private b }',
  'class A { b!(): void {} }',
  'function a(b?: c = 1) {}',
  'function a(...b?: c) {}',
  'const a = (this: b) => 1',
  'a as b = c',
  'const { a! } = b',
  'import! ("a")',
  'import type A, { B } from "c"',
  'import { type if } from "a"',
  'declare const a: b',
  'function a(b: c): void',
  'a << <b>(c) => d',
  'a ?? (b: c) => d',
  'a == (b) => c',
  'await (a: b) => c',
  'class A extends (b: c) => d {}',
]

for (const source of uncertain) {
  test(`leaves it to another whether there is a fault in ${source}`, () => {
    const erasure = erase(source)
    assert.not(typeof erasure === 'object' && erasure.isCertain, source)
  })
}

const imports: readonly (readonly [rest: string, used: readonly string[] | 'all' | undefined])[] = [
  ['a; b', 'all'],
  ['let c: a; b', ['b']],
  ['let c: typeof a = b', ['b']],
  ['let c = a as b', ['a']],
  ['// a\n"b"', []],
  ['c.a; ({ b: 1 })', []],
  ['({ a, b })', 'all'],
  ['a.b; b.a', 'all'],
  ['`${a}${b}`', 'all'],
  ['class C extends a implements b {}', ['a']],
  ['for (const c of a) b!', 'all'],
  // Something else has the name, somewhere.
  ['(a) => a', undefined],
  ['function c(a) { a }', undefined],
  ['const { a } = c; a', undefined],
  ['try {} catch (a) { a }', undefined],
  ['type a = 1; a', undefined],
  // Bound, and used by nobody.
  ['(a) => 1; b', ['b']],
]

for (const [rest, used] of imports) {
  test(`of the imports of a and b, ${JSON.stringify(rest)} uses ${JSON.stringify(used)}`, () => {
    const source = `import { a, b } from "c"\n${rest}`
    const erasure = erase(source)
    assert.ok(typeof erasure === 'object', source)
    const found = erasure.names.usedImports(source)
    assert.equal(found instanceof Set ? [...found] : found, used)
  })
}

test('what goes uses no import, and binds none of their names', () => {
  const rows: readonly (readonly [rest: string, used: readonly string[]])[] = [
    ['function c(d = a): void; function c(d?: any) { b }', ['b']],
    ['function c(a: 1): void; function c(d: any) { a }', ['a']],
    ['abstract class C { abstract c(d = a): void; e = b }', ['b']],
    ['abstract class C { abstract c(a: 1): void; e = a }', ['a']],
    ['function c(d = a) { b }', ['a', 'b']],
  ]
  for (const [rest, used] of rows) {
    const source = `import { a, b } from "c"\n${rest}`
    const erasure = erase(source)
    assert.ok(typeof erasure === 'object', source)
    const found = erasure.names.usedImports(source)
    assert.equal(found === 'all' ? ['a', 'b'] : [...(found ?? [])], used, source)
  }
})

test('of many imports, those are told that are used', () => {
  const count = 2_000
  const names = Array.from({ length: count }, (_, index) => `a${index}`)
  const clause = `import { ${names.join(', ')} } from "b"`
  const all = erase(`${clause}; [${names.join(', ')}]`)
  assert.ok(typeof all === 'object')
  assert.is(all.names.usedImports(`${clause}; [${names.join(', ')}]`), 'all')
  const rest = `${clause}; [${names.slice(1).join(', ')}]; (x: a0) => 1`
  const others = erase(rest)
  assert.ok(typeof others === 'object')
  assert.equal([...(others.names.usedImports(rest) ?? [])], names.slice(1))
})

const exports: readonly (readonly [source: string, areValues: boolean])[] = [
  ['const a = 1; export { a }', true],
  ['const a = 1; export { a as b }; export default a', true],
  ['export { a } from "b"', true],
  ['export default 1 + 1', true],
  ['interface A {} export { A }', false],
  ['interface A {} const A = 1; export { A }', false],
  ['export default A', false],
  ['import { a } from "b"; export { a }', false],
  ['export { a }', false],
]

for (const [source, areValues] of exports) {
  test(`${source} exports ${areValues ? 'values' : 'what may be types'}`, () => {
    const erasure = erase(source)
    assert.ok(typeof erasure === 'object', source)
    assert.is(erasure.names.exportsValues(source), areValues)
  })
}

test('a default export that is blanked is none', () => {
  const source = 'export default function a(): void\nexport const b = 1'
  const erasure = erase(source)
  assert.ok(typeof erasure === 'object')
  assert.is(erasure.statics?.hasDefault, false)
  const both = erase(`${source}\nexport default function c() {}`)
  assert.ok(typeof both === 'object')
  assert.is(both.statics?.hasDefault, true)
})

test('a fault in a type is a fault, whoever finds it', async () => {
  for (const source of ['let a: { b: }', 'let a: = 1', 'interface A { b: }', 'let a: f<> = 1']) {
    const error = await convert(source).then(
      () => undefined,
      (reason: unknown) => reason as { code?: string },
    )
    assert.is(error?.code, 'ERR_MIMEPORT_INVALID_BODY', source)
  }
})

test.run()
