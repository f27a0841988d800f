/** What comes out as a module, and what as CommonJS. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rejects } from '../support/rejects.mts'
import { convert, execute, write } from './typescript-program.mts'

const test = suite('typescript: goal')

const at = write({
  'module/package.json': '{ "type": "module" }',
  'commonjs/package.json': '{ "type": "commonjs" }',
  'commonjs/node_modules/p/x.ts': '',
  'untyped/package.json': '{}',
  'broken/package.json': '{',
})

const [module, commonjs] = ['text/javascript', 'application/node']

const goals: readonly [fact: string, url: string, source: string, format: string, type?: string][] =
  [
    ['.mts is a module', 'https://h.test/x.mts', 'exports.a = 1', module],
    ['.cts is CommonJS', 'https://h.test/x.cts', 'let a = 1', commonjs],
    ['.cts.md is CommonJS', 'https://h.test/x.cts.md', 'let a = 1', commonjs],
    ['.cts with a query is CommonJS', 'https://h.test/x.cts?y#z', 'let a = 1', commonjs],
    [
      '.cts of modules is turned into CommonJS',
      'https://h.test/x.cts',
      'export const a = 1',
      commonjs,
    ],
    [
      'goal=commonjs is CommonJS',
      'https://h.test/x',
      'export const a = 1',
      commonjs,
      'application/typescript;goal=commonjs',
    ],
    [
      'goal=module beats a name',
      'https://h.test/x.cts',
      'let a = 1',
      module,
      'application/typescript;goal=module',
    ],
    ['an export makes a module', at('commonjs/x.ts'), 'export const a = 1', module],
    ['an import makes a module', at('commonjs/x.ts'), 'import "node:fs"', module],
    [
      'an import that goes makes a module',
      at('commonjs/x.ts'),
      'import { A } from "a"; let x: A',
      module,
    ],
    [
      'an import that goes beside an enum makes a module',
      at('commonjs/x.ts'),
      'import { A } from "a"; enum B {}',
      module,
    ],
    ['import.meta makes a module', at('commonjs/x.ts'), 'import.meta.url', module],
    [
      'types make no module',
      at('commonjs/x.ts'),
      'import type { A } from "a"; export type B = 1',
      commonjs,
    ],
    ['import() makes no module', at('commonjs/x.ts'), 'import("a")', commonjs],
    ['a package says module', at('module/x.ts'), 'require("a")', module],
    ['a package says commonjs', at('commonjs/x.ts'), 'let a', commonjs],
    [
      'an installed package says nothing by its host',
      at('commonjs/node_modules/p/x.ts'),
      'let a',
      module,
    ],
    [
      'in a package without a type, require is CommonJS',
      at('untyped/x.ts'),
      'require("a")',
      commonjs,
    ],
    ['in a package without a type, nothing is a module', at('untyped/x.ts'), 'await 1', module],
    [
      'import = require alone is CommonJS',
      at('untyped/x.ts'),
      'import a = require("a"); a()',
      commonjs,
    ],
    ['export = is CommonJS', at('untyped/x.ts'), 'export = 1', commonjs],
    [
      'JSX adds no module syntax of its own',
      at('untyped/x.tsx'),
      'module.exports = <a/>',
      commonjs,
      'text/tsx',
    ],
    [
      'JSX with an export is a module',
      at('untyped/x.jsx'),
      "export default <a>it's</a>",
      module,
      'text/jsx',
    ],
    [
      'remote text is judged by what it uses',
      'https://h.test/x.ts',
      'module.exports = 1',
      commonjs,
    ],
  ]

for (const [fact, url, source, format, type] of goals) {
  test(fact, async () => {
    assert.is((await convert(source, { url, ...(type && { type }) })).format, format)
  })
}

test('a broken package.json is an error that names it', async () => {
  const error = await rejects(convert('let a', { url: at('broken/x.ts') }), 'ERR_MIMEPORT_CONFIG')
  assert.match(error.message, /^Cannot use '.*broken.package\.json': /)
})

test('.cts runs: imports, exports, import = and export =', async () => {
  const url = 'https://h.test/x.cts'
  const named = await convert(
    'import { join } from "node:path"; import fs = require("node:fs"); export const a = join("b", "c"); export default typeof fs.stat',
    { url },
  )
  const exports = await execute(named)
  assert.equal([exports.a.length, exports.default], [3, 'function'])
  assert.is(await execute(await convert('enum A { B = 3 } export = A.B', { url })), 3)
  assert.is(await execute(await convert('const a: number = 4; module.exports = a', { url })), 4)
})

test('import = require runs in an ES module that is a file', async () => {
  const url = at('module/x.ts')
  const result = await convert('import fs = require("node:fs"); export default typeof fs.stat', {
    url,
  })
  assert.is((await execute(result)).default, 'function')
})

test('import = require in a comment or a string requires nothing', async () => {
  const url = at('module/x.ts')
  for (const text of [
    '// import a = require("a")\n',
    'export const b = `\nimport a = require("a")\n`;',
  ]) {
    const result = await convert(`${text}enum E { A }; export default typeof require`, { url })
    assert.not.match(result.source, 'createRequire')
    assert.is((await execute(result)).default, 'undefined')
  }
  const beside =
    '// import a = require("a")\nexport import path = require("node:path"); enum E { A }'
  assert.type((await execute(await convert(beside, { url }))).path.join, 'function')
})

test('JSX in CommonJS requires its runtime', async () => {
  const result = await convert('module.exports = <a/>', {
    url: at('untyped/x.tsx'),
    type: 'text/tsx',
  })
  assert.match(result.source, 'require("react/jsx-runtime")')
})

test.run()
