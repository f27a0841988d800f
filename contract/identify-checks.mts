/** What `identify` must do. */

import assert from 'node:assert/strict'
import { parseMediaType } from '../core/media-type.mts'
import { oddBodies } from './odd.mts'
import { call } from './subject.mts'
import type { Check, Trial } from './check.mts'
import type { IdentifySample } from './samples.mts'

/** Asks; the answer is a media type or `false`. */
async function identify({ loader }: Trial, sample: Omit<IdentifySample, 'expected'>) {
  const { url = 'https://contract.invalid/sample', body, headers = {} } = sample
  const answer: unknown = await call('identify', () =>
    loader.identify?.(url, body, Object.freeze({ ...headers })),
  )
  if (answer === false || answer === null || answer === undefined) return false
  const isType = typeof answer === 'string' && parseMediaType(answer) !== undefined
  assert.ok(isType, `identify answers a media type or false, not ${String(answer)}`)
  return answer
}

export const identifyChecks: readonly Check[] = [
  {
    name: 'identify answers the samples',
    async check(trial) {
      for (const sample of trial.samples.identify ?? []) {
        assert.equal(await identify(trial, sample), sample.expected, JSON.stringify(sample.body))
      }
    },
  },
  {
    name: 'identify takes text, bytes, and nothing at all',
    async check(trial) {
      if (trial.loader.identify === undefined) return
      const own = (trial.samples.identify ?? []).map(({ body }) => body)
      for (const body of [...own, ...oddBodies]) {
        const other = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body).toString()
        await identify(trial, { body })
        await identify(trial, { body: typeof other === 'string' ? other : new Uint8Array(other) })
      }
    },
  },
]
