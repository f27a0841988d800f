/** The servers of the matrix, in a process of their own: while an import waits, the thread of the program sleeps. */

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ProtocolName, StateName } from './fault.mts'

export interface OriginCell {
  /** Its name. */
  readonly fault: string
  readonly protocol: ProtocolName
  readonly state: StateName
}

export type Control =
  | { readonly do: 'open'; readonly cells: readonly OriginCell[] }
  | { readonly do: 'go wrong' }
  | { readonly do: 'count' }

export interface Opened {
  /** The module of each cell. */
  readonly urls: readonly string[]
  /** PEM: what programs are to trust. */
  readonly certificates: string
}

export interface Origins {
  open(cells: readonly OriginCell[]): Promise<Opened>
  /** From now on each has its fault. */
  goWrong(): Promise<void>
  /** How often each was asked since. */
  count(): Promise<readonly number[]>
  stop(): Promise<void>
}

export function startOrigins(): Origins {
  const child = fork(fileURLToPath(new URL('origin-process.mts', import.meta.url)), [], {
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: '' },
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  /** One at a time. */
  function control<T>(message: Control): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const lost = () => reject(new Error('The process of the origins has ended'))
    child.once('exit', lost)
    child.once('message', (value) => {
      child.off('exit', lost)
      resolve(value as T)
    })
    child.send(message)
    return promise
  }
  return {
    open: (cells) => control({ do: 'open', cells }),
    goWrong: () => control({ do: 'go wrong' }),
    count: () => control({ do: 'count' }),
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.disconnect()
      await gone
    },
  }
}
