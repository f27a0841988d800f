import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Missing } from '../../core/engine/missing.mts'
import { LoaderError } from '../../core/errors.mts'
import { configureCommand } from '../../core/resource/command.mts'
import { offlineError } from '../../core/resource/offline.mts'

const test = suite('missing')

test.before(() => configureCommand(['node', '--import', 'mimeport', '/elsewhere/app.mjs']))

const reason = (error: unknown) => (error as Error).message.split('; run the program')[0]
const none = new Map<string, Promise<unknown>>()

test('what is missing alone is told alone', async () => {
  const error = offlineError('https://h/a')
  assert.is(await new Missing().explain(error, none), error)
  assert.is(error.code, 'ERR_MIMEPORT_OFFLINE')
  assert.is(
    error.message,
    "Cannot load 'https://h/a': it is not in the cache, and MIMEPORT_OFFLINE forbids to ask for it; run the program once with the network: MIMEPORT_OFFLINE= node --import mimeport /elsewhere/app.mjs",
  )
})

test('other errors are told as they are', async () => {
  const missing = new Missing()
  missing.note(offlineError('https://h/b'))
  for (const error of [new Error('x'), null, new LoaderError('ERR_MIMEPORT_STATUS', 'x')]) {
    missing.note(error)
    assert.is(await missing.explain(error, none), error)
  }
})

test('one, two, ten and more others are listed, each once', async () => {
  for (const [count, expected] of [
    [1, "it is not in the cache; nor is 'm0', and MIMEPORT_OFFLINE forbids to ask for them"],
    [2, "it is not in the cache; nor are 'm0' and 'm1', and MIMEPORT_OFFLINE"],
    [10, "'m8' and 'm9', and"],
    [11, "'m9' and 1 more, and"],
  ] as const) {
    const missing = new Missing()
    for (let times = 0; times < 2; times++) {
      for (let index = 0; index < count; index++) missing.note(offlineError(`m${index}`))
    }
    missing.note(offlineError('first'))
    const error = await missing.explain(offlineError('first'), none)
    assert.ok(reason(error)!.includes(expected), reason(error))
  }
})

test('what was found after all is not listed', async () => {
  const missing = new Missing()
  for (const name of ['a', 'b']) missing.note(offlineError(name))
  missing.found('a')
  assert.match(reason(await missing.explain(offlineError('c'), none))!, "; nor is 'b', and")
})

test('what is being made ahead is waited for, and what that imports', async () => {
  const missing = new Missing()
  const coming = new Map<string, Promise<void>>()
  const come = (name: string, next?: () => void) => {
    const work = Promise.resolve().then(() => {
      missing.note(offlineError(name))
      coming.delete(name)
    })
    coming.set(name, work)
    void (async () => {
      await work
      next?.()
    })()
  }
  come('a', () => come('b', () => come('c')))
  assert.match(reason(await missing.explain(offlineError('x'), coming))!, "'a', 'b' and 'c', and")
})

test('what never comes is not waited for for ever', async () => {
  const missing = new Missing()
  missing.note(offlineError('a'))
  const alive = setTimeout(() => {}, 10_000)
  const coming = new Map([['never', new Promise<never>(() => {})]])
  assert.match(reason(await missing.explain(offlineError('x'), coming))!, "nor is 'a'")
  clearTimeout(alive)
})

test('by which redirects it was come to is told with the others, too', async () => {
  const missing = new Missing()
  missing.note(offlineError('b'))
  const trail = ['r -301→ a']
  const error = (await missing.explain(offlineError('a', [], trail), none)) as LoaderError
  assert.equal(error.trail, trail)
  assert.match(error.message, "; nor is 'b', and")
  assert.ok(error.message.endsWith(' (r -301→ a)'), error.message)
})

test('a name from outside is escaped', () => {
  const { message } = offlineError('https://h/\u001b[31m', ['\u202e'])
  assert.match(message, 'https://h/\\u{1b}[31m')
  assert.match(message, '\\u{202e}')
})

test.run()
