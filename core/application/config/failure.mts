/** What is said of a configuration that cannot be used: where, what, and what may have been meant. */

import { LoaderError } from '../../errors.mts'
import { BY_CALL } from '../../policy/refusal.mts'
import { nearest } from '../../nearest.mts'
import { escapeText } from '../../text.mts'

/** @throws {LoaderError} ERR_MIMEPORT_CONFIG, always */
export function fail(file: string, what: string, cause?: unknown): never {
  throw new LoaderError(
    'ERR_MIMEPORT_CONFIG',
    file === BY_CALL
      ? `Cannot use the options of ${BY_CALL}: ${what}`
      : `Cannot use the configuration '${file}': ${what}`,
    cause === undefined ? {} : { cause },
  )
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
    const near = nearest(key, known)
    const hint =
      near === undefined ? ` (there are ${known.join(', ')})` : `; did you mean '${near}'?`
    fail(file, `${where} has no key '${escapeText(key)}'${hint}`)
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
