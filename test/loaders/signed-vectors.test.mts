/** RFC 9421's own examples: its keys, its messages, its signature bases and its signatures. */

import { createPublicKey, createSecretKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isInnerList, parseDictionary, parseItem } from 'structured-headers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isSignature } from '../../loaders/signed/algorithm.mts'
import { componentOf, valueOf } from '../../loaders/signed/component.mts'
import { digestFault } from '../../loaders/signed/content-digest.mts'
import { fieldValue } from '../../loaders/signed/field.mts'
import { signatureBase } from '../../loaders/signed/signature-base.mts'
import type { InnerList } from 'structured-headers'
import type { AlgorithmName } from '../../loaders/signed/algorithm.mts'
import type { FieldLines, Message } from '../../loaders/signed/message.mts'

type Fields = readonly (readonly [string, string])[]

interface Case {
  readonly section: string
  readonly request: { readonly method: string; readonly target: string; readonly fields: Fields }
  readonly response?: { readonly status: number; readonly fields: Fields; readonly body: string }
  readonly input: string
  readonly signature: string
  readonly base?: string
  readonly label?: string
  readonly valid: boolean
}

const { keys, cases } = JSON.parse(
  readFileSync(new URL('../corpora/rfc9421/vectors.json', import.meta.url), 'utf8'),
) as {
  keys: Record<string, { jwk?: any; pem?: string; secret?: string }>
  cases: readonly Case[]
}

const algorithms: Readonly<Record<string, AlgorithmName>> = {
  'test-key-rsa': 'rsa-v1_5-sha256',
  'test-key-rsa-pss': 'rsa-pss-sha512',
  'test-key-ecc-p256': 'ecdsa-p256-sha256',
  'test-key-ed25519': 'ed25519',
  'test-shared-secret': 'hmac-sha256',
}

/** Fields in the order of their lines. */
function linesOf(fields: Fields): FieldLines {
  const lines: Record<string, string[]> = {}
  for (const [name, value] of fields) (lines[name.toLowerCase()] ??= []).push(value)
  return lines
}

function messageOf({ request, response }: Case): Message {
  const headers = linesOf(request.fields)
  const host = [headers['host'] ?? ''].flat()[0]
  const { method } = request
  const made = { method, url: `https://${host}${request.target}`, headers }
  if (response === undefined) return { request: made }
  return {
    request: made,
    response: { statusCode: response.status, headers: linesOf(response.fields) },
  }
}

const test = suite('RFC 9421, its own vectors')

test('there are as many as the RFC has', () => {
  assert.is(cases.length, 20)
  assert.is(Object.keys(keys).length, 5)
})

for (const each of cases) {
  const { section, input, signature, base, label, valid } = each

  test(`§${section} is ${valid ? '' : 'not '}valid`, () => {
    const inputs = parseDictionary(input)
    const name = label ?? inputs.keys().next().value!
    const signed = inputs.get(name)! as InnerList
    const value = parseDictionary(signature).get(name)!
    assert.ok(isInnerList(signed))
    assert.ok(!isInnerList(value))
    const made = signatureBase(signed, messageOf(each))
    if (base !== undefined) assert.is(made, base)
    const id = String(signed[1].get('keyid'))
    const { jwk, pem, secret } = keys[id]!
    const forms =
      secret === undefined
        ? [createPublicKey({ key: jwk, format: 'jwk' }), createPublicKey(pem!)]
        : [createSecretKey(secret, 'base64')]
    const bytes = new Uint8Array(value[0] as ArrayBuffer)
    for (const key of forms) {
      assert.is(isSignature(algorithms[id]!, made, key, bytes), valid)
      const changed = bytes.slice()
      changed[changed.length - 1]! ^= 1
      assert.not(isSignature(algorithms[id]!, made, key, changed), 'a flipped bit')
      for (const other of Object.values(algorithms)) {
        if (other === algorithms[id]) continue
        assert.not(isSignature(other, made, key, bytes), `by ${other}`)
      }
    }
  })
}

/** A component, as Signature-Input has it, and its value in a message. */
function valueIn(message: Message, component: string): string {
  return valueOf(componentOf(parseItem(component)), message)
}

const get = (target: string, headers: FieldLines = {}, method = 'GET'): Message => ({
  request: { method, url: `https://www.example.com${target}`, headers },
})

test('§2.1: the values of fields', () => {
  const message = get('/', {
    host: 'www.example.com',
    date: 'Tue, 20 Apr 2021 02:07:56 GMT',
    'x-ows-header': '  Leading and trailing whitespace.   ',
    'x-obs-fold-header': 'Obsolete\n    line folding.',
    'cache-control': ['max-age=60', '   must-revalidate'],
    'example-dict': '  a=1,    b=2;x=1;y=2,   c=(a   b   c)',
    'x-empty-header': '',
  })
  assert.is(valueIn(message, '"host"'), 'www.example.com')
  assert.is(valueIn(message, '"date"'), 'Tue, 20 Apr 2021 02:07:56 GMT')
  assert.is(valueIn(message, '"x-ows-header"'), 'Leading and trailing whitespace.')
  assert.is(valueIn(message, '"x-obs-fold-header"'), 'Obsolete line folding.')
  assert.is(valueIn(message, '"cache-control"'), 'max-age=60, must-revalidate')
  assert.is(valueIn(message, '"example-dict"'), 'a=1,    b=2;x=1;y=2,   c=(a   b   c)')
  assert.is(valueIn(message, '"x-empty-header"'), '')
})

test('§2.1.1, §2.1.2: structured fields, whole and by member', () => {
  const lines = ['  a=1,    b=2;x=1;y=2,   c=(a   b    c), d']
  const types = new Map([['example-dict', 'dictionary']] as const)
  const value = (component: string) => fieldValue(componentOf(parseItem(component)), lines, types)
  assert.is(value('"example-dict";sf'), 'a=1, b=2;x=1;y=2, c=(a b c), d')
  assert.is(value('"example-dict";key="a"'), '1')
  assert.is(value('"example-dict";key="d"'), '?1')
  assert.is(value('"example-dict";key="b"'), '2;x=1;y=2')
  assert.is(value('"example-dict";key="c"'), '(a b c)')
  assert.throws(() => value('"example-dict";key="e"'), /no such member/)
})

test('§2.1.3: lines as bytes', () => {
  const bytes = (...lines: string[]) =>
    valueIn(get('/', { 'example-header': lines }), '"example-header";bs')
  assert.is(
    bytes('value, with, lots', 'of, commas'),
    ':dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:',
  )
  assert.is(bytes('value, with, lots, of, commas'), ':dmFsdWUsIHdpdGgsIGxvdHMsIG9mLCBjb21tYXM=:')
})

test('§2.1.4: trailers', () => {
  const message: Message = {
    request: { method: 'GET', url: 'https://www.example.com/', headers: {} },
    response: {
      statusCode: 200,
      headers: { trailer: 'Expires' },
      trailers: { expires: 'Wed, 9 Nov 2022 07:28:00 GMT' },
    },
  }
  assert.is(valueIn(message, '"@status"'), '200')
  assert.is(valueIn(message, '"trailer"'), 'Expires')
  assert.is(valueIn(message, '"expires";tr'), 'Wed, 9 Nov 2022 07:28:00 GMT')
  assert.throws(() => valueIn(message, '"expires"'), /does not have/)
})

test('§2.2: derived components', () => {
  const message = get('/path?param=value', {}, 'POST')
  assert.is(valueIn(message, '"@method"'), 'POST')
  assert.is(valueIn(message, '"@target-uri"'), 'https://www.example.com/path?param=value')
  assert.is(valueIn(message, '"@authority"'), 'www.example.com')
  assert.is(valueIn(message, '"@scheme"'), 'https')
  assert.is(valueIn(message, '"@request-target"'), '/path?param=value')
  assert.is(valueIn(message, '"@path"'), '/path')
  assert.is(valueIn(message, '"@query"'), '?param=value')
  assert.is(valueIn(get('/path?queryString'), '"@query"'), '?queryString')
  assert.is(
    valueIn(get('/path?param=value&foo=bar&baz=bat%2Dman'), '"@query"'),
    '?param=value&foo=bar&baz=bat%2Dman',
  )
  for (const bare of ['/path', '/path?']) assert.is(valueIn(get(bare), '"@query"'), '?')
  const port = { request: { method: 'GET', url: 'HTTPS://WWW.Example.com:443', headers: {} } }
  assert.is(valueIn(port, '"@authority"'), 'www.example.com')
  assert.is(valueIn(port, '"@path"'), '/')
})

test('§2.2.8: query parameters', () => {
  const first = get('/path?param=value&foo=bar&baz=batman&qux=')
  assert.is(valueIn(first, '"@query-param";name="baz"'), 'batman')
  assert.is(valueIn(first, '"@query-param";name="qux"'), '')
  assert.is(valueIn(first, '"@query-param";name="param"'), 'value')
  const second = get(
    '/parameters?var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something',
  )
  const value = (name: string) => valueIn(second, `"@query-param";name="${name}"`)
  assert.is(value('var'), 'this%20is%20a%20big%0Amultiline%20value')
  assert.is(value('bar'), 'with%20plus%20whitespace')
  assert.is(value('fa%C3%A7ade%22%3A%20'), 'something')
  assert.throws(() => value('none'), /0 times/)
  assert.throws(() => valueIn(get('/?a=1&a=2'), '"@query-param";name="a"'), /2 times/)
})

test('RFC 9530: digests of content', () => {
  const content = Buffer.from('{"hello": "world"}\n')
  // As digested: what the RFC prints, 8B 08 80 …, is another text's, and decodes to nothing.
  const brotli = Buffer.from('0B09807B2268656C6C6F223A2022776F726C64227D0A03', 'hex')
  const is = (field: string, bytes: Uint8Array) => assert.is(digestFault(field, bytes), undefined)
  const isNot = (field: string, bytes: Uint8Array, why: RegExp) =>
    assert.match(digestFault(field, bytes)!, why)
  const sha256 = 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:'
  is(sha256, content)
  is(
    'sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:',
    content,
  )
  is('sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:', new Uint8Array())
  is('sha-256=:jjcgBDWNAtbYUXI37CVG3gRuGOAjaaDRGpIUFsdyepQ=:', content.subarray(10))
  const both =
    'sha-256=:d435Qo+nKZ+gLcUHn7GQtQ72hiBVAgqoLsZnZPiTGPk=:,' +
    'sha-512=:db7fdBbgZMgX1Wb2MjA8zZj+rSNgfmDCEEXM8qLWfpfoNY0sCpHAzZbj09X1/7HAb7Od5Qfto4QpuBsFbUO3dQ==:'
  is(both, brotli)
  isNot(sha256, brotli, /another/)
  // Each that is known must be right, and one must be known.
  isNot(`${sha256}, sha-512=:AAAA:`, content, /sha-512/)
  isNot('md5=:AAAA:, sha=:AAAA:, unixsum=:AAAA:', content, /no sha-256 and no sha-512/)
  isNot('sha-256=RK', content, /no bytes/)
  isNot('sha-256=(:AAAA:)', content, /no bytes/)
  isNot('sha-256=:AAAA', content, /cannot be read/)
  isNot('', content, /no sha-256/)
})

test.run()
