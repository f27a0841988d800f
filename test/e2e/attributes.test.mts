/** Import attributes: what they make of a response from every source, and Node's own errors for those that are wrong. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import type { GitHub } from '../support/github.mts'
import type { TestServer } from '../support/server.mts'
import type { Project } from '../support/spawn.mts'

const test = suite('attributes')
let server: TestServer
let github: GitHub
let project: Project

const files = {
  'data.json': '{ "a": 1 }',
  'code.mjs': 'export default "code"',
  'old.cjs': 'exports.a = 1',
  'page.md': '# Page\n\n```js\nexport default 1\n```\n',
  'note.txt': 'grüße\n',
  'bytes.bin': new Uint8Array([0, 1, 2, 253, 254, 255]),
  'imports-json.mjs': "import data from './data.json' with { type: 'json' }; export default data.a",
  'lacks-type.mjs': "\n  import data from './data.json'; export default data.a",
}

/** One loader that makes JSON of what is none, and one for each kind of file that Node does not know. */
const loaders = {
  'mimeport.json': '{ "loaders": ["./loaders/*"] }',
  'loaders/rows.mjs': `
    export const extensionMimeMap = { rows: 'text/x-rows' }
    export const accepts = ['text/x-rows']
    export const transform = (headers, body) => ({ source: JSON.stringify(body.trim().split(/\\s+/)), format: 'json' })`,
  'a.rows': '1 2\n',
  'settings.jsonc': '{ "a": 1, }',
}

/** Where the files are: source → the start of their specifiers, as a relative specifier or a URL. */
let sources: Readonly<Record<'file' | 'http' | 'github', string>>

const dataURLs: Readonly<Record<string, string>> = {
  'data.json': 'data:application/manifest+json,{ "a": 1 }',
  'note.txt': 'data:text/plain;charset=utf-8,gr%C3%BC%C3%9Fe%0A',
  'code.mjs': 'data:text/javascript,export default "code"',
  'bytes.bin': 'data:,%00%01%02%FD%FE%FF',
}

const prelude = `
  import { createRequire } from 'node:module'
  const require = createRequire(import.meta.url)
  const base = process.env.BASE
  const say = (value) => process.stdout.write(JSON.stringify(value))
  const told = ({ name, code, message }) => [name, code, message]
  const get = (specifier, attributes) => import(specifier, { with: attributes }).then((it) => it.default, told)
  `

test.before(async () => {
  server = await startServer()
  for (const [path, body] of Object.entries(files)) await server.set(`/${path}`, body)
  await server.set({
    '/no-extension': {
      body: '{ "a": 1 }',
      headers: { 'content-type': 'application/problem+json' },
    },
    '/rows': { body: '3 4', headers: { 'content-type': 'text/x-rows' } },
  })
  github = await startGitHub({ repos: { 'o/r': { files } } })
  project = makeProject({ ...files, ...loaders })
  sources = { file: './', http: `${server.url}/`, github: 'github:o/r/' }
})
test.after(async () => {
  project.remove()
  await Promise.all([server.stop(), github.stop()])
})

async function said(app: string, base = sources.http, nodeArgs?: readonly string[]): Promise<any> {
  project.write({ 'app.mjs': prelude + app })
  const { status, stdout, stderr } = await run(['app.mjs'], {
    cwd: project.path,
    env: { ...github.env, BASE: base },
    ...(nodeArgs === undefined ? {} : { nodeArgs }),
  })
  assert.is(stderr, '')
  assert.is(status, 0)
  return JSON.parse(stdout)
}

test('json, text and bytes are had from every source, without a warning', async () => {
  for (const [source, base] of Object.entries(sources)) {
    assert.equal(
      await said(
        `say([
          await get(base + 'data.json', { type: 'json' }),
          await get(base + 'data.json', { type: 'text' }),
          await get(base + 'code.mjs', { type: 'text' }),
          await get(base + 'page.md', { type: 'text' }),
          await get(base + 'note.txt', { type: 'text' }),
          [...await get(base + 'bytes.bin', { type: 'bytes' })],
          (await get(base + 'code.mjs', { type: 'bytes' })).constructor.name,
        ])`,
        base,
      ),
      [
        { a: 1 },
        files['data.json'],
        files['code.mjs'],
        files['page.md'],
        files['note.txt'],
        [...files['bytes.bin']],
        'Uint8Array',
      ],
      source,
    )
  }
  assert.equal(
    await said(`
      const urls = ${JSON.stringify(dataURLs)}
      say([
        await get(urls['data.json'], { type: 'json' }),
        await get(urls['note.txt'], { type: 'text' }),
        await get(urls['code.mjs'], { type: 'text' }),
        [...await get(urls['bytes.bin'], { type: 'bytes' })],
        [...await get('data:application/json,1', { type: 'bytes' })],
        await get(urls['code.mjs']),
        await get('data:application/json,1', { type: 'json' }),
      ])`),
    [{ a: 1 }, files['note.txt'], files['code.mjs'], [0, 1, 2, 253, 254, 255], [49], 'code', 1],
  )
})

test('each is a module of its own, and the same one every time; the module itself is another', async () => {
  assert.equal(
    await said(`
      const all = []
      for (const type of [undefined, 'text', 'bytes']) {
        const attributes = type === undefined ? undefined : { with: { type } }
        const [a, b] = [await import(base + 'code.mjs', attributes), await import(base + 'code.mjs', attributes)]
        all.push(a === b, typeof a.default)
      }
      say(all)`),
    [true, 'string', true, 'string', true, 'object'],
  )
})

test('bytes are a Uint8Array on a buffer of its own: immutable where V8 has that', async () => {
  const app = `
    const bytes = await get(base + 'bytes.bin', { type: 'bytes' })
    Reflect.set(bytes, 0, 9)
    say([bytes.byteOffset, bytes.buffer.byteLength, bytes.buffer.immutable ?? null, bytes[0], Object.getPrototypeOf(bytes) === Uint8Array.prototype])`
  assert.equal(await said(app), [0, 6, null, 9, true])
  if (Number.parseInt(process.versions.node) >= 26) {
    const flags = ['--js-immutable-arraybuffer', '--import']
    assert.equal(await said(app, sources.http, [...flags, loaderPath]), [0, 6, true, 0, true])
  }
})

test('text is UTF-8 whatever the server says, without its byte-order mark', async () => {
  const headers = { 'content-type': 'text/html; charset=iso-8859-1' }
  await server.set('/marked.html', { headers, body: '\ufeffgrüße' })
  assert.is(await said(`say(await get(base + 'marked.html', { type: 'text' }))`), 'grüße')
  await server.set('/latin.txt', { body: new Uint8Array([0xe9]) })
  const [, code] = await said(`say(await get(base + 'latin.txt', { type: 'text' }))`)
  assert.is(code, 'ERR_MIMEPORT_INVALID_BODY')
})

/** What Node itself says of a local file in a program without us: attributes → name, code and message. */
const wrong: readonly [file: string, attributes: Record<string, string> | undefined][] = [
  ['data.json', undefined],
  ['data.json', {}],
  ['code.mjs', { type: 'json' }],
  ['old.cjs', { type: 'json' }],
  ['code.mjs', { type: 'css' }],
  ['data.json', { type: 'css' }],
  ['data.json', { type: '' }],
  ['data.json', { type: 'JSON' }],
  ['code.mjs', { type: 'javascript' }],
  ['code.mjs', { lang: 'x' }],
  ['data.json', { type: 'json', lang: 'x' }],
  ['code.mjs', { type: 'css', lang: 'x' }],
  ['missing.mjs', { lang: 'x' }],
]

test('what is wrong fails with the name, the code and the message that Node has for a local file', async () => {
  const app = `
    const all = []
    for (const [index, [file, attributes]] of ${JSON.stringify(wrong)}.entries())
      all.push(await get(base + file + (base.startsWith('github') ? '' : '?' + index), attributes))
    say(all)`
  const expected: string[][] = await said(app, sources.file, [])
  for (const [name, code] of expected) assert.ok(name !== undefined && code !== undefined)
  for (const [source, base] of Object.entries(sources)) {
    const all: string[][] = await said(app, base)
    const root =
      source === 'file'
        ? `file://${project.path}/`
        : source === 'http'
          ? base
          : `github://o/r@${await github.commit()}/`
    for (const [index, [name, code, message]] of all.entries()) {
      const what = `${source} ${JSON.stringify(wrong[index])}`
      const [nodesName, nodesCode, nodesMessage] = expected[index]!
      assert.is(code, nodesCode, what)
      if (code === 'ERR_MODULE_NOT_FOUND') continue
      assert.is(name, nodesName, what)
      const plain = (text = '') => text.replaceAll(/\?\d+/g, '')
      assert.is(plain(message), plain(nodesMessage).replace(`file://${project.path}/`, root), what)
    }
  }
})

test('JSON needs its attribute when the response is JSON, not when a loader made it so', async () => {
  const [typed, made, remote, stated, jsonc, data, nodes] = await said(`
    say([
      await get(base + 'no-extension'),
      await get('./a.rows'),
      await get(base + 'rows'),
      await get('./a.rows', { type: 'json' }),
      await get('./settings.jsonc'),
      await get('data:application/manifest+json,{}'),
      await get('data:application/json,{}'),
    ])`)
  assert.is(typed[1], 'ERR_IMPORT_ATTRIBUTE_MISSING')
  assert.equal([made, remote, stated, jsonc], [['1', '2'], ['3', '4'], ['1', '2'], { a: 1 }])
  assert.is(data[1], 'ERR_IMPORT_ATTRIBUTE_MISSING')
  assert.is(nodes[1], 'ERR_IMPORT_ATTRIBUTE_MISSING')
})

test('the error is at the importing line, and comes again', async () => {
  assert.equal(
    await said(`
      const frames = []
      for (let n = 0; n < 2; n++)
        await import(base + 'lacks-type.mjs').catch(({ code, stack }) => frames.push([code, stack.split('\\n')[1]]))
      say(frames)`),
    Array(2).fill(['ERR_IMPORT_ATTRIBUTE_MISSING', `    at ${server.url}/lacks-type.mjs:2:20`]),
  )
})

test('who asks otherwise gets JSON after such an error, and before', async () => {
  assert.equal(
    await said(`
      const url = base + 'data.json'
      const said = [import.meta.resolve(url) === url]
      said.push((await get(url))[1], await get(url, { type: 'json' }), require(url), (await get(url))[1])
      said.push(await get(base + 'imports-json.mjs'), require(base + 'imports-json.mjs').default, require.resolve(url) === url)
      say(said)`),
    [
      true,
      'ERR_IMPORT_ATTRIBUTE_MISSING',
      { a: 1 },
      { a: 1 },
      'ERR_IMPORT_ATTRIBUTE_MISSING',
      1,
      1,
      true,
    ],
  )
})

test('what an unknown attribute was to guard does not run', async () => {
  await server.set('/loud.mjs', 'console.error("it ran")')
  const [, code] = await said(`say(await get(base + 'loud.mjs', { integrity: 'sha256-x' }))`)
  assert.is(code, 'ERR_IMPORT_ATTRIBUTE_UNSUPPORTED')
})

test('what was imported as text or bytes is code to whoever imports it as such, before and after', async () => {
  for (const [source, base] of Object.entries(sources)) {
    const program = `
      const all = []
      const code = base + 'code.mjs'
      for (const type of [undefined, 'text', undefined, 'bytes', undefined, 'text']) {
        const it = await import(code, type && { with: { type } })
        all.push(type === 'bytes' ? it.default.length : it.default)
      }
      const before = await import(code)
      say([all, before === await import(code), import.meta.resolve(code).endsWith('/code.mjs')])`
    const text = files['code.mjs']
    const all = ['code', text, 'code', text.length, 'code', text]
    assert.equal(await said(program, base), [all, true, true], source)
  }
})

test('a server that goes by Accept has code and JSON under one URL, and neither is taken for the other', async () => {
  const answer = (type: string, body: string) => ({
    headers: { 'content-type': type, vary: 'accept-encoding, Accept' },
    body,
  })
  await server.set('/negotiated', [
    answer('text/javascript', "export default 'code'"),
    answer('application/json', '{"is":"json"}'),
  ])
  const program = `
    const url = base + 'negotiated'
    const all = []
    for (const type of [undefined, 'json', undefined, 'json'])
      all.push((await import(url, type && { with: { type } })).default)
    say(all)`
  assert.equal(await said(program), ['code', { is: 'json' }, 'code', { is: 'json' }])
})

test.run()
