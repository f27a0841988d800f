import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { identify } from '../../core/engine/identify.mts'
import { Registry } from '../../core/engine/registry.mts'
import { acquiredOf, errandFor, registration, registryOf } from '../support/inline-loader.mts'
import { rejects } from '../support/rejects.mts'

const test = suite('identify')

const empty = new Registry([])

async function typeOf(
  url: string,
  contentType?: string,
  body: string | Uint8Array = '',
  registry = empty,
): Promise<string | undefined> {
  const headers = contentType === undefined ? {} : { 'content-type': contentType }
  const found = await identify(errandFor(registry), acquiredOf(body, headers, url))
  return found === undefined ? undefined : String(found)
}

const markdown = { name: 'md', extensionMimeMap: { md: 'text/markdown', '.mjs.md': 'text/mjs-md' } }

test('a Content-Type that says something is believed, with its parameters', async () => {
  const table: readonly [contentType: string, mediaType: string][] = [
    ['text/javascript; charset=utf-8', 'text/javascript;charset=utf-8'],
    ['Text/HTML;Charset=UTF-8', 'text/html;charset=UTF-8'],
    ['application/ld+json', 'application/ld+json'],
    ['text/x, text/y', 'text/y'],
  ]
  for (const [contentType, mediaType] of table) {
    assert.is(await typeOf('https://host/a.md', contentType, '', registryOf(markdown)), mediaType)
  }
})

test('with nosniff, too', async () => {
  const headers = { 'content-type': 'text/html', 'x-content-type-options': 'nosniff' }
  const found = await identify(
    errandFor(registryOf(markdown)),
    acquiredOf('', headers, 'https://host/a.md'),
  )
  assert.is(String(found), 'text/html')
})

test('one that says nothing is not: the extension is asked', async () => {
  const none = [undefined, '', 'text', '*/*', 'text/', 'application/octet-stream', 'text/plain']
  for (const contentType of [
    ...none,
    'text/plain; charset=utf-8',
    'TEXT/PLAIN',
    'x;y,text/plain',
  ]) {
    const type = await typeOf('https://host/a.md', contentType, '', registryOf(markdown))
    assert.is(type, 'text/markdown', String(contentType))
  }
})

test('a raw host’s text/plain is not believed for its nosniff', async () => {
  const headers = { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' }
  const found = await identify(
    errandFor(registryOf(markdown)),
    acquiredOf('', headers, 'https://host/a.mjs'),
  )
  assert.is(String(found), 'text/javascript')
})

test('the longest extension wins, of the path alone', async () => {
  const registry = registryOf(markdown)
  assert.is(await typeOf('https://host/a.mjs.md', undefined, '', registry), 'text/mjs-md')
  assert.is(
    await typeOf('https://host/a.md?b.mjs.md#c.mjs.md', undefined, '', registry),
    'text/markdown',
  )
  assert.is(await typeOf('https://host/a?b.md', undefined, '', registry), undefined)
  assert.is(await typeOf('https://host/x.md/a', undefined, '', registry), undefined)
})

test('a loader’s extensions go before the table’s, and before what .js means to Node', async () => {
  const own = { name: 'own', extensionMimeMap: { ts: 'application/typescript', js: 'text/x' } }
  const registry = registryOf(own)
  assert.is(await typeOf('https://host/a.ts', undefined, '', registry), 'application/typescript')
  assert.is(await typeOf('https://host/a.js', undefined, '', registry), 'text/x')
})

test('the table is the last resort among extensions', async () => {
  const table: readonly [name: string, mediaType: string][] = [
    ['a.mjs', 'text/javascript'],
    ['a.cjs', 'application/node'],
    ['a.json', 'application/json'],
    ['a.wasm', 'application/wasm'],
    ['a.css', 'text/css'],
    ['a.PNG', 'image/png'],
    ['a.b.html', 'text/html'],
  ]
  for (const [name, mediaType] of table) {
    assert.is(await typeOf(`https://host/${name}`), mediaType, name)
  }
})

test("what servers call by TypeScript's extensions is TypeScript when its name says so", async () => {
  for (const type of ['video/mp2t', 'text/vnd.trolltech.linguist', 'model/vnd.mts']) {
    for (const name of ['a.ts', 'a.mts', 'a.cts', 'a.d.ts']) {
      assert.is(await typeOf(`https://host/${name}`, type), 'application/typescript', name)
    }
    for (const name of ['a.m2ts', 'a', 'a.tsx', 'ts']) {
      assert.is(await typeOf(`https://host/${name}`, type), type, name)
    }
  }
})

test('.js is what its text says, away from files', async () => {
  const table: readonly [text: string, mediaType: string][] = [
    ['export default 1', 'text/javascript'],
    ["import 'x'", 'text/javascript'],
    ['globalThis.x = 1', 'text/javascript'],
    ["const x = require('x')", 'application/node'],
    ['module.exports = 1', 'application/node'],
    ["import x from 'x'\nmodule.exports = x", 'text/javascript'],
    ['', 'text/javascript'],
  ]
  for (const [text, mediaType] of table) {
    assert.is(await typeOf('https://host/a.js', 'text/plain', text), mediaType, text)
  }
})

test('.js of a package is what the package says, and only then what its text says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mimeport-identify-'))
  try {
    const types: readonly [type: string | undefined, text: string, mediaType: string][] = [
      ['module', 'module.exports = 1', 'text/javascript'],
      ['commonjs', 'export default 1', 'application/node'],
      [undefined, 'export default 1', 'text/javascript'],
      [undefined, 'module.exports = 1', 'application/node'],
    ]
    for (const [index, [type, text, mediaType]] of types.entries()) {
      const own = join(folder, String(index))
      mkdirSync(own)
      writeFileSync(join(own, 'package.json'), JSON.stringify({ type }))
      writeFileSync(join(own, 'a.js'), text)
      for (const query of ['', '?v=1', '#x']) {
        const url = pathToFileURL(join(own, 'a.js')).href + query
        assert.is(await typeOf(url, undefined, text), mediaType, `${type}: ${text} ${query}`)
      }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

/** Notes what it is asked, and answers. */
function identifier(name: string, answer: unknown) {
  const asked: unknown[][] = []
  const identifies = (...args: unknown[]) => {
    asked.push(args)
    return typeof answer === 'function' ? answer() : answer
  }
  return { name, asked, identify: identifies }
}

test('nobody identifies what has a type or an extension', async () => {
  const loader = identifier('a', 'text/x')
  const registry = registryOf(loader)
  assert.is(await typeOf('https://host/a', 'text/html', '', registry), 'text/html')
  assert.is(await typeOf('https://host/a.mjs', undefined, '', registry), 'text/javascript')
  assert.is(await typeOf('https://host/a.js', undefined, '', registry), 'text/javascript')
  assert.equal(loader.asked, [])
})

test('the first loader that identifies decides', async () => {
  for (const pass of [false, null, undefined, Promise.resolve(false)]) {
    const [a, b, c] = [
      identifier('a', pass),
      identifier('b', 'Text/X; v=1'),
      identifier('c', 'text/y'),
    ]
    assert.is(await typeOf('https://host/a', undefined, '', registryOf(a, b, c)), 'text/x;v=1')
    assert.equal([a.asked.length, b.asked.length, c.asked.length], [1, 1, 0])
  }
})

test('the project’s loaders identify before the built-in ones', async () => {
  const builtIn = registration(identifier('b', 'text/built-in'), false)
  const own = registration(
    identifier('o', async () => 'text/own'),
    true,
  )
  assert.is(await typeOf('https://host/a', undefined, '', new Registry([builtIn, own])), 'text/own')
})

test('a loader that identifies is given the URL, the fields, and text where it is text', async () => {
  const bodies: readonly [body: Uint8Array, seen: string | Uint8Array][] = [
    [Buffer.from('é'), 'é'],
    [Buffer.from('\ufeffé'), 'é'],
    [Buffer.from(''), ''],
    [new Uint8Array([0, 1, 2]), new Uint8Array([0, 1, 2])],
    [new Uint8Array([0x66, 0xff]), new Uint8Array([0x66, 0xff])],
    [Buffer.from('\u001b[1m\t\f'), '\u001b[1m\t\f'],
    [Buffer.from('a\u0008'), new Uint8Array([97, 8])],
  ]
  for (const [body, seen] of bodies) {
    const loader = identifier('a', false)
    await typeOf('https://host/a?b#c', 'application/octet-stream', body, registryOf(loader))
    const [url, given, headers] = loader.asked[0]!
    assert.is(url, 'https://host/a?b#c')
    assert.equal({ ...(headers as object) }, { 'content-type': 'application/octet-stream' })
    if (typeof seen === 'string') assert.is(given, seen)
    else assert.equal([...(given as Uint8Array)], [...seen])
  }
})

test('what nobody identifies is what its server said, or nothing', async () => {
  const registry = registryOf(identifier('a', false))
  const table: readonly [contentType: string | undefined, mediaType: string | undefined][] = [
    [undefined, undefined],
    ['text', undefined],
    ['text/plain; charset=utf-8', 'text/plain;charset=utf-8'],
    ['application/octet-stream', 'application/octet-stream'],
  ]
  for (const [contentType, mediaType] of table) {
    assert.is(await typeOf('https://host/a', contentType, '', registry), mediaType)
    assert.is(await typeOf('https://host/a.unheard-of', contentType, '', registry), mediaType)
  }
})

test('an extension that the table does not know either is no answer: identify is asked', async () => {
  const registry = registryOf(identifier('a', 'text/x'))
  for (const extension of ['bin', 'dat', 'unheard-of']) {
    assert.is(await typeOf(`https://host/a.${extension}`, undefined, '', registry), 'text/x')
  }
  assert.is(await typeOf('https://host/a.html', undefined, '', registry), 'text/html')
  const type = await typeOf('file:///a.bin', undefined, '', registryOf(identifier('a', false)))
  assert.is(type, 'application/octet-stream')
})

test('what identify returns is a media type or nothing', async () => {
  for (const answer of ['', 'text', 'module', 'text/', true, 1, {}, ['text/x'], Symbol('x')]) {
    const registry = registryOf(identifier('bad', answer))
    const error = await rejects(
      typeOf('https://host/a', undefined, '', registry),
      'ERR_MIMEPORT_INVALID_RETURN',
    )
    assert.match(
      error.message,
      /^Expected a media type or false from loader 'bad' "identify"\. Received /,
    )
  }
})

test('what identify throws stops the search', async () => {
  const cause = new Error('broken')
  const [a, b] = [identifier('a', () => Promise.reject(cause)), identifier('b', 'text/x')]
  const error = await rejects(
    typeOf('https://host/a', undefined, '', registryOf(a, b)),
    'ERR_MIMEPORT_LOADER_FAILED',
  )
  assert.is(error.message, `Loader 'a' "identify" failed for 'https://host/a': broken`)
  assert.is(error.cause, cause)
  assert.equal(b.asked, [])
})

test('a data: URL’s content does not say what it is', async () => {
  const url = 'data:text/plain,see%20x.mjs'
  assert.is(await typeOf(url, 'text/plain', 'see x.mjs'), 'text/plain')
})

test('what one loader does to the body and the fields does not reach the next', async () => {
  const bytes = new Uint8Array([0, 1, 2])
  const headers = { 'content-type': 'application/octet-stream' }
  const acquired = acquiredOf(bytes, headers, 'https://host/a')
  const spoil = {
    name: 'spoil',
    identify(_url: string, body: Uint8Array, fields: Record<string, string>) {
      body.fill(7)
      Reflect.set(fields, 'content-type', 'text/spoilt')
      return false
    },
  }
  const next = identifier('next', false)
  const found = await identify(errandFor(registryOf(spoil, next)), acquired)
  const [, body, fields] = next.asked[0]!
  assert.equal([...(body as Uint8Array)], [0, 1, 2])
  assert.equal({ ...(fields as object) }, headers)
  assert.equal([...acquired.response.body], [0, 1, 2])
  assert.is(String(found), 'application/octet-stream')
})

test('the charset of a type that says nothing is that of the text which the extension names', async () => {
  const table: readonly [name: string, contentType: string, mediaType: string][] = [
    ['a.md', 'text/plain; charset=windows-1252', 'text/markdown;charset=windows-1252'],
    ['a.txt', 'text/plain; charset=GBK', 'text/plain;charset=GBK'],
    ['a.css', 'application/octet-stream;charset=x', 'text/css;charset=x'],
    ['a.png', 'text/plain;charset=windows-1252', 'image/png'],
    ['a.wasm', 'text/plain;charset=windows-1252', 'application/wasm'],
    ['a.md', 'text/plain; charset=utf-8', 'text/markdown'],
    ['a.md', 'text/plain; charset="UTF8"', 'text/markdown'],
    ['a.md', 'text/css; charset=x', 'text/css;charset=x'],
  ]
  for (const [name, contentType, mediaType] of table) {
    const url = `https://host/${name}`
    assert.is(await typeOf(url, contentType, '', registryOf(markdown)), mediaType, contentType)
  }
})

test.run()
