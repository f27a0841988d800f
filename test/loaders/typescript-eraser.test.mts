/** Our own reader of TypeScript blanks what Node's stripping blanks, character for character, or says that it cannot. */

import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { erase } from '../../loaders/typescript/eraser/erasure.mts'
import { stripQuickly, stripTypes } from '../../loaders/typescript/strip.mts'
import { looks } from './typescript-looks.mts'
import { rows } from './typescript-rows.mts'

// Node's one warning is held back there.
stripTypes('')

const test = suite('typescript: eraser')

const erasable = [
  '',
  '#!/usr/bin/env node\nlet a: number = 1 // b: c\n/* d: e */',
  'const a = <T,>(x: T): T => x, b = async <T>(x: T) => x, c = async (x: number): Promise<void> => {}, d = async x => x',
  'const a = (b: (c: number) => void, d?: { e: 1 }, ...f: [g: 1, h?: 2][]): b is c => (b)',
  'const a = b ? (c) : d, e = b ? [c] : { d }, f = b ? (c, d) : (e: 1) => 2',
  'const a = (\n  b,\n): {\n  c: 1\n} => b\nconst d = <\n  T\n>(x: T) => x',
  'f<number>(1); new Map<string, A<B<C>>>(); a < b; a < b || c > (d); a?.<T>(b); f<T>`x`; new A<B>; x = f<T>',
  'a! + b!.c!()![d!]!; a != b; a !== b; !a; a = b!; (a as any) = 1; a as const satisfies B as C',
  'let a: A.B<C>[] | keyof typeof d[number] & (e | { f: [g, h] })["i"], b!: unique symbol, c: -1 | `x${A}y${"z"}` | 1n',
  'let a: A extends infer B extends C ? D : E extends F ? (x: G) => H : new () => I = 1, b: abstract new <T>(x: T) => asserts x is T',
  'let a: import("b").C<typeof import("d")>, e: typeof f.g<h>, i: readonly string[] = [], j: () => k | l = 1',
  'function f<const T extends A = B>(this: C, a: T = <any[]>[] as any): asserts a is T { return a } function g(this: D) {}'.replace(
    '<any[]>',
    '',
  ),
  'function f(a: string): void\nfunction f(a: number): void\nfunction f(a: any) {}\nexport function g(): void; export function g() {}',
  'export default function f(): void; export default function f() {}',
  'export default abstract class A<T> extends B<T> implements C<T>, D { }',
  'class A<in out T> extends f<T>(g)<U> implements B { a: number; b?: T = 1; c!: D; static d = 1; #e: F = 2; [k: string]: any; "f": 1; 3: 4; [g]: H = 5; static { let x: 1 } declare j: K }',
  'abstract class A { abstract a: B; abstract c(): D; protected abstract get e(): F; constructor(); constructor(a?: B) { super() } get f(): G { return 1 } set f(x: G) {} async *h(): I {} static async j<T>(this: A) {} readonly = 1; static; async; get; declare }',
  'class A extends Z { private a = 1; readonly [b] = 2; public async [c]() {} private *d() {} static readonly [e] = 3; public static f: 1; override get [g]() { return 1 } }',
  'type A<B = C> = { [K in keyof B]?: B[K] } & D; type E = | F | G; interface H<I> extends J<K>, L { m(): N; new (o: 1): P }\nlet type = 1, declare = 2, abstract = 3, namespace = 4; type = declare; type\n= 5',
  'declare const a: B, c: D; declare let e; declare function f(g: 1): h; declare class I extends J<K> { l(): m } declare enum N { O } declare const enum P { Q } declare global { var r: 1 } declare module "s" { export const t: 1 } declare namespace U.V { let w }',
  'import type A from "a"; import type { B } from "b"; import type * as C from "c"; import D, { type E, F as G, type H as I } from "d" with { type: "json" }; import type from "e"; import {} from "f"; import * as J from "g"; import "h"',
  'export type { A } from "a"; export type * from "b"; export { type C, d as e, type F as G }; export * as h from "i"; export * from "j"; export type K = 1; export interface L {} export declare const m: 1; export const n: 1 = 1; export class O {} export abstract class P {}',
  'for (const a of b as c[]) {} for (let d: e = 0, f; d < f; d++) ; for (x in y as any) {} for await (const z of w) {} while (a as b) c; do d!; while (e) ; if (f as g) h; else i as j',
  'switch (a as b) { case c as d: case (e): f; break; default: g }\ntry { a } catch (b: unknown) { c } finally { d }\nlabel: for (;;) { break label; continue label }',
  'const { a, b: { c }, ...d }: E = f, [g, , h = 1]: I = j; const k = { l, m() {}, get n(): o { return 1 }, async *p<T>(q: T) {}, [r]: s, "t": u as v, set: 1, async: 2, get: 3, ...w }',
  'const a = /[/\\]:]+: x/g, b = c / d / e, f = `a${b as c}d${`e${f!}`}g`, g = a++ / 2, h = (a) / b, i = [] / 1\nconst j = b ? /x/ : /y/',
  'a >> b; a >>> b; a >>= b; a >= b; a >>>= 1; a ?. b; a ?? b; a ? .5 : b; a **= 2; a ||= b',
  'async function f() { await (a as b); for await (const c of d) ; yield_; return (e as g) } function* h(): I { yield; yield* j as k; const l = yield m }',
  'function q() { new.target } import.meta.url; await import("a"); ({ r() { super.b as c } }); this as c; void 0 as d; typeof e as f; delete g!.h; const i = class<T> { j: T }, k = function <T>(l: T): m {}, n = class O extends P {}',
  'let é: A = "ü", 日本: A; const \u{20bb7} = 1 // 😀',
  'type A = {\r\n\tb: 1\r\n}\r\n\texport default 1\r\n',
  'const a = (b: c = (d: e) => f, { g }: h = {}, [i]: j[] = []) => ({}) as k; const l = (m) => (n): o => p',
  'let a: { -readonly [K in B]-?: C[K] }, d: { +readonly [K in B]+?: [-1, { e: -2 }] } = f<{ g: -1; h<T = i>(j?: T): k }>(l)',
  'a = b<{ c: +typeof d }>(e), f = b<{ c: !d }>(e), g = b<[d + 1]>(e), h = b<[d ** e]>(f), i = b<[d]>(e)',
  'using a: B = c; const x = b ? (c as d) : ((e: f) => g); const y = [...(z as w)]',
]

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
