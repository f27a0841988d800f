/** G: what a module costs in a program of 5,000, against one of 1,000. */

import { ms, quotient } from './row.mts'
import { writeRemoteGraph } from '../workloads/remote.mts'
import { writeProgram } from './remote.mts'
import { writeTypeScript } from './typescript.mts'
import { writeJavaScript } from './untouched.mts'
import type { Cast } from '../contenders/cast.mts'
import type { Contender } from '../contenders/contender.mts'
import type { ModuleServer } from '../server/server.mts'
import type { RemoteGraph } from '../workloads/remote.mts'
import type { Row } from './row.mts'
import type { Sizes } from './sizes.mts'

const BOUND = 1.1
/** Runs of seconds: as many as a median needs. */
const ROUNDS = 7
const START = 'node, an empty program'

/** A program at one size: ours, and Node's on what is as good as the same. */
interface Pair {
  readonly count: number
  readonly ours: Contender
  readonly limit: Contender
  readonly prints: string
}

function row(cast: Cast, work: string, pairs: readonly Pair[], server?: ModuleServer): Row {
  const [small, large] = pairs.map(({ count }) => count) as [number, number]
  const start = {
    ...cast.onNode('node', { entry: 'empty.mjs', name: START }),
    prints: 'checksum 0',
  }
  const named = ({ ours, limit, count, prints }: Pair): Contender[] => [
    { ...ours, name: `mimeport, ${count}`, prints },
    { ...limit, name: `node, ${count}`, prints },
  ]
  return {
    letter: 'G',
    name: `G. ${work}, ${small} and ${large} modules`,
    expected: '',
    limit: `node, ${small}`,
    rounds: ROUNDS,
    contenders: [start, ...pairs.flatMap(named)],
    ...(server === undefined ? {} : { server }),
    bars: [
      {
        id: 'G',
        work: `${work}: time per module, ${large} against ${small}`,
        bar: `≤ ${BOUND}, Node’s start taken off`,
        bound: BOUND,
        measure: (round) => {
          const each = ({ count }: Pair) => {
            const [whole, none] = [ms(round, `mimeport, ${count}`), ms(round, START)]
            return whole === undefined || none === undefined ? undefined : (whole - none) / count
          }
          return quotient(each(pairs[1]!), each(pairs[0]!))
        },
      },
    ],
  }
}

/** Writes the graphs that the server is to have for this. */
export function writeLargeGraphs(cast: Cast, { local, many }: Sizes): RemoteGraph[] {
  return [local, many].map((count) => writeRemoteGraph(cast.setting.project, 'wide', count))
}

export async function growth(
  cast: Cast,
  { local, many }: Sizes,
  server: ModuleServer,
  graphs: readonly RemoteGraph[],
): Promise<Row[]> {
  cast.setting.project.write('empty.mjs', "console.log('checksum 0')\n")
  const counts = [local, many]
  const scripts = counts.map((count): Pair => {
    const { entry, expected: prints } = writeJavaScript(cast, count, 'mjs')
    return { count, prints, ours: cast.ours({ entry }), limit: cast.onNode('node', { entry }) }
  })
  const typed = await Promise.all(counts.map((count) => writeTypeScript(cast, count, 'mixed')))
  const typescript = (start: 'cold' | 'warm') =>
    typed.map(({ entry, prebuilt, expected: prints }, at): Pair => ({
      count: counts[at]!,
      prints,
      ours: cast.ours({ entry, start }),
      limit: cast.onNode('node', { entry: prebuilt }),
    }))
  const fetched = (start: 'cold' | 'warm') =>
    graphs.map((graph): Pair => ({
      count: graph.modules,
      prints: graph.expected,
      ours: cast.ours({
        entry: 'app.mjs',
        cwd: writeProgram(cast, server, graph, `app-wide-${graph.modules}`),
        start,
      }),
      limit: cast.onNode('node', { entry: graph.localEntry }),
    }))
  return [
    row(cast, 'B local .mjs', scripts),
    row(cast, 'C local .ts, cold', typescript('cold')),
    row(cast, 'C local .ts, warm', typescript('warm')),
    row(cast, 'D wide, cold', fetched('cold'), server),
    row(cast, 'D wide, warm', fetched('warm'), server),
  ]
}
