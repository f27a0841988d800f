import { registerHooks } from 'node:module'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { throwOn, withoutHooks } from '../../core/application/node/node-error.mts'

const test = suite('node-error')

/** This file stands for ours: it lies in `core/` below this folder. */
const ownURL = new URL('..', import.meta.url).href

/** An error of Node's own that passes through hooks of this file's; `look` is called where these throw it on. */
async function failed(look: (error: Error) => void = () => {}): Promise<Error> {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (error) {
        look(error as Error)
        throw withoutHooks(error, ownURL)
      }
    },
  })
  try {
    return await import(String('./none.mjs')).catch((error: Error) => error)
  } finally {
    hooks.deregister()
  }
}

const framesOf = ({ stack = '' }: Error) =>
  stack.split('\n').filter((line) => line.startsWith('    at '))

/** Does something with another `Error.prepareStackTrace`. */
function withPrepare<T>(
  prepare: (error: Error, trace: NodeJS.CallSite[]) => unknown,
  action: () => T,
): T {
  const before = Error.prepareStackTrace
  try {
    Error.prepareStackTrace = prepare
    return action()
  } finally {
    Error.prepareStackTrace = before
  }
}

test('the frames of hooks go, and those that they pushed out come', async () => {
  const plain = await import(String('./none.mjs')).catch((error: Error) => error)
  const names = (error: Error) => framesOf(error).map((line) => line.replace(/:\d+:\d+\)?$/, ''))
  const error = await failed()
  // `failed` is one call more, further down.
  assert.equal(names(error).slice(0, 8), names(plain).slice(0, 8))
  assert.is(framesOf(error).length, Error.stackTraceLimit)
  assert.not.match(error.stack!, 'customization_hooks')
})

test('an error that was made elsewhere keeps its stack', () => {
  const error = new Error('elsewhere')
  error.stack = 'Error: elsewhere\n    at x (file:///x.mjs:1:1)\n    at y (file:///y.mjs:1:1)'
  const { stack } = error
  assert.is(withoutHooks(error, ownURL), error)
  assert.is(error.stack, stack)
})

test('lines of a message that look like frames stay', async () => {
  const message = 'a\n    at b (c:1:1)\nd'
  const error = await failed((odd) => {
    odd.stack = `Error: ${message}\n${framesOf(odd).join('\n')}`
  })
  assert.ok(error.stack!.startsWith(`Error: ${message}\n    at `), error.stack)
})

test('a stack is made when somebody looks, and once', async () => {
  const error = await failed()
  let calls = 0
  const count = () => ++calls
  withPrepare(count, () => assert.is(error.stack, 1))
  withPrepare(count, () => assert.is(error.stack, 1))
  assert.is(calls, 1)
})

test("the program's own Error.prepareStackTrace is given no frame of hooks", async () => {
  const error = await failed()
  const sites = withPrepare(
    (_, trace) => trace,
    () => error.stack,
  ) as unknown as NodeJS.CallSite[]
  assert.is(sites.length, Error.stackTraceLimit)
  assert.not.ok(
    sites.some(
      (site) => site.getFileName() === import.meta.url && site.getFunctionName() === 'resolve',
    ),
  )
  assert.not.ok(sites.some((site) => String(site.getFileName()).includes('customization_hooks')))
})

test("`stack` is a property as V8's is, and can be set", async () => {
  const error = await failed()
  const { get, set, ...rest } = Object.getOwnPropertyDescriptor(error, 'stack')!
  const native = Object.getOwnPropertyDescriptor(new Error('x'), 'stack')!
  assert.equal(
    [get!.name, set!.name, get!.length, set!.length],
    ['', '', native.get!.length, native.set!.length],
  )
  assert.equal(rest, { enumerable: false, configurable: true })
  error.stack = 'mine'
  assert.is(error.stack, 'mine')
  const frozen = await failed()
  Object.freeze(frozen)
  frozen.stack = 'mine, too'
  assert.is(frozen.stack, 'mine, too')
})

test('nothing of Error is changed', async () => {
  const before = Object.getOwnPropertyDescriptors(Error)
  await failed()
  assert.equal(Object.getOwnPropertyDescriptors(Error), before)
})

test('what is no error, or is frozen, is passed on', () => {
  for (const thrown of [null, undefined, 1, 'x', Symbol('x'), {}, Object.freeze(new Error('x'))]) {
    assert.is(withoutHooks(thrown, ownURL), thrown)
  }
})

test('an error that is its own cause comes to an end', () => {
  const error = new Error('x')
  error.cause = error
  assert.is(withoutHooks(error, ownURL), error)
})

test('anything can be thrown on', () => {
  for (const thrown of [new Error('x'), null, undefined, 'x', Object.freeze({})]) {
    let caught: unknown = 'nothing'
    try {
      throwOn(thrown)
    } catch (error) {
      caught = error
    }
    assert.is(caught, thrown)
  }
})

test.run()
