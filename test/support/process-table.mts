/** The system's processes: from `/proc` on Linux, which needs no tool, else from `ps`. */

import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'

export interface ProcessEntry {
  readonly pid: number
  readonly parent: number
  /** The command line, its arguments with spaces between. */
  readonly command: string
  /** Whether it runs: one that has ended and that nobody has waited for yet does not. */
  readonly alive: boolean
}

function fromProc(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
        const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return [{ pid: Number(name), parent: Number(parent), command, alive: !/[ZX]/.test(state) }]
      } catch {
        // It ended while we looked.
        return []
      }
    })
}

function fromPs(): ProcessEntry[] {
  const text = execFileSync('ps', ['-eo', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' })
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, state = '', command = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    if (pid === undefined) return []
    return [{ pid: Number(pid), parent: Number(parent), command, alive: !state.startsWith('Z') }]
  })
}

export function processes(): ProcessEntry[] {
  return process.platform === 'linux' ? fromProc() : fromPs()
}

export function childrenOf(parent: number): ProcessEntry[] {
  return processes().filter((entry) => entry.parent === parent && entry.alive)
}

export function isAlive(pid: number): boolean {
  return processes().some((entry) => entry.pid === pid && entry.alive)
}
