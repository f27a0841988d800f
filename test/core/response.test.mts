import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { acquire } from '../../core/engine/acquire.mts'
import { LoaderError } from '../../core/errors.mts'
import { errandFor, registryOf } from '../support/inline-loader.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import type { Acquired } from '../../core/engine/acquire.mts'

const test = suite('response')

/** Acquires what a loader answers with. */
function take(answer: unknown): Promise<Acquired> {
  const loader = {
    name: 'one',
    schemes: ['one:'],
    resolve: (specifier: string) =>
      specifier === 'one:next' ? { body: 'followed' } : (answer as object),
    resolveRelativePath: () => 'one:next',
  }
  return acquire(errandFor(registryOf(loader), 'one:h/a'), 'one:h/a')
}

const textOf = async (answer: unknown): Promise<string> =>
  new TextDecoder().decode((await take(answer)).response.body)

const stream = (...pieces: (string | Uint8Array)[]) =>
  ReadableStream.from(
    pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)),
  )

test('a body comes in any form', async () => {
  const bytes = new TextEncoder().encode('é!')
  const bodies: readonly [name: string, make: () => unknown][] = [
    ['a string', () => 'é!'],
    ['bytes', () => bytes],
    ['a part of bytes', () => new TextEncoder().encode('<é!>').subarray(1, 4)],
    ['a pooled Buffer', () => Buffer.from('é!')],
    ['an ArrayBuffer', () => bytes.buffer.slice(0)],
    ['a DataView', () => new DataView(bytes.buffer)],
    ['a web stream', () => stream(bytes.subarray(0, 1), bytes.subarray(1))],
    ['a web stream of text', () => ReadableStream.from(['é', '!'])],
    ['a stream of Node’s', () => Readable.from([Buffer.from('é'), Buffer.from('!')])],
    [
      'a generator',
      async function* () {
        yield 'é'
        yield Buffer.from('!')
      },
    ],
  ]
  for (const [name, make] of bodies) {
    assert.is(await textOf({ statusCode: 200, headers: {}, body: make() }), 'é!', name)
  }
})

test('no body is an empty one', async () => {
  for (const body of [null, undefined, '', new Uint8Array(0)]) {
    assert.is(await textOf({ statusCode: 200, headers: {}, body }), '')
  }
})

test('what is no body is refused', async () => {
  for (const body of [1, true, {}, ['x'], Symbol('x'), () => 'x', new Date(0)]) {
    await rejects(take({ statusCode: 200, headers: {}, body }), 'ERR_MIMEPORT_INVALID_RETURN')
  }
})

test('a web Response will do', async () => {
  const headers = { 'Content-Type': 'text/x', 'X-Y': '1' }
  const { response } = await take(new Response('é!', { status: 203, headers }))
  assert.is(response.statusCode, 203)
  assert.equal({ ...response.headers }, { 'content-type': 'text/x', 'x-y': '1' })
  assert.is(new TextDecoder().decode(response.body), 'é!')
  assert.is(await textOf(new Response(null)), '')
})

test('a web Response may redirect, and fail', async () => {
  assert.is(
    await textOf(new Response(null, { status: 302, headers: { location: './b' } })),
    'followed',
  )
  const error = await rejects(take(new Response('no', { status: 404 })), 'ERR_MODULE_NOT_FOUND')
  assert.is(error['statusCode'], 404)
})

test('a Response of undici’s own is a web Response, too', async () => {
  const { Response } = await import('undici')
  const headers = { 'Content-Type': 'text/x' }
  const { response } = await take(new Response('é!', { headers }))
  assert.is(response.headers['content-type'], 'text/x')
  assert.is(new TextDecoder().decode(response.body), 'é!')
  await rejects(take(new Response('no', { status: 404 })), 'ERR_MODULE_NOT_FOUND')
})

test('a Response that was read already is refused, and is no empty module', async () => {
  const byText = new Response('x')
  await byText.text()
  const byPiece = new Response('x')
  for await (const _piece of byPiece.body!);
  for (const response of [byText, byPiece]) {
    const error = await rejects(take(response), 'ERR_MIMEPORT_INVALID_RETURN')
    assert.match(error.message, 'a response that nobody has read')
  }
  const cloned = new Response('x')
  await cloned.clone().text()
  assert.is(await textOf(cloned), 'x')
})

test('fields come in any case, as lists, numbers, Headers or a Map', async () => {
  const shapes: readonly unknown[] = [
    { 'Content-Type': 'text/x', 'X-Many': ['1', '2'], 'X-None': undefined },
    { 'content-type': ['text/x'], 'x-many': '1', 'X-MANY': 2, 'x-null': null },
    new Headers([
      ['Content-Type', 'text/x'],
      ['X-Many', '1'],
      ['x-many', '2'],
    ]),
    new Map<string, unknown>([
      ['Content-Type', 'text/x'],
      ['X-Many', ['1', 2]],
    ]),
  ]
  for (const headers of shapes) {
    const { response } = await take({ statusCode: 200, headers, body: '' })
    assert.equal({ ...response.headers }, { 'content-type': 'text/x', 'x-many': '1, 2' })
  }
})

test('a field called __proto__ is a field', async () => {
  const headers = JSON.parse('{ "__proto__": "x", "constructor": "y" }')
  const { response } = await take({ statusCode: 200, headers, body: '' })
  assert.is(response.headers['constructor'], 'y')
  assert.is(response.headers['__proto__'], 'x')
  assert.is(({} as Record<string, unknown>)['x'], undefined)
})

test('fields that no field can be are refused', async () => {
  const odd: readonly unknown[] = [
    'a: b',
    1,
    { a: {} },
    { a: ['b', {}] },
    { a: true },
    { 'a b': 'c' },
    { '': 'c' },
    { 'a:': 'c' },
    { é: 'c' },
    { a: 'b\r\nc: d' },
    { a: 'b\nc' },
    { a: 'b\0' },
    { a: ['b', 'c\r'] },
  ]
  for (const headers of odd) {
    const error = await rejects(
      take({ statusCode: 200, headers, body: '' }),
      'ERR_MIMEPORT_INVALID_RETURN',
    )
    assert.match(error.message, /from loader 'one' "resolve"/)
  }
})

test('what is neither an answer nor “not mine” is refused', async () => {
  const odd: readonly unknown[] = [
    true,
    0,
    1,
    '',
    'https://host/x',
    Symbol('x'),
    () => {},
    {},
    [],
    { status: 200 },
    { statusCode: '200' },
    { statusCode: 200.5 },
    { statusCode: NaN },
    { statusCode: null },
    { statusCode: 199 },
    { statusCode: 1000 },
    { statusCode: -1 },
  ]
  for (const answer of odd) {
    const error = await rejects(take(answer), 'ERR_MIMEPORT_INVALID_RETURN')
    assert.match(error.message, /^Expected .* from loader 'one' "resolve"\. Received /)
  }
})

test('a status code that is left out is 200', async () => {
  for (const answer of [
    { body: 'x' },
    { headers: {}, body: 'x' },
    { body: 'x', statusCode: undefined },
  ]) {
    assert.is(await textOf(answer), 'x')
  }
})

test('200, 201, 203 and a success that nobody knows have content', async () => {
  for (const statusCode of [200, 201, 203, 218, 299]) {
    assert.is(await textOf({ statusCode, headers: {}, body: 'x' }), 'x')
  }
})

const failures: readonly [statusCode: number, code: string, message: RegExp][] = [
  [202, 'ERR_MIMEPORT_STATUS', /answered 202: 'the body'; it is not ready: import it again later$/],
  [204, 'ERR_MIMEPORT_STATUS', /answered 204, which has no content; a module needs some$/],
  [205, 'ERR_MIMEPORT_STATUS', /answered 205, which has no content/],
  [206, 'ERR_MIMEPORT_STATUS', /answered 206, which is a part; nobody asked for a range$/],
  [226, 'ERR_MIMEPORT_STATUS', /answered 226, which is a difference; nobody asked for one$/],
  [304, 'ERR_MIMEPORT_STATUS', /answered 304, though nobody asked whether it had changed$/],
  [400, 'ERR_MIMEPORT_STATUS', /^Cannot load 'one:h\/a' .* answered 400: 'the body'; it finds/],
  [401, 'ERR_MIMEPORT_STATUS', /answered 401/],
  [403, 'ERR_MIMEPORT_STATUS', /answered 403/],
  [404, 'ERR_MODULE_NOT_FOUND', /^Cannot find 'one:h\/a' .* answered 404: 'the body'; is its name/],
  [410, 'ERR_MODULE_NOT_FOUND', /^Cannot find .* answered 410: 'the body'; it is gone for good/],
  [429, 'ERR_MIMEPORT_STATUS', /answered 429/],
  [500, 'ERR_MIMEPORT_STATUS', /answered 500: 'the body'; the server failed/],
  [599, 'ERR_MIMEPORT_STATUS', /answered 599: 'the body'; the server failed/],
  [600, 'ERR_MIMEPORT_STATUS', /answered 600: 'the body'; that is no status of HTTP/],
  [999, 'ERR_MIMEPORT_STATUS', /answered 999/],
]

test('every other status is an error that has it', async () => {
  for (const [statusCode, code, message] of failures) {
    const error = await rejects(take({ statusCode, headers: {}, body: 'the body' }), code)
    assert.is(error['statusCode'], statusCode)
    assert.match(error.message, message)
  }
})

test('a wrong body is shown by its first 200 characters, on one line, escaped', async () => {
  const shown = async (body: string | Uint8Array) =>
    (await rejects(take({ statusCode: 500, headers: {}, body }))).message.replace(
      /^.* 500|; the server failed: .*$/g,
      '',
    )
  assert.is(await shown('a\n\t b'), ": 'a b'")
  assert.is(await shown('é'.repeat(200)), `: '${'é'.repeat(200)}'`)
  assert.is(await shown('é'.repeat(201)), `: '${'é'.repeat(200)}…'`)
  assert.is(await shown('\u001b[2J\u202e'), ": '\\u{1b}[2J\\u{202e}'")
  assert.is(await shown(new Uint8Array([0, 1, 2])), ': 3 bytes of binary data')
  assert.is(await shown(''), '')
  assert.is(await shown(' \n'), '')
})

test('content codings are undone, and the fields that told of them go', async () => {
  const { response } = await take({
    statusCode: 200,
    headers: { 'Content-Encoding': 'gzip', 'Content-Length': '25', 'X-Y': '1' },
    body: gzipSync('body'),
  })
  assert.is(new TextDecoder().decode(response.body), 'body')
  assert.equal({ ...response.headers }, { 'x-y': '1' })
})

test('a web Response that a loader makes is what its fields say, content coding and all', async () => {
  const headers = { 'content-encoding': 'gzip', 'content-type': 'text/x' }
  const { response } = await take(new Response(gzipSync('body'), { headers }))
  assert.is(new TextDecoder().decode(response.body), 'body')
})

test('a loader’s bytes are copied: what it does to them later changes nothing', async () => {
  const body = new Uint8Array([1, 2, 3])
  const { response } = await take({ body })
  body.fill(0)
  assert.equal([...response.body], [1, 2, 3])
})

test('an answer whose properties throw is the loader’s failure', async () => {
  const hostile = [
    {
      statusCode: 200,
      get headers(): never {
        throw new Error('hostile')
      },
    },
    {
      get body(): never {
        throw new Error('hostile')
      },
    },
    {
      headers: {
        get a(): never {
          throw new Error('hostile')
        },
      },
    },
  ]
  for (const answer of hostile) {
    const error = await rejects(take(answer))
    assert.match(error['code'], /^ERR_MIMEPORT_(?:LOADER_FAILED|INVALID_RETURN)$/)
    assert.match(error.message, /oader 'one' "resolve"/)
  }
})

test('what fetch answers is decoded already, and is read as it is', async () => {
  const server = await startServer()
  try {
    await server.set('/x', {
      headers: { 'Content-Encoding': 'gzip', 'Content-Type': 'text/x' },
      body: gzipSync('é!'.repeat(1000)),
    })
    const { response } = await take(await fetch(`${server.url}/x`))
    assert.is(new TextDecoder().decode(response.body), 'é!'.repeat(1000))
    assert.is(response.headers['content-type'], 'text/x')
    for (const field of ['content-encoding', 'content-length']) {
      assert.is(response.headers[field], undefined)
    }
    await server.set('/x', {
      status: 500,
      headers: { 'Content-Encoding': 'gzip' },
      body: gzipSync('why'),
    })
    const failed = await rejects(take(await fetch(`${server.url}/x`)), 'ERR_MIMEPORT_STATUS')
    assert.match(failed.message, /answered 500: 'why'/)
  } finally {
    await server.stop()
  }
})

test('a body that fails is its loader’s failure', async () => {
  const cause = new Error('broken')
  const bodies: readonly (() => unknown)[] = [
    () => new ReadableStream({ start: (controller) => controller.error(cause) }),
    () => new Readable({ read: () => {} }).destroy(cause).on('error', () => {}),
    () =>
      (async function* () {
        yield 'a'
        throw cause
      })(),
  ]
  for (const make of bodies) {
    const error = await rejects(take({ body: make() }), 'ERR_MIMEPORT_LOADER_FAILED')
    assert.is(error.message, `Loader 'one' "resolve" failed for 'one:h/a': broken`)
    assert.is(error.cause, cause)
    // Where there is a status, that is the news.
    const status = await rejects(take({ statusCode: 500, body: make() }), 'ERR_MIMEPORT_STATUS')
    assert.match(status.message, /answered 500; the server failed/)
  }
})

test('a LoaderError of a body passes unchanged', async () => {
  const own = new LoaderError('ERR_MIMEPORT_NETWORK', 'own', { url: 'one:h/a' })
  const body = new ReadableStream({ start: (to) => to.error(own) })
  assert.is(await rejects(take({ body }), 'ERR_MIMEPORT_NETWORK'), own)
})

test('a body that nobody reads may have a destroy that is none, or fails', async () => {
  const fail = (): never => {
    throw new Error('hostile')
  }
  const bodies: readonly unknown[] = [
    { destroy: 1 },
    { destroy: fail },
    {
      get destroy() {
        return fail()
      },
    },
    new Proxy({}, { has: fail }),
  ]
  for (const body of bodies) {
    assert.is(await textOf({ statusCode: 302, headers: { location: './b' }, body }), 'followed')
  }
})

test.run()
