/** YAML, TOML, JSON5, CSV and TSV: what they make of texts, and what they say of texts that are none. */

import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rejects } from '../support/rejects.mts'
import { run } from '../support/spawn.mts'
import type { Loader, LoaderContext, SourceResult } from '../../core/types.mts'

const test = suite('data formats')
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const url = 'https://host.test/data'

type Namespace = Readonly<Record<string, any>>

/** The text of the module that a loader makes of a body. */
async function text(name: string, body: string, contentType?: string): Promise<string> {
  const loader = (await import(`../../loaders/${name}/${name}.mts`)) as Loader
  const headers = { 'content-type': contentType ?? String(loader.accepts?.[0]) }
  const result = await loader.transform?.(headers, body, { url } as LoaderContext)
  assert.is(result?.format, 'module')
  return (result as SourceResult).source as string
}

/** The module that a loader makes of a body. */
async function load(name: string, body: string, contentType?: string): Promise<Namespace> {
  const source = await text(name, body, contentType)
  return import(`data:text/javascript;base64,${Buffer.from(source).toString('base64')}`)
}

/** Awaits the error of a text that is not of its language. */
async function refused(work: Promise<unknown>, message: RegExp): Promise<void> {
  assert.match((await rejects(work, 'ERR_MIMEPORT_INVALID_BODY')).message, message)
}

const names = ({ ...exports }: Namespace) => Object.keys(exports).sort()

const tables: Readonly<Record<string, string>> = {
  yaml: 'name: a\nopening hours: [6, 18]\nclass: x\ndefault: no\n$y: {z: null}\n',
  toml: 'name = "a"\n"opening hours" = [6, 18]\nclass = "x"\ndefault = "no"\n"$y" = { z = 1 }\n',
  json5: "{name: 'a', 'opening hours': [6, 18], class: 'x', default: 'no', $y: {z: null}}",
}

for (const [name, body] of Object.entries(tables)) {
  test(`${name}: keys that are identifiers are named exports, reserved words too; the whole is the default`, async () => {
    const module = await load(name, body)
    assert.equal(names(module), ['$y', 'class', 'default', 'name'])
    assert.is(module['class'], 'x')
    assert.is(module['$y'], module['default'].$y, 'one object')
    assert.equal(Object.keys(module['default']), [
      'name',
      'opening hours',
      'class',
      'default',
      '$y',
    ])
  })

  test(`${name}: __proto__ is a key like any other`, async () => {
    const of = { yaml: '__proto__: {x: 1}', toml: '__proto__.x = 1', json5: '{__proto__: {x: 1}}' }
    const { default: value } = await load(name, of[name as keyof typeof of])
    assert.equal(Object.keys(value), ['__proto__'])
    assert.is(Object.getPrototypeOf(value), Object.prototype)
    assert.is(value.x, undefined)
  })

  test(`${name}: a byte order mark and CRLF change nothing`, async () => {
    const { default: value } = await load(name, body)
    const { default: other } = await load(name, `\ufeff${body.replaceAll('\n', '\r\n')}`)
    assert.equal(other, value)
  })

  test(`${name}: nothing in a text is ever run`, async () => {
    const hostile = '${globalThis.ran = 1}`"\\u2028\\");globalThis.ran = 1//'
    const { default: value } = await load(
      name,
      name === 'toml' ? `a = ${JSON.stringify(hostile)}` : `{"a": ${JSON.stringify(hostile)}}`,
    )
    assert.is(value.a, hostile)
    assert.is((globalThis as { ran?: number }).ran, undefined)
  })
}

test('JSON is YAML and JSON5, with the same values', async () => {
  const files = globSync('test/corpora/wpt/**/*.json', { cwd: root })
  assert.ok(files.length > 5)
  for (const path of files) {
    const body = readFileSync(join(root, path), 'utf8')
    const isLong = body.length > 100_000
    for (const name of isLong ? ['json5'] : ['json5', 'yaml']) {
      // Lone surrogates: YAML has no way to say one.
      if (name === 'yaml' && /\\ud[89a-f]/i.test(body)) continue
      assert.equal((await load(name, body))['default'], JSON.parse(body), `${name}: ${path}`)
    }
  }
})

test('yaml: a workflow of this repository is what it says', async () => {
  const body = readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8')
  const { default: workflow, jobs } = await load('yaml', body)
  assert.is(workflow.jobs, jobs)
  assert.ok(Object.values(jobs as object).every((job) => Array.isArray(job.steps)))
})

test('yaml: what an anchor names is one object, merged keys and numbers of any size are what YAML says', async () => {
  const module = await load(
    'yaml',
    'a: &a {x: 1}\nb: *a\nc: {<<: *a, y: .inf}\nd: 12345678901234567890\ne: -0.0\nf: 0x10\ng: 9007199254740991',
  )
  assert.is(module['a'], module['b'])
  assert.equal(module['c'], { x: 1, y: Infinity })
  assert.is(module['d'], 12345678901234567890n)
  assert.ok(Object.is(module['e'], -0))
  assert.is(module['f'], 16)
  assert.is(module['g'], 9007199254740991)
})

test('yaml: one document is its value, several are a list, none is null', async () => {
  assert.equal((await load('yaml', '--- 1\n--- {a: 2}\n'))['default'], [1, { a: 2 }])
  assert.equal((await load('yaml', '--- 1\n'))['default'], 1)
  assert.equal((await load('yaml', '# nothing\n'))['default'], null)
})

test('yaml: sets, ordered maps, binary data and dates of YAML 1.1 are what they are', async () => {
  const { default: value } = await load(
    'yaml',
    '%YAML 1.1\n---\na: !!set {x, z}\nb: !!omap [z: 1]\nc: !!binary AAE=\nd: 2001-12-14\n',
  )
  assert.equal(value.a, new Set(['x', 'z']))
  assert.equal(value.b, new Map([['z', 1]]))
  assert.equal(value.c, new Uint8Array([0, 1]))
  assert.equal(value.d, new Date('2001-12-14'))
})

test('yaml: aliases that multiply are refused, and one that is used often is written once', async () => {
  const laughs = [
    'a: &a [lol]',
    ...'bcdefghij'
      .split('')
      .map((each, at) => `${each}: &${each} [${`*${'abcdefghi'[at]},`.repeat(9)}]`),
  ]
  await refused(text('yaml', laughs.join('\n')), /Excessive alias count/)
  const large = 'x'.repeat(10_000)
  const source = await text('yaml', `a: &a [${large}]\nb: [${'*a, '.repeat(90)}]`)
  assert.ok(source.length < 2 * large.length, 'the control: 90 aliases of one list')
})

test('yaml: what contains itself is refused', async () => {
  await refused(text('yaml', 'a: &a [*a]'), /it contains itself/)
})

test('toml: an instant is a Date, and a local date or time the text that it is', async () => {
  const { default: value } = await load(
    'toml',
    'a = 1979-05-27T07:32:00Z\nb = 1979-05-27T00:32:00.5-07:00\nc = 1979-05-27\nd = 07:32:00\ne = 1979-05-27T07:32:00\n',
  )
  assert.equal(value.a, new Date('1979-05-27T07:32:00Z'))
  assert.equal(value.b, new Date('1979-05-27T07:32:00.500Z'))
  assert.is(value.c, '1979-05-27')
  assert.match(value.d, /^07:32:00/)
  assert.match(value.e, /^1979-05-27T07:32:00/)
})

test('toml: integers of 64 bits keep their digits, and floats may be no numbers', async () => {
  const { default: value } = await load(
    'toml',
    'a = 9223372036854775807\nb = 9007199254740991\nc = nan\nd = -inf\n[[t]]\nx = 1\n[[t]]\nx = 0o17\n',
  )
  assert.is(value.a, 9223372036854775807n)
  assert.is(value.b, 9007199254740991)
  assert.ok(Number.isNaN(value.c))
  assert.is(value.d, -Infinity)
  assert.equal(value.t, [{ x: 1 }, { x: 15 }])
})

test('json5: comments, hexadecimal numbers, strings over lines, no numbers', async () => {
  const { default: value } = await load(
    'json5',
    "// a\n{a: 0xFF, b: +.5, c: 'x\\\ny', d: [NaN, -Infinity,], /* b */ }",
  )
  assert.equal(value, { a: 255, b: 0.5, c: 'xy', d: [Number.NaN, -Infinity] })
})

test('json5: a line separator in a string is taken, and nothing is printed', async () => {
  const loader = new URL('../../loaders/json5/json5.mts', import.meta.url).href
  const body = `/* "\u2028' */ ["\u2028\\\u2029'", '\\'\u2029'] // \u2028`
  const program = `const { transform } = await import(${JSON.stringify(loader)})
    console.log((await transform({}, ${JSON.stringify(body)})).source)`
  const { stdout, stderr } = await run(['--input-type=module', '-e', program], { nodeArgs: [] })
  assert.is(stderr, '')
  assert.match(stdout, `const data = ["\u2028'","'\u2029"]`)
})

test('csv: rows by the names of the columns, values as they are written', async () => {
  const { default: rows } = await load('csv', 'a,b\r\n1,"x\r\n""y"", z"\r\n\r\n007,\r\n')
  assert.equal(rows, [
    { a: '1', b: 'x\r\n"y", z' },
    { a: '007', b: '' },
  ])
  assert.equal((await load('csv', 'a,b\n'))['default'], [])
  assert.equal((await load('csv', ''))['default'], [])
})

test('csv: a __proto__ column is one, and a byte order mark is no part of a name', async () => {
  const { default: rows } = await load('csv', '\ufeff__proto__,b\n1,2\n')
  assert.equal(Object.entries(rows[0]), [
    ['__proto__', '1'],
    ['b', '2'],
  ])
})

test('csv: without a header, by the media type, rows are lists', async () => {
  const { default: rows } = await load(
    'csv',
    'a,a\n1,2\n',
    'text/csv; charset=utf-8; header=absent',
  )
  assert.equal(rows, [
    ['a', 'a'],
    ['1', '2'],
  ])
})

test('csv: the licences of a package are what they say', async () => {
  const body = readFileSync(
    join(root, 'node_modules/import-in-the-middle/LICENSE-3rdparty.csv'),
    'utf8',
  )
  const { default: rows } = await load('csv', body)
  assert.is(rows.length, body.trim().split('\n').length - 1)
  assert.ok(
    rows.every(
      (row: Namespace) => Object.keys(row).length === body.split('\n', 1)[0]!.split(',').length,
    ),
  )
})

test('tsv: quotation marks are characters', async () => {
  const { default: rows } = await load('csv', 'a\tb\n"1\t2"\n', 'text/tab-separated-values')
  assert.equal(rows, [{ a: '"1', b: '2"' }])
})

const deep = (open: string, close: string, levels: number) =>
  open.repeat(levels) + close.repeat(levels)

const broken: readonly [
  name: string,
  what: string,
  body: string,
  message: RegExp,
  type?: string,
][] = [
  ['yaml', 'a key twice', 'a: 1\r\na: 2\r\n', /data:2:1' as YAML: Map keys must be unique$/],
  ['yaml', 'a list without its end', 'a: 1\nb: [1\nc: 2\n', /data:\d+:\d+' as YAML: /],
  ['yaml', 'a tab that indents', 'a:\n\tb: 1\n', /data:2:1' as YAML: /],
  ['yaml', 'an alias of nothing', 'a: *b', /' as YAML: Unresolved alias/],
  ['yaml', 'a fault in a second document', '--- 1\n--- [\n', /data:3:1' as YAML: /],
  ['yaml', '20,000 levels', deep('[', ']', 20_000), /as YAML: it is nested too deeply$/],
  ['toml', 'a key twice', 'a = 1\na = 2\n', /data:2:1' as TOML: /],
  ['toml', 'a value that is missing', 'a = 1\nb =\n', /data:\d+:\d+' as TOML: /],
  ['toml', '20,000 levels', `a = ${deep('[', ']', 20_000)}`, /as TOML: .*nested/],
  [
    'json5',
    'a comma that is missing',
    '{a: 1,\n b c}',
    /data:2:4' as JSON5: invalid character 'c'$/,
  ],
  ['json5', 'nothing', '', /data:1:1' as JSON5: /],
  [
    'json5',
    '20,000 levels',
    deep('[', ']', 20_000),
    /as JSON5: it is nested more than 1000 levels deep$/,
  ],
  [
    'csv',
    'a field too many',
    'a,b\r\n"x\r\ny",2\r\n\r\n3,4,5\r\n',
    /data:5:1' as CSV: .*expect 2, got 3$/,
  ],
  [
    'csv',
    'a quotation mark without its end',
    'a,b\n1,2\n3,"4\n5',
    /data:3:1' as CSV: Quote Not Closed/,
  ],
  [
    'csv',
    'text behind a quotation mark',
    'a,b\n1,"2"x\n',
    /data:2:1' as CSV: Invalid Closing Quote/,
  ],
  ['csv', 'a column twice', 'a,a\n1,2\n', /data:1:1' as CSV: two columns have the name 'a'/],
  ['csv', 'a field too few', 'a\tb\n1\n', /data:2:1' as TSV: /, 'text/tab-separated-values'],
]

for (const [name, what, body, message, type] of broken) {
  test(`${name}: ${what} is an error with its place`, async () => {
    await refused(text(name, body, type), message)
  })
}

for (const [name, levels] of [
  ['yaml', 300],
  ['json5', 1000],
] as const) {
  test(`${name}: ${levels} levels are taken`, async () => {
    const { default: value } = await load(name, deep('[', ']', levels))
    assert.is(JSON.stringify(value), deep('[', ']', levels))
  })
}

test('what a text quotes of itself is escaped', async () => {
  const error = await text('json5', '{\u001b[31m').catch((error: Error) => error)
  assert.not.match(String(error), /\u001b/)
})

/** As where the packages were not installed. */
const hidden = `
  const { registerHooks } = await import('node:module')
  registerHooks({ resolve(specifier, context, next) {
    if (/^[./]|^[a-z]+:/.test(specifier)) return next(specifier, context)
    throw Object.assign(new Error("Cannot find package '" + specifier + "' imported from x"), { code: 'ERR_MODULE_NOT_FOUND' })
  } })`

test('without its parser, a loader says which to install, and is imported all the same', async () => {
  const packages = { yaml: 'yaml', toml: 'smol-toml', json5: 'json5', csv: 'csv-parse' }
  const program = `${hidden}
    for (const name of ${JSON.stringify(Object.keys(packages))}) {
      const { transform } = await import(${JSON.stringify(new URL('../../loaders/', import.meta.url).href)} + name + '/' + name + '.mts')
      await transform({}, '', { url: 'file:///x' }).catch(({ code, message }) => console.log(code, message))
    }`
  const { stdout } = await run(['--input-type=module', '-e', program], { nodeArgs: [] })
  const lines = Object.values(packages).map(
    (name) =>
      `ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE Cannot load 'file:///x': reading it takes the package '${name}', which is not installed: run \`npm install ${name}\`\n`,
  )
  assert.is(stdout, lines.join(''))
})

test.run()
