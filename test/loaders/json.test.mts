import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { faultOffset } from '../../loaders/json/fault.mts'
import { accepts, extensionMimeMap, transform } from '../../loaders/json/json.mts'
import { rejects } from '../support/rejects.mts'
import { assertLinear } from '../support/growth.mts'
import type { LoaderContext } from '../../core/types.mts'

const test = suite('json')

const url = 'https://host.test/a.jsonc'
const convert = async (body: string) => {
  const { source, format } = await transform({}, body, { url } as LoaderContext)
  return { source: source as string, format }
}

test('claims .jsonc, and leaves JSON to Node', () => {
  assert.equal(extensionMimeMap, { jsonc: 'application/jsonc' })
  assert.equal(accepts, ['application/jsonc', 'text/jsonc'])
})

test('comments and trailing commas become white space', async () => {
  const body = '// "a"\n{\r\n\t"b": [1, /* 2, */ 3,],\n  "c": "// no, /* no */", // d\n}\n'
  const { source, format } = await convert(body)
  assert.is(format, 'json')
  assert.equal(JSON.parse(source), { b: [1, 3], c: '// no, /* no */' })
  assert.is(source.length, body.length)
  assert.is(source.indexOf('"c"'), body.indexOf('"c"'))
  assert.equal(source.match(/\r?\n/g), body.match(/\r?\n/g))
})

test('JSON is left as it is', async () => {
  for (const body of [
    '{"a":[1,-0.5e+3,null,true,"\\u2028\\"//"]}',
    '"x"',
    ' 0 ',
    '[]',
    '{ "a": {} }',
  ]) {
    assert.is((await convert(body)).source, body)
  }
})

test('a quotation mark in a comment opens nothing', async () => {
  const { source } = await convert('[1, // don"t\n/* " */ "//", 2]')
  assert.equal(JSON.parse(source), [1, '//', 2])
})

test('__proto__ stays a key', async () => {
  const { source } = await convert('{ "__proto__": { "a": 1 }, }')
  const value = JSON.parse(source)
  assert.equal(Object.keys(value), ['__proto__'])
  assert.is(value.a, undefined)
})

const broken: readonly [what: string, body: string, position: string, found: string][] = [
  ['an empty text', '', '1:1', 'the text ends too early'],
  ['nothing but comments', '// a\n', '2:1', 'the text ends too early'],
  ['a bare word', '{\n  "a": abc\n}', '2:8', "unexpected 'a'"],
  ['a word that begins like true', '[tru]', '1:2', "unexpected 't'"],
  ['two commas', '[1,,]', '1:4', "unexpected ','"],
  ['a missing comma', '{"a": 1\n "b": 2}', '2:2', "unexpected '\"'"],
  ['a missing colon', '{"a" 1}', '1:6', "unexpected '1'"],
  ['a key without quotation marks', '{a: 1}', '1:2', "unexpected 'a'"],
  ['single quotation marks', "['a']", '1:2', "unexpected '''"],
  ['the wrong bracket', '[1, {"a": 2]]', '1:12', "unexpected ']'"],
  ['a leading zero', '[01]', '1:3', "unexpected '1'"],
  ['a plus', '+1', '1:1', "unexpected '+'"],
  ['a second value', '{} {}', '1:4', "unexpected '{'"],
  ['an unfinished list', '[1, 2', '1:6', 'the text ends too early'],
  ['an unfinished string', '["abc', '1:6', 'the text ends too early'],
  ['a bad escape', '["a\\x"]', '1:4', "unexpected '\\'"],
  ['a short escape', '["\\u12"]', '1:3', "unexpected '\\'"],
  ['a line end in a string', '["a\nb"]', '1:4', "unexpected '\\u{a}'"],
  ['an unfinished comment', '[1] /* a', '1:5', "unexpected '/'"],
  ['a control character', '[\u001b]', '1:2', "unexpected '\\u{1b}'"],
  ['text beyond the first plane', '😀', '1:1', "unexpected '😀'"],
  ['HTML', '<!doctype html>', '1:1', "unexpected '<'"],
]

for (const [what, body, position, found] of broken) {
  test(`${what} is an error with line and column`, async () => {
    const error = await rejects(convert(body), 'ERR_MIMEPORT_INVALID_BODY')
    assert.is(error.message, `Cannot parse '${url}:${position}' as JSON: ${found}`)
    assert.is(error['url'], url)
    assert.ok(error.cause instanceof SyntaxError)
  })
}

test('an error shows no control characters', async () => {
  const error = await rejects(convert('["\u001b[31m\u202e" x]'), 'ERR_MIMEPORT_INVALID_BODY')
  assert.not.match(error.message + (error.cause as Error).message, /[\u001b\u202e]/)
})

test('a text that is cut short is at fault no later than its end', () => {
  const text = '{"a": [1, -2.5e3, "b\\n\\u0041", true, null, {}], "c": ""}'
  assert.is(faultOffset(text), text.length)
  for (let end = 0; end < text.length; end++) assert.ok(faultOffset(text.slice(0, end)) <= end)
})

const MiB = 1024 * 1024

const hostile: readonly [what: string, unit: string][] = [
  ['slashes', '/'],
  ['quotation marks', '"'],
  ['backslashes', '\\'],
  ['a string of escapes', '"\\'],
  ['comment openers', '/*'],
  ['comments', '/**/'],
  ['commas', ','],
  ['trailing commas', ',]'],
  ['brackets', '['],
  ['digits', '1'],
]

for (const [what, unit] of hostile) {
  test(`${what}: sixteen times the text takes about sixteen times the time`, async () => {
    const read = (size: number) =>
      rejects(convert(`[${unit.repeat(size / unit.length)}x`), 'ERR_MIMEPORT_INVALID_BODY')
    await assertLinear(read, [MiB / 64, MiB / 4], what)
  })
}

test.run()
