/** Modules that a server has: three shapes of graph, and the same files on disk. */

import { checksum, deep, diamond, roundTrips, wide } from './graph.mts'
import { javascript, own } from './javascript.mts'
import type { Project } from './project.mts'

export type Shape = 'wide' | 'deep' | 'diamond'

const graphs = { wide, deep, diamond }

export interface RemoteGraph {
  readonly shape: Shape
  readonly modules: number
  readonly expected: string
  /** Responses after each other. */
  readonly roundTrips: number
  readonly bytes: number
  /** The root's path on the server. */
  readonly path: string
  /** A program of the same modules on disk. */
  readonly localEntry: string
  /** An empty program, which prints the same. */
  readonly emptyEntry: string
}

/** The folder that the server serves, in the project. */
export const SERVED = 'remote'

const file = (at: number) => `m${at}.mjs`

export function writeRemoteGraph(project: Project, shape: Shape, modules: number): RemoteGraph {
  const graph = graphs[shape](modules)
  const name = `${shape}-${modules}`
  let bytes = 0
  for (const at of graph.keys()) {
    const text = javascript(graph, at, file)
    bytes += Buffer.byteLength(text)
    project.write(`${SERVED}/${name}/${file(at)}`, text)
  }
  const expected = checksum(graph, own)
  const localEntry = `local-copy/${name}.mjs`
  const emptyEntry = `local-copy/${name}-empty.mjs`
  project.write(localEntry, program(`../${SERVED}/${name}/${file(0)}`))
  project.write(emptyEntry, `console.log(${JSON.stringify(expected)})\n`)
  const path = `/${name}/${file(0)}`
  return {
    shape,
    modules,
    expected,
    roundTrips: roundTrips(graph),
    bytes,
    path,
    localEntry,
    emptyEntry,
  }
}

/** A program that prints what the graph's root comes to. */
export function program(root: string): string {
  return `import { value } from '${root}'\nconsole.log('checksum ' + value)\n`
}
