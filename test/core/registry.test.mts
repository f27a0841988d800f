import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { noClaims } from '../../core/claims.mts'
import { Registry } from '../../core/engine/registry.mts'
import { extensionsOf } from '../../core/file-name.mts'
import { schemeOf } from '../../core/native.mts'
import { registration, registryOf } from '../support/inline-loader.mts'
import { rejects } from '../support/rejects.mts'

const test = suite('registry')

const transform = () => ({ source: '', format: 'module' })
const asked = { resolve: () => false, resolveRelativePath: () => false }
const taking = (name: string, accepts: string | string[]) => ({ name, accepts, transform })

test('a scheme is lower case, with its colon, and two characters at least', () => {
  const table: readonly [string, string | undefined][] = [
    ['github:o/r', 'github:'],
    ['GitHub:o/r', 'github:'],
    ['https://host', 'https:'],
    ['x-y+z.1:', 'x-y+z.1:'],
    ['c:\\x', undefined],
    ['bare', undefined],
    ['@a/b:c', undefined],
    ['./a:b', undefined],
    ['#a:b', undefined],
    ['1a:b', undefined],
    ['', undefined],
  ]
  for (const [specifier, scheme] of table) assert.is(schemeOf(specifier), scheme, specifier)
})

test('the extensions of a URL are those of its path, the longest first', () => {
  const table: readonly [url: string, extensions: string[]][] = [
    ['https://host/a.mjs.md', ['mjs.md', 'md']],
    ['https://host/a.MJS.Md', ['mjs.md', 'md']],
    ['https://host/x.y/a', []],
    ['https://host/x.y/a.md?b.ts#c.js', ['md']],
    ['https://host/?a.ts', []],
    ['https://host.md', []],
    ['file:///.bashrc', []],
    ['file:///.a.md', ['md']],
    ['file:///a.', []],
    ['file:///a..md', ['.md', 'md']],
    ['github://o/r@1.0.0/a', []],
    ['github://o/r@1.0.0/a.b.c.d', ['b.c.d', 'c.d', 'd']],
    ['mimeport://virtual.md', []],
  ]
  for (const [url, extensions] of table) assert.equal(extensionsOf(url), extensions, url)
})

test('the content of a data: URL is no extension', () => {
  assert.equal(extensionsOf('data:text/plain,see%20x.mjs'), [])
  assert.equal(extensionsOf('data:,a/x.md'), [])
})

test('the longest extension that anybody knows wins, whoever knows it', () => {
  const short = { name: 'short', extensionMimeMap: { md: 'text/short' } }
  const long = { name: 'long', extensionMimeMap: { '.mjs.md': 'text/long' } }
  for (const registry of [registryOf(short, long), registryOf(long, short)]) {
    assert.is(registry.mediaTypeOf('https://host/a.mjs.md'), 'text/long')
    assert.is(registry.mediaTypeOf('https://host/a.x.mjs.md'), 'text/long')
    assert.is(registry.mediaTypeOf('https://host/a.js.md'), 'text/short')
    assert.is(registry.mediaTypeOf('https://host/a.md'), 'text/short')
    assert.is(registry.mediaTypeOf('https://host/a.mjs'), undefined)
    assert.is(registry.mediaTypeOf('https://host/a'), undefined)
    assert.is(registry.mediaTypeOf('https://host/md'), undefined)
    assert.is(registry.mediaTypeOf('https://host/.md'), 'text/short')
    assert.is(registry.mediaTypeOf('https://host/.mjs.md'), 'text/long')
    assert.is(registry.mediaTypeOf('https://host/.mjs'), undefined)
  }
})

test('an extension of the project’s wins over a built-in one', () => {
  const builtIn = registration({ name: 'b', extensionMimeMap: { x: 'text/built-in' } }, false)
  const own = registration({ name: 'o', extensionMimeMap: { x: 'text/own' } }, true)
  for (const order of [
    [builtIn, own],
    [own, builtIn],
  ]) {
    assert.is(new Registry(order).mediaTypeOf('file:///a.x'), 'text/own')
  }
})

test('the project’s loaders go before the built-in ones, each in discovery order', () => {
  const all = [
    registration(taking('b1', 'text/x'), false),
    registration(taking('p1', 'text/x'), true),
    registration(taking('b2', 'text/x'), false),
    registration(taking('p2', 'text/x'), true),
  ]
  const registry = new Registry(all)
  assert.equal(
    registry.loaders.map(({ name }) => name),
    ['p1', 'p2', 'b1', 'b2'],
  )
  assert.ok(Object.isFrozen(registry.loaders))
})

test('a loader of the project replaces the built-in one of its name', () => {
  const builtIn = registration(
    { ...taking('x', 'text/x'), extensionMimeMap: { x: 'text/x' } },
    false,
  )
  const own = registration(taking('x', 'text/y'), true)
  for (const order of [
    [builtIn, own],
    [own, builtIn],
  ]) {
    const registry = new Registry(order)
    assert.equal(registry.loaders, [own])
    assert.is(registry.named('x'), own)
    assert.is(registry.mediaTypeOf('file:///a.x'), undefined)
    assert.is(registry.accepts('text/x'), false)
  }
})

const conflicts: readonly [claim: string, a: object, b: object][] = [
  ["the name 'same'", taking('same', 'text/x'), taking('same', 'text/y')],
  [
    "the scheme 'xx:'",
    { name: 'a', schemes: ['ww:', 'xx:'], ...asked },
    { name: 'b', schemes: 'xx:', ...asked },
  ],
  [
    "the extension '.mjs.md'",
    { name: 'a', extensionMimeMap: { 'mjs.md': 'text/x' } },
    { name: 'b', extensionMimeMap: { '.MJS.md': 'text/x', md: 'text/y' } },
  ],
]

test('two loaders of the project that claim one thing are refused, and both are named', async () => {
  for (const [claim, a, b] of conflicts) {
    for (const pair of [
      [a, b],
      [b, a],
    ] as const) {
      const [one, two] = pair.map((each) => registration(each))
      const error = await rejects(
        async () => new Registry([one!, two!]),
        'ERR_MIMEPORT_LOADER_CONFLICT',
      )
      assert.is(
        error.message,
        `Two loaders of the project claim ${claim}: '${one!.file}' and '${two!.file}'. Remove one of them`,
      )
    }
  }
})

test('a built-in loader claims nothing against the project', () => {
  for (const [, a, b] of conflicts) {
    new Registry([registration(a, false), registration(b, true)])
    new Registry([registration(a, true), registration(b, false)])
  }
})

test('two loaders of the project may accept one type', () => {
  registryOf(taking('a', 'text/x'), taking('b', 'text/x'))
})

test('those who are asked for a specifier have its scheme, or none', () => {
  const registry = registryOf(
    { name: 'x', schemes: 'xx:', ...asked },
    { name: 'all', ...asked },
    taking('none', 'text/x'),
    { name: 'y', schemes: ['yy:', 'zz:'], ...asked },
  )
  const names = (specifier: string) => registry.resolversOf(specifier).map(({ name }) => name)
  assert.equal(names('xx:a'), ['x', 'all'])
  assert.equal(names('XX:a'), ['x', 'all'])
  assert.equal(names('zz:a'), ['all', 'y'])
  assert.equal(names('bare'), ['all'])
})

test('the most specific range wins, then the project, then discovery order', () => {
  const builtIn = registration(taking('exact', 'text/x'), false)
  const own = registration(taking('own', 'text/*'), true)
  const same = registration(taking('same', 'text/*'), true)
  const registry = new Registry([builtIn, own, same])
  const nobody = () => false
  assert.is(registry.best('text/x', nobody), builtIn)
  assert.is(registry.best('text/y', nobody), own)
  assert.is(
    registry.best('text/y', (each) => each === own),
    same,
  )
  assert.is(
    registry.best('text/x', (each) => each === builtIn),
    own,
  )
  assert.is(registry.best('image/x', nobody), undefined)
  assert.is(registry.accepts('text/z'), true)
  assert.is(registry.accepts('image/x'), false)
})

/** One element of Accept: a range and a weight. RFC 9110 §12.5.1, §12.4.2. */
const element =
  /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?:;q=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/

/** The ranges of a field value in their order, each with its weight. */
function weightsOf(accept: string): [range: string, weight: number][] {
  return accept.split(', ').map((each) => {
    assert.match(each, element)
    const [range = '', weight = '1'] = each.split(';q=')
    return [range, Number(weight)]
  })
}

const runs: readonly [string, number][] = [
  ['text/javascript', 1],
  ['application/javascript', 1],
  ['application/node', 1],
  ['application/wasm', 1],
]

test('the Accept field prefers what Node runs, then what is nearest to that', () => {
  const registry = registryOf(
    taking('a', ['text/markdown', 'TEXT/TSX', '+json', '*/*', 'text/plain', 'text/yaml;x="1, 2"']),
    taking('b', ['text/markdown', 'application/json', 'image/*', 'application/jsonc']),
    taking('c', ['application/typescript', 'text/javascript', 'application/octet-stream']),
  )
  assert.equal(weightsOf(registry.acceptFor(undefined)), [
    ...runs,
    ['application/jsonc', 0.9],
    ['application/typescript', 0.9],
    ['text/tsx', 0.9],
    ['text/markdown', 0.8],
    ['text/yaml', 0.8],
    ['image/*', 0.5],
    ['application/json', 0.2],
    ['*/*', 0.1],
  ])
  assert.equal(weightsOf(registry.acceptFor('json')), [
    ['application/json', 1],
    ['application/jsonc', 0.9],
    ['text/markdown', 0.8],
    ['text/yaml', 0.8],
    ['image/*', 0.5],
    ['*/*', 0.1],
  ])
  for (const type of ['text', 'bytes']) assert.is(registry.acceptFor(type), '*/*')
})

test('the Accept field is the same whatever the order of the loaders', () => {
  const all = [taking('a', ['text/x', 'text/tsx']), taking('b', ['text/y', 'application/x'])]
  const [one, other] = [registryOf(...all), registryOf(...all.toReversed())]
  for (const type of [undefined, 'json']) assert.is(one.acceptFor(type), other.acceptFor(type))
})

test('without loaders the Accept field is what Node runs, and anything', () => {
  const registry = registryOf()
  assert.equal(weightsOf(registry.acceptFor(undefined)), [
    ...runs,
    ['application/json', 0.2],
    ['*/*', 0.1],
  ])
  assert.is(registry.acceptFor('json'), 'application/json, */*;q=0.1')
})

test('the Accept field has 1,000 characters at most, and leaves out what is furthest away', () => {
  const many = Array.from({ length: 500 }, (_, i) => `text/x-${i}`)
  const registry = registryOf(taking('a', [...many, 'text/tsx', 'image/*']))
  const accept = registry.acceptFor(undefined)
  assert.ok(accept.length <= 1000 && accept.length > 960, String(accept.length))
  const ranges = weightsOf(accept).map(([range]) => range)
  assert.ok(ranges.includes('text/tsx'))
  assert.not(ranges.includes('image/*'))
  assert.is(ranges.at(-1), '*/*')
})

test('built-in loaders claim nothing of what is Node’s', () => {
  const loader = { ...taking('a', '*/*'), ...asked, extensionMimeMap: { js: 'text/x' } }
  assert.equal(new Registry([registration(loader, false)]).claims, noClaims)
})

test('the project’s loaders claim schemes, extensions, bare specifiers, and what Node runs', () => {
  assert.equal(registryOf({ name: 'a', ...asked }).claims, { ...noClaims, everything: true })
  assert.equal(registryOf({ name: 'a', schemes: ['file:', 'xx:'], ...asked }).claims, {
    ...noClaims,
    schemes: ['file:', 'xx:'],
  })
  assert.equal(registryOf({ name: 'a', extensionMimeMap: { '.X.js': 'text/x' } }).claims, {
    ...noClaims,
    extensions: ['x.js'],
  })
  const native: readonly [accepts: string, extensions: string[]][] = [
    ['text/javascript', ['js', 'mjs']],
    ['application/javascript', ['js', 'mjs']],
    ['application/node', ['js', 'cjs']],
    ['application/json', ['json']],
    ['application/wasm', ['wasm']],
    ['application/*', ['js', 'cjs', 'json', 'wasm']],
    ['text/*', ['js', 'mjs']],
    ['*/*', ['js', 'mjs', 'cjs', 'json', 'wasm']],
    ['+json', []],
    ['text/markdown', []],
  ]
  for (const [accepts, extensions] of native) {
    assert.equal(
      registryOf(taking('a', accepts)).claims,
      { ...noClaims, native: extensions },
      accepts,
    )
  }
})

test.run()
