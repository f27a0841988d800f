/** What is said of a configuration that cannot be used: where, what, and what may have been meant. */

import { LoaderError } from '../../errors.mts'
import { escapeText } from '../../text.mts'

/** @throws {LoaderError} ERR_MIMEPORT_CONFIG, always */
export function fail(file: string, what: string, cause?: unknown): never {
  throw new LoaderError(
    'ERR_MIMEPORT_CONFIG',
    `Cannot use the configuration '${file}': ${what}`,
    cause === undefined ? {} : { cause },
  )
}

/** How many single-character edits lie between two words, up to a bound that no suggestion exceeds. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, left] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, right] of [...b].entries()) {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (left === right ? 0 : 1)))
    }
    row = next
  }
  return row.at(-1)!
}

/** Refuses keys that are none, and suggests the nearest that is. */
export function refuseUnknown(
  file: string,
  object: object,
  known: readonly string[],
  where: string,
): void {
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue
    const [nearest] = known.toSorted((a, b) => distance(key, a) - distance(key, b))
    const near =
      nearest !== undefined && distance(key, nearest) <= Math.min(3, key.length - 1)
        ? `; did you mean '${nearest}'?`
        : ''
    fail(
      file,
      `${where} has no key '${escapeText(key)}'${near || ` (there are ${known.join(', ')})`}`,
    )
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
