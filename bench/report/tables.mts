/** The tables: bar by bar, and row by row with everyone who took part. */

import { figure, milliseconds, range, table } from './cells.mts'
import type { Profile } from '../measure/profile.mts'
import type { BarResult, Line, RowResult } from './result.mts'

/** Functions that a profile shows. */
const FUNCTIONS = 12

const mark = ({ met }: BarResult) =>
  met === undefined ? '**NOT MEASURED**' : met ? '✓ met' : '✗ **missed**'

/** All bars, each with a mark. */
export function barsTable(bars: readonly BarResult[]): string {
  const rows = bars.map((bar) => [
    bar.id,
    bar.work,
    bar.bar,
    bar.measured === undefined ? 'could not run' : range(bar.measured),
    [mark(bar), ...bar.faults].join(': '),
  ])
  return table(['', 'work', 'bar', 'measured: median (min–max)', ''], rows, 5)
}

const styled = ({ name, role }: Line) =>
  role === 'ours' ? `**${name}**` : role === 'yardstick' ? `_${name}_` : name

const rounded = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(0))

type Failure = RowResult['failures'][number]

/** The first lines of what somebody failed with. */
const whole = ({ why }: Failure) => why.split('\n').slice(0, 6).join('\n   ')

/** The error alone, for whom the paths of this machine are nothing. */
export const brief = ({ why }: Failure) =>
  `\`${/^\s*(\w*Error\b[^\n]*)/m.exec(why)?.[1] ?? why.split('\n')[0]}\``

/** Everyone in a row, the quickest first; *italics*: limits and yardsticks, no peers. */
export function rowTable(row: RowResult, failureOf = whole): string {
  const failures = row.failures.map(
    (failure) =>
      `\n!! ${failure.name} ${failure.wrong ? 'IS WRONG' : 'COULD NOT RUN'}: ${failureOf(failure)}`,
  )
  const title = `**${row.name}**`
  const profile = row.profile === undefined ? [] : ['', profileTable(row.name, row.profile)]
  const measured =
    Object.keys(row.facts).length > 0
      ? [title, '', factsTable(row)]
      : [`${title} (limit: ${row.limit})`, '', everyone(row)]
  return [...measured, ...failures, ...profile].join('\n')
}

/** Where our time goes in a row: by whose code it is, and the functions that take most. */
export function profileTable(name: string, { whole, parts, functions }: Profile): string {
  const rows = [
    ...parts,
    ...functions.slice(0, FUNCTIONS).map((each) => ({ ...each, what: `\`${each.what}\`` })),
  ]
  const cells = rows.map(({ what, ms, share }) => [
    what,
    ms.toFixed(1),
    `${(share * 100).toFixed(0)} %`,
  ])
  const title = `**${name}: where the main thread’s ${whole.toFixed(0)} ms go under the profiler**`
  return `${title}\n\n${table(['', 'ms', 'share'], cells)}`
}

/** What the programs of a row measured themselves. */
function factsTable({ lines, facts }: RowResult): string {
  const rows = lines.flatMap((line) =>
    Object.entries(line.facts).map(([name, told]) => [
      styled(line),
      facts[name] ?? name,
      range(told),
    ]),
  )
  return table(['', 'measured by the program', 'median (min–max)'], rows, 2)
}

function everyone(row: RowResult): string {
  const counted = row.lines.some(({ counts }) => counts !== undefined)
  const heads = ['', '÷ limit', '÷ best peer', 'ms', 'CPU ms', 'RSS MiB', 'tree MiB']
  const rows = row.lines.map((line) => [
    styled(line),
    line.ofLimit === undefined ? '-' : range(line.ofLimit),
    line.ofBest === undefined ? '-' : figure(line.ofBest.median),
    range(line.ms, milliseconds),
    rounded(line.cpu),
    rounded(line.resident),
    rounded(line.tree),
    ...(counted ? [line.counts === undefined ? '' : Object.values(line.counts).join(' / ')] : []),
  ])
  return table(counted ? [...heads, 'requests / connections / at once'] : heads, rows)
}
