/**
 * A pack: the modules that a program was given before, in one file. Both threads read it; what is not as it was when a module
 * was made is as if it were not there.
 */

import { RealFolders } from '../real-folders.mts'
import { isAsBefore, isNoFile } from '../stamp.mts'
import { nameOf } from './record.mts'
import { decodeSegments } from './segment.mts'
import { LONGEST, readPackFile } from './pack-file.mts'
import type { Basis, PackedKey, PackRecord } from './record.mts'
import type { Segment } from './segment.mts'
import type { NodeModule } from '../types.mts'

const urls = () => process.getBuiltinModule('node:url')
const paths = () => process.getBuiltinModule('node:path')

interface Found {
  readonly record: PackRecord
  readonly texts: string
}

/** Segments that a file may have before it is made anew. */
const SEGMENTS = 256

/** Bytes that may lie in a file without being of use, beside as many as are. */
const SLACK = 2 ** 20

export interface PackOptions {
  /** The name of its file; left out: whatever name it has. */
  readonly name?: string
  /** Whether servers may be asked: without, how old a response is makes no difference. */
  readonly isOffline?: () => boolean
  /** ms since the epoch. */
  readonly now?: () => number
}

export class Pack {
  readonly #found = new Map<string, Found>()
  /** By the key of a request: the name of the module, and how long it leads there. */
  readonly #keys = new Map<string, PackedKey>()
  readonly #folders = new RealFolders()
  readonly #isOffline: () => boolean
  readonly #now: () => number
  /** Whether the program has met a URL that grants access: V8 would write it into what it keeps. */
  readonly grants: boolean
  /** Whether it is of use to add to the file; else it is made anew. */
  readonly isSound: boolean

  constructor(file: Buffer, { name, isOffline = () => false, now = Date.now }: PackOptions = {}) {
    this.#isOffline = isOffline
    this.#now = now
    const { segments, end } = decodeSegments(file)
    const isOwn = name === undefined || segments.every(({ index }) => index.name === name)
    const isValid = isOwn && consultedAsBefore(segments)
    let live = 0
    for (const { index, texts } of isValid ? segments : []) {
      for (const record of index.records) {
        const name = nameOf(record.goal, record.module.url)
        live += record.length - (this.#found.get(name)?.record.length ?? 0)
        this.#found.set(name, { record, texts })
      }
      for (const key of index.keys) this.#keys.set(key[0], key)
    }
    this.grants = segments.some(({ index }) => index.grants)
    // All is there twice, and the index is about as large as the texts of small modules are.
    const isBulky = segments.length > SEGMENTS || end > live * 8 + SLACK || end > LONGEST / 2
    this.isSound = isValid && end === file.length && !isBulky
  }

  /** How many modules it has. */
  get size(): number {
    return this.#found.size
  }

  /** Whether it has something for a request, as far as that can be told without a look at any file. */
  has(key: string): boolean {
    return this.#keys.has(key)
  }

  /** The module that a request leads to, if it is as it was; with its text. */
  module(key: string): NodeModule | undefined {
    const known = this.#keys.get(key)
    if (known === undefined) return undefined
    const [, name, until = null, at = 0] = known
    const found = this.#found.get(name)
    if (found === undefined || !this.#isFresh({ until, at }) || !this.#isValid(found.record))
      return undefined
    const { record, texts } = found
    const { module, offset, length, latin1 } = record
    const text = texts.substring(offset, offset + length)
    const source = latin1 ? text : Buffer.from(text, 'latin1').toString()
    return { ...module, source }
  }

  #isValid({ module, basis }: PackRecord): boolean {
    const { url } = module
    if (basis.file !== undefined) {
      const path = urls().fileURLToPath(url.replace(/[?#].*/s, ''))
      return this.#folders.isOwn(paths().dirname(path)) && isAsBefore(path, basis.file, true)
    }
    return this.#isFresh(basis)
  }

  #isFresh({ until, at }: Basis): boolean {
    if (this.#isOffline()) return true
    const now = this.#now()
    return now >= at && (until === null || now < until)
  }
}

/** Whether everything that what is in a pack was made by is as it was: the newest word counts. */
function consultedAsBefore(segments: readonly Segment[]): boolean {
  const consulted = new Map(segments.flatMap(({ index }) => index.consulted))
  for (const [path, state] of consulted) {
    if (state === null ? !isNoFile(path) : !isAsBefore(path, state)) return false
  }
  return true
}

/** Reads the pack in a file; `undefined` where there is none that could be used. */
export function openPack(file: string, options: PackOptions = {}): Pack | undefined {
  const bytes = readPackFile(file)
  return bytes === undefined
    ? undefined
    : new Pack(bytes, { ...options, name: paths().basename(file) })
}
