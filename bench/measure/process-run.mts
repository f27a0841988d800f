/** One run of a program from its start to its end: the time on the wall, the processors' time, what it printed. */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** How long one run may take, ms. */
export const LONGEST = 120_000

export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

export interface ProcessRun {
  readonly ms: number
  /** User and system time of the process and of all that it started and waited for, ms; in steps of 10. */
  readonly cpu: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * What the system has on the account of this process's ended children, ms. Linux counts in clock ticks of 10 ms, but
 * sums up exactly: the mean of many differences is finer than one. 0 elsewhere.
 */
function childrenTime(): number {
  if (process.platform !== 'linux') return 0
  const stat = readFileSync('/proc/self/stat', 'utf8')
  // The second field is the program's name in parentheses, and may have spaces: `cutime` is the 14th after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) * 10
}

/** @throws {Error} with what it printed, when the program fails */
export function runProcess({ program, args, cwd, env }: Command): ProcessRun {
  const before = childrenTime()
  const started = process.hrtime.bigint()
  const ended = spawnSync(program, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: LONGEST,
    killSignal: 'SIGKILL',
    maxBuffer: 2 ** 26,
  })
  const ms = Number(process.hrtime.bigint() - started) / 1e6
  const { status, signal, error, stdout, stderr } = ended
  if (status !== 0) {
    const how = error?.message ?? `it ended with ${status ?? signal}`
    throw new Error(`${how}: ${[program, ...args].join(' ')}\n${(stderr ?? '').slice(0, 2_000)}`)
  }
  return { ms, cpu: childrenTime() - before, stdout, stderr }
}
