/** What is stored, on disk: a file for each key, shared by all processes of a user. It never throws. */

import {
  closeSync,
  lstatSync,
  lutimesSync,
  openSync,
  readdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { crypto } from '../builtins.mts'
import { openFolder } from '../cache-folder.mts'
import { decodeEntry, encodeEntry, nameOf } from './entry.mts'
import { LONGEST_FILE, readEntryFile } from './entry-file.mts'
import { escapeText } from '../text.mts'
import { renameOver } from '../replacement.mts'
import { sweep, isSweepDue } from '../sweep.mts'
import type { CacheKey, StoredResponse } from './entry.mts'

export interface StoreOptions {
  readonly folder: string
  /** Bytes that all files together may have. */
  readonly size: number
  /** Is told what keeps the cache from working, once. */
  readonly warn: (message: string) => void
  /** Closes files that are open and not used, where no more can be opened. */
  readonly spare?: () => void
}

/** A file that is used is marked so, but not more often than this, ms. */
const USE_MARK = 24 * 3600 * 1000

/** Too many files are open, in this process or all of them. */
const scarce = new Set(['EMFILE', 'ENFILE'])

const codeOf = (error: unknown) => (error as { code?: string }).code ?? ''

/** Writes everything: a system may take less than it is given. */
function writeAll(fd: number, file: readonly Uint8Array[]): void {
  for (const piece of file) {
    for (let at = 0; at < piece.length;) at += writeSync(fd, piece, at)
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Gone already, or not to be removed: then it is found damaged again.
  }
}

/** A cache that cannot be used stores nothing and finds nothing. */
export class CacheStore {
  readonly #options: StoreOptions
  #path: string | undefined
  #warned = false
  #hasFiles = false
  /** Temporary files of this store have names that no other has. Drawn at the first: most programs only read. */
  #token: string | undefined
  #temporaries = 0
  /** Bytes written since the last sweep by this process. */
  #written = Infinity

  constructor(options: StoreOptions) {
    this.#options = options
    this.#open()
  }

  #open(): void {
    try {
      this.#path = openFolder(this.#options.folder)
    } catch (error) {
      this.#path = undefined
      this.#fail(error, 'is not used')
    }
  }

  #fail(error: unknown, what: string): void {
    // Under the permission model, without the rights for the folder: a program has no cache unless it is given one.
    if (codeOf(error) === 'ERR_ACCESS_DENIED' || this.#warned) return
    this.#warned = true
    const reason = escapeText(error instanceof Error ? error.message : String(error))
    this.#options.warn(
      `The cache in '${escapeText(this.#options.folder)}' ${what}: ${reason}; modules are loaded without it ` +
        '(MIMEPORT_CACHE names another folder, or off)',
    )
  }

  /**
   * Whether nothing was ever stored in the folder: then no file's name has to be computed, for which Node's cryptography would
   * be loaded before the first request goes out.
   */
  #isEmpty(folder: string): boolean {
    try {
      this.#hasFiles ||= readdirSync(folder).length > 0
      return !this.#hasFiles
    } catch {
      return false
    }
  }

  #fileOf(key: CacheKey): string {
    return join(this.#path as string, nameOf(key))
  }

  /** What is stored for a key. What is damaged, or may be somebody else's, is removed and not found. */
  read(key: CacheKey): StoredResponse[] {
    if (this.#path === undefined || this.#isEmpty(this.#path)) return []
    const path = this.#fileOf(key)
    try {
      // Most of what is asked for cold is not there, and an error that is thrown costs ten times as much as this.
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return []
      const file = readEntryFile(path)
      const found = file && decodeEntry(key, file.bytes)
      if (found === undefined) removeQuietly(path)
      else if (Date.now() - file!.mtimeMs > USE_MARK) markUsed(path)
      return found ?? []
    } catch (error) {
      if (codeOf(error) === 'ELOOP') removeQuietly(path)
      return []
    }
  }

  /** Puts these responses in the place of what is stored for a key; no process ever sees less than all of them. */
  write(key: CacheKey, responses: readonly StoredResponse[]): void {
    this.#write(key, responses, true)
  }

  /** As `write`, but `false` where no file can be opened, and a later attempt may succeed. */
  tryWrite(key: CacheKey, responses: readonly StoredResponse[]): boolean {
    return this.#write(key, responses, false)
  }

  #write(key: CacheKey, responses: readonly StoredResponse[], isLast: boolean): boolean {
    if (this.#path === undefined) return true
    const file = encodeEntry(key, responses)
    const size = file.reduce((sum, { length }) => sum + length, 0)
    if (size > Math.min(this.#options.size / 4, LONGEST_FILE)) {
      this.remove(key)
      return true
    }
    try {
      this.#put(key, file)
    } catch (error) {
      const code = codeOf(error)
      if (scarce.has(code)) {
        this.#options.spare?.()
        if (!isLast) return false
      } else if (code !== 'ENOENT') {
        this.#fail(error, 'cannot be written to')
        return true
      }
      // The folder was removed while we run.
      else this.#open()
      try {
        if (this.#path !== undefined) this.#put(key, file)
      } catch (again) {
        this.#fail(again, 'cannot be written to')
        return true
      }
    }
    this.#written += size
    this.#keepSmall()
    return true
  }

  #put(key: CacheKey, file: readonly Uint8Array[]): void {
    const path = this.#fileOf(key)
    const number = (++this.#temporaries % 2 ** 24).toString(16).padStart(6, '0')
    this.#token ??= crypto().randomBytes(5).toString('hex')
    const temporary = `${path}.${this.#token}${number}`
    const fd = openSync(temporary, 'wx', 0o600)
    try {
      try {
        writeAll(fd, file)
      } finally {
        closeSync(fd)
      }
      // Not synchronized to the disk: a file that a power failure left incomplete is found out when it is read.
      renameOver(temporary, path)
    } catch (error) {
      removeQuietly(temporary)
      throw error
    }
  }

  /** Forgets what is stored for a key. */
  remove(key: CacheKey): void {
    if (this.#path !== undefined) removeQuietly(this.#fileOf(key))
  }

  #keepSmall(): void {
    const { size } = this.#options
    if (this.#path === undefined || this.#written < size / 32) return
    const first = this.#written === Infinity
    this.#written = 0
    if (!first || isSweepDue(this.#path)) sweep(this.#path, size)
  }
}

function markUsed(path: string): void {
  try {
    const now = new Date()
    lutimesSync(path, now, now)
  } catch {
    // A cache that may only be read.
  }
}
