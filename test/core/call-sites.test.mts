/** What a text names for import, found without running it. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sitesOfCommonJs, sitesOfModule, sitesOfWasm } from '../../core/engine/call-sites.mts'

const test = suite('call-sites')

test('a module names static imports, re-exports, and dynamic imports with a literal', async () => {
  const { sites, unknown } = await sitesOfModule(`
    import a from './a.mjs'
    import data from './d.json' with { type: 'json' }
    export * from "https://a.example/x.mjs"
    // import './comment.mjs'
    const text = "import './string.mjs'"
    await import('./b.mjs')
    await import('./e.json', { with: { type: 'json' } })
    await import(\`./template.mjs\`)
    await import(\`./\${text}.mjs\`)
    await import(text)
    import.meta.resolve('./no.mjs')
  `)
  assert.equal(
    sites.map(({ kind, specifier, attributes }) => [kind, specifier, attributes['type']]),
    [
      ['import', './a.mjs', undefined],
      ['import', './d.json', 'json'],
      ['import', 'https://a.example/x.mjs', undefined],
      ['dynamic', './b.mjs', undefined],
      ['dynamic', './e.json', 'json'],
      ['dynamic', './template.mjs', undefined],
    ],
  )
  assert.is(unknown, 2)
})

test('CommonJS names what it requires, and no string or comment is taken for that', async () => {
  const { sites, unknown } = await sitesOfCommonJs(`#!/usr/bin/env node
    const a = require('./a')
    if (process.argv[2]) require("https://a.example/x.cjs")
    try { require('./optional') } catch {}
    const s = "require('./string')" // require('./comment')
    ;/require('re')/.test(s)
    require.resolve('./resolved')
    import('./dynamic.mjs')
    require(s)
    import(s)
    return 1
  `)
  assert.equal(sites.map(({ kind, specifier }) => `${kind} ${specifier}`).sort(), [
    'dynamic ./dynamic.mjs',
    'require ./a',
    'require ./optional',
    'require ./resolved',
    'require https://a.example/x.cjs',
  ])
  assert.is(unknown, 2)
})

test('WebAssembly names what it imports, and is not instantiated', async () => {
  const text = (name: string) => [name.length, ...Buffer.from(name)]
  // (import "./env.mjs" "a" (func)) (import "./env.mjs" "b" (func)) (import "wasm:js-string" "length" (func))
  const imports = ['./env.mjs a', './env.mjs b', 'wasm:x c'].flatMap((each) => {
    const [from = '', name = ''] = each.split(' ')
    return [...text(from), ...text(name), 0, 0]
  })
  const bytes = [3, ...imports]
  const module = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, bytes.length, ...bytes]
  const { sites } = await sitesOfWasm(Uint8Array.from(module))
  assert.equal(
    sites.map(({ kind, specifier }) => [kind, specifier]),
    [['import', './env.mjs']],
  )
  assert.equal(await sitesOfWasm(Uint8Array.of(0)), { sites: [], unknown: 0 })
})

test('a text that is no JavaScript names nothing', async () => {
  assert.equal(await sitesOfModule('import {'), { sites: [], unknown: 0 })
  assert.equal(await sitesOfCommonJs('require('), { sites: [], unknown: 0 })
  assert.equal(await sitesOfCommonJs('exports.a = 1'), { sites: [], unknown: 0 })
})

test.run()
