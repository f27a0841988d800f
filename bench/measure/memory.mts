/**
 * What memory a program needs at its peak, looked up while it runs. Runs for this are not timed: who looks so often takes
 * time on a processor that the program may want. Linux only.
 */

import { spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { LONGEST } from './process-run.mts'
import type { Command } from './process-run.mts'

/** ms between two looks. */
const EVERY = 2

export interface Memory {
  /** The most that one of its processes has had resident, MiB. */
  readonly resident: number
  /** The most that all of its processes together have had at one time and share with no file, MiB. */
  readonly tree: number
}

export const memoryIsKnown = process.platform === 'linux'

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It has ended since.
    return ''
  }
}

/** A process and all that it started, by their ids. */
function family(id: number): number[] {
  let threads: string[] = []
  try {
    threads = readdirSync(`/proc/${id}/task`)
  } catch {
    return []
  }
  const children = threads.flatMap((thread) =>
    read(`/proc/${id}/task/${thread}/children`).split(' ').filter(Boolean),
  )
  return [id, ...children.flatMap((child) => family(Number(child)))]
}

const mebibytes = (status: string, field: string) =>
  Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1_024

/** @throws {Error} when the program fails */
export function runForMemory({ program, args, cwd, env }: Command): Promise<Memory> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: 'ignore' })
    let resident = 0
    let tree = 0
    const look = () => {
      let together = 0
      for (const id of child.pid === undefined ? [] : family(child.pid)) {
        const status = read(`/proc/${id}/status`)
        resident = Math.max(resident, mebibytes(status, 'VmHWM'))
        together += mebibytes(status, 'RssAnon')
      }
      tree = Math.max(tree, together)
    }
    const looking = setInterval(look, EVERY)
    const tooLong = setTimeout(() => child.kill('SIGKILL'), LONGEST)
    child.on('error', reject)
    child.on('exit', (status, signal) => {
      clearInterval(looking)
      clearTimeout(tooLong)
      if (status === 0) resolve({ resident, tree })
      else reject(new Error(`${[program, ...args].join(' ')} ended with ${status ?? signal}`))
    })
  })
}
