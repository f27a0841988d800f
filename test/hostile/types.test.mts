import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pathToFileURL } from 'node:url'
import { requestFor } from '../support/inline-loader.mts'
import { startServer } from '../support/server.mts'
import { makeProject } from '../support/spawn.mts'
import { canary, denied, leak, passed } from '../threats/record.mts'
import { startEngine } from './engine.mts'
import type { RouteAnswer } from '../support/server.mts'

const test = suite('what a response is taken for')

const secret = 'TOKEN=CANARY-77'
const project = makeProject({ 'secret.env': secret, 'doc.md': '```js\nexport default 1\n```\n' })
const server = await startServer()
const other = await startServer()
const engine = await startEngine(project.path)

test.after(async () => {
  await Promise.all([server.stop(), other.stop()])
  project.remove()
})

const load = (specifier: string, parentURL?: string, type?: string) => {
  const parent = parentURL === undefined ? undefined : { loader: 'http', specifier: parentURL }
  const importAttributes = type === undefined ? {} : { type }
  return engine.load(requestFor(specifier, { parentURL, parent, importAttributes }))
}

/** A module's format, or the error's code. */
async function verdict(specifier: string, parentURL?: string, type?: string): Promise<string> {
  try {
    const { format, source } = await load(specifier, parentURL, type)
    leak('T21', String(source).includes('CANARY') ? 1 : 0, specifier)
    return format
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

const code = 'export default 1'
const unsupported = 'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE'

/** Path → answer and verdict. */
const answers: Readonly<Record<string, readonly [RouteAnswer, string]>> = {
  '/error-page.mjs': [
    { headers: { 'content-type': 'text/html' }, body: '<h1>Sorry</h1>' },
    unsupported,
  ],
  '/code-as-page.mjs': [{ headers: { 'content-type': 'text/html' }, body: code }, unsupported],
  '/page-nosniff.mjs': [
    { headers: { 'content-type': 'text/html', 'x-content-type-options': 'nosniff' }, body: code },
    unsupported,
  ],
  '/upload.mjs': [{ headers: { 'content-type': 'image/png' }, body: code }, unsupported],
  '/upload': [{ headers: { 'content-type': 'application/octet-stream' }, body: code }, unsupported],
  '/untyped': [{ headers: {}, body: code }, unsupported],
  '/pdf.mjs': [{ headers: { 'content-type': 'application/pdf' }, body: code }, unsupported],
  '/css.mjs': [{ headers: { 'content-type': 'text/css' }, body: code }, unsupported],
  '/xml.mjs': [{ headers: { 'content-type': 'application/xhtml+xml' }, body: code }, unsupported],
  // JSON is data, whatever it is called; Node wants `with { type: 'json' }` of whoever imports it.
  '/json.mjs': [{ headers: { 'content-type': 'application/json' }, body: '{}' }, 'json'],
  '/problem.mjs': [{ headers: { 'content-type': 'application/problem+json' }, body: '{}' }, 'json'],
  '/two-types.mjs': [
    { headers: { 'content-type': ['text/javascript', 'text/html'] }, body: code },
    unsupported,
  ],
  '/not-found.mjs': [
    { status: 404, headers: { 'content-type': 'text/javascript' }, body: code },
    'ERR_MODULE_NOT_FOUND',
  ],
  ...Object.fromEntries(
    [204, 205, 206, 300, 304, 400, 401, 403, 418, 451, 500, 502, 599].map((status) => [
      `/status-${status}.mjs`,
      [
        { status, headers: { 'content-type': 'text/javascript' }, body: code },
        'ERR_MIMEPORT_STATUS',
      ],
    ]),
  ),
}

/** What does run. */
const controls: Readonly<Record<string, readonly [RouteAnswer, string]>> = {
  '/code': [{ headers: { 'content-type': 'text/javascript' }, body: code }, 'module'],
  '/code-charset': [
    { headers: { 'content-type': 'Text/JavaScript; charset="utf-8"' }, body: code },
    'module',
  ],
  '/old-name': [{ headers: { 'content-type': 'application/x-javascript' }, body: code }, 'module'],
  // What raw hosts say of everything: the extension says more.
  '/raw.mjs': [
    { headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' }, body: code },
    'module',
  ],
  '/typescript': [{ headers: { 'content-type': 'application/typescript' }, body: code }, 'module'],
}

test('an error page, an upload or another media type does not run, whatever its name', async () => {
  for (const [path, [answer, expected]] of Object.entries(answers)) {
    await server.set(path, answer)
    assert.is(await verdict(server.url + path), expected, path)
    denied('T17', path)
  }
  for (const [path, [answer, expected]] of Object.entries(controls)) {
    await server.set(path, answer)
    assert.is(await verdict(server.url + path), expected, path)
    passed('T17', path)
  }
  // An import that wants JSON gets none of these, either.
  for (const path of ['/error-page.mjs', '/code', '/upload.mjs', '/typescript']) {
    const code = await verdict(server.url + path, undefined, 'json')
    assert.match(code, /^ERR_/, path)
    denied('T17', `${path} as JSON`)
  }
})

/** Ways of writing that a file is something else: behind its name. */
const tails = [
  '',
  '?raw',
  '?url',
  '?import',
  '?inline',
  '?worker',
  '?.mjs',
  '?x=.mjs',
  '?.mjs#.mjs',
  '?type=module',
  '?raw&import',
  '?a=/x.mjs',
  '?a?b.mjs',
  '?%2Emjs',
  '?__proto__',
  '??',
  '?',
  '#',
  '#.mjs',
  '#js',
  '#/x.mjs',
  '#?x.mjs',
  '##',
  '?v=1.mjs',
  '?x;y.mjs',
  '?t=1&lang.ts',
  '?vue&type=script.ts',
  '?svg+xml',
  '?x=text/javascript',
  '?\\x.mjs',
  '?//x.mjs',
  '?.ts',
  '?.json',
  '?commonjs-proxy',
  '#as-json',
]

test('a query or a fragment makes nothing else of a file: a server’s', async () => {
  const text = '# Prose alone\n'
  await server.set({
    '/page.html': { headers: {}, body: '<script>x</script>' },
    '/prose.md': { headers: {}, body: text },
    '/doc.md': { headers: {}, body: '```js\nexport default 1\n```\n' },
    '/data.env': { headers: {}, body: secret },
  })
  for (const [path, expected] of [
    ['/prose.md', 'ERR_MIMEPORT_INVALID_BODY'],
    ['/page.html', unsupported],
    ['/doc.md', 'module'],
  ] as const) {
    for (const tail of tails) {
      assert.is(await verdict(server.url + path + tail), expected, path + tail)
      if (expected === 'module') passed('T21', tail)
      else denied('T21', path + tail)
    }
  }
  for (const tail of tails) {
    const found = await load(`${server.url}/data.env${tail}`).then(
      ({ format }) => format,
      ({ code }) => code,
    )
    assert.is(found, unsupported, tail)
    denied('T21', `/data.env${tail}`)
  }
})

test('a query or a fragment makes nothing else of a file: this machine’s', async () => {
  const local = pathToFileURL(`${project.path}/secret.env`).href
  const doc = pathToFileURL(`${project.path}/doc.md`).href
  for (const tail of tails) {
    // Nobody takes `.env`: it is left to Node, which has an error for it.
    const module = await load(local + tail, pathToFileURL(`${project.path}/app.mjs`).href)
    assert.is(module.native, true, tail)
    assert.is(module.source, undefined)
    denied('T21', `a local file${tail}`)
    assert.is(await verdict(doc + tail), 'module', tail)
    passed('T21', `a local document${tail}`)
  }
})

test('nor does it make a local file the network’s', async () => {
  const from = `${server.url}/hostile.mjs`
  const path = `${project.path}/secret.env`
  for (const tail of tails) {
    for (const start of [
      'file://',
      'FILE://',
      'file:',
      ' file://',
      'file://localhost',
      '\tfile:\n//',
    ]) {
      const found = await verdict(start + path + tail, from)
      assert.match(found, /^ERR_/, start + tail)
      denied('T21', `${start}…${tail}`)
    }
  }
  canary('T21', (await other.requests()).length)
})

test.run()
