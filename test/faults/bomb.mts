/** Bombs: what ten gigabytes of zeros, coded to a few megabytes or less, cost the process that imports them. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { run } from '../support/spawn.mts'

/** How the ten gigabytes come: under codings, by a length that is told, or in chunks without end. */
export const bombNames = [
  'gzip',
  'deflate',
  'br',
  'zstd',
  'gzip, gzip',
  'br, gzip',
  'long',
  'endless',
] as const

/** How much memory may grow by a bomb, MiB. */
export const BAR = 64

export interface Bombed {
  readonly name: string
  readonly code: string
  /** How much higher than that of a process with a small module the peak of memory was, MiB. */
  readonly growth: number
  /** ms of the whole process. */
  readonly took: number
}

/** Imports each in a process of its own. */
export async function bombAll(names: readonly string[] = bombNames): Promise<Bombed[]> {
  const program = fileURLToPath(new URL('programs/bomb.mjs', import.meta.url))
  const child = fork(fileURLToPath(new URL('bomb-process.mts', import.meta.url)), [], {
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  try {
    const [port] = await once(child, 'message')
    const ask = async (name: string) => {
      const url = `http://127.0.0.1:${port}/${encodeURIComponent(name)}`
      const { stdout, stderr, took } = await run([program, url])
      if (stderr !== '') throw new Error(stderr)
      const [code, peak] = JSON.parse(stdout) as [string, number]
      return { name, code, peak: peak / 1024, took }
    }
    // The compile cache is warm after the first.
    await ask('small')
    const controls = [await ask('small'), await ask('small')]
    const [least = 0] = controls.map(({ peak }) => peak).sort((a, b) => a - b)
    const bombed: Bombed[] = []
    for (const name of names) {
      let asked = await ask(name)
      // When garbage is collected is the machine's mood: a busy one is asked again. What is always held shows twice.
      if (asked.peak - least > BAR) {
        const again = await ask(name)
        if (again.peak < asked.peak) asked = again
      }
      const { peak, ...rest } = asked
      bombed.push({ ...rest, growth: peak - least })
    }
    return bombed
  } finally {
    child.disconnect()
  }
}
