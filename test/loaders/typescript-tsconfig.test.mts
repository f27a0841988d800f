/** tsconfig.json: each option that changes what comes out, how files extend one another, and what is refused. */

import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rejects } from '../support/rejects.mts'
import { convert, execute, folder, write } from './typescript-program.mts'

const test = suite('typescript: tsconfig')

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

test('comments, trailing commas and a byte order mark are read', async () => {
  const at = write({
    'jsonc/tsconfig.json': '\ufeff// c\n{ "compilerOptions": { /* , */ "jsx": "react", }, }',
  })
  const { source } = await convert(jsx, { url: at('jsonc/x.tsx'), type: 'text/tsx' })
  assert.match(source, 'React.createElement')
})

test('extends: a file, a file without .json, a list, a package, each before what is written here', async () => {
  const own = (options: object, rest: object = {}) =>
    JSON.stringify({ compilerOptions: options, ...rest })
  const at = write({
    'extends/a.json': own({ jsx: 'react', jsxFactory: 'a', jsxFragmentFactory: 'aF' }),
    'extends/b.json': own({ jsxFactory: 'b' }, { extends: './a' }),
    'extends/file/tsconfig.json': own({}, { extends: '../b.json' }),
    'extends/list/tsconfig.json': own({}, { extends: ['../b', '../c.json'] }),
    'extends/c.json': own({ jsxFragmentFactory: 'cF' }),
    'extends/own/tsconfig.json': own({ jsxFactory: 'own' }, { extends: '../b' }),
    'extends/node_modules/@s/base/package.json': '{ "main": "x.js" }',
    'extends/node_modules/@s/base/x.js': '',
    'extends/node_modules/@s/base/tsconfig.json': own({ jsx: 'react', jsxFactory: 'base' }),
    'extends/node_modules/field/package.json': '{ "tsconfig": "other.json" }',
    'extends/node_modules/field/other.json': own({ jsx: 'react', jsxFactory: 'field' }),
    'extends/package/tsconfig.json': own({}, { extends: '@s/base' }),
    'extends/path/tsconfig.json': own({}, { extends: '@s/base/tsconfig' }),
    'extends/field/tsconfig.json': own({}, { extends: 'field' }),
  })
  const rows = {
    file: 'b/aF',
    list: 'b/cF',
    own: 'own/aF',
    package: 'base/React.Fragment',
    path: 'base/React.Fragment',
    field: 'field/React.Fragment',
  }
  for (const [name, expected] of Object.entries(rows)) {
    const { source } = await convert(jsx, { url: at(`extends/${name}/x.tsx`), type: 'text/tsx' })
    const [factory, fragment] = expected.split('/')
    assert.match(source, `${factory}("b"`, name)
    assert.match(source, `${factory}(${fragment}`, name)
  }
})

const refused: readonly [what: string, text: string, message: RegExp][] = [
  ['broken JSON', '{\n  "compilerOptions": { "jsx" }\n}', /tsconfig\.json:2:30': Expected ":"/],
  ['JSON that ends too early', '{ "compilerOptions": {', /tsconfig\.json:1:23': /],
  ['a list', '[]', /must hold an object\. Found an empty array$/],
  [
    'an option of another type',
    '{ "compilerOptions": { "strict": "yes" } }',
    /compilerOptions\.strict must be a boolean\. Found a string \('yes'\)$/,
  ],
  [
    'a parent that is not there',
    '{ "extends": "./nowhere.json" }',
    /extends a string \('\.\/nowhere\.json'\), which cannot be found$/,
  ],
  ['a package that is not there', '{ "extends": "@nobody/nothing" }', /which cannot be found$/],
  [
    'itself as its parent',
    '{ "extends": "./tsconfig.json" }',
    /it extends itself \(.*tsconfig\.json -> .*tsconfig\.json\)$/,
  ],
]

for (const [what, text, message] of refused) {
  test(`${what}: an error that names the file`, async () => {
    const project = `broken-${++projects}`
    const at = write({ [`${project}/tsconfig.json`]: text })
    const error = await rejects(convert('1', { url: at(`${project}/x.ts`) }), 'ERR_MIMEPORT_CONFIG')
    assert.match(error.message, `Cannot use '${join(folder, project, 'tsconfig.json')}`)
    assert.match(error.message, message)
  })
}

test('an empty tsconfig.json, and options that are null, say nothing', async () => {
  const at = write({
    'empty/tsconfig.json': '// nothing\n',
    'empty/null/tsconfig.json': '{ "compilerOptions": { "jsx": null } }',
  })
  for (const path of ['empty/x.tsx', 'empty/null/x.tsx']) {
    const { source } = await convert(jsx, { url: at(path), type: 'text/tsx' })
    assert.match(source, '"react/jsx-runtime"')
  }
})

test('a change of the file counts at once', async () => {
  const at = write({ 'change/tsconfig.json': '{ "compilerOptions": { "jsx": "react" } }' })
  const options = { url: at('change/x.tsx'), type: 'text/tsx' }
  assert.match((await convert(jsx, options)).source, 'React.createElement')
  const path = join(folder, 'change/tsconfig.json')
  writeFileSync(path, '{ "compilerOptions": { "jsx": "react-jsx" } }')
  assert.match((await convert(jsx, options)).source, '"react/jsx-runtime"')
  writeFileSync(path, '{ "compilerOptions": { "jsxFactory": "hh" } }')
  utimesSync(path, 1, 1)
  assert.match((await convert(jsx, options)).source, 'hh("b"')
})

test('neither a remote module nor an installed package has a tsconfig.json', async () => {
  const at = write({
    'installed/tsconfig.json': '{ "compilerOptions": { "jsx": "react" } }',
    'installed/node_modules/p/tsconfig.json': '{',
  })
  const urls = [
    at('installed/node_modules/p/x.tsx'),
    'https://host.test/x.tsx',
    'github://o/r@1/x.tsx',
  ]
  for (const url of urls) {
    assert.match((await convert(jsx, { url, type: 'text/tsx' })).source, '"react/jsx-runtime"')
  }
})

test.run()
