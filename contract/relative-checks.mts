/** What `resolveRelativePath` must do. */

import assert from 'node:assert/strict'
import { moduleURL } from '../core/engine/module-url.mts'
import { isRelative } from '../core/native.mts'
import { climbingSpecifiers, oddSpecifiers } from './odd.mts'
import { call, checkError, contextFor, fails } from './subject.mts'
import type { Check, Trial } from './check.mts'
import type { RelativeSample } from './samples.mts'

function shown(specifier: string, parentPath: string): string {
  const text = specifier.length > 80 ? `${specifier.slice(0, 80)}…` : specifier
  return `resolveRelativePath(${JSON.stringify(text)}, ${JSON.stringify(parentPath)})`
}

function relate({ loader }: Trial, specifier: string, parentPath: string): Promise<unknown> {
  return call(shown(specifier, parentPath), () =>
    loader.resolveRelativePath?.(specifier, parentPath),
  )
}

/** Samples that have an answer. */
function answered({ samples }: Trial): RelativeSample[] {
  return (samples.relative ?? []).filter(({ refused }) => refused === undefined)
}

/** One sample for each parent. */
function parents({ samples }: Trial): RelativeSample[] {
  const all = samples.relative ?? []
  return all.filter(
    (one, index) => all.findIndex(({ parentPath }) => parentPath === one.parentPath) === index,
  )
}

/** Whether a specifier is where its parent's relative specifiers may lead. */
function isWithin(specifier: string, { parentPath, within }: RelativeSample): boolean {
  if (within !== undefined) return specifier.startsWith(within)
  try {
    const url = new URL(moduleURL(specifier))
    const parent = new URL(moduleURL(parentPath))
    return url.protocol === parent.protocol && url.host === parent.host
  } catch {
    // It names nothing, so it leads nowhere.
    return true
  }
}

/** Asks for something odd: the answer is an absolute specifier, "not mine", or an error. */
async function survive(trial: Trial, specifier: string, parentPath: string) {
  const what = shown(specifier, parentPath)
  let answer: unknown
  try {
    answer = await relate(trial, specifier, parentPath)
  } catch (error) {
    checkError(what, error)
    return undefined
  }
  if (answer === false || answer === null || answer === undefined) return undefined
  assert.equal(typeof answer, 'string', `${what} answered ${String(answer)}`)
  return answer as string
}

export const relativeChecks: readonly Check[] = [
  {
    name: 'resolveRelativePath answers the samples',
    async check(trial) {
      for (const { specifier, parentPath, expected, refused } of trial.samples.relative ?? []) {
        const what = shown(specifier, parentPath)
        if (refused !== undefined) {
          await fails(what, () => relate(trial, specifier, parentPath), refused)
          continue
        }
        const answer = await relate(trial, specifier, parentPath)
        if (expected !== undefined) assert.equal(answer, expected, what)
      }
    },
  },
  {
    name: 'resolveRelativePath answers the same again',
    async check(trial) {
      for (const { specifier, parentPath } of answered(trial)) {
        const first = await relate(trial, specifier, parentPath)
        assert.equal(
          await relate(trial, specifier, parentPath),
          first,
          shown(specifier, parentPath),
        )
      }
    },
  },
  {
    name: 'what resolveRelativePath answers is absolute',
    async check(trial) {
      for (const { specifier, parentPath } of answered(trial)) {
        const answer = await relate(trial, specifier, parentPath)
        const isAbsolute = typeof answer === 'string' && answer !== '' && !isRelative(answer)
        assert.ok(isAbsolute, `${shown(specifier, parentPath)} answered ${String(answer)}`)
      }
    },
  },
  {
    name: 'what resolveRelativePath answers goes to resolve',
    async check(trial) {
      for (const { specifier, parentPath } of answered(trial)) {
        const absolute = String(await relate(trial, specifier, parentPath))
        const what = `resolve(${JSON.stringify(absolute)})`
        const answer = await call(what, () =>
          trial.loader.resolve?.(absolute, contextFor(absolute)),
        ).catch((error: unknown) => {
          // Its own, and failed.
          checkError(what, error)
          return true
        })
        assert.ok(answer, `${what} answered that it is not the loader's`)
      }
    },
  },
  {
    name: 'a relative specifier does not leave its origin',
    async check(trial) {
      for (const sample of parents(trial)) {
        for (const specifier of climbingSpecifiers) {
          const answer = await survive(trial, specifier, sample.parentPath)
          if (answer === undefined) continue
          const what = shown(specifier, sample.parentPath)
          assert.ok(isWithin(answer, sample), `${what} leads out, to ${answer}`)
        }
      }
    },
  },
  {
    name: 'resolveRelativePath takes odd specifiers',
    async check(trial) {
      for (const { parentPath } of parents(trial)) {
        for (const odd of oddSpecifiers) {
          for (const specifier of [odd, `./${odd}`]) await survive(trial, specifier, parentPath)
        }
      }
    },
  },
]
