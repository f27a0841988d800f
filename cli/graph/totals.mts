/** A graph in numbers. Used by the page as well. */

import { strayFailures } from './failed.mts'
import { groupOf, localGroup } from './place.mts'
import type { ModuleGraph } from '../../core/explanation.mts'

export interface Totals {
  readonly modules: number
  /** Modules that are files of this machine. */
  readonly local: number
  /** Hosts and repositories that others come from. */
  readonly origins: number
  /** Of what Node runs. */
  readonly bytes: number
  /** Modules that a loader made something else of. */
  readonly transformed: number
  readonly requests: number
  /** Of bodies, as they came over the wire. */
  readonly wireBytes: number
  readonly failures: number
}

export function totalsOf(graph: ModuleGraph): Totals {
  const { modules, failures } = graph
  const groups = new Set(modules.map(({ url }) => groupOf(url)))
  groups.delete(localGroup)
  const all = [...modules.map(({ explanation }) => explanation), ...strayFailures(graph)]
  const requests = all.flatMap(({ hops }) => hops.flatMap((hop) => hop.requests))
  const sum = (numbers: readonly (number | undefined)[]) =>
    numbers.reduce<number>((total, each) => total + (each ?? 0), 0)
  return {
    modules: modules.length,
    local: modules.filter(({ url }) => groupOf(url) === localGroup).length,
    origins: groups.size,
    bytes: sum(modules.map(({ explanation }) => explanation.bytes)),
    transformed: modules.filter(({ explanation }) => explanation.transforms.length > 0).length,
    requests: requests.length,
    wireBytes: sum(requests.map(({ bytes }) => bytes)),
    failures: failures.length,
  }
}
