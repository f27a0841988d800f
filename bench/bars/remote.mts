/** D, D', D'': graphs of a server, 20 ms away: cold, held to a lock, warm, offline. */

import { join } from 'node:path'
import { runProcess } from '../measure/process-run.mts'
import { BANDWIDTH, LATENCY } from '../server/server.mts'
import { program, writeRemoteGraph } from '../workloads/remote.mts'
import { engineFault } from './engine-thread.mts'
import { ms, quotient, ratio } from './row.mts'
import type { Cast } from '../contenders/cast.mts'
import type { Contender } from '../contenders/contender.mts'
import type { Round } from '../measure/round.mts'
import type { ModuleServer } from '../server/server.mts'
import type { RemoteGraph } from '../workloads/remote.mts'
import type { Bar, Row, Yardstick } from './row.mts'
import type { Sizes } from './sizes.mts'

const OF_DENO = 1.15
const OF_LIMIT = 1.15
const LOCKED_OF_DENO = 0.2
const LOCKED = 1.3
const WARM = 0.75
/** What a small warm graph may take over Node's start, ms: there is not more than some 10 ms to save. */
const OVER_START = 10

const START = 'node, an empty program'
export const LOCAL = 'node on a local copy'
const OURS = 'mimeport'
const LOCKED_OURS = 'mimeport, with a lock'
const OFFLINE = 'mimeport, MIMEPORT_OFFLINE=1'
const DENO = 'deno run'

const transfer = ({ bytes }: RemoteGraph) => bytes / BANDWIDTH

/** A yardstick that is so much longer than a contender of the same round. */
const longer = (name: string, than: string, by: number): Yardstick => ({
  name,
  ms: (round) => {
    const base = ms(round, than)
    return base === undefined ? undefined : base + by
  },
})

const against = (name: string, yardstick: Yardstick) => (round: Round) =>
  quotient(ms(round, name), yardstick.ms(round))

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

/** Writes the lock of a program as a user would: by our command. */
function lockProgram(ours: Contender, cast: Cast): void {
  runProcess({ ...ours, args: [cast.setting.subject.file('cli/mimeport'), 'lock', 'app.mjs'] })
}

function rowsOf(cast: Cast, server: ModuleServer, graph: RemoteGraph): Row[] {
  const { shape, modules, expected } = graph
  const entry = 'app.mjs'
  const name = `${shape}-${modules}`
  const cwd = writeProgram(cast, server, graph, `app-${name}`)
  const locked = cast.ours({
    entry,
    cwd: writeProgram(cast, server, graph, `locked-${name}`),
    name: LOCKED_OURS,
    start: 'cold',
  })
  lockProgram(locked, cast)
  const size = `${graph.roundTrips} round trips × ${LATENCY} ms, ${Math.round(graph.bytes / 1_024)} KiB`
  const title = (start: string) => `D. ${shape} ${modules}, ${start} (${size})`
  const walked = longer(
    'computed: node’s start + depth × latency + transfer',
    START,
    graph.roundTrips * LATENCY + transfer(graph),
  )
  const oneWave = longer(
    'computed: local run + one latency + transfer',
    LOCAL,
    LATENCY + transfer(graph),
  )
  const small = longer(`computed: node’s start + ${OVER_START} ms`, START, OVER_START)
  const start = cast.onNode('node', { entry: graph.emptyEntry, name: START })
  const local = cast.onNode('node', { entry: graph.localEntry, name: LOCAL })
  const cold: Bar[] = [
    {
      id: 'D',
      work: `${shape} ${modules}, cold`,
      bar: `≤ ${OF_DENO} × Deno`,
      bound: OF_DENO,
      measure: ratio(OURS, DENO),
    },
    {
      id: "D'",
      work: `${shape} ${modules}, cold, with a lock`,
      bar: `≤ ${LOCKED} × (local run + one latency + transfer)`,
      bound: LOCKED,
      measure: against(LOCKED_OURS, oneWave),
    },
  ]
  if (shape === 'deep') {
    cold.splice(1, 0, {
      id: 'D',
      work: `${shape} ${modules}, cold`,
      bar: `≤ ${OF_LIMIT} × (start + depth × latency + transfer)`,
      bound: OF_LIMIT,
      measure: against(OURS, walked),
    })
    cold.push({
      id: "D'",
      work: `${shape} ${modules}, cold, with a lock`,
      bar: `≤ ${LOCKED_OF_DENO} × Deno without one`,
      bound: LOCKED_OF_DENO,
      measure: ratio(LOCKED_OURS, DENO),
    })
  }
  const warm = [OURS, OFFLINE].map((who): Bar => {
    const work = `${shape} ${modules}, ${who === OURS ? 'warm' : 'offline'}`
    const bar = `≤ ${WARM} × Node on a local copy`
    return { id: "D''", work, bar, bound: WARM, measure: ratio(who, LOCAL) }
  })
  if (shape === 'deep') {
    warm.push({
      id: "D''",
      work: `${shape} ${modules}, warm`,
      bar: `≤ Node’s start + ${OVER_START} ms (under about 100 modules)`,
      bound: 1,
      measure: against(OURS, small),
    })
  }
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
      limit: walked.name,
      server,
      contenders: [
        cast.ours({ ...part, start: 'cold' }),
        locked,
        start,
        local,
        ...cast.runtimes({ ...part, start: 'cold' }, ['deno']),
        ...(['naive registerHooks + worker fetch', 'naive module.register + fetch'] as const).map(
          (who) => cast.onNode(who, { ...part, start: 'cold' }),
        ),
      ],
      yardsticks: [walked, oneWave],
      bars: cold,
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
      bars: warm,
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
