/** `file:`: files of this machine, as a web server would answer with them. */

import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { fileURLToPath, URL } from 'node:url'
import { noteBody } from '../../core/consulted.mts'
import { LoaderError } from '../../core/errors.mts'
import { escapeText } from '../../core/text.mts'
import { limits } from '../../core/limits.mts'
import type { Stats } from 'node:fs'
import type { LooseResponse } from '../../core/types.mts'

export const name = 'file'

export const schemes = ['file:']

/** Error codes of a file system → the status code that says the same. */
const statusCodes: ReadonlyMap<string, number> = new Map([
  ['EACCES', 403],
  ['ENAMETOOLONG', 404],
  ['ENOENT', 404],
  ['ENOTDIR', 404],
  ['EPERM', 403],
  ['ERR_ACCESS_DENIED', 403], // Node's permission model.
])

function invalid(url: string, reason: string, cause?: unknown): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_INVALID_SPECIFIER',
    `Cannot load '${escapeText(url)}': ${reason}`,
    { url, cause },
  )
}

function pathOf(url: string): string {
  const parsed = URL.parse(url) ?? undefined
  if (parsed?.protocol !== 'file:') throw invalid(url, 'it is no valid file: URL')
  // A host is another machine's name (RFC 8089 §2); only Windows could reach it.
  if (parsed.host !== '')
    throw invalid(url, `a file: URL with a host ('${parsed.host}') is not loaded`)
  if (/%00/.test(parsed.pathname)) throw invalid(url, 'no file has a NUL in its name')
  try {
    return fileURLToPath(parsed)
  } catch (error) {
    throw invalid(url, (error as Error).message, error)
  }
}

/** Refuses what is no regular file: reading a pipe or a device may take for ever, and change something. */
function checkRegular(stats: Stats, url: string): void {
  if (stats.isDirectory()) throw invalid(url, 'it is a directory; name a file in it')
  if (!stats.isFile()) throw invalid(url, 'it is no regular file, but a pipe, a socket or a device')
}

function tooLarge(size: number, url: string): LoaderError {
  const count = (bytes: number): string => `${bytes.toLocaleString('en')} bytes`
  return new LoaderError(
    'ERR_MIMEPORT_BODY_TOO_LARGE',
    `Cannot read '${escapeText(url)}': it has ${count(size)}, the limit is ${count(limits.body)}`,
    { url },
  )
}

/** Reads to the end, which `/proc` does not tell beforehand, and which may move while we read. */
function readAll(descriptor: number, size: number, url: string): Uint8Array {
  let block = new Uint8Array(size + 1)
  let length = 0
  for (;;) {
    const count = readSync(descriptor, block, length, block.length - length, null)
    length += count
    if (length > limits.body) throw tooLarge(length, url)
    // There was room for more than it has.
    const isWhole = length === size && size > 0
    if (count === 0 || isWhole) return block.slice(0, length)
    if (length === block.length) {
      const larger = new Uint8Array(Math.min(length * 2 + 4096, limits.body + 1))
      larger.set(block)
      block = larger
    }
  }
}

function read(path: string, url: string): LooseResponse {
  // Before opening, too: to open a device may do something.
  checkRegular(statSync(path), url)
  // ! O_NONBLOCK: else opening a pipe, put there meanwhile, would wait for its writer.
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = fstatSync(descriptor)
    checkRegular(stats, url)
    if (stats.size > limits.body) throw tooLarge(stats.size, url)
    const body = readAll(descriptor, stats.size, url)
    noteBody(body, stats)
    return {
      statusCode: 200,
      // For who asks: most modules are made without, and the first date has V8 load what it knows of time zones.
      get headers() {
        const modified = new Date(stats.mtimeMs).toUTCString()
        return { 'content-length': String(body.length), 'last-modified': modified }
      },
      body,
    }
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Reads a regular file: 200, without a media type. 404 where there is none, 403 where it may not be read. Query and
 * fragment are part of the module's identity, not of the file's name.
 *
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_SPECIFIER for a host, a directory, a pipe or a device;
 * ERR_MIMEPORT_BODY_TOO_LARGE above `limits.body`.
 */
export async function resolve(specifier: string): Promise<LooseResponse> {
  return answer(specifier)
}

/** Does that, and waits for nothing. @throws as {@link resolve} does */
export function answer(specifier: string): LooseResponse {
  const path = pathOf(specifier)
  try {
    return read(path, specifier)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const statusCode = statusCodes.get(code ?? '')
    if (statusCode === undefined) throw error
    return { statusCode, headers: { 'content-type': 'text/plain' }, body: escapeText(message) }
  }
}

/** Resolves against the parent, as URL has it; query and fragment stay. */
export async function resolveRelativePath(specifier: string, parentPath: string): Promise<string> {
  const resolved = URL.canParse(specifier, parentPath) ? new URL(specifier, parentPath) : undefined
  if (resolved === undefined || resolved.protocol !== 'file:' || resolved.host !== '') {
    throw new LoaderError(
      'ERR_MIMEPORT_INVALID_SPECIFIER',
      `Cannot resolve '${escapeText(specifier)}' imported from '${escapeText(parentPath)}': ` +
        'together they name no file of this machine',
      { url: parentPath },
    )
  }
  return resolved.href
}
