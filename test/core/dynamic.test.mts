/** Dynamic modules, part by part: what a loader may say of one, its execution, and the text that Node runs. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { DynamicModules } from '../../core/application/dynamic/dynamic.mts'
import { Execution } from '../../core/application/dynamic/execution.mts'
import { convert } from '../../core/engine/convert.mts'
import { finish } from '../../core/engine/finish.mts'
import { configureLimits } from '../../core/limits.mts'
import { parseMediaType } from '../../core/media-type.mts'
import { acquiredOf, errandFor, registryOf } from '../support/inline-loader.mts'
import { start } from '../support/conversion.mts'
import { rejects } from '../support/rejects.mts'
import type { NodeModule } from '../../core/types.mts'

const test = suite('dynamic')

test.after.each(() => configureLimits({}, {}))

/** What a loader's transform becomes. */
function made(result: object): Promise<NodeModule> {
  const loader = { name: 'dyn', accepts: 'text/x', transform: () => result }
  const errand = errandFor(registryOf(loader))
  const acquired = acquiredOf('body')
  return convert(errand, acquired, parseMediaType('text/x')!).then((converted) =>
    finish(errand, acquired, converted),
  )
}

const whole = {
  format: 'dynamic',
  execute: './execute.mjs',
  exports: ['a', 'default'],
  source: 's',
}

test('a dynamic module is an ES module, with what executes it', async () => {
  const { format, source, hasDefault, mapped, imports, dynamic } = await made(whole)
  assert.equal([format, source, hasDefault, mapped, imports], ['module', 's', true, false, []])
  assert.match(dynamic!.loaderURL, /^file:\/\/.*\/loaders\/loader-\d+\.mjs$/)
  assert.equal(
    { ...dynamic, loaderURL: '' },
    {
      exports: ['a', 'default'],
      execute: './execute.mjs',
      loader: 'dyn',
      loaderURL: '',
      map: undefined,
    },
  )
})

test('exports may be left out, and so may the source', async () => {
  for (const exports of [undefined, null]) {
    const { dynamic, hasDefault, source } = await made({ format: 'dynamic', execute: 'x', exports })
    assert.equal([dynamic!.exports, hasDefault, source], [undefined, false, ''])
  }
  assert.equal((await made({ ...whole, exports: [] })).dynamic!.exports, [])
})

test('bytes stay bytes, and belong to the framework', async () => {
  const source = new Uint8Array([0xff, 0])
  const module = await made({ ...whole, source })
  source[0] = 1
  assert.equal(module.source, new Uint8Array([0xff, 0]))
})

test('a source map goes beside the source, not into it', async () => {
  const map = { version: 3, sources: ['x'], names: [], mappings: 'AAAA' }
  const { source, mapped, dynamic } = await made({ ...whole, map })
  assert.equal([source, mapped], ['s', false])
  const { sources, mappings } = JSON.parse(dynamic!.map!) as { sources: string[]; mappings: string }
  assert.equal([sources, mappings.replace(/;+$/, '')], [['test://host/x'], 'AAAA'])
})

const refused: readonly [result: object, message: RegExp][] = [
  [{ execute: undefined }, /execute as a module specifier .*Received undefined/],
  [{ execute: () => {} }, /execute as a module specifier .*Received a function/],
  [{ execute: '' }, /execute as a module specifier .*Received a string \(''\)/],
  [{ exports: 'a' }, /exports as a list of names .*Received a string \('a'\)/],
  [{ exports: new Set(['a']) }, /exports as a list of names .*Received an object/],
  [{ exports: false }, /exports as a list of names .*Received a boolean/],
  [{ exports: ['a', 1] }, /exports as a list of strings .*Received a number \(1\)/],
  [{ exports: ['a', , 'b'] }, /exports as a list of strings .*Received undefined/],
  [{ exports: ['a', 'b', 'a'] }, /each name in exports once .*Received a string \('a'\)/],
  [{ exports: ['default', 'default'] }, /each name in exports once/],
  [
    { exports: ['\ud800'] },
    /exports without lone surrogates .*Received a string \('\\u\{d800\}'\)/,
  ],
  [{ source: 1 }, /source as a string or bytes .*Received a number/],
  [{ map: 1 }, /map as a source map .*Received a number/],
]

test('what a loader says otherwise is refused, by loader, export and what came', async () => {
  for (const [part, message] of refused) {
    const transform = () => ({ ...whole, ...part })
    const { done } = start([{ name: 'bad', accepts: 'text/x', transform }], 'text/x')
    const error = await rejects(done, 'ERR_MIMEPORT_INVALID_RETURN')
    assert.match(error.message, /from loader 'bad' "transform"/)
    assert.match(error.message, message)
  }
  // A pair of surrogates is one character, and a name may look like another.
  const { dynamic } = await made({ ...whole, exports: ['\ud83d\udca1', 'é', 'e\u0301'] })
  assert.is(dynamic!.exports!.length, 3)
})

test('what throws while it is looked at is the failure of the loader', async () => {
  const transform = () => ({
    ...whole,
    get exports(): never {
      throw new RangeError('no names today')
    },
  })
  const { done } = start([{ name: 'bad', accepts: 'text/x', transform }], 'text/x')
  const error = await rejects(done, 'ERR_MIMEPORT_LOADER_FAILED')
  assert.match(error.message, /'bad' "transform".*no names today/)
})

test('source and names together are within the limit of what a transform returns', async () => {
  configureLimits({ output: 10 }, {})
  const exports = ['é', 'abc']
  assert.equal((await made({ ...whole, exports, source: '12345' })).dynamic!.exports, exports)
  const error = await rejects(
    made({ ...whole, exports, source: '123456' }),
    'ERR_MIMEPORT_BODY_TOO_LARGE',
  )
  assert.match(error.message, /returned 11 bytes .*; the limit is 10$/)
})

const executor = { execute: './e.mjs', loader: 'l', loaderURL: 'file:///l.mjs', url: undefined }
const context = { url: 'x://h/m', source: 's', map: undefined }

test('setters keep values until the bindings are there, and then set these', () => {
  const execution = new Execution(context, executor, ['a', 'b'])
  const bindings: unknown[] = []
  const assigners = [0, 1].map((index) => (value: unknown) => void (bindings[index] = value))
  const { execute, setters, end, ...rest } = execution.begin(assigners, { default: 'x'.at })
  assert.is(execute, 'x'.at)
  assert.equal(rest.context, context)
  setters['a']!(1)
  setters['a']!(2)
  setters['b']!(undefined)
  assert.equal(bindings, [])
  assert.equal(end('whatever'), [2, undefined])
  assert.equal(bindings, [])
  setters['b']!(3)
  assert.equal(bindings, [, 3])
})

test('a setter that is called when execution has failed changes nothing', () => {
  const execution = new Execution(context, executor, ['a', 'b'])
  const { setters, end } = execution.begin([], { default: () => {} })
  setters['a']!(1)
  assert.throws(
    () => end(),
    (error: Error & { code?: string }) =>
      error instanceof ReferenceError &&
      error.code === 'ERR_MIMEPORT_INVALID_EXECUTE' &&
      error.message.includes("left 'b' unset"),
  )
  setters['b']!(2)
})

test('names in a message are safe for a terminal', () => {
  const execution = new Execution(context, { ...executor, loader: '\x1b[2J' }, ['\x1b]0;x\x07'])
  const { end } = execution.begin([], { default: () => {} })
  assert.throws(
    () => end(),
    (error: Error) =>
      error.message ===
      "Cannot execute 'x://h/m': './e.mjs', the execute module of loader '\\u{1b}[2J', left '\\u{1b}]0;x\\u{7}' unset: each name in \"exports\" must be set before it returns",
  )
})

test('what the execute module is given is not kept longer than that', () => {
  const execution = new Execution(context, executor, [])
  assert.is(execution.begin([], { default: () => {} }).context.source, 's')
  assert.is(execution.begin([], { default: () => {} }).context.source, '')
})

test('the default export may be that of a CommonJS module, transpiled or not', () => {
  const own = () => {}
  for (const namespace of [
    { default: own },
    { default: { default: own } },
    { default: Object.assign(own, { default: 1 }), 'module.exports': own },
  ]) {
    assert.is(new Execution(context, executor, []).begin([], namespace).execute, own)
  }
  for (const namespace of [undefined, {}, { default: null }, { default: { execute: own } }]) {
    assert.throws(
      () => new Execution(context, executor, []).begin([], namespace),
      (error: { code?: string }) => error.code === 'ERR_MIMEPORT_INVALID_EXECUTE',
    )
  }
})

const dynamic = {
  exports: ['a"b', 'default'],
  execute: '../x y.mjs',
  loader: 'l/m',
  loaderURL: '',
  map: undefined,
}
const module: NodeModule = {
  url: 'x://h/"m"',
  origin: { loader: 'l/m', specifier: 'x://h/"m"' },
  format: 'module',
  source: 's',
  native: false,
  hasDefault: true,
  mapped: false,
  imports: [],
  dynamic,
}

test('the text has nothing of the source, and names the module and what executes it', () => {
  const text = new DynamicModules('file:///mimeport/').prepared(module)
  assert.is(text.hasDefault, true)
  assert.is(
    text.source,
    `import * as executor from "mimeport:execute/l%2Fm/..%2Fx%20y.mjs"
const { execute, setters, context, end } = globalThis[Symbol.for('mimeport.dynamic')]("x://h/\\"m\\"", [(value) => { $0 = value }, (value) => { $1 = value }], executor)
let { 0: $0, 1: $1 } = end(execute(setters, context))
export { $0 as "a\\"b", $1 as "default" }
`,
  )
})

test('what is no dynamic module is left alone', () => {
  const { dynamic: _dynamic, ...plain } = module
  assert.is(new DynamicModules('file:///mimeport/').prepared(plain), plain)
})

test('only a dynamic module and a local file may ask for an execute module', () => {
  const dynamics = new DynamicModules('file:///mimeport/')
  dynamics.prepared(module)
  const asked: unknown[] = []
  const resolve = (specifier: string, { parentURL }: { parentURL?: string | undefined }) => {
    asked.push([specifier, parentURL])
    return { url: 'file:///x.mjs' }
  }
  const ask = (specifier: string, parentURL: string | undefined) =>
    dynamics.resolve(
      specifier,
      { conditions: [], importAttributes: {}, parentURL },
      resolve,
      () => ({ url: '' }),
    )
  const specifier = 'mimeport:execute/l%2Fm/..%2Fx%20y.mjs'
  assert.equal(ask(specifier, module.url), { url: 'file:///x.mjs' })
  assert.equal(ask(specifier, 'file:///cwd/mimeport:executor/x'), { url: 'file:///x.mjs' })
  assert.equal(asked, [
    ['../x y.mjs', ''],
    ['../x y.mjs', ''],
  ])
  for (const parentURL of ['x://h/other', 'https://h/m', 'data:text/javascript,', undefined]) {
    assert.is(ask(specifier, parentURL), undefined)
    assert.is(ask('mimeport:executor/l%2Fm/..%2Fx%20y.mjs', parentURL), undefined)
  }
  assert.is(ask('mimeport:execute/l%2Fm/other', module.url), undefined)
  assert.is(ask('mimeport', module.url), undefined)
})

test.run()
