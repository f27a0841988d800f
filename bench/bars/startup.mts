/** A: what a program that needs nothing from us pays. */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { repository } from '../workloads/subject.mts'
import { ms, ratio } from './row.mts'
import type { Cast } from '../contenders/cast.mts'
import type { Row } from './row.mts'

/** Of the no-op preload. */
const PACKAGE = 1.15
const COMPILED = 1.25

/** Runs of some 30 ms: rounds cost little, and the median of many is steadier. */
const ROUNDS = 21

export function startup(cast: Cast): Row[] {
  const { write } = cast.setting.project
  write('empty/app.mjs', "console.log('checksum 0')\n")
  write('empty/one-line.mts', 'export const one: number = 1\n')
  write('empty/one-line.mjs', 'export const one = 1\n')
  const entry = join('empty', 'app.mjs')
  const preload = pathToFileURL(join(repository, 'loader.mts')).href
  const source = './loader.mts'
  const cached = './loader.mts, NODE_COMPILE_CACHE'
  const compileCache = { NODE_COMPILE_CACHE: '$CACHES/compile-cache' }
  const oneLine = (extension: string) => ({
    ...cast.onNode('node', { entry, name: `a one-line .${extension} preload` }),
    args: ['--import', `./empty/one-line.${extension}`, entry],
  })
  /** What the no-op preload may be exceeded by, and what Node takes for the first file that it strips. */
  const allowed: Row['bars'][number]['measure'] = (round) => {
    const [ours, noOp, mts, mjs] = [
      source,
      'no-op registerHooks',
      'a one-line .mts preload',
      'a one-line .mjs preload',
    ].map((name) => ms(round, name))
    if (ours === undefined || noOp === undefined || mts === undefined || mjs === undefined) return
    return ours / (PACKAGE * noOp + Math.max(0, mts - mjs))
  }
  return [
    {
      letter: 'A',
      name: 'A. startup, empty .mjs',
      expected: 'checksum 0',
      limit: 'node',
      rounds: ROUNDS,
      contenders: [
        cast.ours({ entry }),
        cast.ours({ entry, preload, name: source }),
        cast.ours({ entry, preload, name: cached, env: compileCache }),
        cast.onNode('node', { entry }),
        cast.onNode('no-op registerHooks', { entry }),
        oneLine('mjs'),
        oneLine('mts'),
        cast.onNode('no-op module.register', { entry }),
        ...cast.peersOnNode(
          ['node --import oxc-node', 'jiti', 'node --import tsx', 'tsx', 'node --import swc-node'],
          { entry },
        ),
        ...cast.runtimes({ entry }),
      ],
      bars: [
        {
          id: 'A',
          work: 'empty program, the installed package',
          bar: `≤ ${PACKAGE} × a no-op registerHooks preload`,
          bound: PACKAGE,
          measure: ratio('mimeport', 'no-op registerHooks'),
        },
        {
          id: "A'",
          work: 'the same with ./loader.mts',
          bar: `≤ ${PACKAGE} × no-op + Node’s first stripped file`,
          bound: 1,
          measure: allowed,
        },
        {
          id: "A'",
          work: 'the same, the compile cache filled',
          bar: `≤ ${COMPILED} × a no-op registerHooks preload`,
          bound: COMPILED,
          measure: ratio(cached, 'no-op registerHooks'),
        },
      ],
    },
  ]
}
