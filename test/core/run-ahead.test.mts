import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { noClaims } from '../../core/claims.mts'
import { lockKey } from '../../core/lock/entry.mts'
import { Missing } from '../../core/engine/missing.mts'
import { RunAhead } from '../../core/engine/run-ahead.mts'
import type { Lock } from '../../core/lock/lock.mts'
import type { NodeModule } from '../../core/types.mts'

const test = suite('run ahead')

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

test('what a lock leads to is begun after what is asked for, some at a time', async () => {
  const url = (at: number) => `https://example.com/${at}.mjs`
  const imports = Array.from({ length: 40 }, (_, at) => lockKey('', url(at + 1)))
  const lock = {
    isOn: true,
    peek: (key: string) => ({ imports: key === lockKey('', url(0)) ? imports : [] }),
  } as unknown as Lock
  const begun: string[] = []
  const ahead = new RunAhead({
    make: async ({ specifier }) => {
      begun.push(specifier)
      return { url: specifier, imports: [], native: false } as unknown as NodeModule
    },
    push() {},
    lock,
    claims: noClaims,
    missing: new Missing(),
    packing: undefined,
  })
  const request = {
    specifier: url(0),
    parentURL: undefined,
    parent: undefined,
    importAttributes: {},
    conditions: ['import'],
  }
  const all = ahead.below(request)
  const counts = [begun.length]
  for (let turn = 0; turn < 4; turn++) {
    await nextTurn()
    counts.push(begun.length)
  }
  await all
  assert.equal(counts, [0, 16, 32, 40, 40])
  assert.equal(
    begun,
    Array.from({ length: 40 }, (_, at) => url(at + 1)),
  )
})

test.run()
