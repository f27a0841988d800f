/** The packs of all programs, and what V8 has compiled of their modules: for who looks after the cache. */

import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { readPackFile } from './pack-file.mts'
import { compiled, compiledFolders, packs } from './pack-sweep.mts'
import { decodeSegments } from './segment.mts'
import { beat } from '../pulse.mts'
import { find } from '../sweep.mts'

/** What can be told of a pack. */
export interface FoundPack {
  readonly path: string
  readonly bytes: number
  /** Whether all of it can be read; else it counts up to the first damage. */
  readonly isWhole: boolean
  /** Whether nobody else can have written it. */
  readonly isOwn: boolean
  /** By the URL of a module that it has: all that it is known by, the specifiers too that led to it. */
  readonly names: ReadonlyMap<string, readonly string[]>
}

/** The file of a pack, read; `folder`: the cache's. */
function readPack(path: string, bytes: number): FoundPack {
  const file = readPackFile(path)
  if (file === undefined) return { path, bytes, isWhole: false, isOwn: false, names: new Map() }
  const { segments, end } = decodeSegments(file)
  const names = new Map<string, string[]>()
  const name = (url: string, also: string): void => {
    const known = names.get(url)
    if (known === undefined) names.set(url, [url, also])
    else known.push(also)
  }
  for (const { index } of segments) {
    for (const { module } of index.records) name(module.url, module.origin.specifier)
    // A request's key and a module's name have their parts in lines: what was wanted, and of what.
    for (const [key, to] of index.keys)
      name(to.split('\n', 2)[1] ?? '', key.split('\n', 2)[1] ?? '')
  }
  return { path, bytes, isWhole: end === file.length, isOwn: true, names }
}

/** The packs, each read. `folder`: the cache's. */
export function* storedPacks(folder: string): Generator<FoundPack> {
  for (const { path, bytes } of filesOf(join(folder, 'packs'), packs)) {
    beat()
    yield readPack(path, bytes)
  }
}

function filesOf(folder: string, names: RegExp) {
  try {
    return find(folder, 0, names).entries
  } catch {
    // There is none.
    return []
  }
}

/** What V8 has compiled: every file. `folder`: the cache's. */
export function compiledFiles(folder: string) {
  return compiledFolders(folder).flatMap((each) => filesOf(each, compiled))
}

/** Node's kinds of what it keeps, CommonJS and ES modules: src/compile_cache.h. */
const kinds = [0, 1]

/** Node's name for one: CRC-32 of its kind and its URL, or file name (src/compile_cache.cc, GetCacheKey, Uint32ToHex; as of Node 24.18 and 26.10). */
function compiledName(kind: number, url: string): string {
  return crc32(url, crc32(Uint8Array.of(kind)))
    .toString(16)
    .padStart(8, '0')
}

/** The files in which Node may keep what V8 has compiled of these modules. */
export function compiledOf(folder: string, urls: Iterable<string>): string[] {
  const names = new Set<string>()
  for (const url of urls) {
    for (const kind of kinds) names.add(compiledName(kind, url))
  }
  return compiledFolders(folder)
    .filter((each) => each !== join(folder, 'own'))
    .flatMap((each) => [...names].map((name) => join(each, name)))
}
