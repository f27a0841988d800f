/** Whether a program starts a thread: Node says itself which it starts. */

import { spawnSync } from 'node:child_process'
import type { Contender } from '../contenders/contender.mts'

/** What is wrong with a program that starts an engine, where none is to be needed; nothing, when it does not. */
export function engineFault({ program, args, cwd, env }: Contender): string[] {
  const { stderr } = spawnSync(program, args, {
    cwd,
    env: { ...env, NODE_DEBUG: 'worker' },
    encoding: 'utf8',
  })
  return stderr.includes('created Worker') ? ['the engine thread was started'] : []
}
