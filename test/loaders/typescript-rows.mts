/** Programs with what has to be compiled, and which compiler may: the corpus that both are held to. */

import type { Language } from '../../loaders/typescript/compiler.mts'
import type { CompilerOptions } from '../../loaders/typescript/tsconfig.mts'

/** Which of them compiles it. */
type By = 'oxc' | 'esbuild'
export type Row = readonly [
  feature: string,
  by: By,
  source: string,
  options?: CompilerOptions,
  language?: Language,
]

const legacy = { experimentalDecorators: true }
const assigned = { useDefineForClassFields: false }
const log =
  'export const log: unknown[] = []; const d = (...x: any[]) => { log.push(x.length, typeof x[0], x[1], typeof x[2]) };\n'
const h = 'const h = (...x: any[]) => x, F = "F";\n'

export const rows: readonly Row[] = [
  ['enums', 'oxc', 'export enum A { B, C = 5, D, "e-f" = 2 } export default [A.D, A[0], A["e-f"]]'],
  ['string enums', 'oxc', 'enum A { B = "b", C = `x`, D = B + 1 } export default { ...A }'],
  [
    'computed enums',
    'oxc',
    'const x = 3; enum A { B = x, C = "abc".length, D = A.B | 8, E = -1, F, G = 1 << 31, H = -1 >>> 0, I = 2 ** 10, J = 7 % 3, K = ~5, L = 0.1 + 0.2, M = 10 / 4, N = 1e21, O = Infinity, P = NaN } export default { ...A }',
  ],
  [
    'a member named as a variable',
    'oxc',
    'const B = 9; enum A { C = B } enum D { B = 1, C = B } export default [A.C, D.C]',
  ],
  [
    'const enums',
    'oxc',
    'export const enum A { B = 7 } const enum C { D = "d" } export default [A.B, C.D]',
  ],
  [
    'members used before their enum',
    'oxc',
    'export default f(); function f() { return [A.B, C.D] } enum A { B } const enum C { D = 2 }',
  ],
  [
    'an enum used before it is there',
    'oxc',
    'export default f(); function f() { return typeof A } export enum A { B }',
  ],
  [
    'an enum named in a value',
    'oxc',
    'enum A { B } const g = (x: any) => Object.keys(x); export default [g(A), { A }.A, A?.B, (A as any).B, A!.B, `${A.B}`, -A.B]',
  ],
  [
    'an enum that is written to',
    'oxc',
    'enum A { B } (A as any).B = 3; A.B++; export default [A.B, { ...A }]',
  ],
  [
    'exports of types from elsewhere',
    'oxc',
    'export { type A } from "nowhere"; export { type B, sep } from "node:path"; enum C { D } export default C.D',
  ],
  [
    'exports of nothing from elsewhere',
    'esbuild',
    'export {} from "nowhere"; enum C { D } export default C.D',
  ],
  [
    'exports of types from elsewhere, to the letter',
    'esbuild',
    'export { type A } from "node:path"; enum C { D } export default C.D',
    { verbatimModuleSyntax: true },
  ],
  [
    'exports of nothing from elsewhere, to the letter',
    'oxc',
    'export {} from "node:path"; enum C { D } export default C.D',
    { verbatimModuleSyntax: true },
  ],
  [
    'constants of namespaces in each other, and after each other',
    'oxc',
    'namespace A { export const a = 1; export const b = a + 1; export namespace B { export const c = b + 1; export const d = c + 1 } export const e = B.d + b } namespace C { export const f = 5; export const g = f + 1 } export default [A.a, A.b, A.B.c, A.B.d, A.e, C.f, C.g]',
  ],
  ['a deleted member', 'esbuild', 'enum A { B } delete (A as any).B; export default { ...A }'],
  ['merged enums', 'oxc', 'export enum A { B = 1 } export enum A { C = B + 1 } export default A.C'],
  [
    'enums in blocks',
    'oxc',
    'function f() { enum A { B } return A } { enum C { D } } export default f()',
  ],
  [
    'a shadowed enum',
    'oxc',
    'enum A { B } function f(A: any) { return A.B } export default [f({ B: 9 }), A.B]',
  ],
  [
    'declared enums',
    'esbuild',
    'declare enum A { B = 7 } export default typeof A; declare const enum C { D = 1 }',
  ],
  [
    'an enum merged with a namespace',
    'esbuild',
    'enum A { B } namespace A { export const c = B } export default { ...A }',
  ],
  [
    'namespaces',
    'oxc',
    'export namespace A { export const b = 1; export function f() { return 2 } export class C {} } export default [A.b, A.f(), typeof A.C]',
  ],
  [
    'nested namespaces',
    'oxc',
    'namespace A.B { export const c = 2 } namespace D { export namespace E { export function f() { return 3 } } } export default [A.B.c, D.E.f()]',
  ],
  ['a namespace of types', 'oxc', 'namespace A { export type B = 1 } export const x: A.B = 1'],
  [
    'a namespace used before it is there',
    'oxc',
    'export default f(); function f() { return typeof A } namespace A { export const b = 1 }',
  ],
  [
    'an exported constant that is named',
    'oxc',
    'namespace A { export const b = 1; export const f = () => b } (A as any).b = 2; export default A.f()',
  ],
  [
    'exported constants that are named in many places',
    'oxc',
    `const b = 7, g = (x) => x + b
    namespace A {
      export const b = [1]; export const f = (c = b) => Math.max(...b, c[0]! * b.length) + b[0]!
      export const h = () => f() + f(b) + f.call(1)
      export const i = () => { if (typeof b !== typeof h) return h() - g(b.length); throw b }
      export namespace B { export const j = () => b.map(f2); const f2 = (x: number) => x + h() }
    }
    Object.assign(A, { b: [2] }); (A as any).f = (...given: unknown[]) => 100 + given.length
    export default [A.f(), A.h(), A.i(), A.B.j(), b]`,
  ],
  [
    'what looks like a namespace and is none',
    'esbuild',
    `namespace N { export const n = 1 }
    var A: any
    ;(function (_A) {
      const b = _A.b = 1
      _A.f = () => b
    })(A || (A = {}))
    A.b = 2
    export default [A.f(), N.n]`,
  ],
  [
    'an exported function that is called: without the namespace for its this',
    'oxc',
    'namespace A { export const f = function (this: any) { return this === undefined }; export const g = () => f() } export default A.g()',
  ],
  ...(
    [
      ['in a pattern', 'esbuild', 'export const f = ({ b }: any = { b: 3 }) => b'],
      ['as a parameter', 'esbuild', 'export const f = (b = 3) => b'],
      ['as one of two parameters', 'esbuild', 'export const f = (c = 1, b = 3) => b + c'],
      ['as a function parameter', 'esbuild', 'export function f(b = 3) { return b }'],
      [
        'as a method parameter',
        'esbuild',
        'export const f = () => new (class { m(c = 2, b = 3) { return b + c } })().m()',
      ],
      [
        'in a catch',
        'esbuild',
        'export const f = () => { try { throw 3 } catch (b) { return b } }',
      ],
      ['in a loop', 'esbuild', 'export const f = () => { for (const b of [3]) return b }'],
      ['in a block', 'esbuild', 'export const f = () => { { const b = 3; return b } }'],
      ['in a list', 'esbuild', 'export const f = () => { let c = 1, b = 3; return b + c }'],
      [
        'as a function',
        'esbuild',
        'export const f = () => { return b(); function b() { return 3 } }',
      ],
      [
        'as a generator',
        'esbuild',
        'export const f = () => { return [...b()]; function* b() { yield 3 } }',
      ],
      ['as a class', 'esbuild', 'export const f = () => { class b {} return b.name }'],
      ['as a member', 'esbuild', 'export const f = () => new (class { b = 3 })().b'],
      ['as a key', 'esbuild', 'export const f = () => ({ b, c: b, [b]: b })'],
      ['as a label', 'esbuild', 'export const f = () => { b: for (;;) break b; return b }'],
      ['in a template', 'esbuild', 'export const f = () => `${b}\n b + b`'],
      ['in a text of several lines', 'esbuild', 'export const f = () => `\n a + b;\n` + b'],
      ['in a string', 'esbuild', 'export const f = () => "a + b" + b'],
      ['in a regular expression', 'esbuild', 'export const f = () => [/ + b;/.test(" + b"), b]'],
      [
        'in a nested namespace',
        'esbuild',
        'export namespace B { export const b = 3; export const d = b } export const f = () => b + B.d',
      ],
      ['with a call that may not be', 'oxc', 'export const f = () => (b as any)?.toFixed?.() + b'],
      [
        'in a list of its own',
        'esbuild',
        'export const c = 1, d = 2; export const f = () => b + c + d',
      ],
      ['as a tag', 'esbuild', 'export const t = (s: any) => s[0]; export const f = () => t`x` + b'],
    ] as const
  ).map(([how, by, text]): Row => [
    `an exported constant whose name is there ${how}`,
    by,
    `namespace A { export const b = 1; ${text} } const before = A.f(); Object.assign(A, { b: 2, c: 5, t: () => 9 }); export default JSON.stringify([before, A.f()])`,
  ]),
  [
    'variables that a namespace exports',
    'esbuild',
    'namespace A { export let b = 1; export function f() { b++ } } A.f(); export default A.b',
  ],
  [
    'patterns that a namespace exports',
    'esbuild',
    'namespace A { export const { b, c: [d] } = { b: 1, c: [2] }; export const e = b + d } export default { ...A }',
  ],
  [
    'namespaces in two parts',
    'esbuild',
    'namespace A { export const b = 1 } namespace A { export const c = b + 1 } export default { ...A }',
  ],
  [
    'a namespace merged with a class',
    'esbuild',
    'class A {} namespace A { export const b = 1 } export default A.b',
  ],
  [
    'a namespace with an enum',
    'esbuild',
    'namespace A { export enum B { C } export const d = B.C } export default A.B.C',
  ],
  [
    'import aliases',
    'esbuild',
    'namespace A { export const b = 1 } import c = A.b; export import e = A.b; export default c',
  ],
  [
    'parameter properties',
    'oxc',
    'class A { x = (this as any).a; constructor(private a = 1, readonly b?: number, public c = a + 1) { this.c++ } } export default new A()',
  ],
  [
    'parameter properties after super()',
    'oxc',
    'class A { a = 0 } class B extends A { y = this.b; constructor(public override a: number, readonly b = 2) { const z = 1; super(); this.b += z } } export default new B(5)',
  ],
  [
    'super() in a condition',
    'esbuild',
    'class A {} class B extends A { constructor(public b: number) { if (b) { super() } else super() } } export default new B(1)',
  ],
  [
    'super() in an expression',
    'esbuild',
    'class A {} class B extends A { constructor(public b: number) { const x = super(); } } export default new B(1)',
  ],
  [
    'super() in an arrow',
    'esbuild',
    'class A {} class B extends A { constructor(public b: number) { const f = () => super(); f() } } export default new B(1)',
  ],
  [
    'super() in a try',
    'esbuild',
    'class A {} class B extends A { constructor(public b: number) { try { super() } finally {} } } export default new B(1)',
  ],
  [
    'super() after a comma',
    'esbuild',
    'class A {} class B extends A { constructor(public b: number) { 0, super() } } export default new B(1)',
  ],
  [
    'declared and optional fields',
    'oxc',
    'enum E { A } class A { declare x: number; y?: number; z!: string; static s = 1; [k: string]: any } export default [new A(), E.A]',
  ],
  [
    'abstract members',
    'oxc',
    'enum E { A } abstract class A { abstract m(): void; abstract x: number; n() { return 1 } } class B extends A { m() {} x = 2 } export default [new B(), E.A]',
  ],
  [
    'accessor',
    'esbuild',
    'class A { accessor a = 1; static accessor b = 2 } export default [new A().a, A.b]',
  ],
  [
    'assertions',
    'oxc',
    'enum E { A } const y: any = { a: 1, f: (x: any) => x }; let x = <any>y; (x as any) = y as const satisfies object; export default [x!.a!, y.f<number>(2), E.A]',
  ],
  [
    'overloads and this',
    'oxc',
    'enum E { A } export function f(a: string): void; export function f(this: void, a: any) { return a } export default [f("x"), E.A]',
  ],
  [
    'using',
    'oxc',
    'enum E { A } const l: string[] = []; { using x = { [Symbol.dispose]() { l.push("end") } }; l.push("in") } export default [l, E.A]',
  ],
  [
    'await at the top',
    'oxc',
    'enum E { A } export default [await 1, E.A]; for await (const x of [1]) ;',
  ],
  [
    'import.meta and import()',
    'oxc',
    'enum E { A } const p = await import("node:path"); export default [typeof import.meta.url, typeof p.join, E.A]',
  ],
  [
    'attributes',
    'oxc',
    'enum E { A } const p = await import("data:application/json,3", { with: { type: "json" } }); import q from "data:application/json,4" with { type: "json" }; export default [p.default, q, E.A]',
  ],
  [
    'a hashbang and directives',
    'oxc',
    '#!/usr/bin/env node\n"use strict"; \'use it\'\nenum A { B } export default A.B',
  ],
  [
    'comments',
    'oxc',
    '/*! legal */\n// a\nenum A { B /* x */, /** y */ C } // end\nexport default /* @__PURE__ */ A.C //# sourceMappingURL=nowhere.js.map',
  ],
  ['CRLF', 'oxc', 'enum A {\r\n  B\r\n}\r\nexport default [`a\r\nb`, A.B]\r\n'],
  ['a byte order mark', 'esbuild', '\ufeffenum A { B } export default A.B'],
  [
    'lone surrogates',
    'oxc',
    'enum A { B = "\\ud800" } export default ["\\udfff😀", `\\ud83d`, A.B]',
  ],
  [
    'escapes and other alphabets',
    'oxc',
    'enum Ä { é = "é\\u2028\\0\\x7f" } const \\u0061b = `\\u{1f600}`; export default [Ä.é, ab, "日本語"]',
  ],
  [
    'numbers',
    'oxc',
    'enum A { B } export default [0xff, 1_000, .5, 1e3, 0b11, 0o7, 10n, 1.0, 5e-324, A.B]',
  ],
  [
    'regular expressions',
    'oxc',
    'enum A { B } export default [/(?<a>[/\\]]+)/dgu.source, /[a&&b]/v.flags, A.B]',
  ],
  [
    'precedence',
    'oxc',
    'enum A { B = 2 } const a: any = { b: [1] }; export default [(-1) ** 2, (await 1) ** 2, A.B ** 2, !("x" in a), (a?.b)[0], new (class { c = 1 })().c, ((x) => ({ x }))(1), (1, 2), `${(1, 3)}`, (a ?? 1) || 2]',
  ],
  [
    'loops and labels',
    'oxc',
    'enum A { B } let n = 0; a: for (let i = 0, j = 9; i < j; i++) { for (;;) { if (i > 3) break a; n++; continue a } } if (0) {} else ; do n++; while (n < 9); export default [n, A.B]',
  ],
  [
    'generators and classes',
    'oxc',
    'enum E { A } class A { static #p = 1; static { A.#p++ } get x() { return A.#p } static async *g() { yield* [1, 2] } "a b"() {} 12() {} } const l: number[] = []; for await (const x of A.g()) l.push(x); export default [new A().x, l, A.name, E.A]',
  ],
  [
    'standard decorators',
    'esbuild',
    'const d = (c: any, x: any) => { c.kind = x.kind }; @d class A { static kind: string } export default A.kind',
  ],
  [
    'decorators of a class expression',
    'esbuild',
    'const d = (c: any, x: any) => {}; export default [typeof (@d class {})]',
  ],
  [
    'an @ that is no decorator',
    'oxc',
    '/** @param x y\n@see z */\nenum A { B = "@a" } // @b\nexport default [A.B, "@c", \'@d\']',
  ],
  [
    'legacy decorators',
    'oxc',
    `${log}@d class A { @d x = 1; @d y?: string; @d m(@d p: number) {} @d get z() { return 1 } constructor(@d private a = 1, @d b?: 2) {} @d ["c" + 1]() {} } export default [new A(), A.name]`,
    legacy,
  ],
  [
    'legacy decorators that replace',
    'oxc',
    'const c = (C: any) => class extends C { q = 1 } as any; const m = (_: any, __: any, p: any) => ({ ...p, value: () => 5 }); @c class A { @m f() { return 1 } static self() { return A } me = () => A } export default [new A().f(), A.self() === A, new A().me() === A, A.name, new A()]',
    legacy,
  ],
  [
    'the order of legacy decorators',
    'oxc',
    'export const l: unknown[] = []; const d = (n: number) => (l.push(n), (...x: any[]) => { l.push(-n) }); @d(1) @d(2) class A { @d(3) @d(4) a() {} @d(5) b(@d(6) x: any, @d(7) y: any) {} constructor(@d(8) x: any) {} }',
    legacy,
  ],
  [
    'decorated static members',
    'esbuild',
    `${log}class A { @d static s = 1; @d static m() {} @d i() {} } export default A.s`,
    legacy,
  ],
  [
    'decorators that name private members',
    'esbuild',
    'const d = (f: any) => (t: any) => { t.f = f }; class A { #p = 4; @d((a: A) => a.#p) m() {} } export default (new A() as any).f(new A())',
    legacy,
  ],
  [
    'a decorated class without a name',
    'esbuild',
    `${log}@d export default class { m() {} }`,
    legacy,
  ],
  ['a decorated default', 'oxc', `${log}@d export default class A { m() {} }`, legacy],
  [
    'decorated exports',
    'oxc',
    `${log}@d export class A { static a = 1 } export default A.a`,
    legacy,
  ],
  [
    'metadata is not kept',
    'oxc',
    '(Reflect as any).decorate = () => { throw 1 }; const d = (x: any) => { x.d = 1 }; @d class A {} delete (Reflect as any).decorate; export default (A as any).d',
    legacy,
  ],
  [
    'names that helpers might take',
    'oxc',
    `${log}const _decorate = 1; function _decorateParam() {} @d class A { constructor(@d x: any) {} } export default _decorate`,
    legacy,
  ],
  [
    'assigned fields',
    'esbuild',
    'class A { set x(v: any) { (this as any).set = v } y?: 1; static s = 2; ["z"] = 3; #p = 4; get p() { return this.#p } } class B extends A { x = 1; w = this.p } export default [new B(), "y" in new B(), A.s, Object.keys(new B())]',
    assigned,
  ],
  [
    'assigned fields and parameter properties',
    'esbuild',
    'const l: any[] = []; class A { constructor() { l.push("A") } } class B extends A { x = this.a; y = 1; constructor(private a = 1) { l.push("before"); super(); l.push(Object.keys(this)) } } new B(); export default l',
    assigned,
  ],
  [
    'assigned fields, computed',
    'esbuild',
    'let n = 0; const k = () => `k${++n}`; class A { static s = n; [k()] = 1; static [k()] = 2; m() {} [k()]() {} } export default [{ ...new A() }, { ...A }]',
    assigned,
  ],
  [
    'target: es2021 assigns',
    'esbuild',
    'class A { set x(v: any) {} } class B extends A { x = 1; y?: 1; #q = null ?? 1; static { } } export default Object.keys(new B())',
    { target: 'ES2021' },
  ],
  [
    'assigned and decorated',
    'esbuild',
    `${log}class A { @d x = 1; @d y?: string; @d m() {} } export default new A()`,
    { ...legacy, ...assigned },
  ],
  [
    'assigned, decorated and static',
    'esbuild',
    `${log}class A { @d x = 1; @d static y = 1; } export default A.y`,
    { ...legacy, ...assigned },
  ],
  [
    'verbatim imports',
    'oxc',
    'import { join } from "node:path"; import {} from "node:fs"; import { type Stats } from "node:fs"; import type { T } from "nowhere"; enum E { A } export default E.A',
    { verbatimModuleSyntax: true },
  ],
  [
    'elided imports',
    'oxc',
    'import { A } from "nowhere1"; import B, { sep } from "node:path"; import * as C from "nowhere2"; import "node:fs"; import type D from "nowhere3"; import { type E } from "nowhere4"; let x: A | C.x; enum F { G = sep.length } export default [F.G]',
  ],
  [
    'shadowed imports',
    'oxc',
    'import { A } from "nowhere"; { const A = 1; A + 1 } enum E { A } export default E.A',
  ],
  ['an import of no names', 'esbuild', 'import {} from "nowhere"; enum E { A } export default E.A'],
  [
    'exported types',
    'oxc',
    'type A = 1; const b = 1; interface C {} enum E { F } export { A, b, C as D, E }',
  ],
  [
    'exports that nothing declares',
    'esbuild',
    'enum E { A } export { nowhere }; export default E.A',
  ],
  ['exports declared twice', 'esbuild', 'enum E { A } export const a = 1; export { E as a }'],
  [
    'types alone',
    'oxc',
    'import type { A } from "nowhere"; enum E { A } (globalThis as any).typesAlone = E.A',
  ],
  ['import = require', 'esbuild', 'import x = require("node:fs"); enum E { A }'],
  [
    'JSX',
    'oxc',
    `${h}/** @jsx h */\nenum E { A } export default <a b="c&amp;\n d" {...{ e: 1 }} f-g={<b/>} h><b.c/>  text {E.A} &nbsp;é\n  more {/* no */} {\`x\`} <this.x/></a>; const b: any = { c: 1 }`,
    {},
    'tsx',
  ],
  [
    'fragments and generics',
    'oxc',
    `/** @jsx h */\n/** @jsxFrag F */\n${h}const id = <T,>(x: T) => x; export default id<any>(<><a/>{...[1]}</>)`,
    {},
    'tsx',
  ],
  [
    'a factory by option',
    'oxc',
    `const h = { x: (...y: any[]) => y }; export default <a b/>`,
    { jsxFactory: 'h.x' },
    'tsx',
  ],
  [
    'two pragmas in a line',
    'oxc',
    `/** @jsxRuntime classic @jsx h */\n${h}export default <a>{1}</a>`,
    {},
    'tsx',
  ],
  ['a late pragma', 'oxc', `${h}const z = 1;\n/** @jsx h */\nexport default <a>{z}</a>`, {}, 'tsx'],
  [
    'a pragma in a string',
    'esbuild',
    `${h}const z = "@jsx k";\n/** @jsx h */\nexport default <a>{z}</a>`,
    {},
    'tsx',
  ],
  [
    'the automatic runtime',
    'oxc',
    'import React, { useState } from "react"; import { X, type Y } from "x"; export default (p: Y) => <><X key="k" {...p}/><b {...p} key="k">{useState()}{1}</b></>',
    {},
    'tsx',
  ],
  ['children that are spread', 'esbuild', 'export default (p: any) => <a>{...p}</a>', {}, 'tsx'],
  [
    'the development runtime',
    'esbuild',
    'export default () => <a/>',
    { jsx: 'react-jsxdev' },
    'tsx',
  ],
  [
    'an import source',
    'oxc',
    'export default () => <a><b/><b/></a>',
    { jsx: 'react-jsx', jsxImportSource: 'preact' },
    'tsx',
  ],
  [
    'JSX without types',
    'oxc',
    `${h.replaceAll(': any[]', '')}/** @jsx h */\nimport "node:fs"; import { join } from "node:path"; export default <a b={1}>x</a>`,
    {},
    'jsx',
  ],
  [
    'decorators in a namespace',
    'esbuild',
    `${log}namespace A { @d export class B {} } export default typeof A.B`,
    legacy,
  ],
  [
    'a namespace beside an @',
    'oxc',
    '/** @param x y */\nnamespace A { export const b = 1 } export default A.b',
    legacy,
  ],
]
