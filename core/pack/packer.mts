/**
 * Adds to a program's pack what its engine makes: soon after, many at once. A pack is for the next start, so nothing that fails
 * here is worth a word: then there is none.
 */

import { basename, dirname } from 'node:path'
import { openFolder } from '../cache-folder.mts'
import { appendSegment, identityOf, isAsLeft } from './appending.mts'
import { agreesWith, consultations } from '../consulted.mts'
import { replaceFile } from '../replacement.mts'
import { sweepPacks } from './pack-sweep.mts'
import { LONGEST, readPackFile } from './pack-file.mts'
import { PackedTexts } from './packed-texts.mts'
import { nameOf } from './record.mts'
import { decodeSegments, encodeSegment } from './segment.mts'
import type { Basis, PackedKey, PackRecord, SegmentIndex } from './record.mts'
import type { FileState } from '../stamp.mts'
import type { Identity } from './appending.mts'
import type { NodeModule } from '../types.mts'

export interface PackerOptions {
  /** The pack's file, an absolute path. */
  readonly file: string
  /** Whether what is there is of no use: the first write takes its place. */
  readonly isAnew: boolean
  /** Is told whether there is something that is not in the file yet; left out: it is written when `flush` is called, for who has no time before. */
  readonly onUnpacked?: (isUnpacked: boolean) => void
  /** Takes down what everything depends on, right before it is written; false: that has changed meanwhile. */
  readonly consult: () => boolean
}

/** ms in which more may come that is written with it. */
const DELAY = 30

/** Longest wait while more comes all the time, ms. */
const LONGEST_DELAY = 500

/** Bytes of texts that are held back at most. Whoever starts next reads one segment in less time, and memory, than many. */
const HELD = 2 ** 23

export class Packer {
  readonly #options: PackerOptions
  readonly #folder: string
  #records: PackRecord[] = []
  #texts = new PackedTexts()
  #keys: PackedKey[] = []
  /** Names of modules that are in the file, or will be. */
  readonly #named = new Set<string>()
  /** Modules whose texts are. */
  readonly #recorded = new WeakSet<NodeModule>()
  /** Keys that are, and where they lead. */
  readonly #known = new Map<string, string>()
  /** What the file says of what everything in it goes by. */
  readonly #consulted = new Map<string, FileState | null>()
  /** The file as this one has left it. */
  #own: Identity | undefined
  #isFirst = true
  #isTouched = false
  #grants = false
  #timer: NodeJS.Timeout | undefined
  #since = 0
  #written = 0
  #isOver = false

  constructor(options: PackerOptions) {
    this.#options = options
    this.#folder = dirname(dirname(options.file))
  }

  /** Adds the module that a request leads to. `basis`: what it goes by. `way`: what it goes by that the request leads there, where that is more. */
  add(key: string, goal: string, module: NodeModule, basis: Basis, way?: Basis): void {
    if (this.#isOver) return
    const name = nameOf(goal, module.url)
    // Others lead to it, too: its text is kept once.
    if (!this.#recorded.has(module) && isPackable(module)) {
      this.#recorded.add(module)
      this.#record(goal, name, module, basis)
    }
    if (!this.#named.has(name) || this.#known.get(key) === name) return
    this.#known.set(key, name)
    this.#keys.push(
      way === undefined || way.until === null ? [key, name] : [key, name, way.until, way.at],
    )
    this.#schedule()
  }

  #record(goal: string, name: string, { source, ...module }: NodeModule, basis: Basis): void {
    this.#records.push({ goal, module, basis, ...this.#texts.add(source as string) })
    this.#named.add(name)
    this.#schedule()
  }

  /** Whether what is in the file now is of this one's making. */
  get hasWritten(): boolean {
    return !this.#isFirst && !this.#isOver
  }

  #schedule(): void {
    const { onUnpacked } = this.#options
    if (onUnpacked === undefined) {
      if (this.#isFull) this.flush()
      return
    }
    const now = performance.now()
    if (this.#timer === undefined) {
      this.#since = now
      onUnpacked(true)
      // Unref'd: it must not keep the event loop turning, or nobody would notice that it ran dry.
      this.#timer = setTimeout(() => this.flush(), DELAY).unref()
    } else if (this.#isFull) this.flush()
    else if (now - this.#since < LONGEST_DELAY) this.#timer.refresh()
  }

  /** A URL was met that grants access. */
  noteGrant(): void {
    if (this.#grants) return
    this.#grants = true
    this.#isTouched = true
    this.#schedule()
  }

  /** What everything in the pack goes by has changed, by our own doing: what is there has to say so. */
  touch(): void {
    if (this.#isOver || this.#named.size === 0) return
    this.#isTouched = true
    this.#schedule()
  }

  get #isFull(): boolean {
    return this.#texts.length > HELD
  }

  /** Writes what there is to be written, now. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const isNew = this.#records.length > 0 || this.#keys.length > 0 || this.#isTouched
    if (isNew && !this.#isOver) this.#write()
    this.#isTouched = false
    this.#records = []
    this.#texts = new PackedTexts()
    this.#keys = []
    this.#options.onUnpacked?.(false)
  }

  #encode(consulted: SegmentIndex['consulted']): Uint8Array[] {
    const name = basename(this.#options.file)
    const index = {
      name,
      consulted,
      records: this.#records,
      keys: this.#keys,
      grants: this.#grants,
    }
    const segment = encodeSegment(index, this.#texts.parts)
    for (const { length } of segment) this.#written += length
    if (this.#written > LONGEST / 2) throw new Error('The pack is full')
    return segment
  }

  #write(): void {
    const { consult, file, isAnew } = this.#options
    try {
      const consulted = consult() ? consultations() : undefined
      if (consulted === undefined) {
        this.#isOver = true
        return
      }
      const all = [...consulted]
      const encode = (isSame: boolean): Uint8Array[] => {
        const news = all.filter(([path, state]) => !isSame || this.#consulted.get(path) !== state)
        return this.#encode(news)
      }
      if (this.#isFirst) {
        openFolder(this.#folder, 'packs')
        sweepPacks(this.#folder)
      }
      const isOthers = !isAsLeft(file, this.#own)
      const isAgreed = !isOthers || agreesWith(consultedIn(file))
      // Another process has put its own in the place of this one's, made by what was there then: that is not to be said anew.
      if (!this.#isFirst && !isAgreed) throw new Error('The pack is another one')
      // What has changed since the program was given the rest would make that go again: then the rest goes.
      const isAlone = this.#isFirst && (isAnew || !isAgreed)
      if (isAlone) replaceFile(file, encode(false), 0o600)
      this.#own = isAlone ? identityOf(file) : appendSegment(file, this.#own, encode)
      this.#isFirst = false
      for (const [path, state] of all) this.#consulted.set(path, state)
    } catch {
      // No folder, no room, no right: there is no more of it.
      this.#isOver = true
    }
  }
}

/** What a pack's file says of what everything in it goes by. */
function consultedIn(file: string): ReadonlyMap<string, FileState | null> {
  const bytes = readPackFile(file)
  const segments = bytes === undefined ? [] : decodeSegments(bytes).segments
  return new Map(segments.flatMap(({ index }) => index.consulted))
}

/** Whether a module is one whose text is all that Node is given of it. */
function isPackable({ source, native, dynamic, external, format, url }: NodeModule): boolean {
  if (native || dynamic !== undefined || external !== undefined) return false
  if (format !== 'module' && format !== 'commonjs' && format !== 'json') return false
  return typeof source === 'string' && source.isWellFormed() && !url.startsWith('data:')
}
