/** Faults that only show in what comes after, on another request: a server each, and a program that asks it often. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import type { Run } from '../support/spawn.mts'

export type ScenarioName =
  | 'poison'
  | 'stale'
  | 'restart'
  | 'many, http'
  | 'many, h2'
  | 'only ::1 hears'
  | 'only 127.0.0.1 hears'

export interface Played extends Run {
  /** What the server saw. */
  readonly requests: number
  readonly connections: number
  /** Requests that it had to answer at the same time, at most. */
  readonly most: number
  /** Requests that it answered before the slow one. */
  readonly beforeSlow: number
}

/** Imports as many modules, one after another, and prints how many were themselves. */
export const inSequence = (count: number): string => `
  const wrong = []
  for (let number = 0; number < ${count}; number++) {
    const path = '/' + number + '.mjs'
    const found = await import(process.env.SERVER + path).then((ns) => ns.default, (error) => error.message)
    if (found !== path) wrong.push(found)
  }
  console.log(JSON.stringify([${count} - wrong.length, globalThis.poisoned ?? false, wrong.slice(0, 3)]))
`

/** Starts the server, runs the program, and asks the server what it saw. */
export async function play(
  name: ScenarioName,
  program: string,
  loader: string = loaderPath,
): Promise<Played> {
  const child = fork(fileURLToPath(new URL('scenario-process.mts', import.meta.url)), [name], {
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [{ url, certificate }] = await once(child, 'message')
  const project = makeProject({ 'app.mjs': program, 'ca.pem': certificate })
  try {
    const ran = await run(['app.mjs'], {
      cwd: project.path,
      nodeArgs: ['--import', loader],
      timeout: 120_000,
      env: {
        SERVER: url,
        NODE_EXTRA_CA_CERTS: join(project.path, 'ca.pem'),
        MIMEPORT_CACHE: join(project.path, 'cache'),
      },
    })
    child.send('tell')
    const [facts] = await once(child, 'message')
    return { ...ran, ...facts }
  } finally {
    child.disconnect()
    project.remove()
  }
}
