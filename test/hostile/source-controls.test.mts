import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { convert } from '../../core/engine/convert.mts'
import { finish } from '../../core/engine/finish.mts'
import { asGoal } from '../../core/engine/goal.mts'
import { parseMediaType } from '../../core/media-type.mts'
import { configurePolicy } from '../../core/policy/policy.mts'
import { acquiredOf, errandFor, registryOf } from '../support/inline-loader.mts'
import { rejects } from '../support/rejects.mts'
import { assertLinear } from '../support/growth.mts'
import { denied, passed } from '../threats/record.mts'
import type { NodeModule } from '../../core/types.mts'

const test = suite('control characters in source')

const hex = (code: number) => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

/** What terminals obey. */
const commands = [5, 8, 0x0e, 0x0f, 0x1b, ...range(0x81, 0x84), ...range(0x86, 0x9f)]
/** What reorders text. CVE-2021-42574. */
const bidi = [...range(0x202a, 0x202e), ...range(0x2066, 0x2069)]
/** What well-known packages have in their source, or any text of Hebrew, Arabic or Persian has. */
const harmless = [
  ...range(0, 0x1f).filter((code) => !commands.includes(code) && code !== 0x0a && code !== 0x0d),
  0x7f,
  0x80,
  0x85,
  0xad,
  0x061c,
  ...range(0x200b, 0x200f),
  0x2028,
  0x2029,
  0x2060,
  0xfeff,
]

interface Options {
  readonly url?: string
  readonly type?: string
  readonly loaders?: readonly object[]
  readonly parentURL?: string
}

/** Takes a text through the chain, from its media type on. */
async function load(source: string, options: Options = {}): Promise<NodeModule> {
  const { url = 'https://host.example/x', type = 'text/javascript', loaders = [] } = options
  const { parentURL = 'file:///app.mjs' } = options
  const errand = errandFor(registryOf(...loaders), url, { parentURL })
  const acquired = acquiredOf(source, {}, url)
  const mediaType = parseMediaType(type)!
  return finish(errand, acquired, await convert(errand, acquired, mediaType), mediaType)
}

const refused = (source: string, options?: Options) =>
  rejects(load(source, options), 'ERR_MIMEPORT_CONTROL_CHARACTER')

test('each character that terminals obey, or that reorders, is refused in code, with its place', async () => {
  for (const code of [...commands, ...bidi]) {
    const source = `let a\nlet b = '${String.fromCharCode(code)}'`
    for (const type of ['text/javascript', 'application/node']) {
      const { message, statusCode } = await refused(source, { type })
      assert.match(message, `${hex(code)} at 2:10`)
      assert.match(message, '"sourceControls": ["https://host.example/"]')
      assert.is(statusCode, 422)
      denied('T23', hex(code))
    }
    const escape = `let b = '\\u${code.toString(16).padStart(4, '0')}'`
    assert.is((await load(escape)).source, escape)
    passed('T23', `${hex(code)} as an escape`)
  }
})

test('what shows nothing, or rings, is taken: well-known packages have it', async () => {
  for (const code of harmless) {
    const source = `let b = '${String.fromCharCode(code)}'`
    assert.is((await load(source)).source, source, hex(code))
    passed('T23', hex(code))
  }
})

test('it is the network’s text that is looked at, not that of a local file or of a project’s loader', async () => {
  const source = "let b = '\u001b'"
  for (const url of ['file:///x.mjs', 'virtual:x', 'data:text/x,x']) {
    assert.is((await load(source, { url })).source?.slice(0, source.length), source, url)
  }
  for (const url of ['https://h/x', 'http://127.0.0.1/x', 'github:o/r/x', 'gitlab:o/r/x']) {
    await refused(source, { url })
  }
  const inherited = { url: 'data:text/x,x', parentURL: 'https://host.example/y' }
  const { message } = await refused(source, inherited)
  assert.match(message, '["https://host.example/"]')
  denied('T23', 'the text of a data: URL of code from the network')
})

test('a text is looked at before and after each transform', async () => {
  const by = (accepts: string, result: object) => ({ accepts, transform: () => result })
  const made = by('text/x', { source: 'let a\n\u009b', format: 'module' })
  assert.match((await refused('x', { type: 'text/x', loaders: [made] })).message, 'transforms made')
  let asked = 0
  const clean = {
    accepts: 'text/x',
    transform() {
      asked += 1
      return { source: '', format: 'module' }
    },
  }
  assert.match(
    (await refused('a\u001b', { type: 'text/x', loaders: [clean] })).message,
    'its source has the control character U+001B at 1:2',
  )
  assert.is(asked, 0)
  const middle = by('text/x', { source: 'let a: 1 // \u202e', format: 'application/typescript' })
  const typescript = by('application/typescript', { source: '', format: 'module' })
  await refused('x', { type: 'text/x', loaders: [middle, typescript] })
  denied('T23', 'between transforms', 3)
})

test('prose may be in any direction, and code in it may not', async () => {
  const markdown = {
    accepts: 'text/markdown',
    transform: (_: object, body: string) => ({
      source: body.replace(/^.*\n/, ''),
      format: 'text/javascript',
    }),
  }
  const options = { type: 'text/markdown', loaders: [markdown] }
  assert.is((await load('\u202bprose\u202c\nlet a', options)).source, 'let a')
  passed('T23', 'Markdown in two directions')
  await refused('prose\nlet a // \u202e', options)
  denied('T23', 'code in Markdown')
})

test('strings of JSON may hold them; what is no JSON may not, since Node prints it', async () => {
  const json = JSON.stringify({ a: '\u202e\u0083' })
  assert.is((await load(json, { type: 'application/json' })).source, json)
  passed('T23', 'JSON')
  for (const text of ['{"a": \u001b}', '{ \u202e', '"\u001b"']) {
    await refused(text, { type: 'application/json' })
    denied('T23', 'what is no JSON')
  }
})

test('an import of text or bytes may have anything in it', async () => {
  const body = '\u001b[31m\u202e'
  for (const type of ['text', 'bytes']) {
    const url = 'https://host.example/x'
    const errand = errandFor(registryOf(), url, { importAttributes: { type } })
    const acquired = acquiredOf(body, {}, url)
    const { format } = await finish(errand, acquired, asGoal(type, acquired)!)
    assert.is(format, 'module')
    passed('T23', `an import of ${type}`)
  }
})

test('a configuration may allow them: all, or by entries', async () => {
  const source = "let b = '\u001b'"
  const other = { url: 'https://other.example/x' }
  try {
    for (const sourceControls of [true, ['https://host.example/'], ['https://*.example/x']]) {
      configurePolicy({ sourceControls })
      assert.is((await load(source)).source, source)
      passed('T23', 'allowed by the configuration')
    }
    configurePolicy({ sourceControls: ['https://host.example/'] })
    await refused(source, other)
    configurePolicy({ sourceControls: false })
    await refused(source)
    denied('T23', 'not allowed by the configuration', 2)
  } finally {
    configurePolicy({})
  }
})

test('names that are written by escapes are refused where Node would print them', async () => {
  const names = [
    "import './x\\x1b.mjs'",
    "export * from './x\\u001b.mjs'",
    "export * from './x\\u{202e}.mjs'",
    "import { 'a\\u001b[31m' as b } from './x.mjs'",
    'import { "a\\u{9b}" as b, c } from \'./x.mjs\'',
    "import { 'a\\nmimeport: fine' as b } from './x.mjs'",
    "export { 'a\\x1b' as b } from './x.mjs'",
    "export { b as 'a\\x1b' } from './x.mjs'",
    "export * as 'a\\x1b' from './x.mjs'",
    "let b; export { b as 'a\\x07' }",
    "import './x.mjs' with { '\\x1b': 'json' }",
    "import './x.mjs' with { type: 'a\\x1b' }",
  ]
  for (const source of names) {
    assert.match((await refused(`let z\n${source}`)).message, / at 2:\d+, and /)
    denied('T23', source)
  }
  for (const source of [
    "let a = '\\x1b'; import('./x\\x1b.mjs')",
    "import { 'a\\u0062' as b } from './\\x62.mjs'",
    "import { 'a-b' as b } from './é.mjs'; export { b as 'ü' }",
  ]) {
    assert.is((await load(source)).source, source)
    passed('T23', source)
  }
  assert.ok(await load(names[0]!, { url: 'file:///x.mjs' }))
})

test('a data: URL in a static import is text of the module’s', async () => {
  const base64 = Buffer.from('/*\u001b*/').toString('base64')
  const inner = encodeURIComponent("import 'data:text/javascript,%1B'")
  for (const url of [
    'data:text/javascript,/*%1B*/',
    'DATA:text/javascript,/*%E2%80%AE*/',
    `data:text/javascript;base64,${base64}`,
    `data:text/javascript;base64,${base64}%0A`,
    `data:text/javascript;charset=x; BASE64 ,${base64.slice(0, 3)} ${base64.slice(3)}`,
    'data:text/javascript,let a?/*%1B*/#x',
    'data:text/javascript,/*%E9%1B*/',
    `data:text/javascript,${inner}`,
    "data:text/javascript,import {'%5Cx1b' as a} from './x'",
  ]) {
    await refused(`import ${JSON.stringify(url)}`)
    denied('T23', url)
  }
  const fine = "import 'data:text/javascript,let a = `%5Cx1b`'"
  assert.is((await load(fine)).source, fine)
  passed('T23', fine)
})

test('a source map shows other characters in their place, and names as they may be shown', async () => {
  const transform = () => ({
    source: 'a',
    format: 'module',
    map: {
      version: 3,
      sources: ['x\u001b.js'],
      sourcesContent: ['let \u001bab\u202e\tc\n'],
      names: ['f\u001b[31m'],
      mappings: 'AAAAA',
    },
  })
  const { source } = await load('x', {
    type: 'text/x',
    loaders: [{ accepts: 'text/x', transform }],
  })
  const map = JSON.parse(Buffer.from(String(source).split('base64,')[1]!, 'base64').toString())
  assert.equal(map.sourcesContent, ['let \ufffdab\ufffd\tc\n'])
  assert.equal(map.names, ['f\\u{1b}[31m'])
  assert.equal(map.sources, ['https://host.example/x%1B.js'])
  denied('T23', 'a source map')
})

test('looking takes time in proportion to the text', async () => {
  const line = 'export const value = (a, b) => a + b * 42 // a line as they are\n'
  const lookAt = (mebibytes: number) =>
    refused(`throw 0\n${line.repeat((mebibytes * 2 ** 20) / line.length)}\u001b`)
  await assertLinear(lookAt, [2, 16], 'MiB')
})

test.run()
