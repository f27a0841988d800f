/** The bars of D, D' and D'', and what would take how long, computed. */

import { BANDWIDTH, LATENCY } from '../server/server.mts'
import { ms, quotient, ratio } from './row.mts'
import type { Round } from '../measure/round.mts'
import type { RemoteGraph } from '../workloads/remote.mts'
import type { Bar, Yardstick } from './row.mts'

const OF_DENO = 1.15
const OF_LIMIT = 1.15
const LOCKED_OF_DENO = 0.2
const LOCKED = 1.3
const WARM = 0.75
/** What a small warm graph may take over Node's start, ms: there is not more than some 10 ms to save. */
const OVER_START = 10

export const START = 'node, an empty program'
export const LOCAL = 'node on a local copy'
export const OURS = 'mimeport'
export const LOCKED_OURS = 'mimeport, with a lock'
export const OFFLINE = 'mimeport, MIMEPORT_OFFLINE=1'
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

/** What the network alone takes, for who has to read a module to know the next. */
export const walked = (graph: RemoteGraph) =>
  longer(
    'computed: node’s start + depth × latency + transfer',
    START,
    graph.roundTrips * LATENCY + transfer(graph),
  )

/** What it takes when all modules are known. */
export const oneWave = (graph: RemoteGraph) =>
  longer('computed: local run + one latency + transfer', LOCAL, LATENCY + transfer(graph))

/** What a small graph may take that is warm. */
export const small = longer(`computed: node’s start + ${OVER_START} ms`, START, OVER_START)

/** The bars of a graph that nothing is stored of. */
export function coldBars(graph: RemoteGraph): Bar[] {
  const cold = `${graph.shape} ${graph.modules}, cold`
  const locked = `${cold}, with a lock`
  const bars: Bar[] = [
    {
      id: 'D',
      work: cold,
      bar: `≤ ${OF_DENO} × Deno`,
      bound: OF_DENO,
      measure: ratio(OURS, DENO),
    },
    {
      id: "D'",
      work: locked,
      bar: `≤ ${LOCKED} × (local run + one latency + transfer)`,
      bound: LOCKED,
      measure: against(LOCKED_OURS, oneWave(graph)),
    },
  ]
  if (graph.shape !== 'deep') return bars
  return [
    ...bars,
    {
      id: 'D',
      work: cold,
      bar: `≤ ${OF_LIMIT} × (start + depth × latency + transfer)`,
      bound: OF_LIMIT,
      measure: against(OURS, walked(graph)),
    },
    {
      id: "D'",
      work: locked,
      bar: `≤ ${LOCKED_OF_DENO} × Deno without one`,
      bound: LOCKED_OF_DENO,
      measure: ratio(LOCKED_OURS, DENO),
    },
  ]
}

/** The bars of a graph that all is stored of. */
export function warmBars({ shape, modules }: RemoteGraph): Bar[] {
  const bars = [OURS, OFFLINE].map((who): Bar => {
    const work = `${shape} ${modules}, ${who === OURS ? 'warm' : 'offline'}`
    const bar = `≤ ${WARM} × Node on a local copy`
    return { id: "D''", work, bar, bound: WARM, measure: ratio(who, LOCAL) }
  })
  if (shape !== 'deep') return bars
  return [
    ...bars,
    {
      id: "D''",
      work: `${shape} ${modules}, warm`,
      bar: `≤ Node’s start + ${OVER_START} ms (under about 100 modules)`,
      bound: 1,
      measure: against(OURS, small),
    },
  ]
}
