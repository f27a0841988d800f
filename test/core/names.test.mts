/** What the project says of names: its import map, its externals and builtins, as they are written and as they are meant. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkConfig } from '../../core/application/config/check.mts'
import { externalsOf } from '../../core/application/config/externals.mts'
import { importMapOf } from '../../core/application/config/imports.mts'
import { requestsOf } from '../../core/engine/ahead.mts'
import { configureImportMap } from '../../core/import-map.mts'
import { refuseBuiltin } from '../../core/policy/builtins.mts'
import { externalFor, forbidden } from '../../core/policy/externals.mts'
import { configurePolicy } from '../../core/policy/policy.mts'
import { denied, passed } from '../threats/record.mts'
import type { PolicySettings } from '../../core/settings.mts'

const test = suite('names')
const file = '/project/mimeport.json'
const check = (value: object) => checkConfig(file, value)

/** The message of the configuration's error, without what all of them begin with. */
function fault(value: object): string {
  try {
    check(value)
    return ''
  } catch (error) {
    assert.is((error as { code?: string }).code, 'ERR_MIMEPORT_CONFIG')
    return (error as Error).message.replace(`Cannot use the configuration '${file}': `, '')
  }
}

const hash = {
  sha256: `sha256-${Buffer.alloc(32).toString('base64')}`,
  sha384: `sha384-${Buffer.alloc(48).toString('base64')}`,
  sha512: `sha512-${Buffer.alloc(64).toString('base64')}`,
}

test('what has a meaning passes', () => {
  const wholes: readonly object[] = [
    { imports: { a: './a.mjs', 'b/': './b/', c: 'https://h/', d: null, './e': 'node:fs' } },
    { imports: { 'lib/': 'github:o/r@v1/', '#own': './x.mjs', fs: './my-fs.mjs' } },
    { scopes: { './sub/': { a: './b.mjs' }, 'github:o/r/': {}, 'https://h': { a: null } } },
    { integrity: { 'https://h/x': hash.sha256, 'github:o/r@c/x': `md5-x ${hash.sha512}?opt` } },
    { builtins: true },
    { builtins: ['fs', 'node:path', 'fs/promises'] },
    { builtins: { '*': false, 'https://h/': ['fs'], 'github:o': true } },
    { externals: false },
    { externals: ['react', '@scope/x', 'react/jsx-runtime'] },
    { externals: { react: 'preact/compat', 'react/': 'preact/', '*': false, x: './x.mjs' } },
    { externals: { '*': { react: true }, 'https://h/': false, default: ['a'] } },
  ]
  for (const whole of wholes) assert.is(fault(whole), '', JSON.stringify(whole))
})

test('what has none is refused by key and reason', () => {
  const wrong: readonly (readonly [value: object, message: string | RegExp])[] = [
    [{ imports: [] }, "'imports' must be an object. Received an empty array"],
    [{ imports: { '': './x' } }, "'imports' has an empty key"],
    [
      { imports: { a: 'b' } },
      "'imports' has for 'a' 'b', which is no address: write a URL, or './' and a path from the configuration's folder",
    ],
    [
      { imports: { a: 3 } },
      "'imports' has for 'a' a number (3), and it must be an address or null",
    ],
    [
      { imports: { 'a/': './b' } },
      "'imports' has for 'a/' './b', which must end in '/' as the key does",
    ],
    [
      { imports: { 'https://:x': './b' } },
      "'imports' has the key 'https://:x', which is no valid URL",
    ],
    [
      { imports: { './a': './x', 'file:///project/a': './y' } },
      "'imports' has './a' and 'file:///project/a', which are one",
    ],
    [{ scopes: { a: 3 } }, "'scopes' of 'a' must be an object. Received a number (3)"],
    [
      { scopes: { './a/': { b: 'c' } } },
      /^'scopes' of '\.\/a\/' has for 'b' 'c', which is no address/,
    ],
    [
      { scopes: { 'github:o/r': {} } },
      "'scopes' has the key 'github:o/r', which is no module: write 'github:o/r/'",
    ],
    [{ scopes: { 'https://:x': {} } }, "'scopes' has the key 'https://:x', which is no valid URL"],
    [{ integrity: { x: hash.sha256 } }, "'integrity' has the key 'x', which is no URL"],
    [
      { integrity: { './x.mjs': hash.sha256 } },
      "'integrity' has the key './x.mjs', and it is for what comes over the network",
    ],
    [
      { integrity: { 'https://h/x': 'md5-abc sha1-abc' } },
      "'integrity' of 'https://h/x' holds nothing to: it names no hash by sha256, sha384 or sha512",
    ],
    [{ integrity: { 'https://h/x': '' } }, /holds nothing to/],
    [{ integrity: { 'https://h/x': 'sha256-AAAA' } }, /'sha256-AAAA' is no sha256 in base64$/],
    [{ integrity: { 'https://h/x': `${hash.sha512} sha384-*` } }, /'sha384-\*' is no sha384/],
    [{ integrity: { 'https://h/x': '__proto__-AAAA' } }, /it names no hash/],
    [{ integrity: { 'https://h/x': 3 } }, /must be a string/],
    [
      { builtins: 'fs' },
      "'builtins' must be true, false or a list of names. Received a string ('fs')",
    ],
    [{ builtins: ['./x'] }, /must hold names of Node's modules/],
    [{ builtins: { 'h.example': true } }, /^'builtins' has the key 'h\.example': it is a URL/],
    [{ builtins: { '*': 'x' } }, /^'builtins' of '\*' must be true/],
    [{ externals: ['./x'] }, /^'externals' must name packages/],
    [{ externals: ['https://h/x'] }, /^'externals' must name packages/],
    [{ externals: ['#x'] }, /^'externals' must name packages/],
    [
      { externals: { a: 'b/' } },
      "'externals' has for 'a' 'b/', which must not end in '/' as the name",
    ],
    [
      { externals: { 'a/': 'b' } },
      "'externals' has for 'a/' 'b', which must end in '/' as the name",
    ],
    [{ externals: { '*': 'b' } }, /cannot stand for all names/],
    [{ externals: { a: 'https://:x' } }, /which is no specifier/],
    [{ externals: { a: 3 } }, /must be true, false or a specifier/],
    [
      { externals: { 'ftp//': { a: true }, 'https://h/': true } },
      /^'externals' has the key 'ftp\/\/'/,
    ],
    [{ externals: 3 }, /^'externals' must be true, false, a list of names, or an object of them/],
    [{ importz: {} }, /it has no key 'importz'; did you mean 'imports'\?/],
  ]
  for (const [value, message] of wrong) {
    const found = fault(value)
    if (typeof message === 'string') assert.is(found, message)
    else assert.match(found, message)
  }
})

const cdn = 'https://cdn.example/a/x.mjs'

function withPolicy(policy: PolicySettings): void {
  configurePolicy(policy, file)
}

/** Whether a builtin is refused to a module, and the line that would allow it. */
function refusal(builtins: PolicySettings['builtins'], name: string, requester = cdn): string {
  withPolicy(builtins === undefined ? {} : { builtins })
  try {
    refuseBuiltin(name, requester)
    return ''
  } catch (error) {
    assert.is((error as { code?: string }).code, 'ERR_MIMEPORT_NOT_ALLOWED')
    return /write (.*) into '\/project\/mimeport\.json'$/.exec((error as Error).message)?.[1] ?? '?'
  } finally {
    withPolicy({})
  }
}

test('builtins are all, none, or those of a list with what is below them', () => {
  for (const rule of [undefined, true, ['fs'], ['node:fs']]) {
    assert.is(refusal(rule, 'fs'), '')
    assert.is(refusal(rule, 'node:fs/promises'), '')
  }
  assert.is(refusal(false, 'node:fs'), '"builtins": ["fs"]')
  assert.is(refusal([], 'fs/promises'), '"builtins": ["fs/promises"]')
  assert.is(refusal(['path'], 'node:fs'), '"builtins": ["path", "fs"]')
  assert.is(
    refusal(['fs/promises'], 'fs'),
    '"builtins": ["fs/promises", "fs"]',
    'not the other way',
  )
  assert.is(refusal(['f'], 'fs'), '"builtins": ["f", "fs"]', 'a name, and not how it begins')
})

test('of a table of builtins the most specific entry goes', () => {
  const table = {
    '*': false,
    'https://cdn.example/': ['path'],
    'https://cdn.example/a/': true,
  } as const
  assert.is(refusal(table, 'fs'), '')
  assert.is(
    refusal(table, 'fs', 'https://cdn.example/b.mjs'),
    '"builtins": { "*": false, "https://cdn.example/": ["path", "fs"], "https://cdn.example/a/": true }',
  )
  assert.match(refusal(table, 'fs', 'https://other.example/'), /"\*": \["fs"\]/)
  assert.is(
    refusal({ 'https://other.example/': false }, 'fs'),
    '',
    'without an entry nothing is refused',
  )
  assert.is(
    refusal({ 'github:o/r': ['fs'], '*': false }, 'fs', `github://o/r@${'a'.repeat(40)}/x`),
    '',
  )
})

/** What a name means by `externals`. */
function meaning(externals: PolicySettings['externals'], name: string, requester = cdn) {
  withPolicy({ ...(externals !== undefined && { externals: externalsOf(externals, '/project') }) })
  try {
    return externalFor(name, requester)
  } finally {
    withPolicy({})
  }
}

test('externals are all, none, or those of a list with their subpaths', () => {
  assert.is(meaning(undefined, 'react'), true)
  assert.is(meaning(true, 'react'), true)
  assert.is(meaning(false, 'react'), false)
  assert.is(meaning(['react'], 'react'), true)
  assert.is(meaning(['react'], 'react/jsx-runtime'), true)
  assert.is(meaning(['react'], 'react-dom'), false)
  assert.is(meaning(['@s/x'], '@s/x/y'), true)
  assert.is(meaning(['react/jsx-runtime'], 'react'), false)
})

test('by name: itself, what is below, its package, all others', () => {
  const names = {
    react: 'preact/compat',
    'react/': 'preact/',
    'left-pad': 'https://esm.sh/left-pad@1',
    'lib/': 'https://esm.sh/lib@2/',
    own: './own.mjs',
    lodash: false,
    'lodash/fp': true,
  }
  const means = (name: string) => meaning(names, name)
  assert.is(means('react'), 'preact/compat')
  assert.is(means('react/jsx-runtime'), 'preact/jsx-runtime')
  assert.is(means('left-pad'), 'https://esm.sh/left-pad@1')
  assert.is(means('left-pad/x'), true, 'a specifier stands for its name alone')
  assert.is(means('lib/a/b.mjs'), 'https://esm.sh/lib@2/a/b.mjs')
  assert.is(means('lib/../../other'), false, 'it does not leave what stands for it')
  assert.is(means('lib/https://evil.example/'), false)
  assert.is(means('own'), 'file:///project/own.mjs')
  assert.is(means('lodash'), false)
  assert.is(means('lodash/map'), false)
  assert.is(means('lodash/fp'), true)
  assert.is(means('other'), true)
  assert.is(meaning({ '*': false, a: true }, 'b'), false)
  assert.is(meaning({ '*': false, a: true }, 'a/x'), true)
  assert.is(meaning({ a: false }, 'toString'), true)
  assert.is(meaning({ a: false }, '__proto__'), true)
})

test('of a table of externals the most specific entry goes', () => {
  const table = { '*': ['react'], 'https://cdn.example/': { react: 'preact/compat', '*': false } }
  assert.is(meaning(table, 'react'), 'preact/compat')
  assert.is(meaning(table, 'lodash'), false)
  assert.is(meaning(table, 'react', 'https://other.example/x'), true)
  assert.is(meaning(table, 'lodash', 'https://other.example/x'), false)
  assert.is(meaning({ 'https://other.example/': false }, 'react'), true)
  assert.is(meaning({ 'https://cdn.example/': { x: './x.mjs' } }, 'x'), 'file:///project/x.mjs')
})

test('of two readings of a path the one goes whose rule refuses', () => {
  const elsewhere = [
    'https://cdn.example//bad/x.mjs',
    'https://cdn.example/a%2f..%2fbad/x.mjs',
    'https://cdn.example/%2562ad/x.mjs',
  ]
  const rule = (rules: PolicySettings, url: string) => {
    withPolicy(rules)
    try {
      refuseBuiltin('fs', url)
      return externalFor('a', url) !== false
    } catch {
      return false
    } finally {
      withPolicy({})
    }
  }
  for (const key of ['builtins', 'externals'] as const) {
    const rules = { [key]: { '*': true, 'https://cdn.example/bad/': false } }
    for (const url of elsewhere) assert.not(rule(rules, url), `${key} ${url}`)
    assert.ok(rule(rules, 'https://cdn.example//good/x.mjs'), 'the control')
    // The rule that has the path as it is written may refuse, too.
    const other = { [key]: { '*': false, 'https://cdn.example/bad/': true } }
    for (const url of elsewhere) assert.not(rule(other, url), `${key} ${url}`)
    assert.ok(rule(other, 'https://cdn.example/bad/x.mjs'), 'the control')
  }
  denied('T21', 'a rule of an origin, by another spelling of its path', 12)
  passed('T21', 'the path as it is written', 4)
})

test('what is forbidden says which line allows it', () => {
  const line = (externals: NonNullable<PolicySettings['externals']>, name: string) => {
    withPolicy({ externals })
    const { message, code } = forbidden(name, cdn)
    withPolicy({})
    assert.is(code, 'ERR_MIMEPORT_NOT_ALLOWED')
    assert.match(message, `Cannot import '${name}' imported from '${cdn}': `)
    return /write (.*) into '\/project\/mimeport\.json'$/.exec(message)?.[1]
  }
  assert.is(line(false, 'react/jsx-runtime'), '"externals": ["react"]')
  assert.is(line(['a'], '@s/x/y'), '"externals": ["a", "@s/x"]')
  assert.is(line({ a: 'b', '*': false }, 'c'), '"externals": { "a": "b", "*": false, "c": true }')
  assert.is(line({ 'a/x': false }, 'a/x'), '"externals": { "a/x": true }')
  // The name that decides: another one would change nothing.
  assert.is(line({ 'a/x': false }, 'a/x/y'), '"externals": { "a/x": true }')
  assert.is(line({ 'a/': false }, 'a/x'), '"externals": { "a/": true }')
  assert.is(
    line({ '*': true, 'https://cdn.example/': ['a'] }, 'c'),
    '"externals": { "*": true, "https://cdn.example/": ["a", "c"] }',
  )
})

const sites = (...specifiers: string[]) =>
  specifiers.map((specifier) => ({ specifier, attributes: {}, position: '1:1' }))

test('the engine runs ahead for what the hooks will ask for', () => {
  configureImportMap(
    importMapOf(
      {
        imports: {
          lib: 'https://cdn.example/lib.mjs',
          local: './x.mjs',
          fs: 'https://cdn.example/fs.mjs',
        },
        scopes: { 'https://cdn.example/': { lib: 'https://cdn.example/other.mjs' } },
      },
      '/project',
    ),
  )
  withPolicy({ externals: { pad: 'https://cdn.example/pad.mjs', path: 'https://no.example/' } })
  try {
    const wanted = (url: string, ...specifiers: string[]) =>
      requestsOf({
        url,
        origin: { loader: 'x', specifier: url },
        imports: sites(...specifiers),
      }).map(({ specifier, mapped }) => (mapped === true ? `${specifier} mapped` : specifier))
    const all = [
      'lib',
      'local',
      'fs',
      'node:fs',
      'pad',
      'path',
      'react',
      './y.mjs',
      '#own',
      'data:,x',
    ]
    assert.equal(wanted('file:///project/app.ts', ...all), [
      'https://cdn.example/lib.mjs mapped',
      'https://cdn.example/fs.mjs mapped',
    ])
    assert.equal(wanted('https://cdn.example/a.mjs', ...all), [
      'https://cdn.example/other.mjs mapped',
      'https://cdn.example/fs.mjs mapped',
      'https://cdn.example/pad.mjs mapped',
      './y.mjs',
      '#own',
    ])
    assert.equal(wanted('virtual:///x', './y.mjs', '#own', 'pad'), ['./y.mjs'])
    assert.equal(
      wanted('data:text/typescript,x', 'lib', 'https://h/'),
      [],
      'whose text it is, is not known here',
    )
  } finally {
    configureImportMap(undefined)
    withPolicy({})
  }
})

test.run()
