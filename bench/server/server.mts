/** The server of modules as the benchmark sees it: started, asked what it counted, stopped. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ChildProcess } from 'node:child_process'

/** ms from a request to the beginning of its response. */
export const LATENCY = 20
/** Bytes a millisecond that all responses share: 12.5 MB/s. */
export const BANDWIDTH = 12_500

/** What a server was asked since it was last asked for this. */
export interface Counts {
  readonly requests: number
  readonly connections: number
  /** Most requests that waited for their response at one time. */
  readonly atOnce: number
}

export class ModuleServer {
  readonly origin: string
  readonly #process: ChildProcess

  private constructor(child: ChildProcess, port: number) {
    this.#process = child
    this.origin = `http://127.0.0.1:${port}`
  }

  /** Serves the files of a folder. `latency`: ms. */
  static async start(folder: string, latency = LATENCY): Promise<ModuleServer> {
    const program = fileURLToPath(new URL('server-process.mts', import.meta.url))
    const child = fork(program, [folder, String(latency), String(BANDWIDTH)], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const [{ port }] = (await once(child, 'message')) as [{ port: number }]
    return new ModuleServer(child, port)
  }

  /** What it was asked since the last time. */
  async counts(): Promise<Counts> {
    const answer = once(this.#process, 'message')
    this.#process.send('counts')
    const [counts] = (await answer) as [Counts]
    return counts
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit')
    this.#process.disconnect()
    await ended
  }
}
