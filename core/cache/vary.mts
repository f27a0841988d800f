/** Which of the responses that are stored for a URL is for this request. RFC 9111 §4.1. */

import { crypto } from '../builtins.mts'
import { namesIn } from './cache-control.mts'
import type { StoredResponse } from './entry.mts'
import type { HeaderRecord } from '../types.mts'

/** A field value, but for white space that means nothing, as a digest: what is stored tells nothing of a request. */
function digestOf(request: HeaderRecord, name: string): string {
  // A server may name what every object has: `constructor`.
  const value = Object.hasOwn(request, name) ? request[name] : undefined
  if (value === undefined) return ''
  const normal = value.trim().replace(/\s*,\s*/g, ',')
  return crypto().hash('sha256', normal, 'base64url')
}

/** What a response varies by; `undefined` when it is by more than the request's fields: `Vary: *`. */
export function varyOf(
  response: HeaderRecord,
  request: HeaderRecord,
): StoredResponse['vary'] | undefined {
  const names = [...new Set(namesIn(response['vary']))].sort()
  if (names.includes('*')) return undefined
  return names.map((name) => [name, digestOf(request, name)] as const)
}

/** Whether a stored response is for a request with these fields. */
export function matches({ vary }: StoredResponse, request: HeaderRecord): boolean {
  return vary.every(([name, digest]) => digest === digestOf(request, name))
}
