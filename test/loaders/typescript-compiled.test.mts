/** Programs that esbuild compiles: what they export by default is what their syntax means. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { convert, execute } from './typescript-program.mts'

type Row = readonly [feature: string, source: string, expected: unknown]

const compiled: readonly Row[] = [
  ['enums', 'enum A { B, C = 5, D } export default [A.D, A[0]]', [6, 'B']],
  ['string enums', 'enum A { B = "b" } export default A.B', 'b'],
  ['const enums', 'const enum A { B = 7 } export default A.B', 7],
  ['merged enums', 'enum A { B = 1 } enum A { C = B + 1 } export default A.C', 2],
  ['namespaces', 'namespace A { export const b = 1 } export default A.b', 1],
  ['nested namespaces', 'namespace A.B { export const c = 2 } export default A.B.c', 2],
  [
    'namespaces merged with functions',
    'function f() {} namespace f { export let a = 3 } export default f.a',
    3,
  ],
  [
    'parameter properties',
    'class A { constructor(private a = 1, readonly b?: 2) {} get() { return this.a } } export default new A().get()',
    1,
  ],
  ['angle-bracket assertions', 'export default <number>(<any>1)', 1],
  ['import aliases', 'namespace A { export const b = 1 } import c = A.b; export default c', 1],
  [
    'auto-accessors',
    'class A { accessor a: number = 1; static accessor b = 2 } export default new A().a + A.b',
    3,
  ],
  [
    'class decorators',
    'const d = (c: any, x: any) => { c.kind = x.kind }; @d class A { static kind: string } export default A.kind',
    'class',
  ],
  [
    'method decorators',
    'const d = (f: any) => function () { return f() + 1 }; class A { @d a() { return 1 } } export default new A().a()',
    2,
  ],
  [
    'field decorators',
    'const d = (_: any, x: any) => (v: any) => v + x.name; class A { @d a = "1" } export default new A().a',
    '1a',
  ],
  [
    'accessor decorators',
    'const d = (_: any, x: any) => ({ init: (v: number) => v + 1 }); class A { @d accessor a = 1 } export default new A().a',
    2,
  ],
  [
    'decorator factories',
    'const d = (n: number) => (c: any) => class extends c { n = n }; @d(4) class A { n = 0 } export default new A().n',
    4,
  ],
  [
    'decorator initializers',
    'const l: string[] = []; const d = (_: any, x: any) => { x.addInitializer(() => { l.push(x.name) }) }; class A { @d m() {} } new A(); export default l',
    ['m'],
  ],
  [
    'a decorated class keeps its name',
    'const d = (_: any, x: any) => {}; @d class A { static self = () => A; m() { return A } } export default [A.name, A.self().name]',
    ['A', 'A'],
  ],
  [
    'a declared member without a semicolon',
    'const k = "k"; class A { a = [1]\n declare b: 1\n [k] = 2 } export default new A().k',
    2,
  ],
  ['an old global directive', 'export as namespace Foo; export default 1', 1],
  ['a hashbang and an enum', '#!/usr/bin/env -S tsx\nenum A { B = 2 } export default A.B', 2],
]

const test = suite('typescript: compiled syntax')

for (const [feature, source, expected] of compiled) {
  test(`${feature}: compiled, with a map`, async () => {
    const result = await convert(source)
    assert.is(typeof result.map, 'string')
    assert.is(result.format, 'text/javascript')
    assert.equal((await execute(result)).default, expected)
  })
}

test('a shadowed function keeps working, whatever it is called', async () => {
  const source =
    'enum E { A } const f = () => 1; { const f = () => 2; f() } export default f() + E.A'
  assert.is((await execute(await convert(source))).default, 1)
})

test('TSX keeps generics, types and JSX apart', async () => {
  const source =
    '/** @jsx h */\nconst h = (t: string, p: object | null, ...c: string[]) => [t, p, c]\n' +
    'const id = <T,>(x: T): T => x\nexport default id<any>(<a href="x">it\'s {`y`}</a>)'
  const result = await convert(source, { type: 'text/tsx', url: 'https://host.test/x.tsx' })
  assert.equal((await execute(result)).default, ['a', { href: 'x' }, ["it's ", 'y']])
})

test('JSX uses the automatic runtime, of React unless a pragma names another', async () => {
  const react = await convert('export default <a/>', { type: 'text/jsx' })
  assert.match(react.source, 'from "react/jsx-runtime"')
  const preact = await convert('/** @jsxImportSource preact */ export default <a/>', {
    type: 'text/tsx',
  })
  assert.match(preact.source, 'from "preact/jsx-runtime"')
})

test('.tsx that a server calls application/typescript is TSX', async () => {
  const result = await convert('export default <a/>', { url: 'https://host.test/x.tsx?v=1' })
  assert.match(result.source, 'jsx("a"')
})

test.run()
