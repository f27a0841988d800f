import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { javascriptType, scanModule } from '../../core/module-syntax.mts'
import { assertUnder } from '../support/growth.mts'

const test = suite('module-syntax')

test('a text that only an ES module may hold is one', async () => {
  const texts = [
    'export default 1',
    'export {}',
    "import 'x'",
    "import x from 'x'; module.exports = x",
    "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
    'console.log(import.meta.url)',
    "export * from 'x'",
  ]
  for (const text of texts) {
    assert.is(await javascriptType(text), 'text/javascript', text)
    assert.is((await scanModule(text))?.hasModuleSyntax, true, text)
  }
})

test('a text that uses what only CommonJS offers is CommonJS', async () => {
  const texts = [
    "const x = require('x')",
    "require ('x')",
    "require.resolve('x')",
    'module.exports = 1',
    'exports.x = 1',
    "exports['x'] = 1",
    'console.log(__dirname)',
    'console.log(__filename)',
    "const x = require('x'); import('y')",
    "#!/usr/bin/env node\nconst x = require('x')",
    "#!/usr/bin/env node\nconst x = require('x'), y = async () => { await x() }",
    // What rollup and webpack make of an ES module's names, minified.
    '!function(e,t){"object"==typeof exports&&"undefined"!=typeof module?t(exports):t(e.d3={})}(this,function(e){e.x=1})',
    '(()=>{var t={x:1},r=exports;for(var n in t)r[n]=t[n]})()',
    'Object.assign(exports, { x: 1 })',
    "module['exports'] = 1",
    'var await = 1; exports.x = await',
  ]
  for (const text of texts) assert.is(await javascriptType(text), 'application/node', text)
})

test('a text that says nothing is an ES module', async () => {
  const texts = [
    '',
    'console.log(1)',
    "import('x')",
    'await 1',
    'my.require(1)',
    'requires(1)',
    'x.exports.y',
    '$require(1)',
    'const my__dirname = 1',
    'x.__filename',
    "// no require('x')\nawait 1",
    "const { createRequire } = await import('node:module')\nconst require = createRequire('/x/')\nrequire('./y')",
    'my.exports, typeof module, typeof exports_',
  ]
  for (const text of texts) assert.is(await javascriptType(text), 'text/javascript', text)
})

test('a text that is no JavaScript is left to V8', async () => {
  for (const text of ['import {', 'export default (', "import 'x", '`${'])
    assert.is(await javascriptType(text), 'text/javascript', text)
})

test('imports and exports are found', async () => {
  const text =
    "import a from './a'\nexport * from './b'\nimport('./c')\nexport default a\nexport const d = 1"
  const { imports, exports } = (await scanModule(text))!
  assert.equal(
    imports.map((each) => [each.type, each.specifier]),
    [
      ['static', './a'],
      ['reexport-star', './b'],
      ['dynamic', './c'],
    ],
  )
  assert.ok(exports.some((each) => 'name' in each && each.name === 'default'))
})

test('imports in comments, strings and templates are none', async () => {
  const text =
    "// import './a'\n/* import './b' */\nconst x = \"import './c'\"\nconst y = `import './d'`"
  assert.equal((await scanModule(text))?.imports, [])
})

test('a long text is read in time', async () => {
  const texts = [
    'require '.repeat(200_000),
    `require${' '.repeat(1e6)}x`,
    'exports'.repeat(200_000),
  ]
  for (const text of texts) {
    await assertUnder(2_000, () => javascriptType(text), text.slice(0, 10))
  }
})

test.run()
