import { Buffer } from 'node:buffer'
import { Readable } from 'node:stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readBody } from '../../core/body/body.mts'
import { ByteCollector } from '../../core/body/byte-collector.mts'
import { LoaderError } from '../../core/errors.mts'
import { rejects } from '../support/rejects.mts'

const test = suite('body')
const limit = 1000

/** Reads to latin1 text, which shows every byte. */
async function read(body: any, options: object = {}): Promise<string> {
  return Buffer.from(await readBody(body, { limit, ...options })).toString('latin1')
}

function webStream(...pieces: unknown[]): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
}

async function* pieces(...all: unknown[]): AsyncGenerator<unknown> {
  yield* all
}

test('every form of a body is read to the same bytes', async () => {
  const bytes = Uint8Array.from([104, 105])
  const forms: unknown[] = [
    'hi',
    bytes,
    Buffer.from('hi'),
    bytes.buffer,
    new DataView(bytes.buffer),
    new Uint16Array(bytes.buffer),
    webStream(bytes),
    webStream('h', 'i'),
    new Response('hi').body,
    Readable.from([Buffer.from('h'), Buffer.from('i')]),
    Readable.from(['h', 'i']),
    pieces('h', Uint8Array.of(105)),
    pieces(bytes.buffer),
    { [Symbol.asyncIterator]: () => pieces('hi') },
  ]
  for (const form of forms) assert.is(await read(form), 'hi', String(form))
})

test('no body is an empty one', async () => {
  for (const body of [null, undefined, '', new Uint8Array(0), webStream(), pieces()]) {
    assert.is(await read(body), '')
  }
})

test('a string is UTF-8, also when its pieces cut a surrogate pair', async () => {
  assert.is(await read('\u00e9\u{1f600}'), '\xc3\xa9\xf0\x9f\x98\x80')
  assert.is(await read(pieces('a\ud83d', '', '\ude00b')), 'a\xf0\x9f\x98\x80b')
  assert.is(await read(pieces('\ud83d', Buffer.from('x'))), '\xef\xbf\xbdx')
  assert.is(await read(pieces('x\ud83d')), 'x\xef\xbf\xbd')
})

test('what is no body is said', async () => {
  const locked = webStream('x')
  locked.getReader()
  const trap = new Proxy({}, { get: () => assert.unreachable('is a trap') })
  const forms: unknown[] = [42, true, {}, [], [1], Symbol('x'), () => {}, new Map(), locked, trap]
  for (const form of forms) await rejects(read(form), 'ERR_MIMEPORT_INVALID_RETURN')
  const error = await rejects(read(42, { url: 'x:y' }), 'ERR_MIMEPORT_INVALID_RETURN')
  assert.match(error.message, `the body of 'x:y'`)
  assert.match(error.message, 'Received a number (42)')
})

test('a piece that is neither text nor bytes is said', async () => {
  for (const piece of [42, null, {}, undefined]) {
    await rejects(read(pieces(piece)), 'ERR_MIMEPORT_INVALID_RETURN')
    await rejects(read(webStream(piece)), 'ERR_MIMEPORT_INVALID_RETURN')
  }
  const odd = { [Symbol.asyncIterator]: () => ({ next: () => undefined }) }
  await rejects(read(odd), 'ERR_MIMEPORT_INVALID_RETURN')
})

test('exactly the limit passes, one byte more fails, in every form', async () => {
  const fits = 'x'.repeat(limit)
  const forms: ((text: string) => unknown)[] = [
    (text) => text,
    (text) => Buffer.from(text),
    (text) => webStream(Buffer.from(text)),
    (text) => pieces(...text),
    (text) => Readable.from([text.slice(0, 10), text.slice(10)]),
  ]
  for (const form of forms) {
    assert.is((await read(form(fits))).length, limit)
    const error = await rejects(read(form(`${fits}x`)), 'ERR_MIMEPORT_BODY_TOO_LARGE')
    assert.match(error.message, '1,001 bytes')
    assert.match(error.message, '1,000 bytes')
  }
})

test('a string is measured in bytes', async () => {
  assert.is((await read('\u00e9'.repeat(limit / 2))).length, limit)
  await rejects(read(`${'\u00e9'.repeat(limit / 2)}x`), 'ERR_MIMEPORT_BODY_TOO_LARGE')
})

test('a source above the limit is told to stop', async () => {
  let cancelled = false
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(100)),
    cancel: () => void (cancelled = true),
  })
  await rejects(read(endless), 'ERR_MIMEPORT_BODY_TOO_LARGE')
  assert.ok(cancelled)
  const readable = Readable.from(pieces('x'.repeat(limit), 'x'))
  await rejects(read(readable), 'ERR_MIMEPORT_BODY_TOO_LARGE')
  assert.ok(readable.destroyed)
})

test('a cancel that never settles, or throws, is not waited for', async () => {
  const never = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(2000)),
    cancel: () => new Promise(() => {}),
  })
  await rejects(read(never), 'ERR_MIMEPORT_BODY_TOO_LARGE')
  const throws = {
    [Symbol.asyncIterator]: () => ({
      next: () => ({ value: 'x'.repeat(2000) }),
      return: () => {
        throw new Error('no')
      },
    }),
  }
  await rejects(read(throws), 'ERR_MIMEPORT_BODY_TOO_LARGE')
})

test('a source that stops giving ends after the idle time', async () => {
  const silent: unknown[] = [
    new ReadableStream({}),
    new Readable({ read() {} }),
    { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) },
  ]
  for (const body of silent) {
    const error = await rejects(read(body, { idle: 20, url: 'x:y' }), 'ERR_MIMEPORT_TIMEOUT')
    assert.match(error.message, 'nothing came for 20 ms')
  }
})

test('a source that gives slowly is read to its end', async () => {
  async function* slow(): AsyncGenerator<string> {
    for (let i = 0; i < 5; i++) {
      await new Promise((done) => setTimeout(done, 20))
      yield 'x'
    }
  }
  assert.is(await read(slow(), { idle: 90 }), 'xxxxx')
})

test('a source that gives empty pieces without ever waiting ends by time', async () => {
  async function* busy(): AsyncGenerator<Uint8Array> {
    for (;;) yield new Uint8Array(0)
  }
  await rejects(read(busy(), { idle: 20 }), 'ERR_MIMEPORT_TIMEOUT')
  await rejects(read(busy(), { signal: AbortSignal.timeout(20) }), 'ERR_MIMEPORT_TIMEOUT')
})

test('the signal ends reading, before and during it', async () => {
  const silent = (): ReadableStream => new ReadableStream({})
  await rejects(read(silent(), { signal: AbortSignal.abort() }), 'ERR_MIMEPORT_TIMEOUT')
  // AbortSignal.timeout keeps no process alive; the idle time does.
  const soon = { signal: AbortSignal.timeout(10), idle: 5000 }
  const error = await rejects(read(silent(), soon), 'ERR_MIMEPORT_TIMEOUT')
  assert.match(error.message, 'its deadline passed')
  const own = new LoaderError('ERR_MIMEPORT_NEVER_SETTLED', 'mine')
  const controller = new AbortController()
  setTimeout(() => controller.abort(own), 10)
  assert.is(await rejects(read(silent(), { signal: controller.signal })), own)
})

test('the error of a failing source is passed on', async () => {
  const boom = new Error('boom')
  async function* fails(): AsyncGenerator<string> {
    yield 'x'
    throw boom
  }
  assert.is(await rejects(read(fails())), boom)
  assert.is(await rejects(read(Readable.from(fails()))), boom)
  const stream = new ReadableStream({ start: (controller) => controller.error(boom) })
  assert.is(await rejects(read(stream)), boom)
})

test('the result shares memory with nothing', async () => {
  const large = new Uint8Array(100).fill(1)
  const shared = new Uint8Array(new SharedArrayBuffer(8))
  for (const body of [large.subarray(2, 4), large, shared, Buffer.from('pooled')]) {
    const result = await readBody(body, { limit })
    assert.is.not(result.buffer, body.buffer)
    assert.is(result.buffer.byteLength, result.length)
    assert.instance(result.buffer, ArrayBuffer)
  }
})

test('a source that reuses the memory of its pieces is read right', async () => {
  async function* reusing(): AsyncGenerator<Uint8Array> {
    const block = new Uint8Array(1)
    for (const byte of [97, 98, 99]) {
      block[0] = byte
      yield block
    }
  }
  assert.is(await read(reusing()), 'abc')
})

test('a million pieces of one byte are read in linear memory', async () => {
  async function* many(): AsyncGenerator<Uint8Array> {
    const piece = Uint8Array.of(120)
    for (let i = 0; i < 1_000_000; i++) yield piece
  }
  assert.is((await readBody(many(), { limit: 1_000_000 })).length, 1_000_000)
})

/** Bytes that are all different from their neighbours, from `start` on. */
const numbered = (start: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (start + i) % 251)

test('pieces of every size are joined in their order, copied or adopted', () => {
  const sizes = [1, 5000, 3, 4096, 4095, 0, 70_000, 16_384, 2, 1_100_000, 7, 4096, 1]
  const total = sizes.reduce((sum, size) => sum + size, 0)
  for (const ways of [['add'], ['adopt'], ['add', 'adopt'], ['adopt', 'add', 'add']] as const) {
    const collector = new ByteCollector(total, undefined)
    let at = 0
    for (const [index, size] of sizes.entries()) {
      const way = ways[index % ways.length] as 'add' | 'adopt'
      collector[way](numbered(at, size))
      at += size
    }
    const bytes = collector.bytes()
    assert.ok(Buffer.from(bytes).equals(numbered(0, total)), ways.join())
    assert.is(bytes.buffer.byteLength, total)
  }
})

test('an adopted piece is bounded as a copied one', async () => {
  const collector = new ByteCollector(10_000, 'x:y')
  collector.adopt(numbered(0, 10_000))
  await rejects(() => collector.adopt(numbered(0, 5000)), 'ERR_MIMEPORT_BODY_TOO_LARGE')
  await rejects(() => collector.add('x'), 'ERR_MIMEPORT_BODY_TOO_LARGE')
})

test('a small view on large memory is copied, not kept', () => {
  const memory = new Uint8Array(1_000_000)
  const collector = new ByteCollector(10_000, undefined)
  const view = memory.subarray(10, 5010)
  collector.adopt(view)
  view.fill(7)
  assert.is(collector.bytes()[0], 0)
})

test.run()
