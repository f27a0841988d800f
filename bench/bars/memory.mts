/** F: the memory of each at its peak, against the best peer on Node that does the same. */

import { judge } from '../report/result.mts'
import type { BarResult, Line, RowResult } from '../report/result.mts'

const isPeer = ({ role, resident }: Line) => role === 'peer' && resident !== undefined

/** A peer that needs less than all others; and of these the tree of processes that needs least. */
function best(lines: readonly Line[], field: 'resident' | 'tree'): Line | undefined {
  return lines.filter(isPeer).toSorted((a, b) => a[field]! - b[field]!)[0]
}

/** Judges the memory of ours in all rows that have a peer on Node. */
export function memory(results: readonly RowResult[]): BarResult[] {
  return results.flatMap((row) => {
    const compared = results.find(({ name }) => name === row.memoryOf) ?? row
    const resident = best(compared.lines, 'resident')
    const tree = best(compared.lines, 'tree')
    if (resident === undefined || tree === undefined) return []
    return row.lines
      .filter(({ role, resident }) => role === 'ours' && resident !== undefined)
      .map((line) => {
        const whole = line.tree! / tree.tree!
        const work = row.name.replace(/ \(.*\)$/, '')
        const where = line.name === 'mimeport' ? work : `${work}: ${line.name}`
        return judge(
          {
            id: 'F',
            work: where,
            bar: `≤ ${resident.name}: ${resident.resident!.toFixed(0)} MiB`,
            bound: 1,
          },
          [line.resident! / resident.resident!],
          whole > 1 ? [`whole tree ${whole.toFixed(2)} × ${tree.name}`] : [],
        )
      })
  })
}
