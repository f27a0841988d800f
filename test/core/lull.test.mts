import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inLull } from '../../core/lull.mts'

const test = suite('lull')

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setTimeout(resolve, 1))
}

test('what can wait is done in its order, a piece at a time, and not at once', async () => {
  const done: string[] = []
  let immediates = 0
  const count = (): void => void setImmediate(() => (immediates += 1))
  const piece = (name: string) => () => {
    done.push(`${name} ${immediates}`)
    count()
  }
  inLull(piece('a'), piece('b'))
  inLull(piece('c'))
  assert.equal(done, [])
  while (done.length < 3) await turns(1)
  assert.equal(
    done.map((each) => each[0]),
    ['a', 'b', 'c'],
  )
  // Not each: a processor that was away for 2 ms meanwhile has the next timer due at once.
  assert.is(done[0], 'a 0')
  assert.is.not(done[2], 'c 0')
})

test('what fails is left to whoever needs it', async () => {
  const done: string[] = []
  inLull(
    () => {
      throw new Error('not now')
    },
    () => void done.push('next'),
  )
  while (done.length === 0) await turns(1)
})

test('a thread that is never idle has it done all the same', async () => {
  let isDone = false
  let busy = 0
  inLull(() => void (isDone = true))
  while (!isDone) {
    const until = Date.now() + 8
    while (Date.now() < until);
    busy += 1
    assert.ok(busy < 50)
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.ok(busy >= 5, String(busy))
})

test.run()
