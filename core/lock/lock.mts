/**
 * The lock as an engine has it: what was in its file when the first module of the network was asked for, and what this
 * engine has met since.
 */

import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { noteFile } from '../consulted.mts'
import { isMeant, pinsTheSame } from './entry.mts'
import { frozen } from './failure.mts'
import { readLockFile } from './lock-file.mts'
import { Saving } from './saving.mts'
import { isLoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { tell } from '../http/activity.mts'
import type { LockEntries, LockEntry, LockedModule } from './entry.mts'
import type { LockSettings } from '../settings.mts'
import type { LoadResponse } from '../types.mts'

export interface LockOptions {
  readonly settings: LockSettings
  /** Is told whether there is something that is not in the file yet. */
  readonly onUnsaved?: (isUnsaved: boolean) => void
}

export class Lock {
  readonly #options: LockOptions
  readonly #saving: Saving
  /** `undefined`: nobody has looked yet; `false`: nothing is held to anything. */
  #entries: Map<string, LockEntry> | false | undefined
  #isThere = false
  /** What this engine has met, as it is in force. */
  readonly #met = new Map<string, LockEntry>()
  /** What it has added, or made anew. */
  readonly #added = new Map<string, LockEntry>()
  /** Whether somebody has pinned something else meanwhile than what this engine has gone by. */
  isContradicted = false
  /** Whether only `flush` writes: a walk does so once, and thousands of modules are no thousand writes. */
  isPatient = false
  /** Is given each body that was verified, or is new. */
  onBody:
    | ((key: string, entry: LockedModule, response: LoadResponse, loader: string) => void)
    | undefined

  constructor(options: LockOptions) {
    this.#options = options
    const { settings, onUnsaved = () => {} } = options
    this.#saving = new Saving({
      file: settings.file,
      change: (there) => this.#merged(there),
      onUnsaved,
    })
  }

  get file(): string {
    return this.#options.settings.file
  }

  /** Folder of bodies that are part of the project. */
  get vendor(): string | undefined {
    return this.#options.settings.vendor
  }

  /** The project's folder, if the program was started in none of its folders: commands have to be run there. */
  get elsewhere(): string | undefined {
    return this.#options.settings.elsewhere
  }

  /** What this engine has met. */
  met(): LockEntries {
    return this.#met
  }

  /**
   * Whether modules of the network are held to the lock. Reads it at the first call: a program without such modules never
   * looks for it. A failure is not remembered, since the file may be mended.
   * @throws {LoaderError} ERR_MIMEPORT_LOCK.
   */
  get isOn(): boolean {
    this.#entries ??= this.#read()
    return this.#entries !== false
  }

  #read(): Map<string, LockEntry> | false {
    const { file, mode, named = false } = this.#options.settings
    if (mode === 'off') return false
    let found: LockEntries | undefined
    try {
      noteFile(file)
      found = readLockFile(file)
    } catch (error) {
      if (mode === 'frozen' || named || !isDenied(error)) throw error
      this.#warn(
        `The lock '${escapeText(file)}' may not be read under the permission model, so nothing is held to it, if it is there: ` +
          `--allow-fs-read=${escapeText(file)} allows it`,
      )
      return false
    }
    this.#isThere = found !== undefined
    if (found === undefined && (mode === 'additive' || mode === 'ci')) return false
    return new Map(found)
  }

  get #isFrozen(): boolean {
    const { mode } = this.#options.settings
    return mode === 'frozen' || mode === 'ci'
  }

  #isUpdated(key: string): boolean {
    return isMeant(key, this.#options.settings.update ?? [])
  }

  /**
   * What the module of a key is held to; `undefined`: it is new.
   * @throws {LoaderError} ERR_MIMEPORT_LOCK; ERR_MIMEPORT_FROZEN for what is new, where nothing may be.
   */
  entryFor(key: string): LockEntry | undefined {
    if (!this.isOn) return undefined
    const entries = this.#entries as Map<string, LockEntry>
    const entry = this.#isUpdated(key) ? this.#added.get(key) : entries.get(key)
    if (entry !== undefined || !this.#isFrozen) return entry
    const { settings } = this.#options
    throw frozen(key, this.file, {
      isThere: this.#isThere,
      why: settings.mode === 'ci' ? 'CI is set' : 'MIMEPORT_FROZEN=1',
      ...(settings.program !== undefined && { program: settings.program }),
    })
  }

  /** What it has for a key, if that is held to. */
  peek(key: string): LockEntry | undefined {
    if (!this.isOn || this.#isUpdated(key)) return undefined
    return (this.#entries as Map<string, LockEntry>).get(key)
  }

  /** Whether a key is in it. */
  has(key: string): boolean {
    return this.peek(key) !== undefined
  }

  /** Notes what was met: held to, or new, which is kept then. */
  note(key: string, entry: LockEntry): void {
    if (!this.isOn) return
    const entries = this.#entries as Map<string, LockEntry>
    const isNew = this.#isUpdated(key) ? !this.#added.has(key) : !entries.has(key)
    if (isNew) {
      entries.set(key, entry)
      this.#added.set(key, entry)
      if (this.#options.settings.dry !== true && !this.isPatient) this.#saving.schedule()
    }
    this.#met.set(key, entries.get(key) ?? entry)
  }

  /** What the file is to have: what others have written meanwhile stays as it is. */
  #merged(there: LockEntries | undefined): LockEntries | undefined {
    const { mode } = this.#options.settings
    // Somebody has taken it away: so it is not wanted.
    if (there === undefined && mode !== 'create') return undefined
    const merged = new Map(there)
    for (const [key, entry] of this.#added) {
      const other = merged.get(key)
      if (other === undefined || this.#isUpdated(key)) merged.set(key, entry)
      else if (!pinsTheSame(other, entry)) this.#warn(differs(key, this.file))
    }
    for (const [key, entry] of there ?? []) {
      const own = (this.#entries as Map<string, LockEntry>).get(key)
      if (own !== undefined && !pinsTheSame(own, entry)) this.isContradicted = true
    }
    // From now on, this engine holds to what others have met, too.
    for (const [key, entry] of merged) (this.#entries as Map<string, LockEntry>).set(key, entry)
    return merged
  }

  readonly #warned = new Set<string>()

  #warn(message: string): void {
    if (this.#warned.has(message)) return
    this.#warned.add(message)
    tell({ type: 'warning', message })
  }

  /**
   * Writes what is new, now. Sleeps until it is this process's turn.
   * @throws {LoaderError} ERR_MIMEPORT_LOCK.
   */
  flush(): void {
    const { file, mode, dry = false } = this.#options.settings
    if (this.#added.size === 0 || dry) return
    // Whoever names a folder for it in the configuration need not make it.
    if (mode === 'create') mkdirSync(dirname(file), { recursive: true })
    this.#saving.flush()
  }
}

function differs(key: string, file: string): string {
  return (
    `'${escapeText(key)}' is in the lock '${escapeText(file)}' as something else than this program has run: ` +
    'another one wrote it at the same time, and it stays as it is there'
  )
}

/** Whether the permission model is why a file cannot be read. */
function isDenied(error: unknown): boolean {
  const { cause } = isLoaderError(error) ? error : {}
  return (cause as NodeJS.ErrnoException | undefined)?.code === 'ERR_ACCESS_DENIED'
}
