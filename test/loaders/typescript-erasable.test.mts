/** Programs whose types go and whose other characters stay: what they export by default is what their syntax means. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { convert, execute } from './typescript-program.mts'

type Row = readonly [feature: string, source: string, expected: unknown]

const erasable: readonly Row[] = [
  ['annotations', 'const x: number = 1; export default x', 1],
  ['interfaces', 'interface A { b: string }; const x: A = { b: "1" }; export default x.b', '1'],
  ['type aliases', 'type A<T> = T | null; const x: A<1> = 1; export default x', 1],
  ['generic functions', 'function f<T,>(x: T): T { return x }; export default f<string>("a")', 'a'],
  ['generic arrows', 'const f = <T,>(x: T) => x; export default f(2)', 2],
  [
    'generic calls beside comparison',
    'const a = 1, b = 2, c = 3; export default a < b === b < c',
    true,
  ],
  ['as', 'export default (1 as unknown as string)', 1],
  ['as const', 'export default ([1, 2] as const)[1]', 2],
  ['satisfies', 'export default ({ a: 1 } satisfies { a: number }).a', 1],
  ['non-null assertion', 'const x: { y: number } | null = { y: 1 }; export default x!.y!', 1],
  ['optional parameters', 'const f = (a?: number) => a ?? 5; export default f()', 5],
  [
    'this parameters',
    'function f(this: { a: 1 }) { return this.a }; export default f.call({ a: 1 })',
    1,
  ],
  ['overloads', 'function f(a: 1): 1; function f(a: any) { return a }; export default f(1)', 1],
  ['assertion functions', 'function f(a: any): asserts a is string {}; f(1); export default 1', 1],
  [
    'abstract classes',
    'abstract class A { abstract a(): void; b() { return 1 } } class B extends A { a() {} } export default new B().b()',
    1,
  ],
  ['implements', 'interface I {} class A implements I { a = 1 } export default new A().a', 1],
  [
    'modifiers',
    'class A { private readonly a: number = 1; public static b = 2; get() { return this.a } } export default new A().get() + A.b',
    3,
  ],
  [
    'override',
    'class A { a() { return 1 } } class B extends A { override a() { return 2 } } export default new B().a()',
    2,
  ],
  ['declared fields', 'class A { declare a: number } export default "a" in new A()', false],
  ['uninitialised fields', 'class A { a?: number } export default "a" in new A()', true],
  ['definite fields', 'class A { a!: number } export default "a" in new A()', true],
  [
    'private names',
    'class A { #a: number = 1; static has(x: object) { return #a in x } } export default A.has(new A())',
    true,
  ],
  [
    'index signatures',
    'class A { [k: string]: number } export default Object.keys(new A()).length',
    0,
  ],
  [
    'declare',
    'declare const nothing: 1; declare module "x"; declare global { var y: 1 } export default 1',
    1,
  ],
  ['type-only namespaces', 'namespace A { export type B = 1 } export default 1 as A.B', 1],
  [
    'type imports',
    'import type { A } from "nowhere"; import { type B } from "nowhere"; export default 1 as A & B',
    1,
  ],
  [
    'type exports',
    'type A = 1; export type { A }; export type * from "nowhere"; export default 1',
    1,
  ],
  ['import types', 'let x: import("nowhere").A; export default 1', 1],
  ['typeof types', 'const a = 1; let b: typeof a = 1; export default b', 1],
  ['template literal types', 'type A = `${"a"}b`; const x: A = "ab"; export default x', 'ab'],
  [
    'conditional types',
    'type A<T> = T extends (infer U)[] ? U : never; export default 1 as A<1[]>',
    1,
  ],
  ['unique symbols', 'const s: unique symbol = Symbol.for("a"); export default s.description', 'a'],
  [
    'accessors',
    'class A { get a(): number { return 1 } set a(v: number) {} } export default new A().a',
    1,
  ],
  [
    'types over lines',
    'const f = (\n a: {\n  b: 1\n }\n): number =>\n a.b\nexport default f({ b: 1 })',
    1,
  ],
  ['return types over lines', 'const f = (a: number):\n  number => a\nexport default f(1)', 1],
  [
    'a type before a bracket',
    'const a = [3]\ntype B = 1\n;[0].map((i) => a[i])\nexport default a[0]',
    3,
  ],
  [
    'a type between a statement and a bracket',
    'const a = [3]\ntype B = 1\n(3)\nexport default a[0]',
    3,
  ],
  [
    'a declared member before a computed one',
    'const k = "k"; class A { a = [1]\n declare b: 1;\n [k] = 2 } export default new A().k',
    2,
  ],
  [
    'a type, comments and a bracket',
    'const a = [3]\ntype B = 1 // ;\n/* c */; /* d */ [0].map((i) => a[i])\nexport default a[0]',
    3,
  ],
  ['a type before a comment', 'const a = 1 as number\n/* b */ // c\nexport default a', 1],
  [
    'generics over lines before a call',
    'const m = new Map<\n  string,\n  number\n>([["a", 1]]); export default m.get("a")',
    1,
  ],
  [
    'instantiation expressions',
    'const f = <T,>(x: T) => x; const g = f<number>; export default g(1)',
    1,
  ],
  [
    'fields named as modifiers, with no `;`',
    'class A { get: number\n a() { return 1 } set?: number\n b() { return 2 } private static?: number\n c() { return 3 } } const a = new A(); export default [a.a(), a.b(), a.c(), Object.keys(a)]',
    [1, 2, 3, ['get', 'set', 'static']],
  ],
  [
    'accessors and static members on two lines',
    'class A { get\n a(): number { return 1 } static\n b(): number { return 2 } } export default [new A().a, A.b()]',
    [1, 2],
  ],
  [
    'fields named as operators, behind modifiers',
    'class A { readonly out = 1\n readonly in = 2\n private instanceof = 3 } export default Object.values(new A())',
    [1, 2, 3],
  ],
  [
    'parameters of types over lines, behind a word and a comment',
    'function f() { return /* a */ <\n T,\n>(x: T) => x } const g = async /* b */ <\n T,\n>(x: T) => x; export default [f()(1), await g(2)]',
    [1, 2],
  ],
  [
    'what is behind arguments',
    'const a = 6, b = 1, c = 2, d = 3; type b = 1; export default [a<b>/c/d, a<b> == c, a<b>>c, a<b>=c]',
    [1, false, false, false],
  ],
  ['JavaScript', 'export default [1, 2].at(-1)', 2],
  [
    'using',
    'let log = ""; { using x: Disposable = { [Symbol.dispose]() { log += "d" } } } export default log',
    'd',
  ],
  ['top-level await', 'const x: number = await Promise.resolve(1); export default x', 1],
  ['regular expressions', 'export default /[<T>]/v.test("<" as string)', true],
]

const test = suite('typescript: erasable syntax')

for (const [feature, source, expected] of erasable) {
  test(`${feature}: erased in place`, async () => {
    const result = await convert(source)
    assert.is(result.map, undefined)
    assert.is(result.source.length, source.length)
    assert.is(result.format, 'text/javascript')
    assert.equal((await execute(result)).default, expected)
  })
}

test('a type and what follows it in its line are two statements', async () => {
  for (const type of ['interface C {}', 'export interface C {}', 'declare module "c" {}']) {
    const source = `const b = (x: number) => "called"\nlet a = b\n${type} (1)\nexport default typeof a`
    assert.is((await execute(await convert(source))).default, 'function')
  }
})

test('a type is what an `if` holds', async () => {
  const heads = ['if (x)', 'if (!x) ; else', 'while (x)', 'for (const y of [])', 'label:']
  for (const head of heads) {
    const source = `let x = false, n = 0\n${head} type A = string\nn++\nexport default n`
    assert.is((await execute(await convert(source))).default, 1, head)
  }
})

test('a comment ends where JavaScript ends a line', async () => {
  for (const end of ['\n', '\r', '\r\n', '\u2028', '\u2029']) {
    const source = `// a${end}let b: number = 1;${end}export default b`
    assert.is((await execute(await convert(source))).default, 1)
  }
})

test('a hashbang stays when types are erased', async () => {
  const { source } = await convert('#!/usr/bin/env tsx\nexport default 1 as number')
  assert.is(source, '#!/usr/bin/env tsx\nexport default 1          ')
})

test.run()
