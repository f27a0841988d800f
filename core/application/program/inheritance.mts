/**
 * What a thread hands to the workers that it starts, through Node's environment data: a process has one configuration,
 * wherever its workers' files lie. docs/decisions/015-workers.md
 */

import type * as ThreadsModule from 'node:worker_threads'
import type { Entry } from './entry.mts'
import type { Settings } from '../../settings.mts'

export interface Inheritance {
  /** Whose it is: another copy of mimeport takes no notice. */
  readonly ownURL: string
  /** `undefined` where the worker's own environment names others. */
  readonly settings: Settings | undefined
  /** `process.execArgv` as it would be without us, where we changed it. */
  readonly execArgv: readonly string[] | undefined
  readonly entry: Entry | undefined
}

/** Environment data has keys of its own for each program; this one is ours. */
const KEY = 'mimeport.inheritance'

type Threads = typeof ThreadsModule

/** Runs `start`, and hands `inheritance` to the worker that it starts. */
export function bequeath<T>(threads: Threads, inheritance: Inheritance, start: () => T): T {
  const { setEnvironmentData } = threads
  setEnvironmentData(KEY, inheritance as unknown as Parameters<typeof setEnvironmentData>[1])
  try {
    return start()
  } finally {
    setEnvironmentData(KEY, undefined)
  }
}

/** Takes over what this thread was handed: nobody after it finds it, and the program sees the flags that it knows of. */
export function inherit(ownURL: string): Inheritance | undefined {
  const threads = process.getBuiltinModule('node:worker_threads')
  const given = threads.getEnvironmentData(KEY) as Inheritance | undefined
  if (given?.ownURL !== ownURL) return undefined
  threads.setEnvironmentData(KEY, undefined)
  if (given.execArgv !== undefined) process.execArgv.splice(0, Infinity, ...given.execArgv)
  return given
}
