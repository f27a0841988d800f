/** Asking whether a stored response is still valid, and what the answer means for it. RFC 9111 §4.3. */

import { parseDate } from './http-date.mts'
import { storedFields } from './storing.mts'
import type { StoredResponse } from './entry.mts'
import type { Exchanged } from './storing.mts'
import type { HeaderRecord, LoadResponse } from '../types.mts'

/**
 * Whether it was served in the second in which it was modified: it may have been modified again in that second, and no
 * field would tell. Many servers make the ETag of that time, too. RFC 9110 §8.8.2.2.
 */
function wasJustModified({ headers, responseTime }: StoredResponse): boolean {
  const modified = parseDate(headers['last-modified'], responseTime)
  const date = parseDate(headers['date'], responseTime) ?? responseTime
  return modified !== undefined && date - modified < 1000
}

/** Fields that make the request for a stored response conditional; none where it has no validator to go by. */
export function conditionalFields(stored: StoredResponse): HeaderRecord {
  const { headers } = stored
  if (wasJustModified(stored)) return {}
  return {
    ...(headers['etag'] !== undefined && { 'if-none-match': headers['etag'] }),
    ...(headers['last-modified'] !== undefined && {
      'if-modified-since': headers['last-modified'],
    }),
  }
}

/** RFC 9110 §8.8.3.2: weak comparison. */
function sameTag(a: string, b: string): boolean {
  return a.replace(/^W\//, '') === b.replace(/^W\//, '')
}

/** Whether a 304 is about this stored response. RFC 9111 §4.3.4. */
export function isValidatedBy({ headers }: StoredResponse, response: LoadResponse): boolean {
  const { etag, 'last-modified': modified } = response.headers
  if (etag !== undefined && headers['etag'] !== undefined) return sameTag(etag, headers['etag'])
  const before = headers['last-modified']
  return modified === undefined || before === undefined || modified === before
}

/** Fields that describe the stored bytes, which a 304 does not bring. RFC 9111 §3.2. */
const ofTheContent = new Set([
  'content-encoding',
  'content-length',
  'content-md5',
  'content-range',
  // It says what the bytes are run as, and some servers have one for whatever they send. Browsers keep the first, too.
  'content-type',
  'etag',
])

/**
 * The fields that the signatures of a response cover, and the signatures: those of a 304 are about the 304, and with a field
 * of it in their place what is stored would be signed no more. RFC 9421 §2, §4.1
 */
function signedFields({ 'signature-input': covered }: HeaderRecord): ReadonlySet<string> {
  if (covered === undefined) return new Set()
  // Whatever is quoted: that it is also a key's id or the like does no harm.
  const names = covered.matchAll(/"([^"]*)"/g).map(([, name = '']) => name)
  return new Set([...names, 'signature', 'signature-input', 'content-digest', 'repr-digest'])
}

/** The stored response with the fields of the 304 that validated it. */
export function freshened(
  stored: StoredResponse,
  response: LoadResponse,
  times: Exchanged,
): StoredResponse {
  const signed = signedFields(stored.headers)
  const fields = Object.entries(storedFields(response.headers)).filter(
    ([name]) => !ofTheContent.has(name) && !signed.has(name),
  )
  // How old the stored one was says nothing any more, nor does when it was sent: RFC 9110 §6.6.1, without a Date it is now.
  const { age: _age, date, ...before } = stored.headers
  const sent = date !== undefined && signed.has('date') ? { date } : {}
  return { ...stored, headers: { ...before, ...sent, ...Object.fromEntries(fields) }, ...times }
}

/**
 * Whether the request's own conditions say that it has this already; `undefined`: it has none.
 * RFC 9110 §13.2.2.
 */
export function isUnmodified(
  { headers }: StoredResponse,
  request: HeaderRecord,
  toTime: (date: string | undefined) => number | undefined,
): boolean | undefined {
  const tags = request['if-none-match']
  if (tags !== undefined) {
    const etag = headers['etag']
    if (tags.trim() === '*') return true
    const listed = tags.match(/(?:W\/)?"[^"]*"|[^\s,"]+/g) ?? []
    return etag !== undefined && listed.some((tag) => sameTag(tag, etag))
  }
  const since = request['if-modified-since']
  if (since === undefined) return undefined
  const [time, modified] = [toTime(since), toTime(headers['last-modified'] ?? headers['date'])]
  return time !== undefined && modified !== undefined && modified <= time
}
