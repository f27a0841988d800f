import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { assertLinear, assertUnder } from './support/growth.mts'

const test = suite('growth')

let time = 0
const clock = () => time
/** Work that takes as long as it says, ms; a time of `busy` more in each try but the last of `tries`. */
const taking = (cost: (size: number) => number, busy = 0, tries = 0) => {
  let tried = 0
  return (size = 1) => {
    time += cost(size) + (++tried < tries ? busy : 0)
  }
}

async function fails(work: Promise<void>, message: RegExp): Promise<void> {
  const error = await work.then(
    () => undefined,
    (thrown: Error) => thrown,
  )
  assert.match(error?.message ?? 'nothing was thrown', message)
}

test('quadratic work is found, and linear work is not', async () => {
  const quadratic = taking((size) => size ** 2 * 15)
  await fails(assertLinear(quadratic, [1, 8], 'x', clock), /^x: 15\.0 ms for 1, 960\.0 for 8$/)
  await assertLinear(
    taking((size) => size * 100),
    [1, 8],
    'x',
    clock,
  )
})

test('one try in peace is enough, whatever came between the others', async () => {
  await assertLinear(
    taking((size) => size, 5_000, 9),
    [1, 8],
    'x',
    clock,
  )
  await assertUnder(
    10,
    taking(() => 9, 5_000, 8),
    'x',
    clock,
  )
})

test('what never takes less than the limit fails', async () => {
  const work = taking(() => 10)
  await fails(assertUnder(10, work, 'x', clock), /^x: 10\.0 ms, and 10 are too many$/)
  await assertUnder(10.5, work, 'x', clock)
})

test.run()
