/** What a module imports, and where it says so. */

import * as assert from 'uvu/assert'
import { staticsIn } from '../../../core/module-statics.mts'
import { importSites } from '../../../core/import-sites.mts'
import { javascriptType, scanModule } from '../../../core/module-syntax.mts'

export const name = 'import-sites'

export const seeds = [
  "import x from './x.mjs'\nimport { y } from \"https://a.example/y\" with { type: 'json' }\nexport * from './z'",
  "import './a';import './b'\r\nexport { c } from '\\u0063'",
  'const x = require("y"); module.exports = await x',
  "import(`./${x}`); import.meta.url; import defer * as d from 'd'",
  '`${`import "x"`}` /re/g / 2 // import "y"\nexport default class { static { await 0 } }',
  "#!/usr/bin/env node\nimport x, * as y from 'y'",
]

export const dictionary = [
  'import ',
  'export ',
  ' from ',
  '"',
  "'",
  '`',
  '${',
  '}',
  '/*',
  '*/',
  'with {',
  '\\',
  '\u2028',
]

const starts = (text: string) => {
  const found = [0]
  for (const { 0: lineBreak, index } of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) {
    found.push(index + lineBreak.length)
  }
  return found
}

export async function run(input: string): Promise<void> {
  const type = await javascriptType(input)
  assert.ok(type === 'text/javascript' || type === 'application/node')
  const syntax = await scanModule(input)
  if (syntax === undefined) return
  const sites = importSites(input, staticsIn(syntax))
  const lines = starts(input)
  let last = -1
  for (const { position, specifier } of sites) {
    const [line = 0, column = 0] = position.split(':').map(Number)
    const at = lines[line - 1]! + column - 1
    assert.ok(at > last && at < input.length, 'each is in the text, after the one before it')
    assert.match(input[at] ?? '', /["']/, 'where its specifier begins')
    last = at
    assert.type(specifier, 'string')
  }
}
