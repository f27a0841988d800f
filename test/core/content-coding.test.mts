import { Buffer } from 'node:buffer'
import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decodeContent } from '../../core/body/content-coding.mts'
import { Lane } from '../../core/body/lane.mts'
import { configureLimits } from '../../core/limits.mts'
import { rejects } from '../support/rejects.mts'
import { denied, passed } from '../threats/record.mts'

const test = suite('content coding')

const text = `export default ${JSON.stringify(Array.from({ length: 60 }, (_, i) => `line ${i * 7919}`))}`
const plain = Buffer.from(text)
const checksum = { params: { [constants.ZSTD_c_checksumFlag]: 1 } }

/** Content coding, a label, and the coded body. */
const coded: [string, string, Uint8Array][] = [
  ['gzip', 'gzip', gzipSync(plain)],
  ['x-gzip', 'x-gzip', gzipSync(plain)],
  ['deflate', 'zlib', deflateSync(plain)],
  ['deflate', 'raw', deflateRawSync(plain)],
  ['br', 'br', brotliCompressSync(plain)],
  ['zstd', 'zstd', zstdCompressSync(plain)],
  ['zstd', 'zstd with a checksum', zstdCompressSync(plain, checksum)],
]

const decode = async (body: Uint8Array, coding?: string): Promise<string> =>
  Buffer.from(await decodeContent(body, coding)).toString()

const decoding = 'ERR_MIMEPORT_CONTENT_CODING'

test.after.each(() => configureLimits({}, {}))

test('every coding is undone', async () => {
  for (const [coding, label, body] of coded) assert.is(await decode(body, coding), text, label)
})

test('the result shares memory with nothing', async () => {
  for (const [coding, label, body] of coded) {
    const result = await decodeContent(body, coding)
    assert.is(result.buffer.byteLength, result.length, label)
  }
})

test('no coding, identity and empty elements leave the body alone', async () => {
  for (const coding of [undefined, '', 'identity', ' , ', 'Identity,,identity']) {
    assert.is(await decodeContent(plain, coding), plain)
  }
})

test('names are compared without case and white space', async () => {
  assert.is(await decode(gzipSync(plain), ' GZip , '), text)
})

test('codings are undone from the last to the first', async () => {
  assert.is(await decode(brotliCompressSync(gzipSync(plain)), 'gzip, br'), text)
  await rejects(decode(brotliCompressSync(gzipSync(plain)), 'br, gzip'), decoding)
})

test('two codings pass, three fail', async () => {
  const three = gzipSync(brotliCompressSync(gzipSync(plain)))
  const error = await rejects(decode(three, 'gzip, br, gzip'), decoding)
  assert.match(error.message, 'it has 3 content codings, the limit is 2')
  configureLimits({ codings: 3 }, {})
  assert.is(await decode(three, 'gzip, br, gzip'), text)
})

test('an unknown coding is named, with the known ones, before anything is decoded', async () => {
  const error = await rejects(decode(Buffer.from('x'), 'gzip, compress'), decoding)
  assert.match(error.message, `'compress' is unknown; known are gzip, deflate, br and zstd`)
  const hostile = await rejects(decode(plain, '\x1b[2J'.repeat(99)), decoding)
  assert.not.match(hostile.message, '\x1b')
})

test('a body cut at any byte fails', async () => {
  for (const [coding, label, body] of coded) {
    for (let end = 0; end < body.length; end++) {
      await rejects(decode(body.subarray(0, end), coding), decoding).catch(() =>
        assert.unreachable(`${label} cut after ${end} of ${body.length} bytes`),
      )
    }
  }
})

test('a body of several blocks cut at any byte fails', async () => {
  let state = 1
  const noise = Buffer.from(
    Array.from({ length: 3000 }, () => (state = (state * 48271) % 2147483647)),
  )
  const large = Buffer.concat([noise, Buffer.alloc(200_000, 'x'), noise])
  for (const [coding, body] of [
    ['zstd', zstdCompressSync(large)],
    ['gzip', gzipSync(large)],
  ] as const) {
    assert.equal(Buffer.from(await decodeContent(body, coding)), large)
    for (let end = 0; end < body.length; end += 7) {
      await rejects(decode(body.subarray(0, end), coding), decoding)
    }
  }
})

test('bytes behind the end fail', async () => {
  for (const [coding, label, body] of coded) {
    for (const tail of ['\0', 'x', '\x1f', '\x1f\x8b', 'garbage garbage garbage']) {
      const dirty = Buffer.concat([body, Buffer.from(tail, 'latin1')])
      await rejects(decode(dirty, coding), decoding).catch(() => assert.unreachable(label))
    }
  }
})

test('several gzip members and several zstd frames are one body', async () => {
  const [first, second] = [plain.subarray(0, 100), plain.subarray(100)]
  const members = Buffer.concat([gzipSync(first), gzipSync(second)])
  assert.is(await decode(members, 'gzip'), text)
  const skippable = Buffer.from('502a4d1803000000616263', 'hex')
  const frames = [skippable, zstdCompressSync(first), skippable, zstdCompressSync(second)]
  assert.is(await decode(Buffer.concat(frames), 'zstd'), text)
  const cut = Buffer.concat(frames).subarray(0, -1)
  await rejects(decode(cut, 'zstd'), decoding)
  await rejects(decode(members.subarray(0, -1), 'gzip'), decoding)
})

test('two bodies in one fail where the coding knows no members', async () => {
  for (const coding of ['deflate', 'br'] as const) {
    const body = coding === 'br' ? brotliCompressSync(plain) : deflateSync(plain)
    await rejects(decode(Buffer.concat([body, body]), coding), decoding)
  }
})

test('a flipped bit in a body with a checksum fails', async () => {
  for (const [coding, label, body] of coded) {
    if (label === 'raw' || label === 'br' || label === 'zstd') continue
    for (let at = 0; at < body.length; at++) {
      const damaged = Buffer.from(body)
      damaged[at] = (damaged[at] as number) ^ 0x10
      // Time, flags and system of the gzip header are part of no checksum.
      const result = await decode(damaged, coding).catch(() => text)
      assert.is(result, text, `${label} at ${at}`)
    }
  }
})

test('what is no coded body at all fails', async () => {
  for (const coding of ['gzip', 'deflate', 'br', 'zstd']) {
    await rejects(decode(plain, coding), decoding)
    await rejects(decode(Buffer.from('\xff\xff\xff\xff', 'latin1'), coding), decoding)
  }
})

test('exactly the decoded limit passes, one byte more fails', async () => {
  configureLimits({ body: plain.length }, {})
  for (const [coding, , body] of coded) assert.is(await decode(body, coding), text)
  configureLimits({ body: plain.length - 1 }, {})
  for (const [coding, , body] of coded) {
    const error = await rejects(decode(body, coding), 'ERR_MIMEPORT_BODY_TOO_LARGE')
    assert.match(error.message, `the limit is ${plain.length - 1} bytes`)
  }
  passed('T24', 'exactly the limit', coded.length)
  denied('T24', 'one byte more', coded.length)
})

test('the ratio counts from 1 MiB on', async () => {
  const MiB = 1024 * 1024
  const below = gzipSync(Buffer.alloc(MiB))
  assert.is((await decodeContent(below, 'gzip')).length, MiB)
  const above = gzipSync(Buffer.alloc(MiB + 1))
  const error = await rejects(decodeContent(above, 'gzip'), 'ERR_MIMEPORT_BODY_TOO_LARGE')
  assert.match(error.message, 'above 200 for each')
  configureLimits({ ratio: 2000 }, {})
  assert.is((await decodeContent(above, 'gzip')).length, MiB + 1)
})

test('a ratio of exactly the limit passes, one byte more fails', async () => {
  const body = gzipSync(Buffer.alloc(4 * 1024 * 1024))
  const ratio = (4 * 1024 * 1024) / body.length
  configureLimits({ ratio }, {})
  assert.is((await decodeContent(body, 'gzip')).length, 4 * 1024 * 1024)
  configureLimits({ ratio: ratio - 1 / body.length }, {})
  await rejects(decodeContent(body, 'gzip'), 'ERR_MIMEPORT_BODY_TOO_LARGE')
})

test('bombs of 300 MB fail with bounded memory', async () => {
  const zeros = Buffer.alloc(300_000_000)
  const bombs: [string, Uint8Array][] = [
    ['gzip', gzipSync(zeros, { level: 1 })],
    ['deflate', deflateSync(zeros, { level: 1 })],
    ['br', brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
    ['zstd', zstdCompressSync(zeros)],
  ]
  const [, gzip] = bombs[0] as [string, Uint8Array]
  bombs.push(['gzip, gzip', gzipSync(gzip)])
  for (const [coding, body] of bombs) {
    const before = process.memoryUsage.rss()
    await rejects(decodeContent(body, coding), 'ERR_MIMEPORT_BODY_TOO_LARGE')
    const grown = process.memoryUsage.rss() - before
    assert.ok(grown < 64 * 1024 * 1024, `${coding} grew by ${grown}`)
  }
  denied('T24', '300 MB of zeros', bombs.length)
})

test('a zstd window above 8 MB is refused', async () => {
  const window = { params: { [constants.ZSTD_c_windowLog]: 24 } }
  let state = 7
  const noise = Buffer.from(
    Uint32Array.from({ length: 2_300_000 }, () => (state = (state * 48271) % 2147483647)).buffer,
  )
  await rejects(decode(zstdCompressSync(noise, window), 'zstd'), decoding)
})

test('frames without end are refused', async () => {
  const empty = zstdCompressSync(Buffer.alloc(0))
  const many = (count: number): Uint8Array => Buffer.concat(Array(count).fill(empty))
  assert.is(await decode(many(1024), 'zstd'), '')
  await rejects(decode(many(1025), 'zstd'), decoding)
})

test('a lane lets so many go at a time, in their order, and goes on after a failure', async () => {
  const lane = new Lane(2)
  const begun: number[] = []
  let now = 0
  let most = 0
  const work = (number: number) =>
    lane.run(async () => {
      begun.push(number)
      now += 1
      most = Math.max(most, now)
      await new Promise((done) => setImmediate(done))
      now -= 1
      if (number % 3 === 0) throw new Error(`${number}`)
      return number
    })
  const all = await Promise.allSettled(Array.from({ length: 9 }, (_, i) => work(i)))
  assert.is(most, 2)
  assert.equal(begun, [0, 1, 2, 3, 4, 5, 6, 7, 8])
  assert.equal(
    all.map((each) => (each.status === 'fulfilled' ? each.value : each.reason.message)),
    ['0', 1, 2, '3', 4, 5, '6', 7, 8],
  )
  assert.is(await work(1), 1)
})

test('many large bodies at once are all decoded, among bombs', async () => {
  const large = Buffer.alloc(3 * 1024 * 1024, text)
  const good = brotliCompressSync(large, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })
  configureLimits({ ratio: 1e6 }, {})
  const bomb = brotliCompressSync(Buffer.alloc(40_000_000), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
  })
  const all = await Promise.allSettled(
    Array.from({ length: 12 }, (_, i) => decodeContent(i % 2 === 0 ? good : bomb, 'br')),
  )
  for (const [index, each] of all.entries()) {
    if (index % 2 === 0) assert.ok(each.status === 'fulfilled' && large.equals(each.value))
    else assert.is(each.status === 'rejected' && each.reason.code, 'ERR_MIMEPORT_BODY_TOO_LARGE')
  }
})

test('a body above 8 MiB is whole in every coding, and cut or with a tail it fails as any other', async () => {
  let state = 3
  const noise = Uint32Array.from({ length: 300_000 }, () => (state = (state * 48271) % 2147483647))
  const large = Buffer.concat(Array(10).fill(Buffer.from(noise.buffer)))
  const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
  const bodies: [string, Uint8Array][] = [
    ['gzip', gzipSync(large, { level: 1 })],
    ['deflate', deflateSync(large, { level: 1 })],
    ['deflate', deflateRawSync(large, { level: 1 })],
    ['br', brotliCompressSync(large, quick)],
    ['zstd', zstdCompressSync(large)],
  ]
  for (const [coding, body] of bodies) {
    const result = await decodeContent(body, coding)
    assert.ok(large.equals(result), coding)
    assert.is(result.buffer.byteLength, large.length)
    await rejects(decodeContent(body.subarray(0, -1), coding), decoding)
    await rejects(decodeContent(Buffer.concat([body, Buffer.from('x')]), coding), decoding)
  }
  configureLimits({ body: large.length }, {})
  for (const [coding, body] of bodies) {
    assert.is((await decodeContent(body, coding)).length, large.length)
  }
  configureLimits({ body: large.length - 1 }, {})
  for (const [coding, body] of bodies) {
    await rejects(decodeContent(body, coding), 'ERR_MIMEPORT_BODY_TOO_LARGE')
  }
})

test.run()
