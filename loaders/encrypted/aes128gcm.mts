/**
 * The content coding `aes128gcm`. RFC 8188 §2.
 *
 *     salt, 16 bytes | record size, 4 | length of key id, 1 | key id | record | record | … | last record, may be shorter
 *     record: AES-128-GCM of ( content | delimiter 1, of the last one 2 | zeros ), and its tag of 16 bytes
 */

import { createDecipheriv, hkdfSync } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'

const SALT = 16
const TAG = 16

/** Bytes before the key id. */
const HEAD = SALT + 4 + 1

/** RFC 8188 §2.1: a delimiter, a tag, and one byte of content. */
export const SMALLEST_RECORD = 18

/** Records of one body: with 2,048 bytes each, that is a body of `limits.body`; smaller ones take long for what they are. */
export const MOST_RECORDS = 16_384

/** Records after which timers get their turn. */
const TURN = 512

interface Keys {
  readonly key: Buffer
  readonly nonce: Buffer
}

/** RFC 8188 §2.2, §2.3. */
function derive(material: Uint8Array, salt: Uint8Array): Keys {
  const expand = (info: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', material, salt, `Content-Encoding: ${info}\0`, length))
  return { key: expand('aes128gcm', 16), nonce: expand('nonce', 12) }
}

/** RFC 8188 §2.3: the record's number, 96 bits, upon the nonce. There are fewer records than 32 bits count. */
function nonceOf(nonce: Buffer, number: number): Buffer {
  const own = Buffer.from(nonce)
  own.writeUInt32BE((own.readUInt32BE(8) ^ number) >>> 0, 8)
  return own
}

function open(record: Buffer, { key, nonce }: Keys, number: number): Buffer {
  const decipher = createDecipheriv('aes-128-gcm', key, nonceOf(nonce, number), {
    authTagLength: TAG,
  })
  decipher.setAuthTag(record.subarray(record.length - TAG))
  const text = decipher.update(record.subarray(0, record.length - TAG))
  try {
    decipher.final()
  } catch {
    throw new Error(
      number === 0
        ? 'the key is another, or something was changed'
        : `something in its record ${number + 1} was changed, or is missing`,
    )
  }
  return text
}

/** Takes off padding and delimiter. RFC 8188 §2: a delimiter says whether this is the last record. */
function contentOf(text: Buffer, isLast: boolean): Buffer {
  let end = text.length
  while (end > 0 && text[end - 1] === 0) end -= 1
  if (end === 0) throw new Error('a record of it has no delimiter')
  const delimiter = text[end - 1]
  if (delimiter !== (isLast ? 2 : 1)) {
    throw new Error(
      delimiter === 1
        ? 'its last record is missing: it was cut off'
        : delimiter === 2
          ? 'it goes on after its last record'
          : 'a record of it has no delimiter',
    )
  }
  return text.subarray(0, end - 1)
}

/** RFC 8188 §2.1: a key id is UTF-8, where it is text at all. */
function idOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Error('the id of its key is no UTF-8')
  }
}

/**
 * Decodes a body, whole or not at all.
 *
 * @param keyOf the key material for an id; throws when there is none
 * @throws {Error} for a body that is not whole and unchanged
 */
export async function decodeAes128gcm(
  body: Uint8Array,
  keyOf: (id: string) => Uint8Array,
): Promise<Uint8Array> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
  const start = HEAD + (bytes[HEAD - 1] ?? 0)
  if (bytes.length < HEAD || bytes.length < start) throw new Error('its header is cut off')
  const size = bytes.readUInt32BE(SALT)
  if (size < SMALLEST_RECORD) {
    throw new Error(`its records have ${size} bytes, and the least is ${SMALLEST_RECORD}`)
  }
  const count = Math.ceil((bytes.length - start) / size)
  if (count === 0) throw new Error('it has no record: it was cut off')
  if (count > MOST_RECORDS) {
    throw new Error(`it has ${count} records, the limit is ${MOST_RECORDS}; larger ones are needed`)
  }
  const keys = derive(keyOf(idOf(bytes.subarray(HEAD, start))), bytes.subarray(0, SALT))
  const contents: Buffer[] = []
  for (let number = 0; number < count; number++) {
    if (number % TURN === TURN - 1) await nextTurn()
    const from = start + number * size
    const record = bytes.subarray(from, from + size)
    if (record.length <= TAG) throw new Error('its last record is cut off')
    contents.push(contentOf(open(record, keys, number), number === count - 1))
  }
  return Buffer.concat(contents)
}
