/** All that is stored, file by file: for people, who look after it. Reads as the cache itself does. */

import { join } from 'node:path'
import { claimedURL, decodeFile, isOfOtherVersion } from './entry.mts'
import { readEntryFile } from './entry-file.mts'
import { freshUntil } from './freshness.mts'
import { beat } from '../pulse.mts'
import { find, responses } from '../sweep.mts'
import type { EntrySubject, StoredResponse } from './entry.mts'
import type { Damage, StoredInfo } from '../inventory.mts'

export interface FoundFile {
  readonly path: string
  /** Of the file. */
  readonly bytes: number
  readonly subject?: EntrySubject
  readonly responses: readonly StoredResponse[]
  readonly why?: Damage
  /** Where it is damaged: what it says that it is of. */
  readonly claimed?: string
}

function readFound(path: string, name: string, bytes: number): FoundFile | undefined {
  const useless = (why: Damage, claimed?: string): FoundFile => {
    return { path, bytes, responses: [], why, ...(claimed !== undefined && { claimed }) }
  }
  try {
    const file = readEntryFile(path)
    if (file === undefined) return useless('exposed')
    const entry = decodeFile(name, file.bytes)
    if (entry === undefined) {
      if (isOfOtherVersion(file.bytes)) return useless('other-version')
      return useless('damaged', claimedURL(file.bytes))
    }
    const { subject, responses: found } = entry
    return { path, bytes, responses: found, ...(subject !== undefined && { subject }) }
  } catch (error) {
    const { code } = error as { code?: string }
    // A program has removed it meanwhile.
    if (code === 'ENOENT') return undefined
    return useless(code === 'ELOOP' ? 'exposed' : 'damaged')
  }
}

/** The files in the folder of the responses, each read and verified. One at a time: all together may be a gigabyte. */
export function* storedFiles(folder: string): Generator<FoundFile> {
  const { entries } = find(folder, 0, responses)
  for (const { path, bytes } of entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    beat()
    const found = readFound(path, path.slice(join(folder, '/').length), bytes)
    if (found !== undefined) yield found
  }
}

/** What people are told of a response. `guess`: whether a lifetime that nobody stated may be guessed; `now`: ms since the epoch. */
export function describeStored(
  { url, method, isPersonal }: EntrySubject,
  stored: StoredResponse,
  guess: boolean,
  now: number,
): StoredInfo {
  const { statusCode, headers, body, responseTime, specifier, immutable = false } = stored
  const { 'content-type': mediaType, location } = headers
  return {
    url,
    method,
    ...(specifier !== undefined && { specifier }),
    statusCode,
    ...(mediaType !== undefined && { mediaType }),
    ...(location !== undefined && { location }),
    bytes: body.length,
    storedAt: responseTime,
    freshUntil: freshUntil(stored, immutable, guess, now),
    isImmutable: immutable,
    isPersonal,
    isKeptOnly: stored.keptOnly,
  }
}
