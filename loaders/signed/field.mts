/** The value of a field as a signature covers it. RFC 9421 §2.1 */

import {
  isInnerList,
  parseDictionary,
  parseItem,
  parseList,
  serializeDictionary,
  serializeInnerList,
  serializeItem,
  serializeList,
} from 'structured-headers'
import type { Component } from './component.mts'

export type StructuredType = 'item' | 'list' | 'dictionary'

/**
 * Structured fields that a response or a request for a module may have, by their standards: RFC 9530 §2, §3; RFC 9421 §4;
 * RFC 9209 §2; RFC 9211 §2; RFC 9213 §2; RFC 9218 §4; RFC 9440 §2; RFC 9651 has the syntax. `sf` on any other cannot be followed.
 */
const structured: ReadonlyMap<string, StructuredType> = new Map<string, StructuredType>([
  ['cache-status', 'list'],
  ['cdn-cache-control', 'dictionary'],
  ['client-cert', 'item'],
  ['client-cert-chain', 'list'],
  ['content-digest', 'dictionary'],
  ['priority', 'dictionary'],
  ['proxy-status', 'list'],
  ['repr-digest', 'dictionary'],
  ['signature', 'dictionary'],
  ['signature-input', 'dictionary'],
  ['want-content-digest', 'dictionary'],
  ['want-repr-digest', 'dictionary'],
])

const serializers: Readonly<Record<StructuredType, (text: string) => string>> = {
  item: (text) => serializeItem(parseItem(text)),
  list: (text) => serializeList(parseList(text)),
  dictionary: (text) => serializeDictionary(parseDictionary(text)),
}

/** RFC 9112 §5.2: obsolete line folding is a blank; RFC 9110 §5.5: a value has none at its ends. */
function plain(line: string): string {
  return line.replace(/[ \t]*\r?\n[ \t]+/g, ' ').replace(/^[ \t]+|[ \t]+$/g, '')
}

/** A member of a dictionary, without its key. RFC 9421 §2.1.2 */
function memberOf(text: string, key: string, identifier: string): string {
  const member = parseDictionary(text).get(key)
  if (member === undefined) {
    throw new Error(`it covers ${identifier}, and the field has no such member`)
  }
  return isInnerList(member) ? serializeInnerList(member) : serializeItem(member)
}

/** Each line as a byte sequence. RFC 9421 §2.1.3 */
function wrapped(lines: readonly string[]): string {
  return serializeList(lines.map((line) => [Buffer.from(plain(line), 'latin1'), new Map()]))
}

/**
 * The value of a component that is a field, whose lines these are; `types`: the structured fields that are known.
 * @throws {Error} when it cannot be made.
 */
export function fieldValue(
  { name, parameters, identifier }: Component,
  lines: readonly string[],
  types: ReadonlyMap<string, StructuredType> = structured,
): string {
  const key = parameters.get('key')
  const strict = parameters.has('sf')
  if (parameters.has('bs')) {
    if (!strict && key === undefined) return wrapped(lines)
    throw new Error(`its component ${identifier} is bytes and structured at once`)
  }
  const value = lines.map(plain).join(', ')
  try {
    if (typeof key === 'string') return memberOf(value, key, identifier)
    const type = strict ? types.get(name) : undefined
    if (type !== undefined) return serializers[type](value)
  } catch (error) {
    const { message } = error as Error
    if (message.startsWith('it covers')) throw error
    throw new Error(`it covers ${identifier}, whose field cannot be parsed`, { cause: error })
  }
  if (strict) throw new Error(`it covers ${identifier}, of which the structure is not known`)
  // oxlint-disable-next-line no-control-regex -- RFC 9421 §2.1: ASCII, and no line breaks
  if (/[^\t\x20-\x7e]/.test(value)) throw new Error(`it covers ${identifier}, which is not ASCII`)
  return value
}
