/**
 * Fuzzes our parsers: `npm run fuzz -- [target …] [--seed N] [--for 60s] [--iterations N]`. Without a time and a number it
 * goes on, seed after seed, until something fails or somebody ends it. A failure prints what is needed to have it again.
 */

import { parseArgs } from 'node:util'
import { campaign, describe } from '../test/fuzz/campaign.mts'
import { loadTargets } from '../test/fuzz/targets.mts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    for: { type: 'string' },
    iterations: { type: 'string' },
  },
})

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `60s`, `500ms`, `2h` as ms. */
function timeOf(text: string): number {
  const [, number = '', unit = ''] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? []
  if (number === '') throw new Error(`'${text}' is no time; write 500ms, 60s, 5m or 2h`)
  return Number(number) * (units[unit] ?? 1)
}

const say = (text: string) => process.stdout.write(`${text}\n`)
const targets = await loadTargets(positionals)
for (const name of positionals) {
  if (!targets.some((target) => target.name === name))
    throw new Error(`There is no target '${name}'`)
}
const time = values.for === undefined ? undefined : timeOf(values.for)
const iterations = values.iterations === undefined ? Infinity : Number(values.iterations)
const first = values.seed === undefined ? Date.now() % 2 ** 32 : Number(values.seed)
const isBounded = time !== undefined || values.iterations !== undefined

for (let round = 0; round === 0 || !isBounded; round += 1) {
  for (const target of targets) {
    const seed = (first + round) >>> 0
    const bounds = { seed, iterations, time: time ?? (isBounded ? Infinity : 10_000) }
    const started = performance.now()
    const { iterations: done, failure } = await campaign(target, bounds)
    const seconds = (performance.now() - started) / 1000
    const count = done.toLocaleString('en')
    say(
      `${failure === undefined ? 'ok    ' : 'FAILED'} ${target.name}: ${count} inputs, seed ${seed}, ${seconds.toFixed(1)} s`,
    )
    if (failure === undefined) continue
    say(describe(failure))
    process.exitCode = 1
  }
  if (process.exitCode === 1) break
}
