/**
 * `index.json` of the vendor folder: which file has a key's body, and what else of the response is needed. A flat object, a
 * line an entry, sorted, so that it merges as the lock does:
 *
 *     "https://esm.sh/x": {"file":"esm-sh/x-….mjs","loader":"http","headers":{"content-type":"…"},"sum":"…"},
 */

import { crypto } from '../builtins.mts'
import { isVendorName } from './vendor-name.mts'
import type { HeaderRecord } from '../types.mts'

export const LISTING = 'index.json'

const VERSION = 1

export interface Vendored {
  /** Path below the folder, with `/`. */
  readonly file: string
  /** The loader that answered: it also resolves what is relative to the module. */
  readonly loader: string
  readonly headers: HeaderRecord
}

/** By key of the lock. */
export type Listing = ReadonlyMap<string, Vendored>

/** Proves that a line is as it was written: bodies have the lock for that. */
function sumOf(key: string, { file, loader, headers }: Vendored): string {
  return crypto()
    .hash('sha256', JSON.stringify([key, file, loader, headers]))
    .slice(0, 16)
}

function lineOf(key: string, { file, loader, headers }: Vendored): string {
  const entry = { file, loader, headers, sum: sumOf(key, { file, loader, headers }) }
  return `  ${JSON.stringify(key)}: ${JSON.stringify(entry)},\n`
}

/** The text of a listing: the same for the same entries, in whatever order they came. */
export function printListing(listing: Listing): string {
  const keys = [...listing.keys()].sort()
  const lines = keys.map((key) => lineOf(key, listing.get(key)!))
  return `{\n${lines.join('')}  "version": ${VERSION}\n}\n`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isHeaders(value: unknown): value is HeaderRecord {
  return isRecord(value) && Object.values(value).every((each) => typeof each === 'string')
}

function readEntry(key: string, value: unknown): Vendored {
  const wrong = new TypeError(`its line for '${key}' was changed`)
  if (!isRecord(value)) throw wrong
  const { file, loader, headers, sum } = value
  if (typeof file !== 'string' || typeof loader !== 'string' || !isHeaders(headers)) throw wrong
  // ! The name leads to a file that is read: nothing but a name of ours is one.
  if (!isVendorName(file) || sumOf(key, { file, loader, headers }) !== sum) throw wrong
  return { file, loader, headers }
}

/** Reads a listing. @throws {TypeError | SyntaxError} whose message is the end of a sentence. */
export function parseListing(text: string): Listing {
  const value: unknown = JSON.parse(text)
  if (!isRecord(value)) throw new TypeError('it is no object')
  const { version, ...entries } = value
  if (version !== VERSION) throw new TypeError(`it is not of version ${VERSION}`)
  return new Map(Object.entries(entries).map(([key, entry]) => [key, readEntry(key, entry)]))
}
