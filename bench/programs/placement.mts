/**
 * Puts threads on processors. Where the system puts two that take turns decides what a round trip takes: 5 µs on one, 45 on
 * two, of which it wakes one. A program and its engine are on two: both have work.
 */

import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'

function threads(): string[] {
  try {
    return readdirSync('/proc/self/task')
  } catch {
    return []
  }
}

/** Puts a thread on a processor, by the number of each; whether that worked. util-linux has `taskset`. */
function put(thread: string, processor: number): boolean {
  return spawnSync('taskset', ['-pc', String(processor), thread]).status === 0
}

const isPossible = process.platform === 'linux' && availableParallelism() > 1

/** Puts this thread on the first processor; whether threads can be put anywhere. */
export function stay(): boolean {
  return isPossible && put(String(process.pid), 0)
}

/** Puts the threads that something starts on the second one. */
export function putApart<T>(start: () => T): T {
  const before = new Set(threads())
  const result = start()
  for (const thread of threads()) if (isPossible && !before.has(thread)) put(thread, 1)
  return result
}
