import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { register } from '../../core/engine/registration.mts'
import { rejects } from '../support/rejects.mts'
import type { Registration } from '../../core/engine/registration.mts'

const test = suite('registration')

const from = { name: 'file-name', file: '/loaders/file-name.mjs', project: true }
const take = (namespace: object): Registration => register(namespace, from)
const refuse = async (namespace: object): Promise<string> =>
  (await rejects(async () => take(namespace), 'ERR_MIMEPORT_INVALID_LOADER')).message

const transform = () => ({ source: '', format: 'module' })
const accepts = ['text/x']
const resolve = () => false
const resolveRelativePath = () => false

test('named exports and one default object are the same loader', () => {
  const exports = {
    name: 'x',
    schemes: ['xx:'],
    resolve,
    resolveRelativePath,
    extensionMimeMap: { x: 'text/x' },
    identify: () => false,
    accepts,
    transform,
    types: () => 'export {}',
  }
  const forms = [
    exports,
    { default: exports },
    // CommonJS, as an import sees it: with and without names, and transpiled from an ES module.
    { ...exports, default: exports, 'module.exports': exports },
    { default: exports, 'module.exports': exports },
    { default: { __esModule: true, default: exports }, __esModule: true },
    { default: { ...exports, __esModule: true }, __esModule: true, ...exports },
  ]
  for (const form of forms) {
    const { name, schemes, extensions, accepts: ranges, ...rest } = take(form)
    assert.is(name, 'x')
    assert.equal([...(schemes ?? [])], ['xx:'])
    assert.equal([...extensions], [['x', 'text/x']])
    assert.equal(ranges, accepts)
    assert.is(rest.project, true)
    assert.is(rest.file, from.file)
    for (const each of [
      'resolve',
      'resolveRelativePath',
      'identify',
      'transform',
      'types',
    ] as const) {
      assert.type(rest[each], 'function')
    }
  }
})

test('an instance of a class, and a class with static methods, are loaders', async () => {
  class Instance {
    accepts = 'text/x'
    #own = 'of the instance'
    transform() {
      return { source: this.#own, format: 'module' }
    }
  }
  class Static {
    static accepts = ['text/x']
    static own = 'of the class'
    static transform() {
      return { source: this.own, format: 'module' }
    }
  }
  const instance = take({ default: new Instance() })
  assert.is(instance.name, 'file-name')
  assert.equal(await instance.transform?.({}, ''), { source: 'of the instance', format: 'module' })
  const made = take({ default: Static })
  assert.is(made.name, 'Static')
  assert.equal(await made.transform?.({}, ''), { source: 'of the class', format: 'module' })
})

test('methods keep the object that they belong to', async () => {
  const loader = {
    accepts: 'text/x',
    transform() {
      return { source: this.helper(), format: 'module' }
    },
    helper: () => 'helped',
  }
  const forms = [
    { default: loader },
    // Node finds the first names of `module.exports = { accepts, transform, helper: … }` and not the last.
    {
      accepts: loader.accepts,
      transform: loader.transform,
      default: loader,
      'module.exports': loader,
    },
  ]
  for (const form of forms) {
    assert.equal(await take(form).transform?.({}, ''), { source: 'helped', format: 'module' })
  }
})

test('a CommonJS export that Node could not name is found', () => {
  const exports = { accepts, transform, extensionMimeMap: { x: 'text/x' } }
  const { extensions } = take({ accepts, transform, default: exports })
  assert.equal([...extensions.keys()], ['x'])
})

test('without a name, a loader is called as its file', () => {
  assert.is(take({ accepts, transform }).name, 'file-name')
  assert.is(take({ name: 'own', accepts, transform }).name, 'own')
})

test('a lone string is a list of one', () => {
  const loader = take({
    accepts: 'text/x',
    transform,
    schemes: 'xx:',
    resolve,
    resolveRelativePath,
  })
  assert.equal(loader.accepts, ['text/x'])
  assert.equal([...(loader.schemes ?? [])], ['xx:'])
})

test('extensions come with a dot or without, in any case, and with several dots', () => {
  const extensionMimeMap = { '.Md': 'text/markdown', 'mjs.md': 'text/x', '.TSX': 'text/tsx' }
  const { extensions } = take({ extensionMimeMap })
  assert.equal([...extensions.keys()], ['md', 'mjs.md', 'tsx'])
})

test('each export alone is enough where it makes sense', () => {
  take({ extensionMimeMap: { x: 'text/x' } })
  take({ identify: () => false })
  take({ accepts, transform })
  take({ resolve, resolveRelativePath })
  assert.is(take({ resolve, resolveRelativePath }).schemes, undefined)
})

test('other exports do not disturb', () => {
  take({ accepts, transform, helper: () => 1, version: '1', default: 'something else' })
  take({ accepts, transform, default: undefined })
  take({ accepts, transform, default: null })
})

test('an export that is undefined is none', () => {
  const loader = take({
    accepts,
    transform,
    resolve: undefined,
    schemes: undefined,
    name: undefined,
  })
  assert.is(loader.resolve, undefined)
  assert.is(loader.name, 'file-name')
})

test('a module without any of the exports is refused, by file and by what it has', async () => {
  const table: readonly [namespace: object, found: string][] = [
    [{}, 'no exports'],
    [{ default: undefined }, 'default'],
    [{ default: {} }, 'default'],
    [{ default: () => {} }, 'default'],
    [{ default: 'text/x' }, 'default'],
    [{ name: 'x' }, 'name'],
    [{ Transform: transform, accept: accepts }, 'Transform, accept'],
    [{ default: { name: 'x' } }, 'default'],
  ]
  for (const [namespace, found] of table) {
    const message = await refuse(namespace)
    assert.is(
      message,
      "Cannot use loader '/loaders/file-name.mjs': it must export one or more of schemes, resolve, " +
        'resolveRelativePath, extensionMimeMap, identify, accepts, transform, types, by name or as one ' +
        `default-exported object. Found ${found}`,
    )
  }
})

test('an export that needs another is refused without it', async () => {
  const table: readonly [namespace: object, has: string, needs: string][] = [
    [{ resolve }, 'resolve', 'resolveRelativePath'],
    [{ resolve, accepts, transform }, 'resolve', 'resolveRelativePath'],
    [{ resolveRelativePath }, 'resolveRelativePath', 'resolve'],
    [{ schemes: ['xx:'], accepts, transform }, 'schemes', 'resolve'],
    [{ transform }, 'transform', 'accepts'],
    [{ accepts }, 'accepts', 'transform'],
    [{ types: () => false }, 'types', 'transform'],
  ]
  for (const [namespace, has, needs] of table) {
    assert.is(
      await refuse(namespace),
      `Cannot use loader '/loaders/file-name.mjs': it exports "${has}", so it must export "${needs}" too. Found none`,
    )
  }
})

const wrong: readonly [namespace: object, name: string, received: string][] = [
  [{ accepts, transform, name: 1 }, 'name', 'a number (1)'],
  [{ accepts, transform, name: '' }, 'name', "a string ('')"],
  [{ accepts, transform, name: {} }, 'name', 'an object'],
  [{ accepts, transform: 'x' }, 'transform', "a string ('x')"],
  [{ accepts, transform: {} }, 'transform', 'an object'],
  [{ accepts, transform: [transform] }, 'transform', 'an array'],
  [{ accepts, transform, types: 'export {}' }, 'types', "a string ('export {}')"],
  [{ accepts, transform, types: {} }, 'types', 'an object'],
  [{ identify: 'text/x' }, 'identify', "a string ('text/x')"],
  [{ identify: false }, 'identify', 'a boolean (false)'],
  [{ resolve: 'x:', resolveRelativePath }, 'resolve', "a string ('x:')"],
  [{ resolve, resolveRelativePath: '/' }, 'resolveRelativePath', "a string ('/')"],
  [{ accepts: 1, transform }, 'accepts', 'a number (1)'],
  [{ accepts: [], transform }, 'accepts', 'an empty array'],
  [{ accepts: [1], transform }, 'accepts', 'a number (1)'],
  [{ accepts: ['text/x', null], transform }, 'accepts', 'null'],
  [{ accepts: [undefined], transform }, 'accepts', 'undefined'],
  [{ accepts: [, 'text/x'], transform }, 'accepts', 'undefined'],
  [{ accepts: { 'text/x': true }, transform }, 'accepts', 'an object'],
  [{ accepts: new Set(['text/x']), transform }, 'accepts', 'an object'],
  [{ accepts: ['text'], transform }, 'accepts', "a string ('text')"],
  [{ accepts: '', transform }, 'accepts', "a string ('')"],
  [{ accepts: '.x', transform }, 'accepts', "a string ('.x')"],
  [{ accepts: 'text/x, text/y', transform }, 'accepts', "a string ('text/x, text/y')"],
  [{ schemes: [], resolve, resolveRelativePath }, 'schemes', 'an empty array'],
  [{ schemes: ['x'], resolve, resolveRelativePath }, 'schemes', "a string ('x')"],
  [{ schemes: ['x:'], resolve, resolveRelativePath }, 'schemes', "a string ('x:')"],
  [{ schemes: ['XX:'], resolve, resolveRelativePath }, 'schemes', "a string ('XX:')"],
  [{ schemes: ['xx://'], resolve, resolveRelativePath }, 'schemes', "a string ('xx://')"],
  [{ schemes: [1], resolve, resolveRelativePath }, 'schemes', 'a number (1)'],
  [{ extensionMimeMap: 'x' }, 'extensionMimeMap', "a string ('x')"],
  [{ extensionMimeMap: ['x'] }, 'extensionMimeMap', 'an array'],
  [{ extensionMimeMap: () => {} }, 'extensionMimeMap', 'a function'],
  [{ extensionMimeMap: new Map([['x', 'text/x']]) }, 'extensionMimeMap', 'an object'],
  [{ extensionMimeMap: { x: 1 } }, 'extensionMimeMap', 'a number (1)'],
  [{ extensionMimeMap: { x: 'text' } }, 'extensionMimeMap', "a string ('text')"],
  [{ extensionMimeMap: { x: 'module' } }, 'extensionMimeMap', "a string ('module')"],
  [{ extensionMimeMap: { x: ['text/x'] } }, 'extensionMimeMap', 'an array'],
  [{ extensionMimeMap: { '': 'text/x' } }, 'extensionMimeMap', "a string ('')"],
  [{ extensionMimeMap: { '.': 'text/x' } }, 'extensionMimeMap', "a string ('.')"],
  [{ extensionMimeMap: { 'a/b': 'text/x' } }, 'extensionMimeMap', "a string ('a/b')"],
]

test('an export of a wrong type is refused, by file, export and what was found', async () => {
  for (const [namespace, name, received] of wrong) {
    for (const form of [namespace, { default: namespace }]) {
      const message = await refuse(form).catch((error) => {
        throw new Error(`${name}: ${received}`, { cause: error })
      })
      assert.ok(
        message.startsWith("Cannot use loader '/loaders/file-name.mjs': it must export"),
        message,
      )
      assert.ok(message.includes(`"${name}" as `), message)
      assert.ok(message.endsWith(`Received ${received}`), message)
    }
  }
})

test('an export whose getter throws is refused, by file and export', async () => {
  for (const name of ['accepts', 'transform', 'name', 'extensionMimeMap']) {
    const namespace = Object.defineProperty({ accepts, transform }, name, {
      enumerable: true,
      get() {
        throw new Error('no export today')
      },
    })
    const message = await refuse(namespace)
    assert.match(message, /file-name\.mjs/)
    assert.ok(message.includes(name), message)
  }
})

test.run()
