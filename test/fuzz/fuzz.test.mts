/** Each target for a moment, with a seed that stays the same. `npm run fuzz` goes on for as long as it is let. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { campaign, describe } from './campaign.mts'
import { mutate } from './mutation.mts'
import { Random } from './random.mts'
import { loadTargets } from './targets.mts'
import type { Target } from './target.mts'

const test = suite('fuzz')

/** Inputs of each target; and so that a machine that is slow still ends, ms. */
const INPUTS = 300
const TIME = 2000

test('a seed determines what is drawn', () => {
  const drawn = (seed: number) => {
    const random = new Random(seed)
    return Array.from({ length: 8 }, () => random.next())
  }
  assert.equal(drawn(1), drawn(1))
  assert.not.equal(drawn(1), drawn(2))
  assert.equal(new Set(drawn(0)).size, 8)
  const material = { seeds: ['text/plain'], dictionary: [';'], bytes: false, longest: 100 }
  const mutated = (seed: number) => {
    const random = new Random(seed)
    return Array.from({ length: 50 }, () => mutate(random, material))
  }
  assert.equal(mutated(3), mutated(3))
  assert.ok(new Set(mutated(3)).size > 25, 'they differ')
  assert.ok(mutated(3).every((text) => text.length <= 100))
})

test('a failure is found, made small, and found again by what is printed', async () => {
  const target: Target = {
    name: 'x',
    seeds: ['a long text that is harmless'],
    dictionary: ['<!'],
    run(input) {
      if (input.includes('<!')) throw new Error('found')
    },
  }
  const bounds = { seed: 5, iterations: 10_000, time: 10_000 }
  const { failure } = await campaign(target, bounds)
  assert.is(failure?.input, '<!')
  assert.match(describe(failure!), /target x, seed 5, iteration \d+\ninput {2}"<!"\nError: found/)
  const again = await campaign(target, { ...bounds, iterations: failure!.iteration + 1 })
  assert.is(again.failure?.iteration, failure!.iteration)
  const before = await campaign(target, { ...bounds, iterations: failure!.iteration })
  assert.is(before.failure, undefined)
})

test('what takes quadratic time is found by a long repetition', async () => {
  const quadratic: Target = {
    name: 'x',
    seeds: ['ab'],
    linear: true,
    run(input) {
      for (let at = 0; at < input.length; at += 64) {
        let sum = 0
        for (let index = 0; index < at; index += 1) sum += input.charCodeAt(index)
        if (sum < 0) throw new Error('never')
      }
    },
  }
  const { failure } = await campaign(quadratic, { seed: 1, iterations: 1, time: 1000 })
  assert.match(String(failure?.error), /ms for 64 Ki characters/)
})

test('a changed prototype is a failure', async () => {
  const polluting: Target = {
    name: 'x',
    seeds: ['a'],
    run() {
      Object.defineProperty(Object.prototype, 'polluted', { value: 1, configurable: true })
    },
  }
  const { failure } = await campaign(polluting, { seed: 1, iterations: 1, time: 1000 })
  Reflect.deleteProperty(Object.prototype, 'polluted')
  assert.match(String(failure?.error), /prototype/)
})

for (const target of await loadTargets()) {
  test(`${target.name}: what must be so is so`, async () => {
    const { iterations, failure } = await campaign(target, {
      seed: 20_261_120,
      iterations: INPUTS,
      time: TIME,
    })
    assert.is(failure === undefined ? '' : describe(failure), '')
    assert.ok(iterations >= target.seeds.length, 'every seed was tried')
  })
}

test.run()
