/** D, D', D'': graphs of a server, 20 ms away: cold, held to a lock, warm, offline. */

import { join } from 'node:path'
import { runProcess } from '../measure/process-run.mts'
import { LATENCY } from '../server/server.mts'
import { program, writeRemoteGraph } from '../workloads/remote.mts'
import { engineFault } from './engine-thread.mts'
import {
  LOCAL,
  LOCKED_OURS,
  OFFLINE,
  OURS,
  START,
  coldBars,
  oneWave,
  small,
  walked,
  warmBars,
} from './remote-bars.mts'
import type { Cast } from '../contenders/cast.mts'
import type { Contender } from '../contenders/contender.mts'
import type { ModuleServer } from '../server/server.mts'
import type { RemoteGraph } from '../workloads/remote.mts'
import type { Row } from './row.mts'
import type { Sizes } from './sizes.mts'

/** Writes a program that imports a graph of the server, in a folder of its own. */
export function writeProgram(
  cast: Cast,
  server: ModuleServer,
  graph: RemoteGraph,
  folder: string,
): string {
  const { project } = cast.setting
  project.write(`${folder}/package.json`, '{ "type": "module" }\n')
  project.write(`${folder}/app.mjs`, program(server.origin + graph.path))
  return join(project.folder, folder)
}

/** A program that is held to a lock, written as a user would: by our command. */
function lockedContender(cast: Cast, cwd: string): Contender {
  const ours = cast.ours({ entry: 'app.mjs', cwd, name: LOCKED_OURS, start: 'cold' })
  const command = cast.setting.subject.file('cli/mimeport')
  return {
    ...ours,
    prepare: () => void runProcess({ ...ours, args: [command, 'lock', 'app.mjs'] }),
  }
}

function rowsOf(cast: Cast, server: ModuleServer, graph: RemoteGraph): Row[] {
  const { shape, modules, expected } = graph
  const entry = 'app.mjs'
  const name = `${shape}-${modules}`
  const cwd = writeProgram(cast, server, graph, `app-${name}`)
  const size = `${graph.roundTrips} round trips × ${LATENCY} ms, ${Math.round(graph.bytes / 1_024)} KiB`
  const title = (start: string) => `D. ${shape} ${modules}, ${start} (${size})`
  const start = cast.onNode('node', { entry: graph.emptyEntry, name: START })
  const local = cast.onNode('node', { entry: graph.localEntry, name: LOCAL })
  const part = { entry, cwd }
  const warmed = cast.ours(part)
  const offline = cast.ours({
    ...part,
    name: OFFLINE,
    env: { MIMEPORT_OFFLINE: '1' },
    warming: {},
  })
  return [
    {
      letter: 'D',
      name: title('cold'),
      expected,
      limit: walked(graph).name,
      server,
      contenders: [
        cast.ours({ ...part, start: 'cold' }),
        lockedContender(cast, writeProgram(cast, server, graph, `locked-${name}`)),
        start,
        local,
        ...cast.runtimes({ ...part, start: 'cold' }, ['deno']),
        ...(['naive registerHooks + worker fetch', 'naive module.register + fetch'] as const).map(
          (who) => cast.onNode(who, { ...part, start: 'cold' }),
        ),
      ],
      yardsticks: [walked(graph), oneWave(graph)],
      bars: coldBars(graph),
    },
    {
      letter: 'D',
      name: title('warm'),
      expected,
      limit: LOCAL,
      server,
      contenders: [
        warmed,
        offline,
        start,
        local,
        cast.onNode('node', {
          entry: graph.localEntry,
          name: 'node on a local copy, warm compile cache',
          env: { NODE_COMPILE_CACHE: '$CACHES/compile-cache' },
        }),
        ...cast.runtimes(part, ['deno']),
      ],
      yardsticks: [small],
      bars: warmBars(graph),
      memoryOf: title('cold'),
      faults(rounds) {
        const asked = rounds.some((round) =>
          [OURS, OFFLINE].some((who) => round.get(who)?.counts?.requests),
        )
        const fault = 'the server was asked, with everything fresh in the cache'
        return [...(asked ? [fault] : []), ...engineFault(warmed), ...engineFault(offline)]
      },
    },
  ]
}

export function remote(cast: Cast, server: ModuleServer, graphs: readonly RemoteGraph[]): Row[] {
  return graphs.flatMap((graph) => rowsOf(cast, server, graph))
}

/** Writes the graphs that the server is to have. */
export function writeGraphs(cast: Cast, { wide, deep, diamond }: Sizes): RemoteGraph[] {
  const { project } = cast.setting
  return [
    writeRemoteGraph(project, 'wide', wide),
    writeRemoteGraph(project, 'deep', deep),
    writeRemoteGraph(project, 'diamond', diamond),
  ]
}
