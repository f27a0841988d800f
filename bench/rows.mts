/** The rows that were asked for, with their workloads written and their server running. */

import { join } from 'node:path'
import { bridge } from './bars/bridge.mts'
import { growth, writeLargeGraphs } from './bars/growth.mts'
import { markdown } from './bars/markdown.mts'
import { preload } from './bars/preload.mts'
import { remote, writeGraphs } from './bars/remote.mts'
import { startup } from './bars/startup.mts'
import { typescript } from './bars/typescript.mts'
import { untouched } from './bars/untouched.mts'
import { ModuleServer } from './server/server.mts'
import { SERVED } from './workloads/remote.mts'
import type { Letter, Row } from './bars/row.mts'
import type { Sizes } from './bars/sizes.mts'
import type { Cast } from './contenders/cast.mts'

export interface Rows {
  readonly rows: readonly Row[]
  readonly server: ModuleServer | undefined
}

/** Memory is judged in the rows of these. */
export const withMemory: readonly Letter[] = ['A', 'B', 'C', 'D', 'E']

/** Writes what the rows need, and starts the server where one is needed. */
export async function makeRows(cast: Cast, sizes: Sizes, only: ReadonlySet<Letter>): Promise<Rows> {
  const asked = (letter: Letter) =>
    only.has(letter) || (only.has('F') && withMemory.includes(letter))
  const rows: Row[] = []
  if (asked('A')) rows.push(...startup(cast))
  if (asked('B')) rows.push(...untouched(cast, sizes))
  if (asked('C')) rows.push(...(await typescript(cast, sizes)))
  if (asked('E')) rows.push(...(await markdown(cast, sizes)))
  let server: ModuleServer | undefined
  if (asked('D') || asked('G') || asked('I')) {
    // All of them first: the server has what is there when it starts.
    const graphs = asked('D') || asked('I') ? writeGraphs(cast, sizes) : []
    const large = asked('G') ? writeLargeGraphs(cast, sizes) : []
    server = await ModuleServer.start(join(cast.setting.project.folder, SERVED))
    if (asked('D')) rows.push(...remote(cast, server, graphs))
    if (asked('I')) rows.push(...preload(cast, server, graphs))
    if (asked('G')) rows.push(...(await growth(cast, sizes, server, large)))
  }
  if (asked('H')) rows.push(...bridge(cast, sizes))
  return { rows: rows.toSorted((a, b) => a.letter.localeCompare(b.letter)), server }
}
