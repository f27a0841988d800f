/** Takes over what a loader answered: checks it, and brings fields and status code into the one form we keep. */

import { LoaderError } from '../errors.mts'
import { received } from '../text.mts'
import type { HeaderRecord, LooseBody } from '../types.mts'

/** A loader's answer before its body was read. */
export interface UnreadResponse {
  readonly statusCode: number
  readonly headers: HeaderRecord
  readonly body: LooseBody
}

/** Makes an error that says which loader and which export returned something unusable. */
export function invalidReturn(loader: string, name: string, expected: string, found: unknown) {
  return new LoaderError(
    'ERR_MIMEPORT_INVALID_RETURN',
    `Expected ${expected} from loader '${loader}' "${name}". Received ${received(found)}`,
  )
}

/** Whether `value` is of a web class: Node's own, or that of another copy of undici. */
function isOf(name: 'Headers' | 'Response', value: object): boolean {
  return (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === name
}

/** RFC 9110 §5.1: a field name is a token; §5.5: a value has no CR, LF or NUL. */
const token = /^[!#$%&'*+\-.^_`|~\w]+$/
// oxlint-disable-next-line no-control-regex -- these are the characters that a field value may not have
const forbidden = /[\0\r\n]/

/**
 * Brings fields into one form: lower-case names, several values joined with ", " (RFC 9110 §5.3).
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_RETURN naming the loader, the export and the field.
 */
export function normalizeHeaders(headers: unknown, loader: string, name: string): HeaderRecord {
  const normal: Record<string, string> = Object.create(null)
  if (headers === undefined || headers === null) return normal
  if (typeof headers !== 'object' || Array.isArray(headers))
    throw invalidReturn(loader, name, 'headers as an object', headers)
  const entries: Iterable<[string, unknown]> =
    isOf('Headers', headers) || headers instanceof Map
      ? (headers as Map<string, unknown>).entries()
      : Object.entries(headers)
  for (const [field, value] of entries) {
    if (value === undefined || value === null) continue
    const values = Array.isArray(value) ? value : [value]
    const odd = values.findIndex((each) => typeof each !== 'string' && typeof each !== 'number')
    if (odd !== -1 || typeof field !== 'string' || !token.test(field)) {
      const found = odd === -1 ? field : values[odd]
      throw invalidReturn(loader, name, `the header '${String(field)}' as text`, found)
    }
    const text = values.join(', ')
    if (forbidden.test(text)) {
      throw invalidReturn(loader, name, `the header '${field}' without line breaks`, text)
    }
    const key = field.toLowerCase()
    normal[key] = key in normal ? `${normal[key]}, ${text}` : text
  }
  return normal
}

/**
 * Checks what a loader's `resolve` returned.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_RETURN naming the loader, the property, and what came.
 */
export function normalizeResponse(answer: unknown, loader: string): UnreadResponse {
  if (typeof answer !== 'object' || answer === null) {
    throw invalidReturn(loader, 'resolve', '{ statusCode, headers, body } or false', answer)
  }
  if (isOf('Response', answer)) {
    const { status, headers, body, bodyUsed } = answer as Response
    if (status === 0) throw invalidReturn(loader, 'resolve', 'a response with a status', status)
    // Nothing is left in it, which would run as an empty module.
    if (bodyUsed) throw invalidReturn(loader, 'resolve', 'a response that nobody has read', answer)
    const own = normalizeHeaders(headers, loader, 'resolve')
    // One that a loader made has no URL, and is what it says.
    if ((answer as Response).url === '') return { statusCode: status, headers: own, body }
    // Fetch §4.6: its body is decoded already, and these two still tell of what came over the wire.
    const { 'content-encoding': _coding, 'content-length': _length, ...rest } = own
    return { statusCode: status, headers: rest, body }
  }
  const { statusCode = 200, headers, body } = answer as Record<string, unknown>
  if (!('statusCode' in answer) && !('headers' in answer) && !('body' in answer)) {
    throw invalidReturn(loader, 'resolve', '{ statusCode, headers, body } or false', answer)
  }
  // A failure that is spelt otherwise must not run as a success.
  if (!('statusCode' in answer) && 'status' in answer) {
    const { status } = answer
    throw invalidReturn(loader, 'resolve', 'statusCode, not "status"', status)
  }
  if (typeof statusCode !== 'number' || !Number.isInteger(statusCode)) {
    throw invalidReturn(loader, 'resolve', 'statusCode as a whole number', statusCode)
  }
  // Servers send 600 to 999, too: RFC 9110 §15 has them taken for a failure of the server.
  if (statusCode < 200 || statusCode > 999) {
    throw invalidReturn(loader, 'resolve', 'statusCode from 200 to 999', statusCode)
  }
  return {
    statusCode,
    headers: normalizeHeaders(headers, loader, 'resolve'),
    body: body as LooseBody,
  }
}
