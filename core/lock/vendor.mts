/** Bodies that are part of the project: what `mimeport vendor` wrote is read in place of what servers have. docs/lock.md */

import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { noteFile } from '../consulted.mts'
import { LoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { digestOf } from './integrity.mts'
import { LISTING, parseListing } from './vendor-listing.mts'
import type { LoadResponse } from '../types.mts'
import type { Listing } from './vendor-listing.mts'

let folder: string | undefined
let listing: Listing | undefined
let isMending = false

/** Says where the folder is, an absolute path; it need not be there. */
export function configureVendor(own: string | undefined): void {
  folder = own
  listing = undefined
}

/** From now on, what is damaged is as if it were not there: whoever writes it anew gets it from elsewhere. */
export function mendVendored(): void {
  isMending = true
}

function broken(file: string, key: string, reason: string, cause?: unknown): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_INTEGRITY',
    `Cannot use '${escapeText(file)}', the vendored body of '${escapeText(key)}': ${reason}; 'npx mimeport vendor' writes it anew`,
    cause === undefined ? { url: key } : { url: key, cause },
  )
}

function bytesOf(file: string): Buffer {
  // A link may lead to a device, which has no end.
  noteFile(file)
  if (!statSync(file).isFile()) throw new Error('it is no file')
  return readFileSync(file)
}

/** What the folder has; `undefined` where there is no folder. */
function listed(path: string, key: string): Listing | undefined {
  const file = join(path, LISTING)
  try {
    return parseListing(bytesOf(file).toString())
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT' && !existsSync(path)) return undefined
    const reason = escapeText((error as Error).message)
    throw new LoaderError(
      'ERR_MIMEPORT_INTEGRITY',
      `Cannot use the vendor folder for '${escapeText(key)}': '${escapeText(file)}' cannot be read: ${reason}; 'npx mimeport vendor' writes it anew`,
      { url: key, cause: error },
    )
  }
}

/**
 * The body that the folder has for a key of the lock, verified; `undefined` where it has none. What is listed is used, or
 * fails: the network never takes its place.
 * @throws {LoaderError} ERR_MIMEPORT_INTEGRITY naming the file.
 */
export function readVendored(
  key: string,
  integrity: string,
): { readonly loader: string; readonly response: LoadResponse } | undefined {
  if (folder === undefined) return undefined
  try {
    return read(folder, key, integrity)
  } catch (error) {
    if (isMending) return undefined
    throw error
  }
}

function read(folder: string, key: string, integrity: string): ReturnType<typeof readVendored> {
  listing ??= listed(folder, key)
  const entry = listing?.get(key)
  if (entry === undefined) return undefined
  const { loader, headers } = entry
  const file = join(folder, ...entry.file.split('/'))
  let body: Uint8Array
  try {
    // Not a Buffer: to a transform, what is stored is what a server sent.
    body = new Uint8Array(bytesOf(file))
  } catch (cause) {
    throw broken(file, key, `it cannot be read: ${escapeText((cause as Error).message)}`, cause)
  }
  const found = digestOf(body)
  if (found !== integrity) {
    const reason = `its ${body.length} bytes are ${found}, and the lock has ${integrity}`
    throw broken(file, key, reason)
  }
  return { loader, response: { statusCode: 200, headers: { ...headers }, body } }
}

/** The error for a vendored body that is not what the lock says in another way: its type, its format. */
export function vendorMismatch(key: string, what: string): LoaderError {
  const file = listing?.get(key)?.file ?? LISTING
  return broken(join(folder ?? '', ...file.split('/')), key, what)
}
