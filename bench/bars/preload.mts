/** I: a graph of the network, preloaded by a thread that has other things to do, and then imported. */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { repository } from '../workloads/subject.mts'
import { SERVED } from '../workloads/remote.mts'
import { fact, quotient } from './row.mts'
import type { Cast } from '../contenders/cast.mts'
import type { ModuleServer } from '../server/server.mts'
import type { RemoteGraph } from '../workloads/remote.mts'
import type { Row } from './row.mts'

/** ms */
const DELAY = 10
const BOUND = 1.1
const OURS = 'mimeport'
const LOCAL = 'node on a local copy'

export function preload(cast: Cast, server: ModuleServer, graphs: readonly RemoteGraph[]): Row[] {
  const { project, subject } = cast.setting
  const program = (name: string) => join(repository, 'bench/programs', `${name}.mjs`)
  return graphs.map(({ shape, modules, path, expected }) => {
    const work = `await preload(${shape} ${modules})`
    const local = pathToFileURL(join(project.folder, SERVED, path)).href
    return {
      letter: 'I',
      name: `I. ${work}`,
      expected,
      limit: LOCAL,
      server,
      contenders: [
        cast.ours({
          entry: program('preload'),
          start: 'cold',
          env: { GRAPH: server.origin + path, PACKAGE: subject.main },
        }),
        cast.onNode('node', { entry: program('import'), name: LOCAL, env: { GRAPH: local } }),
      ],
      facts: {
        p99: 'ms: delay of the event loop while it is preloaded, 99th percentile',
        longest: 'ms: the longest delay',
        imported: 'ms: the import() of the graph',
      },
      bars: [
        {
          id: 'I',
          work: `${work}: event-loop delay, p99`,
          bar: `≤ ${DELAY} ms`,
          bound: DELAY,
          measure: (round) => fact(round, OURS, 'p99'),
        },
        {
          id: 'I',
          work: `${work}: the import() after it`,
          bar: `≤ ${BOUND} × the import() of a local copy`,
          bound: BOUND,
          measure: (round) =>
            quotient(fact(round, OURS, 'imported'), fact(round, LOCAL, 'imported')),
        },
      ],
    }
  })
}
