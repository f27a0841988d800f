/** What a package means by `#name`, held against what Node itself makes of the same package.json. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { denied, passed } from '../threats/record.mts'
import { packageImport, checkImportName } from '../../core/engine/package-imports.mts'
import { runProject } from '../support/spawn.mts'

const test = suite('package imports')

const imports = {
  '#plain': './lib/i.mjs',
  '#builtin': 'fs',
  '#scheme': 'node:fs',
  '#url': 'https://host.example/y',
  '#null': null,
  '#up': '../x.mjs',
  '#root': '/x.mjs',
  '#number': 3,
  '#out': './lib/../../x.mjs',
  '#within': './lib/../x.mjs',
  '#encoded': './lib/%2e%2e/x.mjs',
  '#other': './node_modules/dep/i.mjs',
  '#backslash': './lib\\..\\x.mjs',
  '#a/*': './lib/*.mjs',
  '#a/b/*': './lib/x-*.mjs',
  '#a/b/*.js': './lib/js-*.mjs',
  '#a/internal/*': null,
  '#mid*x': './lib/*.mjs',
  '#two*stars*': './lib/*.mjs',
  '#*': './lib/i.mjs',
  '#slash/': './lib/',
  '#if': { require: './lib/r.cjs', import: './lib/i.mjs' },
  '#nested': { node: { nope: './no.mjs', import: './lib/i.mjs' }, default: './lib/d.mjs' },
  '#default': { nope: './no.mjs', default: './lib/i.mjs' },
  '#never': { nope: './no.mjs' },
  '#off': { import: null, default: './lib/i.mjs' },
  '#list': ['../no', './lib/i.mjs'],
  '#badlist': ['../no', '/no'],
  '#nulls': [null],
  '#empty': [],
  '#order': { default: './lib/d.mjs', import: './lib/i.mjs' },
  '#index': { 1: './x.mjs', default: './lib/i.mjs' },
  '#__proto__': './lib/i.mjs',
  '#space': './lib/a b.mjs',
  '#query': './lib/i.mjs?x=1',
}

const names = [
  ...Object.keys(imports).filter((name) => !name.includes('*')),

  '#a/i',
  '#a/b/q',
  '#a/b/q.js',
  '#a/b/.js',
  '#a/internal/x',
  '#midix',
  '#mid/../x',
  '#twoxstarsy',
  '#a/../x',
  '#a/./x',
  '#a/%2e%2e/x',
  '#a/node_modules/x',
  '#a/NODE_MODULES/x',
  '#a/..\\x',

  '#a/..x',
  '#a/x..',
  '#a/x?y',
  '#a/*',
  '#slash/i.mjs',
  '#',
  '#/',
  '#/x',
  '#a/',
  '#zzz',
  '#toString',
]

type Outcome = readonly [result: 'code' | 'path' | 'other', value: string]

/** What Node says, by import and by require. */
async function nodes(table: object): Promise<Record<string, Outcome>> {
  const { stdout, stderr } = await runProject(
    {
      'package.json': JSON.stringify({ type: 'module', imports: table }),
      'app.mjs': `
        const base = new URL('.', import.meta.url).href
        const outcome = (name) => {
          try {
            const url = import.meta.resolve(name)
            return url.startsWith(base) ? ['path', './' + url.slice(base.length)] : ['other', url]
          } catch ({ code }) {
            return ['code', code]
          }
        }
        console.log(JSON.stringify(Object.fromEntries(${JSON.stringify(names)}.map((name) => [name, outcome(name)]))))`,
    },
    { nodeArgs: ['--no-deprecation'] },
  )
  assert.is(stderr, '')
  return JSON.parse(stdout) as Record<string, Outcome>
}

function ours(table: unknown, specifier: string, conditions: readonly string[]): Outcome {
  const lookup = { specifier, parentURL: 'https://host.example/p/src/x.mjs', conditions }
  const file = { specifier: 'https://host.example/p/package.json', loader: 'http', imports: table }
  try {
    checkImportName(lookup)
    const target = packageImport(file, lookup)
    if (!target.startsWith('./')) return ['other', target]
    const base = 'https://host.example/p/'
    return ['path', `./${new URL(target, base).href.slice(base.length)}`]
  } catch (error) {
    assert.match(
      (error as Error).message,
      `Cannot resolve '${specifier}' imported from 'https://host.example/p/src/x.mjs': `,
    )
    return ['code', (error as { code: string }).code]
  }
}

/** A package without `#*`, which would take in all that no other key has. */
const { '#*': _all, ...narrow } = imports

for (const [what, table] of [
  ['with a pattern for all', imports],
  ['without', narrow],
] as const) {
  test(`every name means what it means in Node: ${what}`, async () => {
    const expected = await nodes(table)
    assert.ok(names.length > 50)
    for (const name of names) {
      const [kind, value] = ours(table, name, ['node', 'import', 'module-sync', 'node-addons'])
      const [nodeKind, nodeValue = ''] = expected[name] ?? ['code', 'none']
      if (kind === 'other') {
        assert.is(`node:${value}`, nodeValue, name)
      } else {
        assert.equal([kind, value], [nodeKind, nodeValue], name)
      }
    }
  })
}

test('the conditions are those of who asks', () => {
  assert.equal(ours(imports, '#if', ['node', 'import']), ['path', './lib/i.mjs'])
  assert.equal(ours(imports, '#if', ['node', 'require']), ['path', './lib/r.cjs'])
  assert.equal(ours({ '#x': { dev: './d.mjs', default: './p.mjs' } }, '#x', ['dev']), [
    'path',
    './d.mjs',
  ])
})

test('a name of another package keeps what stands for the star', () => {
  assert.equal(ours({ '#d/*': 'dep/*' }, '#d/sub/x', []), ['other', 'dep/sub/x'])
})

test('"imports" that is no object defines nothing', () => {
  for (const odd of [undefined, null, 'x', 3, ['#x'], true]) {
    assert.equal(ours(odd, '#x', []), ['code', 'ERR_PACKAGE_IMPORT_NOT_DEFINED'])
  }
})

test('"imports" of 10,000 keys are looked at, and of one more refused', () => {
  const keys = Array.from({ length: 10_000 }, (_, i) => [`#${i}`, './x.mjs'])
  assert.equal(ours(Object.fromEntries(keys), '#9999', []), ['path', './x.mjs'])
  const more = Object.fromEntries([...keys, ['#x', './x.mjs']])
  assert.equal(ours(more, '#x', []), ['code', 'ERR_INVALID_PACKAGE_CONFIG'])
})

test('a pattern makes no path and no URL of a name', () => {
  for (const name of [
    '../x',
    './x',
    '/etc/passwd',
    'https://h/x',
    'node:fs',
    'file:///x',
    '#x',
    '%2e/x',
    'a\\b',
    '.',
  ]) {
    const outcome = ours({ '#*': '*' }, `#${name}`, [])
    assert.equal(outcome, ['code', 'ERR_INVALID_MODULE_SPECIFIER'], name)
  }
  for (const name of ['x', '@a/b', '@a/b/c', 'x/y', 'fs']) {
    assert.equal(ours({ '#*': '*' }, `#${name}`, []), ['other', name], 'the control')
  }
})

test('what leaves the package is refused in every spelling', () => {
  for (const rest of [
    '../x',
    '..\\x',
    '%2e%2e/x',
    '..%2fx',
    '%2E%2E%5cx',
    'a/../../x',
    'node_modules/x',
    '%2e%2e ',
    '..?x',
    '%2e%2e#x',
  ]) {
    const [kind, code] = ours({ '#a/*': './lib/*' }, `#a/${rest}`, [])
    assert.equal([kind, code], ['code', 'ERR_INVALID_MODULE_SPECIFIER'], rest)
    assert.equal(
      ours({ '#x': `./lib/${rest}` }, '#x', []),
      ['code', 'ERR_INVALID_PACKAGE_TARGET'],
      rest,
    )
  }
  assert.equal(ours({ '#a/*': './lib/*' }, '#a/..x', []), ['path', './lib/..x'], 'the control')
})

test('a pattern that would make more of a name than any name may be is refused before it is made', () => {
  const rest = 'x'.repeat(8000)
  // 480 MB.
  assert.equal(ours({ '#a/*': `./${'*'.repeat(60_000)}` }, `#a/${rest}`, []), [
    'code',
    'ERR_INVALID_MODULE_SPECIFIER',
  ])
  denied('T27', 'a name of 480 MB')
  assert.equal(ours({ '#a/*': './*/*' }, '#a/x', []), ['path', './x/x'], 'the control')
  assert.equal(ours({ '#a/*': './*' }, `#a/${'x'.repeat(8190)}`, [])[0], 'path', 'the limit')
  assert.equal(ours({ '#a/*': './*' }, `#a/${'x'.repeat(8191)}`, [])[0], 'code', 'one more')
  passed('T27', 'a name', 2)
})

test('of targets some are looked at, however many there are, beside each other or within', () => {
  const within = (depth: number, wrap: (inner: unknown) => unknown) => {
    let target: unknown = './x'
    for (let level = 1; level < depth; level += 1) target = wrap(target)
    return target
  }
  const last = (length: number) => [...Array<string>(length - 2).fill('/no'), './x']
  for (const target of [last, (n: number) => within(n, (x) => [x])].map((make) => make(1000))) {
    assert.equal(ours({ '#a': target }, '#a', []), ['path', './x'], 'the limit')
  }
  for (const target of [
    last(1001),
    Array(1_000_000).fill('/no'),
    within(1001, (x) => [x]),
    within(200_000, (x) => ({ default: x })),
  ]) {
    assert.equal(ours({ '#a': target }, '#a', []), ['code', 'ERR_INVALID_PACKAGE_CONFIG'])
  }
  denied('T27', 'targets without end', 4)
  passed('T27', 'targets', 2)
})

test.run()
