import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Turns } from '../../core/engine/turns.mts'
import { rejects } from '../support/rejects.mts'

const test = suite('turns')

const settle = async (rounds = 5) => {
  for (let round = 0; round < rounds; round++) await new Promise((resolve) => setImmediate(resolve))
}

test('what a piece adds comes before what was there, in its own order', async () => {
  const turns = new Turns()
  const begun: string[] = []
  const children: Readonly<Record<string, readonly string[]>> = {
    a: ['aa', 'ab'],
    aa: ['aaa'],
    b: ['ba'],
  }
  const go = (name: string): Promise<unknown> =>
    turns
      .run(name, async () => {
        begun.push(name)
        // As a module does that is made without waiting for anything.
        for (let step = 0; step < 20; step++) await undefined
      })
      .then(() => Promise.all((children[name] ?? []).map(go)))
  await Promise.all(['a', 'b', 'c'].map(go))
  assert.equal(begun, ['a', 'aa', 'aaa', 'ab', 'b', 'ba', 'c'])
})

test('a piece that waits gives its turn to the next, and 64 wait at a time', async () => {
  const turns = new Turns()
  let begun = 0
  const { promise, resolve } = Promise.withResolvers<void>()
  const runs = Array.from({ length: 65 }, (_, index) =>
    turns.run(`${index}`, () => {
      begun += 1
      return promise
    }),
  )
  await settle(20)
  assert.is(begun, 64)
  resolve()
  await Promise.all(runs)
  assert.is(begun, 65)
})

test('a piece that somebody waits for begins at once, and once', async () => {
  const turns = new Turns()
  const begun: string[] = []
  const runs = ['a', 'b', 'c'].map((name) => turns.run(name, async () => void begun.push(name)))
  turns.hurry('c')
  turns.hurry('c')
  turns.hurry('nobody')
  assert.equal(begun, ['c'])
  await Promise.all(runs)
  assert.equal(begun, ['c', 'a', 'b'])
})

test('the event loop gets its turn between pieces', async () => {
  const turns = new Turns()
  let done = 0
  const runs = Array.from({ length: 64 }, (_, index) =>
    turns.run(`${index}`, async () => void (done += 1)),
  )
  const seen: number[] = []
  while (done < 64) {
    await settle(1)
    seen.push(done)
  }
  await Promise.all(runs)
  assert.ok(seen.length >= 4, `${seen}`)
})

test('a piece that fails is its own failure', async () => {
  const turns = new Turns()
  const failing = turns.run('a', () => Promise.reject(new Error('no')))
  const throwing = turns.run('b', () => {
    throw new Error('neither')
  })
  const fine = turns.run('c', async () => 3)
  assert.is((await rejects(failing)).message, 'no')
  assert.is((await rejects(throwing)).message, 'neither')
  assert.is(await fine, 3)
})

test.run()
