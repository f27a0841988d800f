import { hkdfSync } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decodeAes128gcm, MOST_RECORDS } from '../../loaders/encrypted/aes128gcm.mts'
import { rejects } from '../support/rejects.mts'
import { encrypted } from '../support/signer.mts'
import { denied } from '../threats/record.mts'

const test = suite('encrypted')

const bytes = (text: string): Buffer => Buffer.from(text, 'base64url')
const key = bytes('yqdlZ-tYemfogSmv7Ws5PQ')

/** What a body decodes to, by one key for every id. */
async function decode(body: Uint8Array, by: Uint8Array = key): Promise<string> {
  return Buffer.from(await decodeAes128gcm(body, () => by)).toString()
}

/** The message of the error that a body is. */
async function failure(body: Uint8Array, by: Uint8Array = key): Promise<string> {
  return ((await rejects(() => decode(body, by))) as Error).message
}

test('RFC 8188 §3.1: one record, no id', async () => {
  const body = bytes('I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg')
  assert.is(await decode(body), 'I am the walrus')
  const ids: string[] = []
  await decodeAes128gcm(body, (id) => (ids.push(id), key))
  assert.equal(ids, [''])
  const salt = body.subarray(0, 16)
  assert.is(salt.toString('base64url'), 'I1BsxtFttlv3u_Oo94xnmw')
  // The intermediate values, by the test's own derivation: what `encrypted` below is made by.
  const derive = (info: string, length: number) =>
    Buffer.from(hkdfSync('sha256', key, salt, `Content-Encoding: ${info}\0`, length))
  assert.is(derive('aes128gcm', 16).toString('base64url'), '_wniytB-ofscZDh4tbSjHw')
  assert.is(derive('nonce', 12).toString('base64url'), 'Bcs8gkIRKLI8GeI8')
  assert.equal(encrypted('I am the walrus', { key, salt }), body, 'byte for byte')
})

test('RFC 8188 §3.2: two records, padding, an id', async () => {
  const body = bytes(
    'uNCkWiNYzKTnBN9ji3-qWAAAABkCYTHOG8chz_gnvgOqdGYovxyjuqRyJFjEDyoF1Fvkj6hQPdPHI51OEUKEpgz3SsLWIqS_uA',
  )
  const ids: string[] = []
  const decoded = await decodeAes128gcm(body, (id) => {
    ids.push(id)
    return bytes('BO3ZVPxUlnLORbVGMpbT1Q')
  })
  assert.is(Buffer.from(decoded).toString(), 'I am the walrus')
  assert.equal(ids, ['a1'])
  const options = { key: bytes('BO3ZVPxUlnLORbVGMpbT1Q'), id: 'a1', size: 25, padding: 1 }
  const salt = body.subarray(0, 16)
  assert.equal(encrypted('I am the walrus', { ...options, salt }), body, 'byte for byte')
})

test('texts of every length round a record’s end come back', async () => {
  for (let length = 0; length < 70; length++) {
    const text = 'x'.repeat(length)
    for (const size of [18, 19, 25, 34, 4096]) {
      assert.is(await decode(encrypted(text, { key, size })), text, `${length} by ${size}`)
    }
  }
})

test('a large body comes back', async () => {
  const text = 'export default 1\n'.repeat(100_000)
  assert.is(await decode(encrypted(text, { key })), text)
})

test('a record has 18 bytes or more', async () => {
  const body = encrypted('x', { key, size: 18 })
  assert.is(await decode(body), 'x')
  for (const size of [0, 1, 17]) {
    body.writeUInt32BE(size, 16)
    assert.match(await failure(body), `its records have ${size} bytes, and the least is 18`)
  }
})

test('a body has 16,384 records or fewer', async () => {
  const most = encrypted('x'.repeat(MOST_RECORDS), { key, size: 18 })
  assert.is((await decode(most)).length, MOST_RECORDS)
  const more = Buffer.concat([most, Buffer.alloc(18)])
  assert.match(await failure(more), 'it has 16385 records, the limit is 16384')
})

test('a body that is cut off anywhere decodes to nothing', async () => {
  const body = encrypted('export default "a module of several records"', { key, size: 30, id: 'k' })
  for (let end = 0; end < body.length; end++) await failure(body.subarray(0, end))
  const twoRecords = 16 + 4 + 1 + 1 + 2 * 30
  assert.match(await failure(body.subarray(0, twoRecords)), 'its last record is missing')
  assert.match(await failure(body.subarray(0, 22)), 'it has no record')
  assert.match(await failure(body.subarray(0, 21)), 'its header is cut off')
  assert.match(await failure(body.subarray(0, 22 + 16)), 'its last record is cut off')
})

test('records that are exchanged, repeated or added are found out', async () => {
  const size = 30
  const body = encrypted('x'.repeat(60), { key, size })
  const head = body.subarray(0, 21)
  const records = Array.from({ length: 5 }, (_, index) =>
    body.subarray(21 + index * size, 21 + (index + 1) * size),
  )
  assert.is(Buffer.concat([head, ...records]).length, body.length)
  const [first, second, third, fourth, last] = records as [Buffer, Buffer, Buffer, Buffer, Buffer]
  const orders = [
    [second, first, third, fourth, last],
    [first, first, second, third, fourth, last],
    [first, third, fourth, last],
    [first, second, third, fourth, last, last],
    [first, second, third, fourth, last, first],
  ]
  for (const order of orders) await failure(Buffer.concat([head, ...order]))
})

test('delimiters are held to', async () => {
  // Made by hand: one record of `text`, with whatever ends it.
  const { createCipheriv } = await import('node:crypto')
  const salt = Buffer.alloc(16, 7)
  const derive = (info: string, length: number) =>
    Buffer.from(hkdfSync('sha256', key, salt, `Content-Encoding: ${info}\0`, length))
  const one = (...text: number[]): Buffer => {
    const cipher = createCipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12))
    const sealed = Buffer.concat([cipher.update(Buffer.from(text)), cipher.final()])
    return Buffer.concat([salt, Buffer.from([0, 0, 16, 0, 0]), sealed, cipher.getAuthTag()])
  }
  assert.is(await decode(one(0x78, 2)), 'x')
  assert.is(await decode(one(0x78, 2, 0, 0)), 'x', 'with padding')
  assert.is(await decode(one(2)), '', 'nothing')
  assert.match(await failure(one(0x78, 1)), 'its last record is missing')
  for (const text of [[], [0], [0, 0, 0], [0x78], [0x78, 3], [0x78, 0]]) {
    if (text.length === 0) assert.match(await failure(one(...text)), 'is cut off')
    else assert.match(await failure(one(...text)), 'has no delimiter')
  }
})

test('another key decodes nothing', async () => {
  const body = encrypted('export default 1', { key })
  for (const other of [
    Buffer.alloc(16),
    bytes('yqdlZ-tYemfogSmv7Ws5PA'),
    Buffer.concat([key, key]),
  ]) {
    assert.match(await failure(body, other), 'the key is another, or something was changed')
  }
})

/** Flips each bit of a body in turn; how many of these decode, to the same text and to another. */
async function flips(body: Buffer, text: string) {
  const seen = { flipped: 0, same: 0, other: 0, at: new Set<number>() }
  for (let at = 0; at < body.length; at++) {
    for (let bit = 1; bit < 256; bit *= 2) {
      const changed = Buffer.from(body)
      changed[at]! ^= bit
      seen.flipped++
      const id = String.fromCharCode(107)
      const found = await decodeAes128gcm(changed, (named) => {
        if (named !== id) throw new Error('unknown')
        return key
      }).catch(() => undefined)
      if (found === undefined) continue
      seen.at.add(at)
      if (Buffer.from(found).toString() === text) seen.same++
      else seen.other++
    }
  }
  return seen
}

test('a flipped bit anywhere in a body of several records: none decodes', async () => {
  const text = 'export default "a small module"'
  const { flipped, same, other } = await flips(encrypted(text, { key, size: 30, id: 'k' }), text)
  assert.ok(flipped > 700)
  assert.is(same + other, 0)
  denied('T14', 'a flipped bit of an encrypted body', flipped)
})

test('in a body of one record, the record’s size is the one thing that nothing protects, and means nothing', async () => {
  const text = 'export default "a small module"'
  const seen = await flips(encrypted(text, { key, id: 'k' }), text)
  assert.is(seen.other, 0, 'no other text')
  for (const at of seen.at) assert.ok(at >= 16 && at < 20, 'RFC 8188 §2: it is not authenticated')
})

test.run()
