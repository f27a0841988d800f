/**
 * The loader contract as a suite that every loader must pass, ours and those of others, in any test runner:
 *
 *     for (const { name, run } of loaderContract(new URL('./toml.mjs', import.meta.url), samples)) test(name, run)
 */

import { snapshot } from './globals.mts'
import { identifyChecks } from './identify-checks.mts'
import { moduleChecks } from './module-checks.mts'
import { relativeChecks } from './relative-checks.mts'
import { resolveChecks } from './resolve-checks.mts'
import { Subject } from './subject.mts'
import { transformChecks } from './transform-checks.mts'
import { typesChecks } from './types-checks.mts'
import type { Loader } from '../core/types.mts'
import type { Check } from './check.mts'
import type { ContractSamples } from './samples.mts'

export type {
  ContractSamples,
  IdentifySample,
  RelativeSample,
  ResolveSample,
  TransformSample,
} from './samples.mts'

export interface ContractCase {
  /** A fact, present tense. */
  readonly name: string
  /** The export that it is about; `undefined`: the module. */
  readonly about: keyof Loader | undefined
  /** Rejects when it is none. One case after another: some look at what the others share. */
  readonly run: () => Promise<void>
  /** Why the case does not go for this loader; `run` does nothing then. */
  readonly skip: string | undefined
}

export interface ContractReport {
  readonly passed: readonly string[]
  /** Name → reason. */
  readonly skipped: Readonly<Record<string, string>>
}

const first = 'it is a loader by the contract'

function checkSkips(skip: Readonly<Record<string, string>>, names: readonly string[]): void {
  for (const [name, reason] of Object.entries(skip)) {
    if (!names.includes(name)) {
      throw new TypeError(
        `Cannot skip '${name}': there is no such case. There are:\n${names.join('\n')}`,
      )
    }
    if (typeof reason !== 'string' || reason.trim() === '') {
      throw new TypeError(`Cannot skip '${name}' without a reason`)
    }
  }
}

/**
 * Lists the cases for a loader. A case about a function that it does not export passes.
 * @param loader the loader's exports, or where it is: a path, or a URL; it is imported by the first case that runs
 * @throws {TypeError} when `samples.skip` names no case, or no reason
 */
export function loaderContract(
  loader: object | string | URL,
  samples: ContractSamples,
): ContractCase[] {
  const subject = new Subject(loader)
  const about = (name: keyof Loader | undefined, checks: readonly Check[]) =>
    checks.map((each) => ({ ...each, about: name }))
  const checks = [
    ...about(undefined, moduleChecks(snapshot())),
    ...about('resolve', resolveChecks),
    ...about('resolveRelativePath', relativeChecks),
    ...about('transform', transformChecks),
    ...about('types', typesChecks),
    ...about('identify', identifyChecks),
  ]
  const { skip = {} } = samples
  checkSkips(skip, [first, ...checks.map(({ name }) => name)])
  const isLoader: ContractCase = {
    name: first,
    about: undefined,
    run: async () => void (await subject.load()),
    skip: skip[first],
  }
  const others = checks.map(({ name, about, check }) => ({
    name,
    about,
    async run() {
      const taken = await subject.load().catch(() => undefined)
      // Of what is no loader nothing more can be said: the first case says it.
      if (taken !== undefined) await check({ loader: taken, samples, subject })
    },
    skip: skip[name],
  }))
  return [isLoader, ...others].map((each) =>
    each.skip === undefined ? each : { ...each, run: async () => {} },
  )
}

/**
 * Runs all cases, without a test runner.
 * @throws {AggregateError} the failures, and a message that lists them
 */
export async function runContract(
  loader: object | string | URL,
  samples: ContractSamples,
): Promise<ContractReport> {
  const passed: string[] = []
  const skipped: Record<string, string> = {}
  const failures: Error[] = []
  const cases = loaderContract(loader, samples)
  for (const { name, run, skip } of cases) {
    try {
      await run()
      if (skip === undefined) passed.push(name)
      else skipped[name] = skip
    } catch (cause) {
      const [reason] = String(cause instanceof Error ? cause.message : cause).split('\n', 1)
      failures.push(new Error(`${name}: ${reason}`, { cause }))
    }
  }
  if (failures.length === 0) return { passed, skipped }
  const list = failures.map(({ message }) => `\n- ${message}`).join('')
  throw new AggregateError(
    failures,
    `The loader fails ${failures.length} of ${cases.length} cases of the contract:${list}`,
  )
}
