import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { LoaderError } from '../../core/errors.mts'
import {
  currentInvocation,
  describeInvocation,
  invoke,
  loaderFailure,
  noteInvocations,
  pendingInvocations,
} from '../../core/engine/invocation.mts'
import { rejects } from '../support/rejects.mts'

const test = suite('invocation')

const who = { loader: 'x', export: 'transform', url: 'web:a' }
const never = new AbortController().signal
const call = (work: () => unknown, signal = never): Promise<unknown> => invoke(who, signal, work)

test.after.each(() => {
  noteInvocations(() => {})
  assert.equal(pendingInvocations(), [])
})

test('what a function returns is the answer, sync or async', async () => {
  assert.is(await call(() => 1), 1)
  assert.is(await call(async () => 2), 2)
  assert.is(await call(() => ({ then: (done: (value: number) => void) => done(3) })), 3)
  assert.is(await call(() => undefined), undefined)
})

test('what it throws is wrapped once, with its cause', async () => {
  const cause = new TypeError('broken\nat length')
  const ways: readonly (() => unknown)[] = [
    () => {
      throw cause
    },
    () => Promise.reject(cause),
    () => ({
      then: () => {
        throw cause
      },
    }),
    () => ({
      get then(): never {
        throw cause
      },
    }),
    () => ({ then: (_done: unknown, fail: (error: unknown) => void) => fail(cause) }),
  ]
  for (const way of ways) {
    const error = await rejects(call(way), 'ERR_MIMEPORT_LOADER_FAILED')
    assert.is(error.message, `Loader 'x' "transform" failed for 'web:a': broken`)
    assert.is(error.cause, cause)
    assert.is(error['url'], 'web:a')
  }
})

test('a LoaderError stays as it is, also that of another copy of mimeport', async () => {
  const own = new LoaderError('ERR_MIMEPORT_NETWORK', 'Cannot reach it')
  const other = Object.assign(new Error('Cannot reach it'), { name: 'LoaderError' })
  for (const thrown of [own, other])
    assert.is(await rejects(call(() => Promise.reject(thrown))), thrown)
})

test('whatever is thrown becomes a message', async () => {
  const revoked = Proxy.revocable({}, {})
  revoked.revoke()
  const table: readonly [thrown: unknown, text: string][] = [
    [null, 'it threw null instead of an error'],
    [undefined, 'it threw undefined instead of an error'],
    [7, 'it threw 7 instead of an error'],
    ['text', 'it threw text instead of an error'],
    [Symbol('s'), 'it threw Symbol(s) instead of an error'],
    [{ message: 'like an error' }, 'like an error'],
    [{}, 'it threw [object Object] instead of an error'],
    [Object.create(null), 'it threw a value that cannot be described'],
    [revoked.proxy, 'it threw a value that cannot be described'],
    [
      {
        toString: () => {
          throw new Error('no')
        },
      },
      'it threw a value that cannot be described',
    ],
    [new Error(''), 'Error'],
    [new Error('\u001b[2J\u202e'), '\\u{1b}[2J\\u{202e}'],
    ['\u001b[2J', 'it threw \\u{1b}[2J instead of an error'],
  ]
  for (const [thrown, text] of table) {
    for (const way of [
      () => Promise.reject(thrown),
      () => {
        throw thrown
      },
    ]) {
      const error = await rejects(call(way), 'ERR_MIMEPORT_LOADER_FAILED')
      assert.is(error.message, `Loader 'x' "transform" failed for 'web:a': ${text}`)
    }
  }
})

test('a hostile message does not fill the screen', () => {
  const { message } = loaderFailure(who, new Error('x'.repeat(1e6)))
  assert.ok(message.length < 10_000, String(message.length))
})

test('a deadline ends a call that has no end', async () => {
  const deadline = new AbortController()
  const done = call(() => new Promise(() => {}), deadline.signal)
  assert.is(pendingInvocations().length, 1)
  deadline.abort()
  const error = await rejects(done, 'ERR_MIMEPORT_TIMEOUT')
  assert.is(
    error.message,
    `Loader 'x' "transform" did not answer for 'web:a' before the import's deadline; "timeout": { "total": … } in mimeport.json gives it longer`,
  )
})

test('a deadline that has passed ends a call at once', async () => {
  await rejects(
    call(() => new Promise(() => {}), AbortSignal.abort()),
    'ERR_MIMEPORT_TIMEOUT',
  )
})

test('a call is known to everything that it starts', async () => {
  const seen: (string | undefined)[] = []
  const note = () => seen.push(currentInvocation()?.url)
  await call(async () => {
    note()
    await new Promise((resolve) => setTimeout(resolve, 1))
    note()
    setTimeout(note, 5)
    queueMicrotask(note)
  })
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(seen, ['web:a', 'web:a', 'web:a', 'web:a'])
  assert.is(currentInvocation(), undefined)
})

test('an error that escaped a call ends it, and only once', async () => {
  const done = call(() => new Promise(() => {}))
  const [invocation] = pendingInvocations()
  invocation?.fail(loaderFailure(who, new Error('from a timer')))
  invocation?.fail(loaderFailure(who, new Error('again')))
  const error = await rejects(done, 'ERR_MIMEPORT_LOADER_FAILED')
  assert.match(error.message, /from a timer$/)
  assert.is(invocation?.settled, true)
})

test('each call that begins is noted', async () => {
  const notes: string[] = []
  noteInvocations((text) => notes.push(text))
  await call(() => 1)
  await invoke({ ...who, export: 'its top level' }, never, () => 1)
  assert.equal(notes, [
    `Loader 'x' "transform" for 'web:a'`,
    "Loader 'x' at its top level for 'web:a'",
  ])
})

test('a loader’s top level is no export', () => {
  const base = { ...who, settled: false, fail() {} }
  assert.is(describeInvocation(base), `Loader 'x' "transform"`)
  assert.is(describeInvocation({ ...base, export: 'its top level' }), "Loader 'x' at its top level")
})

test.run()
