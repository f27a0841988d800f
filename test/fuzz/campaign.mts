/** Runs a target again and again with inputs that a seed determines, and says how it failed, if it did. */

import { mutate } from './mutation.mts'
import { prototypes } from './invariant.mts'
import { Random } from './random.mts'
import { shrink } from './shrink.mts'
import type { Material } from './mutation.mts'
import type { Target } from './target.mts'

export interface Bounds {
  readonly seed: number
  /** Inputs, at most. */
  readonly iterations: number
  /** ms, at most. */
  readonly time: number
}

export interface Failure {
  readonly target: string
  readonly seed: number
  readonly iteration: number
  /** As small as it could be made. */
  readonly input: string
  readonly error: unknown
}

export interface Outcome {
  readonly target: string
  readonly iterations: number
  readonly failure?: Failure
}

/** Processor time of a long input, ms, below which nothing is said of its growth. */
const NOTICEABLE = 250

/** How much more time a text of four times the length may take. */
const GROWTH = 8

function materialOf({ seeds, dictionary = [], bytes = false, longest = 2048 }: Target): Material {
  return { seeds, dictionary, bytes, longest }
}

function inputFor(target: Target, material: Material, random: Random): string {
  if (target.generate === undefined || random.chance(3)) return mutate(random, material)
  const made = target.generate(random).slice(0, material.longest)
  return random.chance(2) ? made : mutate(random, material, made)
}

const before = prototypes()

async function attempt(target: Target, input: string): Promise<unknown> {
  try {
    await target.run(input)
  } catch (error) {
    return error ?? new Error('Nothing was thrown')
  }
  return prototypes() === before ? undefined : new Error('A prototype of the process was changed')
}

async function processorTime(target: Target, input: string): Promise<number> {
  const start = process.cpuUsage()
  await target.run(input)
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

/** Whether a text that repeats `part` takes more than linear time. */
async function growsTooFast(target: Target, part: string): Promise<Error | undefined> {
  const of = (size: number) => part.repeat(Math.ceil(size / part.length))
  const large = await processorTime(target, of(2 ** 18))
  if (large < NOTICEABLE) return undefined
  // What is measured once may have waited for a collection of garbage.
  const small = Math.max(1, await processorTime(target, of(2 ** 16)))
  const again = Math.min(large, await processorTime(target, of(2 ** 18)))
  if (again / small <= GROWTH) return undefined
  return new Error(
    `${Math.round(small)} ms for 64 Ki characters, ${Math.round(again)} ms for 256 Ki`,
  )
}

function failed(target: Target, seed: number, iteration: number, input: string, error: unknown) {
  const failure: Failure = { target: target.name, seed, iteration, input, error }
  return { target: target.name, iterations: iteration, failure }
}

/** Runs a target within its bounds, or until it fails. The seeds go first, as they are. */
export async function campaign(target: Target, bounds: Bounds): Promise<Outcome> {
  const { seed, iterations, time } = bounds
  const random = new Random(seed)
  const material = materialOf(target)
  const end = performance.now() + time
  let slowest = { input: '', rate: 0 }
  let iteration = 0
  // The seeds, however long they take.
  const isDue = () => iteration < target.seeds.length || performance.now() < end
  for (; iteration < iterations && isDue(); iteration += 1) {
    const input = target.seeds[iteration] ?? inputFor(target, material, random)
    const started = performance.now()
    const error = await attempt(target, input)
    if (error !== undefined) {
      const small = await shrink(input, async (each) => (await attempt(target, each)) !== undefined)
      // What fails alone, and not for what went before, says why itself.
      return failed(target, seed, iteration, small, (await attempt(target, small)) ?? error)
    }
    const rate = (performance.now() - started) / (input.length + 16)
    if (rate > slowest.rate && input !== '') slowest = { input, rate }
  }
  if (target.linear === true) {
    const parts = [slowest.input, ...target.seeds.slice(0, Math.ceil(time / 1000))].filter(
      (part) => part !== '',
    )
    for (const part of parts) {
      const error = await growsTooFast(target, part)
      if (error !== undefined) return failed(target, seed, iteration, part, error)
    }
  }
  return { target: target.name, iterations: iteration }
}

/** A string literal of ASCII. */
function literal(text: string): string {
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** What is printed of a failure, and is enough to have it again. */
export function describe({ target, seed, iteration, input, error }: Failure): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return [
    `target ${target}, seed ${seed}, iteration ${iteration}`,
    `input  ${literal(input)}`,
    text,
    `again: npm run fuzz -- ${target} --seed ${seed} --iterations ${iteration + 1}`,
  ].join('\n')
}
