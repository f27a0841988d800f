/** A server that records what is sent to it, byte for byte: each head as it came, latin1. It runs in a process of its own. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Recorder {
  readonly url: string
  /** Sets the bytes that a path is answered with, latin1. */
  answer(path: string, bytes: string): Promise<void>
  /** The heads so far: request line and fields, without the empty line. */
  heads(): Promise<string[]>
  stop(): Promise<void>
}

export async function startRecorder(): Promise<Recorder> {
  const child = fork(fileURLToPath(new URL('./recorder-process.mts', import.meta.url)), [], {
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  const ask = async (message: object) => {
    child.send(message)
    const [{ heads }] = (await once(child, 'message')) as [{ heads: string[] }]
    return heads
  }
  return {
    url: `http://127.0.0.1:${port}`,
    answer: async (path, answer) => void (await ask({ path, answer })),
    heads: () => ask({}),
    async stop() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}
