import { Buffer } from 'node:buffer'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decodeAs, decodeCode, decodeText, isBinary } from '../../core/charset.mts'
import { parseMediaType } from '../../core/media-type.mts'
import { rejects } from '../support/rejects.mts'

const test = suite('charset')

const bytes = (latin1: string): Uint8Array => Buffer.from(latin1, 'latin1')

test('text is UTF-8 when nothing says more', () => {
  assert.is(decodeText(bytes('caf\xc3\xa9'), undefined), 'caf\u00e9')
  assert.is(decodeText(bytes(''), undefined), '')
})

test('the label decides', () => {
  assert.is(decodeText(bytes('caf\xe9'), 'ISO-8859-1'), 'caf\u00e9')
  assert.is(decodeText(bytes('\x80'), 'latin1'), '\u20ac')
  assert.is(decodeText(bytes('\xf9\xec'), 'windows-1255'), '\u05e9\u05dc')
  assert.is(decodeText(bytes('\x83e\x83X\x83g'), 'shift_jis'), '\u30c6\u30b9\u30c8')
  assert.is(decodeText(bytes('a\0b\0'), 'utf-16'), 'ab')
})

test('a byte-order mark wins over the label and is dropped', () => {
  assert.is(decodeText(bytes('\xef\xbb\xbfx'), 'iso-8859-1'), 'x')
  assert.is(decodeText(bytes('\xff\xfea\0'), 'utf-8'), 'a')
  assert.is(decodeText(bytes('\xfe\xff\0a'), undefined), 'a')
})

test('only the first byte-order mark is dropped', () => {
  assert.is(decodeText(bytes('\xef\xbb\xbf\xef\xbb\xbfx'), undefined), '\ufeffx')
})

test('an unknown label is named', async () => {
  for (const label of ['klingon', '', 'utf 8', 'iso-2022-kr']) {
    const error = await rejects(() => decodeText(bytes('x'), label), 'ERR_MIMEPORT_INVALID_BODY')
    assert.match(error.message, `charset '${label}' is unknown`)
  }
})

test('a hostile label is escaped', async () => {
  const error = await rejects(() => decodeText(bytes('x'), '\x1b[2J'.repeat(1000)))
  assert.not.match(error.message, '\x1b')
  assert.ok(error.message.length < 400)
})

test('the first invalid sequence of UTF-8 is told by its offset', async () => {
  const table: [string, number][] = [
    ['\xff', 0],
    ['ab\x80', 2],
    ['\xc0\xaf', 0],
    ['\xc1\xbf', 0],
    ['x\xe0\x9f\x80', 1],
    ['\xed\xa0\x80', 0],
    ['\xf0\x8f\xbf\xbf', 0],
    ['\xf4\x90\x80\x80', 0],
    ['\xf5\x80\x80\x80', 0],
    ['\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xe2\x82', 9],
    ['\xe2\x82', 0],
    ['\xc3\xa9\xc3', 2],
    ['\xef\xbb\xbfa\xff', 4],
    ['\xe1\x80\xc3\xa9', 0],
  ]
  for (const [text, at] of table) {
    const error = await rejects(
      () => decodeText(bytes(text), undefined, { url: 'x:y' }),
      'ERR_MIMEPORT_INVALID_BODY',
    )
    assert.match(error.message, `at offset ${at} is not UTF-8`)
    assert.match(error.message, `'x:y'`)
  }
})

test('bytes that are not of the charset fail', async () => {
  await rejects(() => decodeText(bytes('\x83'), 'shift_jis'), 'ERR_MIMEPORT_INVALID_BODY')
  await rejects(() => decodeText(bytes('a\0b'), 'utf-16le'), 'ERR_MIMEPORT_INVALID_BODY')
  await rejects(() => decodeText(bytes('\0\xd8'), 'utf-16le'), 'ERR_MIMEPORT_INVALID_BODY')
})

test('bytes are binary by WHATWG: control bytes but white space and escape', () => {
  for (let byte = 0; byte < 256; byte++) {
    const expected =
      byte <= 8 || byte === 11 || (byte >= 14 && byte <= 26) || (byte >= 28 && byte <= 31)
    assert.is(isBinary(Uint8Array.of(97, byte)), expected, String(byte))
  }
  assert.not(isBinary(bytes('')))
})

test('a byte-order mark means text', () => {
  for (const bom of ['\xef\xbb\xbf', '\xfe\xff', '\xff\xfe'])
    assert.not(isBinary(bytes(`${bom}\0`)))
  assert.ok(isBinary(bytes('\xef\xbb\0')))
})

test('only the resource header of 1445 bytes counts', () => {
  assert.ok(isBinary(bytes(`${'x'.repeat(1444)}\0`)))
  assert.not(isBinary(bytes(`${'x'.repeat(1445)}\0`)))
})

test('eight megabytes of text and of broken text take linear time', async () => {
  const size = 8 * 1024 * 1024
  const body = new Uint8Array(size).fill(0x61)
  assert.is(decodeText(body, undefined).length, size)
  body[size - 1] = 0xff
  const error = await rejects(() => decodeText(body, undefined), 'ERR_MIMEPORT_INVALID_BODY')
  assert.match(error.message, `offset ${size - 1}`)
})

const invalid = 'ERR_MIMEPORT_INVALID_BODY'

test('code is UTF-8, its byte-order mark is dropped, and its charset does not count', () => {
  for (const charset of [undefined, 'utf-8', 'windows-1252', 'utf-16', 'klingon']) {
    assert.is(decodeCode(bytes('caf\xc3\xa9'), { charset }), 'caf\u00e9')
    assert.is(decodeCode(bytes('\xef\xbb\xbfx'), { charset }), 'x')
  }
  assert.is(decodeCode(bytes('')), '')
  assert.is(decodeCode(bytes('\xef\xbb\xbf\xef\xbb\xbfx')), '\ufeffx')
})

test('code that is UTF-16 is told so, by its mark or by its zeros', async () => {
  for (const text of [
    '\xff\xfea\0',
    '\xfe\xff\0a',
    '{\0"\0',
    '\0{\0"',
    '1\0',
    '\x001',
    '\xff\xfe',
  ]) {
    const error = await rejects(() => decodeCode(bytes(text)), invalid)
    assert.match(error.message, /it is UTF-16/)
  }
  // A zero among letters is a letter like any.
  for (const text of ['a\0bc', 'abc\0', '\0', 'a', 'ab\0\0']) {
    assert.is(decodeCode(bytes(text)), text)
  }
})

test('code that is not UTF-8 is told by the offset, and by the charset that says otherwise', async () => {
  const plain = await rejects(() => decodeCode(bytes('ab\xff'), { url: 'x:y' }), invalid)
  assert.is(
    plain.message,
    "Cannot decode the body of 'x:y': byte 0xff at offset 2 is not UTF-8, and code and JSON are UTF-8 alone",
  )
  const labelled = await rejects(
    () => decodeCode(bytes('\xe9'), { charset: `latin1\x1b${'x'.repeat(99)}` }),
    invalid,
  )
  assert.match(labelled.message, /whatever its charset 'latin1\\u\{1b\}x{33}' says$/)
})

test('a media type decides how its body is decoded', () => {
  const decode = (mediaType: string) =>
    decodeAs(parseMediaType(`${mediaType};charset=windows-1252`)!, bytes('\xc3\xa9'))
  const code = [
    'text/javascript application/ecmascript application/node application/typescript text/typescript text/jsx text/tsx',
    'application/json text/json application/ld+json application/jsonc text/jsonc application/json5',
  ].flatMap((line) => line.split(' '))
  for (const mediaType of code) assert.is(decode(mediaType), '\u00e9', mediaType)
  for (const mediaType of [
    'text/plain',
    'text/markdown',
    'text/css',
    'text/csv',
    'text/html',
    'text/yaml',
  ]) {
    assert.is(decode(mediaType), '\u00c3\u00a9', mediaType)
  }
})

test.run()
