/** The cache is listed, verified, measured and cleaned, also while programs use it: what the command line asks. */

import { lstatSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DEFAULT_SIZE } from '../cache/cache-options.mts'
import { cacheFolder, exposure } from '../cache-place.mts'
import { guesses } from '../cache/http-cache.mts'
import { describeStored, storedFiles } from '../cache/inventory.mts'
import { compiledFiles, compiledOf, storedPacks } from '../pack/pack-inventory.mts'
import { compiled, compiledFolders, packs, SIZE } from '../pack/pack-sweep.mts'
import { beat } from '../pulse.mts'
import { isMeant, plain } from '../resource/beginning.mts'
import { LoaderError } from '../errors.mts'
import { find, remove, responses, STALE } from '../sweep.mts'
import { escapeText } from '../text.mts'
import type { CacheResult, CacheTask, Cleaned, DamagedFile, StoredInfo } from '../inventory.mts'
import type { Settings } from '../settings.mts'

const parts = ['responses', 'packs', 'compiled', 'own'] as const

function failure(folder: string, reason: string): LoaderError {
  return new LoaderError(
    'ERR_MIMEPORT_CONFIG',
    `Cannot use the cache in '${escapeText(folder)}': ${reason}`,
  )
}

/** The cache's folder. @throws {LoaderError} ERR_MIMEPORT_CONFIG where there is to be none. */
function folderOf({ cache = {} }: Settings): string {
  const folder = cacheFolder(cache)
  if (folder !== false) return folder
  throw new LoaderError(
    'ERR_MIMEPORT_CONFIG',
    "There is no cache: MIMEPORT_CACHE, or the configuration's 'cache', says that there is to be none",
  )
}

/**
 * Looks at the folder, and makes nothing: whether it is there.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG where it is somebody else's, or something else.
 */
function isUsable(folder: string): boolean {
  const stats = statSync(folder, { throwIfNoEntry: false })
  if (stats === undefined) return false
  const reason = stats.isDirectory() ? exposure(stats) : 'it is no folder'
  if (reason !== undefined) throw failure(folder, reason)
  let isOurs = false
  for (const name of parts) {
    const inner = lstatSync(join(folder, name), { throwIfNoEntry: false })
    if (inner === undefined) continue
    const why = inner.isDirectory() ? exposure(inner) : 'it is no folder'
    if (why !== undefined) throw failure(folder, `'${escapeText(join(folder, name))}': ${why}`)
    isOurs = true
  }
  if (isOurs || readdirSync(folder).length === 0) return true
  throw failure(
    folder,
    `it has none of a cache's folders (${parts.join(', ')}), and may be something else; nothing was changed`,
  )
}

const has = (folder: string, part: (typeof parts)[number]): boolean =>
  statSync(join(folder, part), { throwIfNoEntry: false }) !== undefined

function* responseFiles(folder: string) {
  if (has(folder, 'responses')) yield* storedFiles(join(folder, 'responses'))
}

function list(folder: string, beginnings: readonly string[]) {
  const now = Date.now()
  const listed: StoredInfo[] = []
  let files = 0
  let unnamed = 0
  for (const { subject, responses: stored } of responseFiles(folder)) {
    files += 1
    if (subject === undefined) {
      if (stored.length > 0) unnamed += 1
      continue
    }
    const { url } = subject
    for (const each of stored) {
      if (beginnings.length > 0 && !isMeant([url, each.specifier], beginnings)) continue
      listed.push(describeStored(subject, each, guesses(url), now))
    }
  }
  const nameOf = ({ url, method }: StoredInfo): string => `${url}\n${method}`
  listed.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  return { files, unnamed, listed }
}

function verify(folder: string, isFixed: boolean) {
  const damaged: DamagedFile[] = []
  let files = 0
  const note = (path: string, bytes: number, why: DamagedFile['why'], claimed?: string): void => {
    const isRemoved = isFixed && remove({ path })
    damaged.push({ path, bytes, why, isRemoved, ...(claimed !== undefined && { claimed }) })
  }
  for (const { path, bytes, why, claimed } of responseFiles(folder)) {
    files += 1
    if (why !== undefined) note(path, bytes, why, claimed)
  }
  for (const { path, bytes, isWhole, isOwn } of storedPacks(folder)) {
    files += 1
    if (!isWhole) note(path, bytes, isOwn ? 'damaged' : 'exposed')
  }
  return { files, damaged }
}

/** What is counted as it is removed. */
class Removal {
  readonly cleaned: { -readonly [name in keyof Cleaned]: number } = {
    responses: 0,
    packs: 0,
    compiled: 0,
    bytes: 0,
  }

  take(part: 'responses' | 'packs' | 'compiled', path: string, bytes: number): void {
    beat()
    if (!remove({ path })) return
    this.cleaned[part] += 1
    this.cleaned.bytes += bytes
  }
}

/** Everything of ours; and what processes that were killed have left. What is being written is let be. */
function cleanAll(folder: string): Cleaned {
  const removal = new Removal()
  const sweepOut = (
    part: 'responses' | 'packs' | 'compiled',
    inner: string,
    names: RegExp,
  ): void => {
    const { entries, temporaries } = find(inner, 0, names)
    const left = temporaries.filter(({ time }) => Math.abs(Date.now() - time) > STALE)
    for (const { path, bytes } of [...entries, ...left]) removal.take(part, path, bytes)
  }
  // Packs first: they are what a program is given without a look at the responses.
  if (has(folder, 'packs')) sweepOut('packs', join(folder, 'packs'), packs)
  for (const each of compiledFolders(folder)) sweepOut('compiled', each, compiled)
  if (has(folder, 'responses')) sweepOut('responses', join(folder, 'responses'), responses)
  return removal.cleaned
}

/** The responses that are meant, the packs that have a module of them, and what V8 has compiled of those modules. */
function cleanSome(folder: string, beginnings: readonly string[]) {
  const removal = new Removal()
  let unnamed = 0
  for (const { path, bytes, names } of storedPacks(folder)) {
    const meant = [...names].filter(([, all]) => isMeant(all, beginnings)).map(([url]) => url)
    if (meant.length === 0) continue
    removal.take('packs', path, bytes)
    for (const code of compiledOf(folder, meant)) {
      const size = lstatSync(code, { throwIfNoEntry: false })?.size
      if (size !== undefined) removal.take('compiled', code, size)
    }
  }
  for (const { path, bytes, subject, responses: stored } of responseFiles(folder)) {
    if (subject === undefined && stored.length > 0) unnamed += 1
    const names = [subject?.url, ...stored.map(({ specifier }) => specifier)]
    if (isMeant(names, beginnings)) removal.take('responses', path, bytes)
  }
  return { unnamed, cleaned: removal.cleaned }
}

function measure(folder: string, { cache }: Settings) {
  const limit = (cache === false ? undefined : cache?.size) ?? DEFAULT_SIZE
  const filesIn = (part: 'responses' | 'packs', names: RegExp) =>
    has(folder, part) ? find(join(folder, part), 0, names).entries : []
  const part = (
    name: 'responses' | 'packs' | 'compiled',
    found: readonly { bytes: number }[],
    most: number,
  ) => {
    const bytes = found.reduce((sum, each) => sum + each.bytes, 0)
    return { name, files: found.length, bytes, limit: most }
  }
  const all = [
    part('responses', filesIn('responses', responses), limit),
    part('packs', filesIn('packs', packs), SIZE),
    part('compiled', compiledFiles(folder), SIZE * Math.max(1, compiledFolders(folder).length)),
  ]
  return { files: all.reduce((sum, { files }) => sum + files, 0), parts: all }
}

/**
 * Does what the command line asks.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG where there is no cache, or a folder that is not ours.
 */
export function keepHouse(settings: Settings, task: CacheTask): CacheResult {
  const folder = folderOf(settings)
  if (!isUsable(folder)) return { folder, isThere: false, files: 0 }
  const base = { folder, isThere: true }
  if (task.do === 'list') return { ...base, ...list(folder, task.beginnings.map(plain)) }
  if (task.do === 'verify') return { ...base, ...verify(folder, task.isFixed) }
  if (task.do === 'measure') return { ...base, ...measure(folder, settings) }
  const beginnings = task.beginnings.map(plain)
  if (beginnings.length === 0) return { ...base, files: 0, cleaned: cleanAll(folder) }
  return { ...base, files: 0, ...cleanSome(folder, beginnings) }
}
