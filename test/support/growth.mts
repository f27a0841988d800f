/**
 * How long work takes, where what would be wrong takes many times as long. A machine that is busy makes it longer, never
 * shorter: one try that is short enough is a proof. By the wall: some systems count processor time in steps of 10 ms and more.
 */

import * as assert from 'uvu/assert'

const TRIES = 8

/** Less is not looked at, ms: V8's collector has more to do for what is large, and a short time is soon three times as long. */
const NOTICEABLE = 100

const wall = () => performance.now()

async function timeOf(work: () => unknown, clock: () => number): Promise<number> {
  const started = clock()
  await work()
  return clock() - started
}

/** Fails where no try measures less than `limit`, ms. */
export async function assertLeast(
  limit: number,
  measure: () => Promise<number>,
  what: string,
): Promise<void> {
  let least = Infinity
  for (let tries = 0; tries < TRIES && least >= limit; tries++) {
    least = Math.min(least, await measure())
  }
  assert.ok(least < limit, `${what}: ${least.toFixed(1)} ms, and ${limit} are too many`)
}

/** Fails where no try takes less than `limit`, ms. */
export async function assertUnder(
  limit: number,
  work: () => unknown,
  what: string,
  clock = wall,
): Promise<void> {
  await assertLeast(limit, () => timeOf(work, clock), what)
}

/**
 * Fails where work on `many` takes more than three times what `many / few` times work on `few` takes. For quadratic time to
 * be seen, `many` is at least eight times `few`, and would take a second and more.
 */
export async function assertLinear(
  work: (size: number) => unknown,
  [few, many]: readonly [few: number, many: number],
  what: string,
  clock = wall,
): Promise<void> {
  await work(few)
  let [short, long] = [Infinity, Infinity]
  let isWithin = false
  for (let tries = 0; tries < TRIES && !isWithin; tries++) {
    short = Math.min(short, await timeOf(() => work(few), clock))
    long = Math.min(long, await timeOf(() => work(many), clock))
    isWithin = long < Math.max(NOTICEABLE, (3 * many * short) / few)
  }
  assert.ok(isWithin, `${what}: ${short.toFixed(1)} ms for ${few}, ${long.toFixed(1)} for ${many}`)
}
