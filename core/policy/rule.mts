/** Rules that may differ by origin: which one goes for a module, and what it would be if it allowed more. */

import { mostSpecific } from './entry.mts'
import { escapeText } from '../text.mts'

/** A line of the configuration longer than this is not repeated, characters. */
const LONGEST = 400

/** By entry of origins. */
export type RuleTable<Rule> = Readonly<Record<string, Rule>>

/**
 * The entry of a table that goes for a module: the most specific; `undefined` where none does. Where a server may read the
 * module's path in two ways (`//x`, `%2e%2e`), one that refuses goes first.
 */
export function entryFor<Rule>(
  table: RuleTable<Rule>,
  url: string,
  refuses: (rule: Rule) => boolean,
): string | undefined {
  const entries = mostSpecific(Object.keys(table), url)
  const refusing = entries.find((entry) => entry !== undefined && refuses(table[entry] as Rule))
  return refusing ?? entries[0]
}

/** JSON as people write it, on one line. */
function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).map(
    ([key, each]) => `${JSON.stringify(key)}: ${written(each)}`,
  )
  return `{ ${fields.join(', ')} }`
}

/** The line of the configuration that would allow what was refused, and where it goes. */
export function advice(key: string, value: unknown, file = 'mimeport.json'): string {
  const line = `${JSON.stringify(key)}: ${written(value)}`
  if (line.length > LONGEST) return `to allow it, add it to "${key}" in '${escapeText(file)}'`
  return `to allow it, write ${escapeText(line)} into '${escapeText(file)}'`
}
