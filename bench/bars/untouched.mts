/** B: local JavaScript, which the hooks should leave to Node. */

import { checksum, tree } from '../workloads/graph.mts'
import { javascript, own } from '../workloads/javascript.mts'
import { engineFault } from './engine-thread.mts'
import { ratio } from './row.mts'
import type { Cast } from '../contenders/cast.mts'
import type { Row } from './row.mts'
import type { Sizes } from './sizes.mts'

const BOUND = 1.05
/** Some per cent are to be told apart. */
const ROUNDS = 15

const formats = { mjs: 'module', cjs: 'commonjs' } as const

/** Writes local modules of plain JavaScript, and says what the program is called and what it prints. */
export function writeJavaScript(
  cast: Cast,
  count: number,
  kind: keyof typeof formats,
): { entry: string; expected: string } {
  const { write } = cast.setting.project
  const graph = tree(count)
  const folder = `local-${kind}-${count}`
  const file = (at: number) => `m${at}.${kind}`
  for (const at of graph.keys()) {
    write(`${folder}/${file(at)}`, javascript(graph, at, file, formats[kind]))
  }
  const entry = `${folder}/app.${kind}`
  const value =
    kind === 'mjs'
      ? `import { value } from './${file(0)}'`
      : `const { value } = require('./${file(0)}')`
  write(entry, `${value}\nconsole.log('checksum ' + value)\n`)
  return { entry, expected: checksum(graph, own) }
}

export function untouched(cast: Cast, { local }: Sizes): Row[] {
  return (['mjs', 'cjs'] as const).map((kind) => {
    const { entry, expected } = writeJavaScript(cast, local, kind)
    const ours = cast.ours({ entry })
    return {
      letter: 'B',
      name: `B. ${local} local .${kind}`,
      expected,
      limit: 'node',
      rounds: ROUNDS,
      contenders: [
        ours,
        cast.onNode('node', { entry }),
        cast.onNode('node', {
          entry,
          name: 'node, warm compile cache',
          env: { NODE_COMPILE_CACHE: '$CACHES/compile-cache' },
        }),
        cast.onNode('no-op registerHooks', { entry }),
        cast.onNode('no-op module.register', { entry }),
        ...cast.peersOnNode(['node --import tsx', 'tsx', 'node --import oxc-node'], { entry }),
        ...cast.runtimes({ entry }),
      ],
      bars: [
        {
          id: 'B',
          work: `${local} local .${kind}`,
          bar: `≤ ${BOUND} × no-op registerHooks`,
          bound: BOUND,
          measure: ratio('mimeport', 'no-op registerHooks'),
        },
      ],
      faults: () => engineFault(ours),
    }
  })
}
