/**
 * Vectors of the Web Platform Tests about fields of responses, end to end: a server sends exactly their bytes, and a program
 * imports. They are written for documents and classic scripts; docs/responses.md says what each means for a module, and
 * where we differ, which is held here, too.
 */

import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import { runProject } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'
import type { RouteAnswer, TestServer } from '../support/server.mts'

const test = suite('wpt')

let server: TestServer
test.before(async () => {
  server = await startServer()
})
test.after(() => server.stop())

/** A loader that takes documents, and tells what it was given. */
const files = {
  // The second byte of the text is a control character in some of the charsets.
  'mimeport.json':
    '{ "limits": { "tries": 1 }, "loaders": ["./told.mjs"], "sourceControls": true }',
  'told.mjs': `
    export const accepts = ['text/html', 'text/plain']
    export const transform = (headers, body) =>
      ({ source: 'export default ' + JSON.stringify([headers['content-type'], body]), format: 'module' })`,
}

/** What each import gives: its default export, or its error's code. */
async function outcomes(routes: ReadonlyMap<string, RouteAnswer>): Promise<unknown[]> {
  await server.set(Object.fromEntries(routes))
  const app = `
    const all = []
    for (const path of ${JSON.stringify([...routes.keys()])}) {
      all.push(await import('${server.url}' + path).then((it) => it.default, ({ code }) => code))
    }
    process.stdout.write(JSON.stringify(all))`
  const { stdout, stderr } = await runProject({ ...files, 'app.mjs': app })
  assert.is(stderr, '')
  return JSON.parse(stdout) as unknown[]
}

function vectors<T>(path: string, count: number): T[] {
  const file = new URL(`../corpora/wpt/${path}.json`, import.meta.url)
  const all = JSON.parse(readFileSync(file, 'utf8')) as T[]
  assert.is(all.length, count)
  return all
}

/** A response of these bytes; `lines` are its header section, in latin1. */
const response = (lines: readonly string[], body: string): RouteAnswer => ({
  raw: `HTTP/1.1 200 OK\r\n${[...lines, `content-length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`,
})

/** Content-Type once, its values in a list, or once for each. */
const ways: readonly ((values: readonly string[]) => string[])[] = [
  (values) => [`Content-Type: ${values.join(', ')}`],
  (values) => values.map((value) => `Content-Type: ${value}`),
]

const network = 'ERR_MIMEPORT_NETWORK'
const unsupported = 'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE'

test('20 Content-Types of documents: the media type and the charset of their text', async () => {
  interface Vector {
    readonly contentType: readonly string[]
    readonly encoding: string | null
    readonly mimeType: string
  }
  const all = vectors<Vector>('content-type/content-types', 20)
  // Text in each of the charsets that come up, and another one in each.
  const body = '\xd0\x90'
  const routes = new Map<string, RouteAnswer>()
  for (const [index, { contentType }] of all.entries()) {
    for (const [way, lines] of ways.entries()) {
      routes.set(`/document/${index}/${way}`, response(lines(contentType), body))
    }
  }
  const expected = all.flatMap(({ encoding, mimeType }) => {
    const text = new TextDecoder(encoding ?? 'utf-8').decode(Buffer.from(body, 'latin1'))
    return [
      [mimeType, text],
      [mimeType, text],
    ]
  })
  assert.equal(await outcomes(routes), expected)
})

test('18 Content-Types of scripts: what executes is run, as UTF-8, and nothing else is', async () => {
  interface Vector {
    readonly contentType: readonly string[]
    readonly executes: boolean
  }
  const all = vectors<Vector>('content-type/script-content-types', 18)
  const routes = new Map<string, RouteAnswer>()
  for (const [index, { contentType }] of all.entries()) {
    for (const [way, lines] of ways.entries()) {
      const body = "export default 'caf\xc3\xa9'"
      routes.set(`/script/${index}/${way}`, response(lines(contentType), body))
    }
  }
  const results = await outcomes(routes)
  const expected = all.flatMap(({ contentType, executes }) => {
    // Our deviation from `encoding`: a module is UTF-8 whatever its charset says, in browsers, too.
    if (executes) return ['caf\u00e9', 'caf\u00e9']
    // A field value may hold no form feed: the response is none. RFC 9110 §5.5.
    const code = contentType.join().includes('\f') ? network : unsupported
    return [code, code]
  })
  assert.equal(results, expected)
  const run = expected.filter((each) => each === 'caf\u00e9').length
  denied('T17', 'what no script is', expected.length - run)
  passed('T17', 'a script by any of its names', run)
})

test('15 forms of X-Content-Type-Options: none of them changes what a module is', async () => {
  interface Vector {
    readonly input: string
    readonly nosniff: boolean
  }
  const all = vectors<Vector>('nosniff/x-content-type-options', 15)
  /** Where the response is, its Content-Type, and what comes of it, `nosniff` or not. */
  const cases: readonly [name: string, contentType: string | undefined, outcome: unknown][] = [
    ['code', 'text/javascript', 1],
    ['style.mjs', 'text/css', unsupported],
    ['page.mjs', 'text/html', ['text/html', 'export default 1']],
    // What says nothing is not believed, with `nosniff` neither: raw hosts send both for everything.
    ['plain.mjs', 'text/plain', 1],
    ['plain', 'text/plain', ['text/plain', 'export default 1']],
    ['none.mjs', undefined, 1],
    ['none', undefined, unsupported],
  ]
  const routes = new Map<string, RouteAnswer>()
  const expected: unknown[] = []
  for (const [index, { input }] of all.entries()) {
    for (const [name, type, outcome] of cases) {
      const lines = type === undefined ? [input] : [input, `Content-Type: ${type}`]
      routes.set(`/${index}/${name}`, response(lines, 'export default 1'))
      expected.push(/[\v\f]/.test(input) ? network : outcome)
    }
  }
  assert.equal(await outcomes(routes), expected)
  denied('T17', 'a style sheet, a page, nothing', expected.filter((each) => each !== 1).length)
  passed('T17', 'code, whatever nosniff says', expected.filter((each) => each === 1).length)
})

test('35 Content-Lengths: exactly what one valid field says, and nothing of any other body', async () => {
  interface Vector {
    readonly input: string
    readonly output: number | null
  }
  const all = vectors<Vector>('content-length/content-lengths', 35)
  const thirty = 'let n=30;export{n as default};'
  assert.is(thirty.length, 30)
  const routes = new Map<string, RouteAnswer>()
  for (const [index, { input }] of all.entries()) {
    const head = `HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\n${input}`
    routes.set(`/${index}`, { raw: `${head}\r\n\r\n${thirty}n=42;n=42;//` })
  }
  const results = await outcomes(routes)
  const taken = ['Content-Length: 42', 'Content-Length: 30', 'Content-Length: 030']
  assert.equal(
    results,
    all.map(({ input, output }) => (taken.includes(input) ? output : network)),
  )
  // What browsers take and we do not: RFC 9110 §8.6 lets a recipient refuse values that are repeated …
  const repeated = all.filter(({ input, output }) => /\d,|\d\r\n/.test(input) && output !== null)
  assert.equal(
    repeated.map(({ input }) => input.match(/\d+/g)!.every((each, _, [first]) => each === first)),
    Array(8).fill(true),
  )
  // … and a field that is no number leaves a body whose end nobody can tell.
  const invalid = all.filter(
    ({ input, output }) => output === 42 && !/^Content-Length: 42(?:[,\r]|$)/.test(input),
  )
  assert.equal(
    invalid.map(({ input }) => input.split('\r\n')[0]!.slice(16)),
    ['aaaah', 'aaaah, aaaah', 'aaaah', '42s', '30s', '-1', '0x20', '"30"', ''],
  )
  const deviations = all.filter((each, index) => results[index] !== (each.output ?? network))
  assert.equal(new Set(deviations), new Set([...repeated, ...invalid]))
})

test.run()
