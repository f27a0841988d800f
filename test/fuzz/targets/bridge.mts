/** What crosses the bridge: errors of any kind, and the names of requests. */

import * as assert from 'uvu/assert'
import { packError, unpackError } from '../../../core/bridge/error-packing.mts'
import { requestKey } from '../../../core/bridge/protocol.mts'
import { received } from '../../../core/text.mts'
import { Choices } from '../target.mts'

export const name = 'bridge'

export const seeds = [
  'an error: LoaderError with a cause that has a cause',
  '\x05\x01abc\x07\x03xyz\x02\x09\x0b',
  '\0\0\0\0\0\0\0\0\0\0',
  '\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a',
  '\x08\x07\x06\x05\x04\x03\x02\x01',
]

const properties = [
  'name',
  'message',
  'stack',
  'code',
  'statusCode',
  'url',
  'trail',
  'cause',
  'exitCode',
  'permission',
  'resource',
  'unanswered',
  'then',
  '__proto__',
  'toString',
  'constructor',
]

const throws = () => {
  throw new Error('a trap')
}

/** A value of any kind, as hostile as anybody can throw. */
function valueOf(choices: Choices, depth = 0): unknown {
  const inner = () => (depth > 12 ? 'deep' : valueOf(choices, depth + 1))
  const makers: readonly (() => unknown)[] = [
    () => undefined,
    () => null,
    () => choices.text(),
    () => Number.NaN,
    () => 10n ** 20n,
    () => Symbol(choices.text()),
    () =>
      ['LoaderError', 'ERR_MIMEPORT_TIMEOUT', 'ERR_MODULE_NOT_FOUND', '__proto__'][
        choices.below(4)
      ],
    () => [inner(), inner()],
    () => Object.create(null),
    () => new Proxy({}, { get: throws, has: throws, ownKeys: throws, getPrototypeOf: throws }),
    () => new Proxy([], { get: throws, has: throws, ownKeys: throws }),
    () => Object.freeze(new Error(choices.text())),
    () => {
      const ring: { cause?: unknown } = new Error('a ring')
      ring.cause = ring
      return ring
    },
    () => throws,
    () => new Uint8Array(choices.below(9)),
    () => ({ toString: throws, [Symbol.toPrimitive]: throws }),
    () => {
      const object: object = choices.below(2) === 0 ? {} : new TypeError(choices.text())
      for (let count = choices.below(6); count > 0; count -= 1) {
        const key = choices.pick(properties)
        const get = choices.below(6) === 0 ? { get: throws } : { value: inner(), writable: true }
        Object.defineProperty(object, key, { ...get, configurable: true, enumerable: true })
      }
      return object
    },
  ]
  return makers[choices.below(makers.length)]!()
}

function checkKey(choices: Choices): void {
  const request = () => ({
    specifier: choices.text(20),
    parentURL:
      choices.below(4) === 0
        ? undefined
        : `file:///${encodeURIComponent(choices.text(8).toWellFormed())}`,
    importAttributes:
      choices.below(2) === 0 ? {} : { type: choices.pick(['json', 'text', 'bytes']) },
  })
  const [a, b] = [request(), request()]
  const isSame = JSON.stringify(a) === JSON.stringify(b)
  const parents = [a, b].map(({ specifier, parentURL }) =>
    /^[a-z][a-z\d+.-]+:/i.test(specifier) ? '' : (parentURL ?? ''),
  )
  const means =
    a.specifier === b.specifier &&
    parents[0] === parents[1] &&
    a.importAttributes.type === b.importAttributes.type
  if (isSame || means) assert.is(requestKey(a), requestKey(b))
  else assert.not(requestKey(a) === requestKey(b), 'two requests have two names')
}

export function run(input: string): void {
  const choices = new Choices(input)
  checkKey(choices)
  const thrown = valueOf(choices)
  assert.type(received(thrown), 'string')
  const packed = packError(thrown)
  const crossed = structuredClone(packed)
  assert.equal(crossed, packed, 'it is plain data')
  let depth = 0
  for (let each = packed.cause; each !== undefined; each = each.cause) depth += 1
  assert.ok(depth <= 8, 'a ring ends')
  const error = unpackError(crossed)
  assert.instance(error, Error)
  assert.is(error.message, packed.message)
  assert.is(error.name, packed.name)
  const again = packError(error)
  for (const key of ['name', 'message', 'code', 'permission'] as const) {
    if (key !== 'permission' || packed.name !== 'LoaderError')
      assert.is(again[key], packed[key], key)
  }
}
