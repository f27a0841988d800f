/** Charsets and content codings of what servers send, end to end: docs/responses.md. */

import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import { runProject } from '../support/spawn.mts'
import type { Route, TestServer } from '../support/server.mts'

const test = suite('charset')

let server: TestServer
test.before(async () => {
  server = await startServer()
})
test.after(() => server.stop())

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const utf16le = (text: string): Uint8Array => Buffer.from(text, 'utf16le')
const utf16be = (text: string): Uint8Array => Buffer.from(text, 'utf16le').swap16()

/** A response, and what an import of it gives: its default export, or what its error says after the URL. */
type Case = readonly [
  name: string,
  contentType: string,
  body: string | Uint8Array,
  outcome: unknown,
]

const files = { 'mimeport.json': '{ "limits": { "tries": 1 } }' }

/** What the imports of all routes give; JSON's with its attribute. */
async function outcomes(
  routes: Readonly<Record<string, Route>>,
  type?: string,
): Promise<unknown[]> {
  await server.set(routes)
  const app = `
    const all = []
    for (const path of ${JSON.stringify(Object.keys(routes))}) {
      const type = path.endsWith('.json') ? 'json' : ${JSON.stringify(type)}
      const attributes = type === undefined ? undefined : { with: { type } }
      all.push(await import('${server.url}' + path, attributes).then(
        (it) => it.default,
        ({ code, message }) => code + message.replace(/^Cannot (?:decode|read) the body of '[^']*' imported from '[^']*'/, ''),
      ))
    }
    process.stdout.write(JSON.stringify(all))`
  const { stdout, stderr } = await runProject({ ...files, 'app.mjs': app })
  assert.is(stderr, '')
  return JSON.parse(stdout) as unknown[]
}

async function check(cases: readonly Case[], type?: string): Promise<void> {
  const routes = cases.map(([name, contentType, body], index) => {
    const headers = contentType === '' ? {} : { 'content-type': contentType }
    return [`/${index}/${name}`, { headers, body }] as const
  })
  assert.equal(
    (await outcomes(Object.fromEntries(routes), type)).map((each, i) => [cases[i]![0], each]),
    cases.map(([name, , , outcome]) => [name, outcome]),
  )
}

const invalid = 'ERR_MIMEPORT_INVALID_BODY: '
const alone = 'and code and JSON are UTF-8 alone'
const utf16 = `${invalid}it is UTF-16, ${alone}; convert it`

test('code and JSON are UTF-8 whatever their charset says', async () => {
  const code = "export default 'caf\u00e9'"
  const wrong = 'charset=iso-8859-1'
  await check([
    ['a.mjs', `text/javascript;${wrong}`, code, 'caf\u00e9'],
    ['b', `application/x-javascript; ${wrong}`, code, 'caf\u00e9'],
    ['c.cjs', `application/node;${wrong}`, "module.exports = 'caf\u00e9'", 'caf\u00e9'],
    ['d.ts', `application/typescript;${wrong}`, `const a: string = ''\n${code}`, 'caf\u00e9'],
    ['e.ts', `video/mp2t;${wrong}`, code, 'caf\u00e9'],
    ['f.tsx', `text/tsx;${wrong}`, code, 'caf\u00e9'],
    ['g.json', `application/json;${wrong}`, '"caf\u00e9"', 'caf\u00e9'],
    ['h.json', `application/problem+json; charset="UTF-16"`, '"caf\u00e9"', 'caf\u00e9'],
    ['i', `application/jsonc;${wrong}`, '["caf\u00e9", ]', ['caf\u00e9']],
    ['j', 'text/javascript; charset=klingon', code, 'caf\u00e9'],
    // The type is by its extension then, and so is what its charset counts for.
    ['k.mjs', `text/plain;${wrong}`, code, 'caf\u00e9'],
  ])
})

test('code and JSON that are not UTF-8 fail, with the offset, or with what they are', async () => {
  const code = 'export default 1'
  const bytes = latin1("export default 'caf\xe9'")
  const byte = `${invalid}byte 0xe9 at offset 19 is not UTF-8, ${alone}`
  const bom = '\ufeff'
  await check([
    ['a.mjs', 'text/javascript', bytes, byte],
    [
      'b.mjs',
      'text/javascript;charset=windows-1252',
      bytes,
      `${byte}, whatever its charset 'windows-1252' says`,
    ],
    ['c.js', 'text/javascript', bytes, byte],
    ['d.ts', 'application/typescript', bytes, byte],
    [
      'e.json',
      'application/json',
      latin1('"\xe9"'),
      `${invalid}byte 0xe9 at offset 1 is not UTF-8, ${alone}`,
    ],
    ['f.mjs', 'text/javascript', utf16le(bom + code), utf16],
    ['g.mjs', 'text/javascript;charset=utf-16le', utf16le(code), utf16],
    ['h.mjs', 'text/javascript;charset=utf-16be', utf16be(code), utf16],
    ['i.json', 'application/json;charset=utf-16', utf16le(`${bom}{"a":1}`), utf16],
    ['j.json', 'application/json', utf16be(`${bom}{"a":1}`), utf16],
    ['k.json', 'application/json', utf16be('{"a":1}'), utf16],
    ['l.json', 'application/json', utf16le('1'), utf16],
    ['m.json', 'application/json', '1', 1],
  ])
})

test('a byte-order mark is dropped, also before a hashbang', async () => {
  const bom = '\ufeff'
  await check([
    ['a.mjs', 'text/javascript', `${bom}export default 1`, 1],
    ['b.mjs', 'text/javascript', `${bom}#!/usr/bin/env node\nexport default 2`, 2],
    ['c.cjs', 'application/node', `${bom}#!/usr/bin/env node\nmodule.exports = 3`, 3],
    ['d.json', 'application/json', `${bom}4`, 4],
    ['e.ts', 'application/typescript', `${bom}const a: number = 5\nexport default a`, 5],
    ['f', '', `${bom}#!/usr/bin/env node\nexport default 6`, 6],
    ['g.mjs', 'text/javascript;charset=utf-16', `${bom}export default 7`, 7],
    ['h.txt', 'text/plain', `${bom}${bom}x`, '\ufeffx'],
  ])
})

test('any other text is of its charset, by the names of the Encoding standard', async () => {
  const markdown = (text: string) => `\`\`\`js\nexport default '${text}'\n\`\`\`\n`
  const shalom = '\u05e9\u05dc\u05d5\u05dd'
  await check([
    ['a', 'text/plain', 'caf\u00e9', 'caf\u00e9'],
    ['b', 'text/plain;charset=latin1', latin1('caf\xe9 \x80'), 'caf\u00e9 \u20ac'],
    ['c', 'text/plain;charset="WINDOWS-1255"', latin1('\xf9\xec\xe5\xed'), shalom],
    ['c.txt', 'text/plain; charset=windows-1252', latin1('caf\xe9'), 'caf\u00e9'],
    ['c.md', 'text/plain; charset=windows-1255', latin1(markdown('\xf9\xec\xe5\xed')), shalom],
    ['d.md', 'text/markdown; charset=windows-1255', latin1(markdown('\xf9\xec\xe5\xed')), shalom],
    ['e', 'text/plain;charset=shift_jis', latin1('\x83e\x83X\x83g'), '\u30c6\u30b9\u30c8'],
    ['f', 'text/plain;charset=utf-16le', utf16le('a\u00e9'), 'a\u00e9'],
    ['g', 'text/plain;charset=utf-16be', utf16be('a\u00e9'), 'a\u00e9'],
    ['h', 'text/plain', utf16be('\ufeffa\u00e9'), 'a\u00e9'],
    ['i.md', 'text/markdown;charset=utf-8', utf16le(`\ufeff${markdown('\u00e9')}`), '\u00e9'],
    ['j', 'text/plain;charset=klingon', 'x', `${invalid}its charset 'klingon' is unknown`],
    [
      'k',
      'text/plain',
      latin1('ab\xff'),
      `${invalid}byte 0xff at offset 2 is not UTF-8, and its media type names no charset`,
    ],
    [
      'l',
      'text/plain;charset=utf-8',
      latin1('\xc3'),
      `${invalid}byte 0xc3 at offset 0 is not UTF-8`,
    ],
    ['m', 'text/plain;charset=shift_jis', latin1('\x83'), `${invalid}its bytes are not shift_jis`],
  ])
})

test("with { type: 'text' } it is UTF-8, whatever the server says", async () => {
  await check(
    [
      ['a', 'text/plain;charset=windows-1252', 'caf\u00e9', 'caf\u00e9'],
      ['b.mjs', 'text/javascript;charset=klingon', '\ufeffcaf\u00e9', 'caf\u00e9'],
      [
        'c',
        'text/plain;charset=windows-1252',
        latin1('caf\xe9'),
        `${invalid}byte 0xe9 at offset 3 is not UTF-8`,
      ],
    ],
    'text',
  )
})

const body = Buffer.from(`export default 'whole' // ${'x'.repeat(2000)}`)

test('content codings are undone, all of them or none', async () => {
  const coded = (coding: string, bytes: Uint8Array): Route => ({
    headers: { 'content-type': 'text/javascript', 'content-encoding': coding },
    body: bytes,
  })
  const gzip = gzipSync(body)
  const half = body.length / 2
  const members = [gzipSync(body.subarray(0, half)), gzipSync(body.subarray(half))]
  const good: readonly Route[] = [
    coded('gzip', gzip),
    coded('X-GZIP', gzip),
    coded('gzip', Buffer.concat(members)),
    coded('deflate', deflateSync(body)),
    coded('deflate', deflateRawSync(body)),
    coded('br', brotliCompressSync(body)),
    coded('zstd', zstdCompressSync(body)),
    coded('identity', body),
    coded(', ,', body),
    coded('deflate, , gzip', gzipSync(deflateSync(body))),
    {
      headers: { 'content-type': 'text/javascript', 'content-encoding': ['br', 'GZip, identity'] },
      body: gzipSync(brotliCompressSync(body)),
    },
  ]
  const all = await outcomes(Object.fromEntries(good.map((route, i) => [`/good/${i}.mjs`, route])))
  assert.equal(all, Array(good.length).fill('whole'))

  const coding = 'ERR_MIMEPORT_CONTENT_CODING'
  const bad: readonly [Route, string][] = [
    [coded('gzip', gzip.subarray(0, -1)), coding],
    [coded('gzip', Buffer.concat([gzip, Buffer.from('x')])), coding],
    [coded('br', brotliCompressSync(body).subarray(0, -1)), coding],
    [coded('br', Buffer.concat([brotliCompressSync(body), Buffer.alloc(1)])), coding],
    [coded('deflate', deflateSync(body).subarray(0, -1)), coding],
    [coded('zstd', zstdCompressSync(body).subarray(0, -1)), coding],
    [coded('gzip', new Uint8Array(0)), coding],
    [coded('gzip', body), coding],
    [coded('compress', body), coding],
    [coded('*', body), coding],
    [coded('gzip;q=1', gzip), coding],
    [coded('gzip, gzip, gzip', gzipSync(gzipSync(gzip))), coding],
    [coded('gzip', gzipSync(Buffer.alloc(2 ** 20 + 1))), 'ERR_MIMEPORT_BODY_TOO_LARGE'],
  ]
  const failures = await outcomes(
    Object.fromEntries(bad.map(([route], i) => [`/bad/${i}.mjs`, route])),
  )
  assert.equal(
    failures.map((each) => String(each).replace(/: .*/, '')),
    bad.map(([, code]) => code),
  )
})

test('the number of codings, the ratio and the size are the configuration’s', async () => {
  const headers = (coding: string) => ({
    'content-type': 'text/javascript',
    'content-encoding': coding,
  })
  const large = Buffer.from(`export default 'large' // ${'x'.repeat(2 ** 21)}`)
  await server.set({
    '/three.mjs': {
      headers: headers('gzip, br, gzip'),
      body: gzipSync(brotliCompressSync(gzipSync(body))),
    },
    '/ratio.mjs': { headers: headers('br'), body: brotliCompressSync(large) },
  })
  const app = `
    for (const path of ['/three.mjs', '/ratio.mjs']) {
      console.log(await import('${server.url}' + path).then((it) => it.default, ({ code }) => code))
    }`
  const config = (limits: object) => ({ 'mimeport.json': JSON.stringify({ limits }) })
  const loose = await runProject({
    ...config({ codings: 3, ratio: 200_000, tries: 1 }),
    'app.mjs': app,
  })
  assert.is(loose.stdout, 'whole\nlarge\n')
  const strict = await runProject({
    ...config({ codings: 3, ratio: 200_000, tries: 1, body: 1000 }),
    'app.mjs': app,
  })
  assert.is(strict.stdout, 'ERR_MIMEPORT_BODY_TOO_LARGE\nERR_MIMEPORT_BODY_TOO_LARGE\n')
})

test.run()
