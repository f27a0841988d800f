/** The compiler options of a tsconfig.json that change what comes out, one by one. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { convert, execute, write } from './typescript-program.mts'

const test = suite('typescript: compiler options')

let projects = 0

/** Converts a file of a project with these compiler options. */
async function withOptions(options: object, source: string, name = 'x.ts') {
  const project = `project-${++projects}`
  const at = write({ [`${project}/tsconfig.json`]: JSON.stringify({ compilerOptions: options }) })
  const type = name.endsWith('x') ? 'text/tsx' : 'application/typescript'
  return convert(source, { url: at(`${project}/src/deep/${name}`), type })
}

const jsx = 'export const a = <b c="d"><></></b>'

test('jsx: react is the classic runtime', async () => {
  const { source } = await withOptions({ jsx: 'react' }, jsx, 'x.tsx')
  assert.match(source, 'React.createElement("b", { c: "d" }')
})

test('jsx: react-jsx is the automatic runtime', async () => {
  assert.match(
    (await withOptions({ jsx: 'react-jsx' }, jsx, 'x.tsx')).source,
    '"react/jsx-runtime"',
  )
})

test('jsx: react-jsxdev is the development runtime', async () => {
  const { source } = await withOptions({ jsx: 'react-jsxdev' }, jsx, 'x.tsx')
  assert.match(source, '"react/jsx-dev-runtime"')
})

test('jsx: preserve does not preserve: Node runs no JSX', async () => {
  assert.match((await withOptions({ jsx: 'preserve' }, jsx, 'x.tsx')).source, '"react/jsx-runtime"')
})

test('jsxFactory and jsxFragmentFactory mean the classic runtime', async () => {
  const options = { jsxFactory: 'h.x', jsxFragmentFactory: 'F' }
  assert.match(
    (await withOptions(options, jsx, 'x.tsx')).source,
    /h\.x\("b", \{ c: "d" \}.*h\.x\(F/,
  )
})

test('jsxImportSource names the automatic runtime', async () => {
  const { source } = await withOptions(
    { jsx: 'react-jsx', jsxImportSource: 'preact' },
    jsx,
    'x.tsx',
  )
  assert.match(source, '"preact/jsx-runtime"')
})

const decorated =
  'const seen: unknown[] = []; const d = (...args: any[]) => { seen.push(args.length, typeof args[1]) }; ' +
  'class A { @d m() {} } export default seen'

test('experimentalDecorators: true calls decorators as TypeScript 4 did', async () => {
  const result = await withOptions({ experimentalDecorators: true }, decorated)
  assert.equal((await execute(result)).default, [3, 'string'])
})

test('experimentalDecorators: false calls them by the standard', async () => {
  const result = await withOptions({ experimentalDecorators: false }, decorated)
  assert.equal((await execute(result)).default, [2, 'object'])
})

test('experimentalDecorators: parameters and names of classes', async () => {
  const source =
    'const d = (...args: any[]) => { if (args.length === 3) log.push(args[2]) }; const log: unknown[] = [];' +
    'class A { static self = () => A; constructor(@d private a = 1, @d b = 2) {} @d m() {} }' +
    'export default [A.name, A.self().name, ...log]'
  const result = await withOptions({ experimentalDecorators: true }, source)
  const [first, second, ...rest] = (await execute(result)).default
  assert.equal([first, second], ['A', 'A'])
  assert.ok(rest.includes(0) && rest.includes(1))
})

const fields =
  'class A { set x(v: unknown) { this.set = true } set = false } class B extends A { x = 1; y?: 1 }' +
  'export default [new B().set, "y" in new B()]'

test('useDefineForClassFields: true defines fields', async () => {
  const result = await withOptions({ useDefineForClassFields: true, target: 'es2015' }, fields)
  assert.is(result.map, undefined)
  assert.equal((await execute(result)).default, [false, true])
})

test('useDefineForClassFields: false assigns them', async () => {
  const result = await withOptions({ useDefineForClassFields: false }, fields)
  assert.equal((await execute(result)).default, [true, false])
})

test('target: es2021 assigns fields, es2022 defines them; neither lowers syntax', async () => {
  const source = `${fields}; export const q = null ?? 1n; await 0; export class P { #p = 1; static {} }`
  const old = await withOptions({ target: 'ES2021' }, source)
  assert.equal((await execute(old)).default, [true, false])
  assert.match(old.source, '#p')
  const young = await withOptions({ target: 'ES2022' }, source)
  assert.equal((await execute(young)).default, [false, true])
})

const sloppy =
  'exports.default = (function (this: unknown) { return this === undefined })() as boolean'

for (const [option, value, expected] of [
  ['alwaysStrict', true, true],
  ['strict', true, true],
  ['strict', false, false],
] as const) {
  test(`${option}: ${value} for CommonJS, with and without enums`, async () => {
    for (const source of [sloppy, `${sloppy}; enum A {}`, `#!/usr/bin/env tsx\n${sloppy}`]) {
      const result = await withOptions({ [option]: value }, source, 'x.cts')
      assert.is((await execute(result)).default, expected, result.source)
    }
  })
}

test('alwaysStrict moves no line, and nothing at all after a blank start', async () => {
  const source = 'type A = string\nexports.a = 1\n'
  const { source: code } = await withOptions({ alwaysStrict: true }, source, 'x.cts')
  assert.is(code, '"use strict";  \nexports.a = 1\n')
})

test.run()
