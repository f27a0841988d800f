/** What `types` must do: it is called with what `transform` is called with. */

import assert from 'node:assert/strict'
import { call, contextFor } from './subject.mts'
import { inputOf } from './transform-checks.mts'
import type { LoaderContext } from '../core/types.mts'
import type { Check, Trial } from './check.mts'
import type { Input } from './transform-checks.mts'

/** Checks what the framework checks, and that it is a module: without an `export` it would declare globals. */
async function answer(
  { loader }: Trial,
  { headers, body, url }: Input,
  withContext = true,
): Promise<string | false> {
  const context: LoaderContext[] = withContext ? [contextFor(url)] : []
  const result = await call('types', () => loader.types?.(headers, body, ...context))
  if (result === undefined || result === null || result === false) return false
  assert.equal(typeof result, 'string', `types answered ${String(result)}, which is no text`)
  assert.match(result, /\bexport\b/, 'what types answers exports nothing, so it is no module')
  return result
}

export const typesChecks: readonly Check[] = [
  {
    name: 'types answers the samples',
    async check(trial) {
      if (trial.loader.types === undefined) return
      for (const sample of trial.samples.transform ?? []) {
        const result = await answer(trial, inputOf(trial, sample))
        if (sample.types !== undefined) assert.equal(result, sample.types)
      }
    },
  },
  {
    name: 'types works without a context',
    async check(trial) {
      if (trial.loader.types === undefined) return
      for (const sample of trial.samples.transform ?? []) {
        await answer(trial, inputOf(trial, sample), false)
      }
    },
  },
  {
    name: 'types answers the same again, and leaves its input as it was',
    async check(trial) {
      if (trial.loader.types === undefined) return
      for (const sample of trial.samples.transform ?? []) {
        const input = inputOf(trial, sample)
        const first = await answer(trial, input)
        assert.deepEqual(input, inputOf(trial, sample), 'types changed what it was given')
        assert.equal(await answer(trial, inputOf(trial, sample)), first)
      }
    },
  },
]
