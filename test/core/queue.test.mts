import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Queue } from '../../core/engine/queue.mts'
import { rejects } from '../support/rejects.mts'

const test = suite('queue')

const settle = () => new Promise((resolve) => setImmediate(resolve))

/** Work that notes when it starts, and ends when it is told to. */
function works(count: number) {
  const started: number[] = []
  const all = Array.from({ length: count }, (_, index) => {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const work = () => {
      started.push(index)
      return promise
    }
    return { work, end: () => resolve(index), fail: reject }
  })
  return { started, all }
}

test('as many run as the limit says, and one more waits', async () => {
  const queue = new Queue(2)
  const { started, all } = works(3)
  const runs = all.map(({ work }) => queue.run('a', work))
  await settle()
  assert.equal(started, [0, 1])
  all[1]!.end()
  await settle()
  assert.equal(started, [0, 1, 2])
  all[0]!.end()
  all[2]!.end()
  assert.equal(await Promise.all(runs), [0, 1, 2])
})

test('work that has room starts at once', () => {
  const queue = new Queue(1)
  let started = false
  void queue.run('a', () => {
    started = true
  })
  assert.ok(started)
})

test('who came first goes first, also before who comes when a place is free', async () => {
  const queue = new Queue(1)
  const { started, all } = works(4)
  const [first, second, third, late] = all.map(
    ({ work }) =>
      () =>
        queue.run('a', work),
  )
  const runs = [first!(), second!(), third!()]
  all[0]!.end()
  void runs[0]!.then(() => runs.push(late!()))
  await settle()
  for (const { end } of all) end()
  await settle()
  await Promise.all(runs)
  assert.equal(started, [0, 1, 2, 3])
})

test('lanes do not wait for each other', async () => {
  const queue = new Queue(1)
  const { started, all } = works(3)
  const runs = ['a', 'b', 'a'].map((lane, index) => queue.run(lane, all[index]!.work))
  await settle()
  assert.equal(started, [0, 1])
  for (const { end } of all) end()
  await Promise.all(runs)
  assert.equal(started, [0, 1, 2])
})

test('a failure is passed on, and frees its place', async () => {
  const queue = new Queue(1)
  const cause = new Error('broken')
  const thrown = queue.run('a', () => {
    throw cause
  })
  const rejected = queue.run('a', () => Promise.reject(cause))
  const good = queue.run('a', () => 1)
  assert.is(await rejects(thrown), cause)
  assert.is(await rejects(rejected), cause)
  assert.is(await good, 1)
  assert.is(await queue.run('a', () => 2), 2)
})

test.run()
