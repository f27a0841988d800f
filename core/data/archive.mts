/** Files in archives, in memory: ZIP by `yauzl`, tar by `modern-tar`, which the project installs. For loaders. */

import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { noteFile } from '../consulted.mts'
import { decodeContent } from '../body/content-coding.mts'
import { parser } from './data-module.mts'
import { LoaderError } from '../errors.mts'
import { limits } from '../limits.mts'
import { fetchResource } from '../resource/resource.mts'
import { escapeText } from '../text.mts'
import type { LoadResponse } from '../types.mts'

type Code = 'ERR_MIMEPORT_INVALID_BODY' | 'ERR_MIMEPORT_BODY_TOO_LARGE'

function fault(code: Code, archive: string, reason: string, cause?: unknown): LoaderError {
  const message = `Cannot read the archive '${escapeText(archive)}': ${escapeText(reason)}`
  return new LoaderError(code, message, { url: archive, cause })
}

function refuseLarge(archive: string, path: string, size: number): void {
  if (size <= limits.body) return
  const reason = `'${path}' in it has ${size} bytes, the limit is ${limits.body}`
  throw fault('ERR_MIMEPORT_BODY_TOO_LARGE', archive, reason)
}

/** Reads an archive of this machine, or asks its server; no redirect is followed. */
export async function archiveFrom(
  archive: string,
  signal: AbortSignal | undefined,
): Promise<LoadResponse> {
  if (!/^archive:/i.test(archive)) {
    return fetchResource(archive, { headers: { accept: '*/*' }, signal })
  }
  const path = fileURLToPath(`file:${archive.slice('archive:'.length)}`)
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isFile() !== true) return { statusCode: 404, headers: {}, body: new Uint8Array() }
  refuseLarge(archive, path, stats.size)
  // What is made of it goes for as long as it is as it was.
  noteFile(path, false, stats)
  return { statusCode: 200, headers: {}, body: readFileSync(path) }
}

/** A file of a ZIP archive, whose size and checksum are as its directory says. APPNOTE §4.3.12, §4.4.7. */
async function inZip(archive: string, bytes: Uint8Array, path: string) {
  const { fromBufferPromise } = await parser('yauzl', archive, () => import('yauzl'))
  const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== path || path.endsWith('/')) continue
    refuseLarge(archive, path, entry.uncompressedSize)
    const parts = await Array.fromAsync(await zip.openReadStreamPromise(entry))
    const body = Buffer.concat(parts as Buffer[])
    if (process.getBuiltinModule('node:zlib').crc32(body) === entry.crc32) return body
    throw new Error(`the checksum of '${path}' is not what its directory says`)
  }
  return undefined
}

/** A file of a tar archive: the last of its name, as unpacking would leave it. Links lead nowhere. POSIX pax; GNU. */
async function inTar(archive: string, bytes: Uint8Array, path: string) {
  const { unpackTar } = await parser('modern-tar', archive, () => import('modern-tar'))
  const isWanted = ({ name, type }: { name: string; type?: string }) =>
    name.replace(/^\.\//, '') === path && (type === undefined || type === 'file')
  const files = await unpackTar(bytes, { strict: true, filter: isWanted })
  const body = files.at(-1)?.data
  return body && new Uint8Array(body)
}

/** What was unpacked last, and of what: the modules of an archive are asked for one after another. */
let last: { readonly checksum: string; readonly tar: Uint8Array } | undefined

async function gunzipped(archive: string, bytes: Uint8Array): Promise<Uint8Array> {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256')
  const checksum = hash.update(bytes).digest('base64')
  if (last?.checksum !== checksum) {
    last = { checksum, tar: await decodeContent(bytes, 'gzip', { url: archive }) }
  }
  return last.tar
}

/** The name in the archive that a URL's path means. */
function nameOf(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/**
 * The file of a name in an archive, found out by its first bytes to be ZIP, gzip or tar; `undefined` where there is none. No
 * name leads anywhere but to itself.
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_BODY, ERR_MIMEPORT_BODY_TOO_LARGE, ERR_MIMEPORT_CONTENT_CODING for broken gzip,
 * ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE without the package that reads it.
 */
export async function fileIn(
  archive: string,
  bytes: Uint8Array,
  path: string,
): Promise<Uint8Array | undefined> {
  const name = nameOf(path)
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  const tar = isGzip ? await gunzipped(archive, bytes) : bytes
  try {
    return await (isZip ? inZip(archive, bytes, name) : inTar(archive, tar, name))
  } catch (error) {
    if ((error as { name?: string }).name === 'LoaderError') throw error
    throw fault('ERR_MIMEPORT_INVALID_BODY', archive, (error as Error).message, error)
  }
}
