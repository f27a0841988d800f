/** S05, S13, S14, S15, T17, T24: content that is not what its fields say. */

import { brotliCompressSync, constants, deflateRawSync } from 'node:zlib'
import { coding, invalidBody, mediaType, tooLarge } from '../codes.mts'
import { codingNames, codings } from '../coding.mts'
import { bytesOf } from '../http1.mts'
import { times } from '../replies.mts'
import type { CodingName } from '../coding.mts'
import type { Answer, Asked, Fault } from '../fault.mts'

type Encode = (body: Uint8Array) => Uint8Array

const { gzip } = codings
const codedNames = codingNames.filter((name) => name !== 'identity')

/** The module under a coding; framed by chunks, whose end is right. */
const coded = (good: Answer, name: string, body: Uint8Array): Answer => ({
  headers: { ...good.headers, 'content-encoding': name },
  body,
  framing: 'chunked',
})

const codedModule = (name: string, encode: Encode) => (asked: Asked) =>
  coded(asked.good, name, encode(bytesOf(asked.good.body)))

/** 64 MiB of zeros. */
const bombs = new Map<string, Uint8Array>()
function bomb(names: readonly CodingName[]): Uint8Array {
  const key = names.join()
  let made = bombs.get(key)
  if (made === undefined) {
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }
    made = names.reduce<Uint8Array>(
      (body, name) => (name === 'br' ? brotliCompressSync(body, quality) : codings[name](body)),
      new Uint8Array(2 ** 26),
    )
    bombs.set(key, made)
  }
  return made
}

const cutCodings = codedNames.map((name): Fault => ({
  id: 'S05',
  name: `cuts a ${name} body`,
  // As a body without a coding that is cut off.
  spare: 'kept',
  reply: ({ good }) => coded(good, name, codings[name](bytesOf(good.body)).subarray(0, -3)),
  cold: coding,
}))

const bombRows = [...codedNames.map((name) => [name]), ['gzip', 'gzip'] as const].map(
  (names): Fault => ({
    id: 'S13',
    name: `sends a bomb of ${names.join(', ')}`,
    prepare: () => bomb(names),
    reply: ({ good }) => coded(good, names.join(', '), bomb(names)),
    cold: tooLarge,
  }),
)

const good = (name: string, coding: string, encode: Encode): Fault => ({
  id: 'S05',
  name,
  reply: codedModule(coding, encode),
  cold: 'new',
})

const broken = (name: string, reply: (asked: Asked) => Answer): Fault => ({
  id: 'S05',
  name,
  reply,
  cold: coding,
  spare: 'kept',
})

const refused = (name: string, reply: (asked: Asked) => Answer): Fault => ({
  id: 'S14',
  name,
  reply,
  cold: coding,
  most: 1,
})

const typed = (asked: Asked, type: string, body: string | Uint8Array): Answer => ({
  headers: { ...asked.good.headers, 'content-type': type },
  body,
})

const latin = (text: string) => Buffer.from(text, 'latin1')
/** Text that is other text in another charset. */
const accented = (text: string) => latin(`${text}é`)
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')

const charset = (
  name: string,
  type: string,
  body: (text: string) => string | Uint8Array,
  cold: string,
  more: Partial<Fault> = {},
): Fault => ({
  id: 'S15',
  name,
  reply: (asked) => typed(asked, type, body(String(asked.good.body))),
  cold,
  ...more,
})

export const contentFaults: readonly Fault[] = [
  ...cutCodings,
  {
    id: 'S05',
    name: 'cuts a gzip body once',
    reply: times(1, ({ good }) => coded(good, 'gzip', gzip(bytesOf(good.body)).subarray(0, -3))),
    cold: 'new',
  },
  broken('sends more after a gzip body', ({ good }) =>
    coded(good, 'gzip', Buffer.concat([gzip(bytesOf(good.body)), Buffer.from('more')])),
  ),
  broken('sends nothing as gzip', ({ good }) => coded(good, 'gzip', Buffer.alloc(0))),
  broken('sends plain text as gzip', ({ good }) => coded(good, 'gzip', bytesOf(good.body))),
  broken('sends gzip with a wrong checksum', ({ good }) => {
    const body = gzip(bytesOf(good.body))
    body[body.length - 5]! ^= 1
    return coded(good, 'gzip', body)
  }),
  good('sends two gzip members', 'gzip', (body) =>
    Buffer.concat([gzip(body.subarray(0, 9)), gzip(body.subarray(9))]),
  ),
  good('sends GZIP in capitals', 'GZIP', gzip),
  good('sends raw deflate data', 'deflate', (body) => deflateRawSync(body)),
  good('has two codings', 'br, gzip', (body) => gzip(brotliCompressSync(body))),
  ...bombRows,
  refused('has three codings', ({ good }) =>
    coded(good, 'gzip, gzip, gzip', gzip(gzip(gzip(bytesOf(good.body))))),
  ),
  refused('has fifty codings', ({ good }) =>
    coded(good, Array(50).fill('gzip').join(', '), bytesOf(good.body)),
  ),
  {
    ...refused('has a coding that is unknown', ({ good }) =>
      coded(good, 'secret', bytesOf(good.body)),
    ),
    // In HTTP/2 it has no end marker that anyone could know, so HTTP/1.1 is asked, too.
    most: 2,
  },
  charset('has a BOM of UTF-8', 'text/javascript', (text) => `\ufeff${text}`, 'new'),
  charset('has a BOM before #!', 'text/javascript', (text) => `\ufeff#!node\n${text}`, 'new'),
  charset(
    'has UTF-8 under another charset',
    'text/javascript; charset=windows-1255',
    (text) => `${text}//é`,
    'new',
  ),
  charset(
    'has windows-1252',
    'text/javascript; charset=windows-1252',
    (text) => latin(`${text}//é`),
    invalidBody,
  ),
  charset('has UTF-16 with a BOM', 'text/javascript; charset=utf-16', utf16, invalidBody),
  charset(
    'has UTF-8 that is broken',
    'text/javascript',
    (text) => latin(`${text}//é`),
    invalidBody,
  ),
  charset('has text of windows-1252', 'text/plain; charset=windows-1252', accented, 'new', {
    type: 'text',
  }),
  charset('has text of UTF-16 with a BOM', 'text/plain', (text) => utf16(`${text}é`), 'new', {
    type: 'text',
  }),
  charset('has text that is broken', 'text/plain; charset=utf-8', accented, invalidBody, {
    type: 'text',
  }),
  charset('has text of an unknown charset', 'text/plain; charset=secret', accented, invalidBody, {
    type: 'text',
  }),
  {
    id: 'T17',
    name: 'sends an error page as a success',
    reply: (asked) => typed(asked, 'text/html; charset=utf-8', '<!doctype html><p>Moved'),
    cold: mediaType,
  },
]
