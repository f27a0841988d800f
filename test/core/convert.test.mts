import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { convert } from '../../core/engine/convert.mts'
import { configureLimits } from '../../core/limits.mts'
import { parseMediaType } from '../../core/media-type.mts'
import { inBothOrders, sourceOf, start, step } from '../support/conversion.mts'
import { acquiredOf, errandFor, registryOf } from '../support/inline-loader.mts'
import { rejects } from '../support/rejects.mts'
import { denied, passed } from '../threats/record.mts'
import type { Body } from '../support/conversion.mts'
import type { HeaderRecord } from '../../core/types.mts'

const test = suite('convert')

test.after.each(() => configureLimits({}, {}))

test('what Node runs is left alone when no loader asks for it', async () => {
  const table: readonly [string, string][] = [
    ['text/javascript', 'module'],
    ['application/x-javascript; charset=utf-8', 'module'],
    ['application/node', 'commonjs'],
    ['application/json', 'json'],
    ['application/ld+json', 'json'],
    ['application/wasm', 'wasm'],
  ]
  for (const [type, format] of table) {
    const converted = await start([step('x', 'text/x', 'module')], type, 'body').done
    assert.is(converted.format, format)
    assert.is(converted.transformed, false)
    const { source } = converted
    assert.is(typeof source === 'string' ? source : new TextDecoder().decode(source), 'body')
  }
})

test('a type that no loader accepts is an error that names it', async () => {
  await inBothOrders(
    [step('a', 'text/a', 'module'), step('b', 'text/b', 'module')],
    async (all) => {
      const error = await rejects(start(all, 'text/c').done, 'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE')
      assert.is(
        error.message,
        "Cannot load 'test://host/x' imported from 'file:///app.mjs': no loader accepts 'text/c'",
      )
    },
  )
})

test('one type after another becomes a module', async () => {
  const loaders = [
    step('a', 'text/a', 'text/b'),
    step('b', 'text/b', 'text/c'),
    step('c', 'text/c', 'module'),
  ]
  await inBothOrders(loaders, async (all) => {
    const { done, trail } = start(all, 'text/a')
    const { format, source, transformed } = await done
    assert.equal([format, source, transformed], ['module', 'abc', true])
    assert.is(trail(), 'text/a -[a]→ text/b -[b]→ text/c -[c]→ module')
  })
})

test('there and back is a cycle that names each loader', async () => {
  await inBothOrders(
    [step('a', 'text/x', 'text/y'), step('b', 'text/y', 'text/x')],
    async (all) => {
      const { done } = start(all, 'text/x')
      const error = await rejects(done, 'ERR_MIMEPORT_TRANSFORM_CYCLE')
      assert.match(error.message, /: text\/x -\[a\]→ text\/y -\[b\]→ text\/x$/)
      assert.equal(error['trail'], ['text/x -[a]→ text/y', 'text/y -[b]→ text/x'])
      assert.is(error['statusCode'], 508)
      denied('T28', 'there and back')
    },
  )
})

test('a type to itself is a cycle', async () => {
  await inBothOrders(
    [step('a', 'text/x', 'text/x'), step('b', 'text/y', 'module')],
    async (all) => {
      const error = await rejects(start(all, 'text/x').done, 'ERR_MIMEPORT_TRANSFORM_CYCLE')
      assert.match(error.message, /: text\/x -\[a\]→ text\/x$/)
    },
  )
})

test('another name of the same type does not hide a cycle', async () => {
  const loaders = [
    step('a', 'text/typescript', 'application/x-typescript'),
    step('b', 'text/b', 'module'),
  ]
  await inBothOrders(loaders, async (all) => {
    await rejects(start(all, 'application/typescript').done, 'ERR_MIMEPORT_TRANSFORM_CYCLE')
  })
})

test('parameters do not hide a cycle', async () => {
  const loaders = [step('a', 'text/x', 'text/x; n=1'), step('b', 'text/b', 'module')]
  await inBothOrders(loaders, async (all) => {
    await rejects(start(all, 'text/x; n=0').done, 'ERR_MIMEPORT_TRANSFORM_CYCLE')
  })
})

test('a dead end behind a transform is an unknown type, with the way there', async () => {
  await inBothOrders(
    [step('a', 'text/x', 'text/y'), step('b', 'text/b', 'module')],
    async (all) => {
      const error = await rejects(start(all, 'text/x').done, 'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE')
      assert.match(error.message, /no loader accepts 'text\/y' \(text\/x -\[a\]→ text\/y\)$/)
    },
  )
})

/** Goes from `x/1` to `x/2` and on, and after `count` transforms to a module. */
function growing(count: number) {
  return {
    name: 'grow',
    accepts: 'x/*',
    transform(headers: HeaderRecord) {
      const n = Number(/\d+/.exec(headers['content-type']!))
      return { source: `${n}`, format: n === count ? 'module' : `x/${n + 1}` }
    },
  }
}

test('16 transforms are made', async () => {
  await inBothOrders([growing(16), step('b', 'text/b', 'module')], async (all) => {
    assert.is(await sourceOf(all, 'x/1'), '16')
    passed('T28', '16 transforms')
  })
})

test('17 transforms are too many', async () => {
  for (const count of [17, Infinity]) {
    await inBothOrders([growing(count), step('b', 'text/b', 'module')], async (all) => {
      const { done, trail } = start(all, 'x/1')
      const error = await rejects(done, 'ERR_MIMEPORT_TOO_MANY_TRANSFORMS')
      assert.match(
        error.message,
        /stopped after 16 transforms: x\/1 -\[grow\]→ x\/2 -\[grow\]→ x\/3/,
      )
      assert.ok(trail().endsWith('-[grow]→ x/17'))
      assert.is(error['trail'].length, 16)
      denied('T28', `${count} transforms`)
    })
  }
})

test('16 transforms that end in a type of Node’s are made', async () => {
  const last = {
    ...growing(Infinity),
    transform: (headers: HeaderRecord) => {
      const n = Number(/\d+/.exec(headers['content-type']!))
      return { source: `${n}`, format: n === 16 ? 'text/javascript' : `x/${n + 1}` }
    },
  }
  assert.is(await sourceOf([last], 'x/1'), '16')
})

test('an exact range beats a suffix, a suffix a type, a type anything', async () => {
  const any = step('any', '*/*', 'module')
  const type = step('type', 'application/*', 'module')
  const suffix = step('suffix', '+json', 'module')
  const exact = step('exact', 'application/ld+json', 'module')
  const best = async (loaders: readonly object[], expected: string) =>
    inBothOrders(loaders, async (all) => {
      assert.is(await sourceOf(all, 'application/ld+json'), expected)
    })
  await best([any, type, suffix, exact], 'exact')
  await best([any, type, suffix], 'suffix')
  await best([any, type], 'type')
  await best([any, step('other', 'application/json', 'module')], 'any')
  await best([suffix, exact], 'exact')
  await best([step('list', ['text/x', '*/*'], 'module'), suffix], 'suffix')
})

test('a wildcard takes what nobody else does', async () => {
  await inBothOrders([step('any', '*/*', 'module'), step('b', 'text/b', 'module')], async (all) => {
    assert.is(await sourceOf(all, 'text/b'), 'b')
    assert.is(await sourceOf(all, 'text/zzz'), 'any')
    assert.is(await sourceOf(all, 'image/png'), 'any')
  })
})

test('a wildcard has each type once: its output of the same type is a cycle', async () => {
  const any = {
    name: 'any',
    accepts: '*/*',
    transform: (headers: HeaderRecord, body: Body) => ({
      source: body,
      format: headers['content-type'],
    }),
  }
  await inBothOrders([any, step('b', 'text/b', 'module')], async (all) => {
    await rejects(start(all, 'text/x').done, 'ERR_MIMEPORT_TRANSFORM_CYCLE')
    assert.is((await start(all, 'text/javascript').done).format, 'module')
  })
})

test('a wildcard takes the next type after a closer range took the first', async () => {
  const any = step('any', '*/*', 'module')
  await inBothOrders([any, step('type', 'text/*', 'application/xml')], async (all) => {
    assert.is(await sourceOf(all, 'text/x'), 'typeany')
  })
})

test('JavaScript that becomes JavaScript is instrumented once', async () => {
  for (const format of ['text/javascript', 'application/javascript', 'module']) {
    const loaders = [step('i', 'text/javascript', format), step('b', 'text/b', 'text/javascript')]
    await inBothOrders(loaders, async (all) => {
      const { maps, ...rest } = await start(all, 'text/javascript', '+').done
      assert.equal(rest, { format: 'module', source: '+i', transformed: true })
      assert.is(maps.length, 1)
      assert.is(await sourceOf(all, 'text/b', '+'), '+bi')
      assert.is(await sourceOf(all, 'application/javascript', '+'), '+i')
    })
  }
})

test('two instrumentations of JavaScript are both made, in discovery order', async () => {
  const [a, b] = [
    step('a', 'text/javascript', 'text/javascript'),
    step('b', 'text/javascript', 'text/javascript'),
  ]
  assert.is(await sourceOf([a, b], 'text/javascript'), 'ab')
  assert.is(await sourceOf([b, a], 'text/javascript'), 'ba')
})

test('the first of two loaders of one type is chosen, and the other when the first gives the type back', async () => {
  const [a, b] = [step('a', 'text/x', 'module'), step('b', 'text/x', 'module')]
  assert.is(await sourceOf([a, b], 'text/x'), 'a')
  assert.is(await sourceOf([b, a], 'text/x'), 'b')
  const again = step('again', 'text/x', 'text/x')
  assert.is(await sourceOf([again, a], 'text/x'), 'againa')
  assert.is(await sourceOf([a, again], 'text/x'), 'a')
})

test('two loaders of one type that both give it back are a cycle', async () => {
  await inBothOrders(
    [step('a', 'text/x', 'text/x'), step('b', 'text/x', 'text/x')],
    async (all) => {
      const error = await rejects(start(all, 'text/x').done, 'ERR_MIMEPORT_TRANSFORM_CYCLE')
      assert.is(error['trail'].length, 2)
    },
  )
})

test('a suffix takes every type that ends in it, and JSON itself does not', async () => {
  await inBothOrders([step('s', '+json', 'module'), step('b', 'text/b', 'module')], async (all) => {
    assert.is(await sourceOf(all, 'application/geo+json'), 's')
    assert.is(await sourceOf(all, 'model/gltf+json; charset=utf-8'), 's')
    assert.is((await start(all, 'application/json').done).transformed, false)
  })
})

test('an alias in accepts is the type itself', async () => {
  for (const range of ['text/typescript', 'application/typescript', 'application/x-typescript']) {
    for (const type of ['text/typescript', 'application/typescript; goal=module']) {
      await inBothOrders(
        [step('any', 'text/*', 'module'), step('ts', range, 'module')],
        async (all) => {
          assert.is(await sourceOf(all, type), 'ts', `${range} for ${type}`)
        },
      )
    }
  }
})

test('each step sees its own fields and body, never the first ones', async () => {
  const seen: [HeaderRecord, Body][] = []
  const note = (name: string, accepts: string, result: object) => ({
    name,
    accepts,
    transform(headers: HeaderRecord, body: Body) {
      seen.push([{ ...headers }, body])
      return result
    },
  })
  const loaders = [
    note('a', 'text/a', {
      source: 'two',
      format: 'text/b; goal=module',
      headers: { 'X-Step': 'a', 'X-Many': ['1', '2'], 'Content-Type': 'text/lie', ETag: 5 },
    }),
    note('b', 'text/b', { source: 'three', format: 'text/c' }),
    note('c', 'text/c', { source: 'four', format: 'module' }),
  ]
  const first = { 'content-type': 'text/plain', 'x-first': '1', etag: '"1"' }
  await inBothOrders(loaders, async (all) => {
    seen.length = 0
    const { source } = await start(all, 'text/a; charset=utf-8; v=1', 'one', first).done
    assert.is(source, 'four')
    assert.equal(seen, [
      [{ ...first, 'content-type': 'text/a;charset=utf-8;v=1' }, 'one'],
      [
        { 'content-type': 'text/b; goal=module', 'x-step': 'a', 'x-many': '1, 2', etag: '5' },
        'two',
      ],
      [{ 'content-type': 'text/c' }, 'three'],
    ])
  })
})

test('what a loader does to its fields and bytes is nobody else’s', async () => {
  const response = new Uint8Array([1, 2, 3])
  const loaders = [
    {
      name: 'a',
      accepts: 'application/a',
      transform(headers: Record<string, string>, body: Uint8Array) {
        headers['x-added'] = '1'
        body.fill(9)
        return { source: body, format: 'application/b' }
      },
    },
    {
      name: 'b',
      accepts: 'application/b',
      transform: (headers: HeaderRecord, body: Uint8Array) => ({
        source: JSON.stringify([headers, [...body]]),
        format: 'json',
      }),
    },
  ]
  const acquired = acquiredOf(response, { 'content-type': 'application/a' })
  const errand = errandFor(registryOf(...loaders))
  const { source } = await convert(errand, acquired, parseMediaType('application/a')!)
  assert.is(source, '[{"content-type":"application/b"},[9,9,9]]')
  assert.equal(acquired.response.headers, { 'content-type': 'application/a' })
})

test('a body is text where its type is text, by its charset, and bytes otherwise', async () => {
  const show = (name: string, accepts: string, format = 'json') => ({
    name,
    accepts,
    transform: (_headers: HeaderRecord, body: Body) => ({
      source: JSON.stringify(typeof body === 'string' ? body : [...body]),
      format,
    }),
  })
  const both = [show('t', 'text/x'), show('b', 'application/x')]
  const latin = new Uint8Array([0xe9])
  const utf16 = new Uint8Array([0xe9, 0])
  assert.is(await sourceOf(both, 'text/x', 'é'), '"é"')
  assert.is(await sourceOf(both, 'text/x; charset=windows-1252', latin), '"é"')
  assert.is(await sourceOf(both, 'text/x; charset=utf-16le', utf16), '"é"')
  assert.is(await sourceOf(both, 'application/x', latin), '[233]')
  assert.is(await sourceOf(both, 'application/x; charset=iso-8859-1', latin), '"é"')
  await rejects(start(both, 'text/x', latin).done, 'ERR_MIMEPORT_INVALID_BODY')
  await rejects(start(both, 'text/x; charset=nonsense', latin).done, 'ERR_MIMEPORT_INVALID_BODY')
})

test('a step’s output is brought into the form of its new type', async () => {
  const from = (source: unknown, format: string) => ({
    name: 'from',
    accepts: 'text/from',
    transform: () => ({ source, format }),
  })
  const to = {
    name: 'to',
    accepts: ['text/to', 'application/to'],
    transform: (_headers: HeaderRecord, body: Body) => ({
      source: JSON.stringify(typeof body === 'string' ? body : [...body]),
      format: 'json',
    }),
  }
  const bytes = new Uint8Array([0xe9])
  assert.is(await sourceOf([from('é', 'application/to'), to], 'text/from'), '[195,169]')
  assert.is(await sourceOf([from(bytes, 'application/to'), to], 'text/from'), '[233]')
  assert.is(await sourceOf([from(bytes.buffer, 'text/to; charset=latin1'), to], 'text/from'), '"é"')
  assert.is(await sourceOf([from('é', 'text/to; charset=latin1'), to], 'text/from'), '"é"')
  assert.is(
    await sourceOf([from(Buffer.from('xé').subarray(1), 'text/to'), to], 'text/from'),
    '"é"',
  )
})

test('bytes that a loader returned and changes afterwards are not changed', async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(2))
  for (const bytes of [new Uint8Array(2), shared, Buffer.alloc(2)]) {
    const loader = {
      name: 'a',
      accepts: 'application/a',
      transform: () => ({ source: bytes, format: 'wasm' }),
    }
    const source = await sourceOf([loader], 'application/a')
    bytes.fill(7)
    assert.equal([...(source as Uint8Array)], [0, 0])
  }
})

test('every form of bytes will do', async () => {
  const forms = [
    new Uint8Array([1, 2, 3]),
    Buffer.from([1, 2, 3]),
    new Uint8Array([1, 2, 3]).buffer,
    new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 4),
    new DataView(new Uint8Array([1, 2, 3]).buffer),
  ]
  for (const form of forms) {
    const loader = { accepts: 'a/a', transform: () => ({ source: form, format: 'wasm' }) }
    assert.equal([...((await sourceOf([loader], 'a/a')) as Uint8Array)], [1, 2, 3])
  }
})

test('maps are kept in the order of the steps', async () => {
  const mapping = (name: string, accepts: string, format: string, map?: unknown) => ({
    name,
    accepts,
    transform: () => ({ source: '', format, map }),
  })
  const loaders = [
    mapping('a', 'text/a', 'text/b', { version: 3 }),
    mapping('b', 'text/b', 'text/c', null),
    mapping('c', 'text/c', 'module', '{}'),
  ]
  await inBothOrders(loaders, async (all) => {
    const { maps } = await start(all, 'text/a').done
    assert.equal(
      maps.map(({ map, mediaType }: any) => [mediaType, map]),
      [
        ['text/a', { version: 3 }],
        ['text/b', undefined],
        ['text/c', '{}'],
      ],
    )
  })
})

test('an output of the limit’s length is taken', async () => {
  configureLimits({ output: 10 }, {})
  for (const source of ['x'.repeat(10), 'é'.repeat(5), new Uint8Array(10)]) {
    const loader = { accepts: 'a/a', transform: () => ({ source, format: 'module' }) }
    assert.equal(await sourceOf([loader], 'a/a'), source)
  }
  passed('T28', 'an output of the limit')
})

test('an output above the limit is refused; text counts in bytes of UTF-8', async () => {
  configureLimits({ output: 10 }, {})
  for (const source of ['x'.repeat(11), 'é'.repeat(6), new Uint8Array(11), new ArrayBuffer(11)]) {
    for (const format of ['module', 'text/b']) {
      const loader = { name: 'big', accepts: 'a/a', transform: () => ({ source, format }) }
      const error = await rejects(start([loader], 'a/a').done, 'ERR_MIMEPORT_BODY_TOO_LARGE')
      assert.match(
        error.message,
        /Loader 'big' "transform" returned 1[12] bytes .* the limit is 10$/,
      )
      denied('T28', 'an output above the limit')
    }
  }
})

test('a transform is given the context of the import', async () => {
  let context: any
  const loader = {
    accepts: 'text/x',
    transform(_headers: HeaderRecord, _body: Body, given: unknown) {
      context = given
      return { source: '', format: 'module' }
    },
  }
  await start([loader], 'text/x').done
  const { signal, accept, ...rest } = context
  assert.ok(signal instanceof AbortSignal)
  assert.match(accept, /text\/x;q=0\.8/)
  assert.equal(rest, {
    url: 'test://host/x',
    specifier: 'test://host/x',
    parentURL: 'file:///app.mjs',
    importAttributes: {},
    conditions: ['node', 'import'],
    sourceMaps: true,
  })
})

test('the limit of transforms is inclusive', async () => {
  const loaders = [
    step('a', 'text/a', 'text/b'),
    step('b', 'text/b', 'text/c'),
    step('c', 'text/c', 'module'),
  ]
  configureLimits({ transforms: 3 }, {})
  assert.is((await start(loaders, 'text/a').done).format, 'module')
  for (const transforms of [2, 1.5, 1, 0.5]) {
    configureLimits({ transforms }, {})
    await rejects(start(loaders, 'text/a').done, 'ERR_MIMEPORT_TOO_MANY_TRANSFORMS')
  }
})

test.run()
