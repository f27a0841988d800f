import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inBothOrders, start, step } from '../support/conversion.mts'
import { rejects } from '../support/rejects.mts'

const test = suite('convert: what a transform returns')

const source = 'x'
const format = 'module'
const broken: readonly [name: string, result: unknown, message: RegExp][] = [
  ['null', null, /expected \{ source, format \} .*Received null/i],
  ['undefined', undefined, /Received undefined/],
  ['false', false, /Received a boolean \(false\)/],
  ['a number', 7, /Received a number \(7\)/],
  ['a string', 'export {}', /Received a string/],
  ['a function', () => {}, /Received a function/],
  ['an array', [], /format as a string.*Received undefined/],
  ['an empty object', {}, /format as a string.*Received undefined/],
  ['no source', { format }, /source as a string or bytes.*Received undefined/],
  ['null for source', { source: null, format }, /Received null/],
  ['a number for source', { source: 1, format }, /Received a number \(1\)/],
  ['an object for source', { source: {}, format }, /Received an object/],
  ['a list for source', { source: [1], format }, /Received an array/],
  ['no format', { source }, /format as a string.*Received undefined/],
  ['null for format', { source, format: null }, /format as a string.*Received null/],
  ['a number for format', { source, format: 1 }, /format as a string.*Received a number/],
  ['an empty format', { source, format: '' }, /formats or a media type.*Received a string \(''\)/],
  ['a name for format', { source, format: 'esm' }, /formats or a media type.*\('esm'\)/],
  ['half a media type', { source, format: 'text/' }, /formats or a media type/],
  ['a format in capitals', { source, format: 'Module' }, /formats or a media type/],
  ['a media type with a line break', { source, format: 'text/x\r\ny: z' }, /a media type/],
  ['a number for map', { source, format, map: 1 }, /map as a source map.*Received a number/],
  ['text for headers', { source, format, headers: 'a: b' }, /headers as an object/],
  ['an object in headers', { source, format, headers: { a: {} } }, /the header 'a' as text/],
  ['an object in a list', { source, format, headers: { a: ['b', {}] } }, /the header 'a' as text/],
  [
    'a symbol in headers',
    { source, format, headers: { a: Symbol('b') } },
    /the header 'a' as text/,
  ],
  ['a space in a field name', { source, format, headers: { 'a b': 'c' } }, /the header 'a b'/],
  ['an empty field name', { source, format, headers: { '': 'c' } }, /the header ''/],
  ['CR and LF in a field', { source, format, headers: { a: 'b\r\nc: d' } }, /without line breaks/],
  ['LF in a list', { source, format, headers: { a: ['b', 'c\nd'] } }, /without line breaks/],
  ['NUL in a field', { source, format, headers: { a: 'b\0' } }, /without line breaks/],
]

test('whatever else a transform returns is refused with the loader, the export and what came', async () => {
  for (const [name, result, message] of broken) {
    for (const returned of [result, Promise.resolve(result)]) {
      const loader = { name: 'bad', accepts: 'text/x', transform: () => returned }
      await inBothOrders([loader, step('b', 'text/b', 'module')], async (all) => {
        const error = await rejects(start(all, 'text/x').done, 'ERR_MIMEPORT_INVALID_RETURN')
        assert.match(error.message, /loader 'bad' "transform"/, name)
        assert.match(error.message, message, name)
      })
    }
  }
})

test('an invalid result in the middle of a chain is refused, too', async () => {
  for (const [name, result] of broken) {
    const loader = { name: 'bad', accepts: 'text/b', transform: () => result }
    const { done } = start([step('a', 'text/a', 'text/b'), loader], 'text/a')
    await rejects(done, 'ERR_MIMEPORT_INVALID_RETURN').catch((error) => {
      throw new Error(name, { cause: error })
    })
  }
})

test('a result whose properties throw is the loader’s failure', async () => {
  const hostile = [
    Object.defineProperty({ source }, 'format', {
      get() {
        throw new Error('no format today')
      },
    }),
    new Proxy(
      {},
      {
        get(_target, name) {
          if (name === 'then') return undefined
          throw new Error('no property today')
        },
      },
    ),
    { source, format, headers: new Proxy({}, { ownKeys: () => ['a', 'a'] }) },
  ]
  for (const result of hostile) {
    const loader = { name: 'bad', accepts: 'text/x', transform: () => result }
    const error = await rejects(start([loader], 'text/x').done)
    assert.match(error['code'], /^ERR_MIMEPORT_(?:LOADER_FAILED|INVALID_RETURN)$/)
    assert.match(error.message, /oader 'bad' "transform"/)
  }
})

test('what a transform throws or rejects with is wrapped once, and names the loader', async () => {
  const cause = new TypeError('no such thing')
  const ways = [
    () => {
      throw cause
    },
    () => Promise.reject(cause),
    async () => {
      throw cause
    },
  ]
  for (const transform of ways) {
    const loader = { name: 'bad', accepts: 'text/x', transform }
    await inBothOrders([loader, step('b', 'text/b', 'module')], async (all) => {
      const error = await rejects(start(all, 'text/x').done, 'ERR_MIMEPORT_LOADER_FAILED')
      assert.is(error.message, `Loader 'bad' "transform" failed for 'test://host/x': no such thing`)
      assert.is(error.cause, cause)
    })
  }
})

test('null, a symbol and an object that throws are thrown with a message all the same', async () => {
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error('hostile')
      },
      getPrototypeOf: () => {
        throw new Error('hostile')
      },
    },
  )
  for (const thrown of [null, undefined, Symbol('x'), 1n, '', {}, hostile]) {
    const loader = {
      name: 'bad',
      accepts: 'text/x',
      transform: () => {
        throw thrown
      },
    }
    const error = await rejects(start([loader], 'text/x').done, 'ERR_MIMEPORT_LOADER_FAILED')
    assert.match(error.message, /^Loader 'bad' "transform" failed for 'test:\/\/host\/x': /)
  }
})

test.run()
