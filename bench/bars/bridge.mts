/** H: one answer of the bridge, and one that was there before it was asked for. */

import { join } from 'node:path'
import { repository } from '../workloads/subject.mts'
import { fact, quotient } from './row.mts'
import type { Cast } from '../contenders/cast.mts'
import type { Row } from './row.mts'
import type { Sizes } from './sizes.mts'

const BOUND = 1.5
const OURS = 'the bridge'

export function bridge(cast: Cast, { answers }: Sizes): Row[] {
  const { folder, file } = cast.setting.subject
  const program = cast.onNode('node', { entry: join(repository, 'bench/programs/bridge.mts') })
  return [
    {
      letter: 'H',
      name: 'H. the bridge',
      expected: `checksum ${answers} ${Math.min(200, answers)}`,
      limit: OURS,
      contenders: [
        {
          ...program,
          name: OURS,
          role: 'ours',
          args: [...program.args, String(answers), folder, file('core/bridge/worker')],
        },
      ],
      facts: {
        bare: 'µs: a round trip between two threads that both sleep in Atomics.wait',
        message: 'µs: one where a message wakes the other thread’s event loop',
        claims: 'µs: an answer that is always the same',
        known: 'µs: an answer for a module that was made before',
        new: 'µs: an answer for a new module of a loader that does nothing',
        prefetched: 'µs: a module that was pushed ahead',
        waits: 'waits for all modules that were pushed ahead',
        processors:
          'processors that the threads were put on, one each; 0: where the system put them',
      },
      bars: [
        {
          id: 'H',
          work: 'one answer of the bridge',
          bar: `≤ ${BOUND} × a bare Atomics.wait round trip`,
          bound: BOUND,
          measure: (round) => quotient(fact(round, OURS, 'known'), fact(round, OURS, 'bare')),
        },
        {
          id: 'H',
          work: 'waits for prefetched modules',
          bar: 'none',
          bound: 0,
          measure: (round) => fact(round, OURS, 'waits'),
        },
      ],
    },
  ]
}
