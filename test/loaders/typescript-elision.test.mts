/** Which imports and exports are left of a program, and that what is left runs. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { scanModule } from '../../core/module-syntax.mts'
import { convert, execute, write } from './typescript-program.mts'

const at = write({
  'elision/tsconfig.json': '{}',
  'elision/verbatim/tsconfig.json': '{ "compilerOptions": { "verbatimModuleSyntax": true } }',
  'elision/legacy/tsconfig.json': '{ "compilerOptions": { "importsNotUsedAsValues": "preserve" } }',
  'elision/values/tsconfig.json': '{ "compilerOptions": { "preserveValueImports": true } }',
})

/** A program and the specifiers that are left of it. */
const rows: readonly [fact: string, source: string, left: readonly string[]][] = [
  ['a name that only types use goes', 'import { A } from "a"; let x: A', []],
  ['a name that a value uses stays', 'import { A } from "a"; A()', ['a']],
  ['a name that nothing uses goes', 'import { A } from "a"', []],
  ['an import without names stays', 'import "a"', ['a']],
  ['an import of no names goes', 'import {} from "a"', []],
  ['an import of types by the word goes', 'import { type A, type B } from "a"; let x: A', []],
  ['a default import of a type goes', 'import A from "a"; let x: A', []],
  ['a namespace of types goes', 'import * as A from "a"; let x: A.B', []],
  ['a namespace that a value uses stays', 'import * as A from "a"; A.b', ['a']],
  ['a name in a comment is no use', 'import { A } from "a" // A()\n/* new A */ let x: A', []],
  ['a name in a string is no use', 'import { A } from "a"; "A"; `A`; /A/; let x: A', []],
  ['a name in a template is a use', 'import { A } from "a"; `${A}`', ['a']],
  ['a property of that name is no use', 'import { A } from "a"; ({ A: 1 }).A; let x: A', []],
  ['a shorthand property is a use', 'import { A } from "a"; ({ A })', ['a']],
  ['a shadowed name is no use', 'import { A } from "a"; ((A) => A)(1); let x: A', []],
  ['a typeof type is no use', 'import { A } from "a"; let x: typeof A', []],
  ['a typeof expression is a use', 'import { A } from "a"; typeof A', ['a']],
  ['implements is no use', 'import { A } from "a"; class B implements A {}', []],
  ['extends is a use', 'import { A } from "a"; class B extends A {}', ['a']],
  ['exporting is a use', 'import { A } from "a"; export { A }', ['a']],
  ['export default is a use', 'import A from "a"; export default A', ['a']],
  [
    'export from stays',
    'export { A } from "a"; export * from "b"; export * as C from "c"',
    ['a', 'b', 'c'],
  ],
  ['an export of types from elsewhere goes', 'export { type A, type B as C } from "a"', []],
  [
    'an export of no names from elsewhere goes',
    'export {} from "a"; export { /* b */ } from "b"',
    [],
  ],
  ['an export of a type and a value stays', 'export { type A, B } from "a"', ['a']],
  [
    'beside a declaration the same exports go',
    'declare const a: 1; export { type A } from "a"; export {} from "b"; export { C } from "c"',
    ['c'],
  ],
  [
    'beside an enum the same exports go',
    'enum E { A } export { type A } from "a"; export {} from "b"; export { C } from "c"',
    ['c'],
  ],
  ['a decorator is a use', 'import { A } from "a"; @A class B {}', ['a']],
  ['an import with attributes goes', 'import A from "a" with { type: "json" }; let x: A', []],
  ['a used import with attributes stays', 'import A from "a" with { type: "json" }; A', ['a']],
  [
    'beside an enum the same rules hold',
    'import { A } from "a"; import { B } from "b"; enum E { C = B } let x: A',
    ['b'],
  ],
  [
    'the first of several goes alone',
    'import { A } from "a"; import { B } from "b"; B as A',
    ['b'],
  ],
]

const test = suite('typescript: elision')

for (const [fact, source, left] of rows) {
  test(fact, async () => {
    const result = await convert(source, { url: at('elision/x.mts') })
    const syntax = await scanModule(result.source)
    const specifiers = syntax?.imports.map((each) => each.specifier)
    assert.equal(specifiers, [...left], result.source)
  })
}

test('a blanked import still ends the statement before it', async () => {
  const source =
    'const a = () => 1\nimport { A } from "nowhere"\n;((x: A) => x)\nexport default a()'
  assert.is((await execute(await convert(source))).default, 1)
  const bare = 'let r = 5 as number\nimport { A } from "nowhere"\n(r as A)\nexport default r'
  assert.is((await execute(await convert(bare))).default, 5)
})

test('what is left of a clause runs', async () => {
  const source =
    'import D, { A, /* , } */ sep as s, type T, B } from "node:path"\nimport E, {\n// }\nC\n} from "node:os"\n' +
    'import F, * as N from "node:fs"\nlet x: A & B & C & typeof F\n' +
    'export default [typeof D.join, typeof s, typeof E.cpus, typeof N.readFileSync]'
  const result = await convert(source)
  assert.is(result.map, undefined)
  assert.is(result.source.length, source.length)
  const expected = ['function', 'string', 'function', 'function']
  assert.equal((await execute(result)).default, expected)
})

const exported: readonly [fact: string, source: string, left: readonly string[]][] = [
  ['an interface in braces goes', 'interface A {} const b = 1; export { A, b }', ['b']],
  [
    'a type in braces goes, by any name',
    'type A = 1; const b = 1; export { A as c, b as d, A as "e" }',
    ['d'],
  ],
  ['the last of a list goes', 'type A = 1; const b = 1; export { b /* , */, /* , */ A }', ['b']],
  [
    'an imported type in braces goes',
    'import type { A } from "a"; export { A }; export let b = 1',
    ['b'],
  ],
  ['a declared value in braces goes', 'declare const a: 1; export { a }', []],
  ['an interface as the default goes', 'interface A {} export default A', []],
  ['a value as the default stays', 'const a = 1; export default a', ['default']],
  ['a class and an interface of one name stay', 'interface A {} class A {} export { A }', ['A']],
]

for (const [fact, source, left] of exported) {
  for (const folder of ['elision', 'elision/verbatim']) {
    test(`${fact} (${folder})`, async () => {
      const result = await convert(source, { url: at(`${folder}/x.mts`) })
      assert.equal(Object.keys(await execute(result)), [...left], result.source)
    })
  }
}

test('exports that go leave the rest where it is', async () => {
  const source = 'export {\n  A, // comment, }\n  b,\n}; interface A {} const b = 1'
  const { source: code, map } = await convert(source)
  assert.equal(
    [code, map],
    ['export {\n     // comment, }\n  b,\n};                const b = 1', undefined],
  )
})

test('an escaped name is left to the compiler', async () => {
  const result = await convert('import { \\u0073ep } from "node:path"; export default typeof sep')
  assert.is((await execute(result)).default, 'string')
})

test('verbatimModuleSyntax keeps what is written', async () => {
  const source = 'import { A } from "a"; import {} from "b"; let x: A'
  const { source: code } = await convert(source, { url: at('elision/verbatim/x.ts') })
  assert.is(code, 'import { A } from "a"; import {} from "b"; let x   ')
})

test('verbatimModuleSyntax keeps exports of no names from elsewhere', async () => {
  const exports = 'export { type A } from "a"; export {} from "b"; import {} from "c"'
  const url = at('elision/verbatim/x.ts')
  for (const before of ['', 'declare const a: 1; export { a }; ', 'enum E { A } ']) {
    const { source } = await convert(before + exports, { url })
    const specifiers = scanModule(source)?.imports.map((each) => each.specifier)
    assert.equal(specifiers, ['a', 'b', 'c'], source)
  }
})

test('an export of no names from elsewhere ends the statement before it', async () => {
  const source = 'let r = 5\nexport { type A } from "nowhere"\n(r as A)\nexport default r'
  assert.is((await execute(await convert(source))).default, 5)
})

test('importsNotUsedAsValues keeps the import without its names', async () => {
  const url = at('elision/legacy/x.ts')
  const { source } = await convert('import { A } from "a"; let x: A; export {}', { url })
  assert.match(source, /^import "a";$/m)
})

test('preserveValueImports keeps names that nothing uses', async () => {
  const url = at('elision/values/x.ts')
  const { source } = await convert('import { A } from "a"; let x: A; export {}', { url })
  assert.match(source, /^import \{ A \} from "a";/)
})

test.run()
