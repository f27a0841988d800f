/** One line of a lock's file: an entry, printed and read. What is read is held to be exactly what would be printed. */

import { isBodyGoal, isKey, isLockable, isLockedRedirect, splitKey } from './entry.mts'
import { isDigest } from './integrity.mts'
import { escapeText, received } from '../text.mts'
import { isFormat } from '../format.mts'
import { canonicalEssence, parseMediaType } from '../media-type.mts'
import type { MIMEType } from 'node:util'
import type { LockEntry, LockedModule, LockedRedirect } from './entry.mts'
import type { Format } from '../types.mts'

/** ASCII alone: what looks like something else in a review does not. */
function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function printEntry(entry: LockEntry): string {
  if (isLockedRedirect(entry)) {
    const { status, location, commit, ref } = entry
    const pin =
      commit === undefined || ref === undefined
        ? ''
        : `,"commit":${quote(commit)},"ref":${quote(ref)}`
    return `{"status":${status},"location":${quote(location)}${pin}}`
  }
  const { integrity, type, format, imports } = entry
  const typed = type === undefined ? '' : `,"type":${quote(type)}`
  const edges = imports.length === 0 ? '' : `,"imports":[${imports.map(quote).join(',')}]`
  return `{"integrity":${quote(integrity)}${typed},"format":${quote(format)}${edges}}`
}

/** The line of an entry, without its indentation, comma and end. */
export function printLine(key: string, entry: LockEntry): string {
  return `${quote(key)}: ${printEntry(entry)}`
}

/**
 * How the lock writes what a body is: one name for each media type, and no charset where it is the one that text has anyway.
 */
export function lockedType(mediaType: MIMEType): string {
  const own = parseMediaType(String(mediaType))!
  if (/^utf-?8$/i.test(own.params.get('charset') ?? '')) own.params.delete('charset')
  const parameters = String(own).slice(own.essence.length)
  return canonicalEssence(own.essence) + parameters
}

/** A fault of a line: of which field, and which. */
export class LineFault extends Error {}

type Fields = Readonly<Record<string, unknown>>

function text(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value === 'string') return value
  throw new LineFault(`'${name}' must be a string. Received ${received(value)}`)
}

function refuseOthers(fields: Fields, known: readonly string[], what: string): void {
  const odd = Object.keys(fields).find((name) => !known.includes(name))
  if (odd !== undefined) throw new LineFault(`${what} has no field '${escapeText(odd)}'`)
}

function readIntegrity(fields: Fields): string {
  if (!('integrity' in fields)) throw new LineFault("'integrity' is missing")
  const integrity = text(fields, 'integrity')
  if (isDigest(integrity)) return integrity
  const [, algorithm = ''] = /^([^-]*)-/.exec(integrity) ?? []
  throw new LineFault(
    algorithm === 'sha256'
      ? "'integrity' is no whole SHA-256 digest"
      : `'integrity' must be 'sha256-' and a digest. Received ${received(integrity)}`,
  )
}

function readType(fields: Fields, goal: string): { readonly type?: string } {
  if (isBodyGoal(goal)) {
    if (!('type' in fields)) return {}
    throw new LineFault(`'type' has no place in what is imported as ${goal}`)
  }
  if (!('type' in fields)) throw new LineFault("'type' is missing")
  const type = text(fields, 'type')
  const mediaType = parseMediaType(type)
  if (mediaType === undefined || lockedType(mediaType) !== type) {
    throw new LineFault(`'type' must be a media type. Received ${received(type)}`)
  }
  if (knownTypes.size < KNOWN_TYPES) knownTypes.add(type)
  return { type }
}

function readModule(fields: Fields, goal: string): LockedModule {
  refuseOthers(fields, ['integrity', 'type', 'format', 'imports'], 'a module')
  const integrity = readIntegrity(fields)
  const type = readType(fields, goal)
  const format = text(fields, 'format')
  if (!isFormat(format)) {
    throw new LineFault(`'format' must be one of Node's. Received ${received(format)}`)
  }
  const { imports = [] } = fields
  const isList = Array.isArray(imports) && imports.every((each) => typeof each === 'string')
  const odd = isList ? imports.find((each) => !isKey(each)) : imports
  if (odd !== undefined && (!isList || typeof odd === 'string')) {
    throw new LineFault(`'imports' must be a list of keys. Received ${received(odd)}`)
  }
  return { integrity, ...type, format: format as Format, imports: imports as string[] }
}

const redirects = new Set([301, 302, 303, 307, 308])

function readRedirect(fields: Fields): LockedRedirect {
  refuseOthers(fields, ['status', 'location', 'commit', 'ref'], 'a redirect')
  const { status } = fields
  if (typeof status !== 'number' || !redirects.has(status)) {
    throw new LineFault(`'status' must be that of a redirect. Received ${received(status)}`)
  }
  const location = text(fields, 'location')
  if (!isLockable(location)) {
    throw new LineFault(
      `'location' must be an address in the network. Received ${received(location)}`,
    )
  }
  if (!('commit' in fields) && !('ref' in fields)) return { status, location }
  const commit = text(fields, 'commit')
  const ref = text(fields, 'ref')
  if (!isCommit(commit)) {
    throw new LineFault(`'commit' must be a commit's id. Received ${received(commit)}`)
  }
  return { status, location, commit, ref }
}

/** Whether a text is the whole id of a commit: SHA-1 or SHA-256, as git has it. */
export function isCommit(id: string): boolean {
  return /^(?:[\da-f]{40}|[\da-f]{64})$/.test(id)
}

/** The line of a module as almost all are: plain texts, in which nothing is escaped. */
const plain =
  /^"([^"\\]+)": \{"integrity":"([^"\\]+)","type":"([^"\\]+)","format":"([a-z]+)"(?:,"imports":\["([^"\\]+(?:","[^"\\]+)*)"\])?\}$/

// oxlint-disable-next-line no-control-regex -- these are the characters that a plain text has not
const unplain = /[^ -~]/

/** Media types that are remembered. */
const KNOWN_TYPES = 100

/** Media types that were found to be written as we write them. */
const knownTypes = new Set<string>()

/** Reads such a line; `undefined` for any other, and for one with a fault: it is looked at field by field. */
function readPlain(line: string): readonly [key: string, entry: LockEntry] | undefined {
  const [, key, integrity, type, format, edges] = plain.exec(line) ?? []
  if (key === undefined || integrity === undefined || type === undefined || format === undefined) {
    return undefined
  }
  if (unplain.test(line) || !isKey(key) || isBodyGoal(splitKey(key).goal)) return undefined
  if (!knownTypes.has(type) || !isDigest(integrity) || !isFormat(format)) return undefined
  const imports = edges === undefined ? [] : edges.split('","')
  return imports.every(isKey) ? [key, { integrity, type, format, imports }] : undefined
}

/**
 * Reads a line without its comma.
 * @throws {LineFault} saying which field is wrong.
 */
export function readLine(line: string): readonly [key: string, entry: LockEntry] {
  const found = readPlain(line)
  if (found !== undefined) return found
  let parsed: Fields
  try {
    parsed = JSON.parse(`{${line}}`) as Fields
  } catch {
    throw new LineFault('it is no entry: a key, a colon, and an object on one line')
  }
  const [key = ''] = Object.keys(parsed)
  const shown = escapeText(key.slice(0, 300))
  const fail = (reason: string) => new LineFault(`'${shown}': ${reason}`)
  if (!isKey(key)) throw fail('it is no specifier of the network in its one spelling')
  const fields = parsed[key]
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw fail(`it must be an object. Received ${received(fields)}`)
  }
  let entry: LockEntry
  try {
    const isRedirect = 'location' in fields || 'status' in fields
    entry = isRedirect
      ? readRedirect(fields as Fields)
      : readModule(fields as Fields, splitKey(key).goal)
  } catch (error) {
    throw error instanceof LineFault ? fail(error.message) : error
  }
  // JSON.parse takes the last of two fields of one name, and any spelling of a text: neither is ours.
  if (printLine(key, entry) !== line) {
    throw fail('it has a field twice, or is not written as mimeport writes it')
  }
  return [key, entry]
}
