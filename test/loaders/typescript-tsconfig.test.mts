/** How tsconfig.json is found, read, extended and refused. */

import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rejects } from '../support/rejects.mts'
import { convert, folder, write } from './typescript-program.mts'

const test = suite('typescript: tsconfig')

let projects = 0

const jsx = 'export const a = <b c="d"><></></b>'

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
