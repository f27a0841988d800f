/**
 * One module on its way through the chain, held to the lock, and to the import map's `integrity`: hop by hop, then its body
 * before anything is made of it, its media type, and its format. What it would have the cache store waits for that.
 */

import { importMap, integrityOf } from '../import-map.mts'
import {
  isBodyGoal,
  isLockable,
  isLockedRedirect,
  isMaskedRedirect,
  lockKey,
  lockedLocation,
  lockedSpecifier,
} from './entry.mts'
import { mapMismatch, mismatch } from './failure.mts'
import { digestOf, satisfies } from './integrity.mts'
import { isCommit, lockedType } from './lock-line.mts'
import { escapeText } from '../text.mts'
import { isRemote } from '../policy/policy.mts'
import { hasSecret, UNLIKELY } from '../resource/credentials/secrets.mts'
import { vendorMismatch } from './vendor.mts'
import type { Held } from '../cache/held-store.mts'
import type { Demand } from '../resource/demand.mts'
import type { Lock } from './lock.mts'
import type { LockEntry, LockedModule, LockedRedirect } from './entry.mts'
import type { LockState } from '../explanation.mts'
import type { Format, HeaderRecord, LoadResponse } from '../types.mts'
import type { MIMEType } from 'node:util'

/** A body that came, and who answered with it. */
export interface Content {
  readonly specifier: string
  readonly response: LoadResponse
  readonly loader: { readonly name: string }
  /** From the vendor folder: nobody can be asked for another. */
  readonly isVendored?: boolean
}

/** What is known of a module of the network so far. */
interface Seen extends Content {
  readonly key: string
  readonly integrity: string
  readonly locked: LockedModule | undefined
  type?: string
  format?: Format
}

export class Verification {
  readonly #lock: Lock
  readonly #goal: string
  /** Whether it is asked for past the cache, since what came before was not what it is held to. */
  readonly #again: boolean
  readonly #visited: string[] = []
  readonly #redirects: (readonly [key: string, entry: LockedRedirect])[] = []
  #held: Held[] = []
  /** Whether what is held back may be stored even if the module fails, as it would be without a lock. */
  #mayStore = true
  #seen: Seen | undefined
  /** Whether it was refused, and whoever was asked may have something else by now than what the cache has. */
  mayBeStale = false

  constructor(lock: Lock, goal: string, again: boolean) {
    this.#lock = lock
    this.#goal = goal
    this.#again = again
  }

  #keyOf(specifier: string): string {
    return lockKey(this.#goal, specifier)
  }

  /**
   * What the lock has for the next hop; `undefined`: it is not held to anything.
   * @throws {LoaderError} ERR_MIMEPORT_LOCK, ERR_MIMEPORT_FROZEN.
   */
  entryFor(specifier: string): LockEntry | undefined {
    this.#visited.push(specifier)
    return isRemote(specifier) ? this.#lock.entryFor(this.#keyOf(specifier)) : undefined
  }

  /** How the lock stands to a hop. @throws {LoaderError} ERR_MIMEPORT_LOCK. */
  stateOf(specifier: string): LockState {
    if (!isRemote(specifier) || !this.#lock.isOn) return 'none'
    return this.#lock.has(this.#keyOf(specifier)) ? 'pinned' : 'unpinned'
  }

  /** What is wanted of the resources that a hop asks for; `undefined` where nothing depends on it. */
  demandFor(specifier: string, locked: LockEntry | undefined): Demand | undefined {
    const isHeld = (isRemote(specifier) && this.#lock.isOn) || this.#metadata() !== undefined
    if (!isHeld) return undefined
    this.#mayStore = locked === undefined
    return { pinned: locked !== undefined && !this.#again, reload: this.#again, held: this.#held }
  }

  /**
   * Notes where a hop led.
   * @throws {LoaderError} ERR_MIMEPORT_INTEGRITY when the lock has a body for it.
   */
  takeRedirect(
    from: string,
    { statusCode, headers }: { readonly statusCode: number; readonly headers: HeaderRecord },
    locked: LockEntry | undefined,
    to: string,
  ): void {
    const key = this.#keyOf(from)
    if (locked !== undefined && !isLockedRedirect(locked)) {
      throw this.#refuse(
        key,
        `it redirects to '${escapeText(to)}' (${statusCode}), and the lock '${escapeText(this.#lock.file)}' has a body for it, ${locked.integrity}`,
      )
    }
    const location = lockedLocation(from, to)
    if (locked !== undefined) {
      // One that is followed as it stands leads there; one that its server was asked for need not.
      if (isMaskedRedirect(locked) && location !== locked.location) {
        throw this.#refuse(
          key,
          `it redirects to '${escapeText(location)}', and the lock '${escapeText(this.#lock.file)}' has '${escapeText(locked.location)}'`,
        )
      }
      this.#redirects.push([key, locked])
    }
    this.#store()
    if (locked !== undefined || !isRemote(from)) return
    // What is not the network's, or tells a secret, is not written down.
    if (!isLockable(location) || hasSecret(`${key} ${location}`, UNLIKELY)) return
    const { 'git-ref': ref, 'git-commit': commit } = /^https?:/i.test(from) ? {} : headers
    const pin = ref !== undefined && commit !== undefined && isCommit(commit) ? { commit, ref } : {}
    this.#redirects.push([key, { status: statusCode, location, ...pin }])
  }

  /** What the import map has for a hop of this module, the first that it knows. */
  #metadata(): readonly [url: string, metadata: string] | undefined {
    const map = importMap
    if (map === undefined || map.integrity.length === 0) return undefined
    for (const url of this.#visited) {
      const metadata = integrityOf(map, url)
      if (metadata !== undefined) return [url, metadata]
    }
    return undefined
  }

  /**
   * Holds a body to what is known of it, before anything is made of it.
   * @throws {LoaderError} ERR_MIMEPORT_INTEGRITY.
   */
  takeBody(content: Content, locked: LockEntry | undefined): void {
    const { specifier, response } = content
    const { body } = response
    const metadata = this.#metadata()
    if (metadata !== undefined && !satisfies(metadata[1], body)) {
      const found = `${body.length} bytes of ${digestOf(body)}`
      this.mayBeStale = true
      throw mapMismatch(
        specifier,
        `its body is ${found}, and the import map's "integrity" has '${escapeText(metadata[1])}' for '${escapeText(metadata[0])}'`,
      )
    }
    if (!isRemote(specifier) || !this.#lock.isOn) return
    const key = this.#keyOf(specifier)
    const integrity = digestOf(body)
    if (locked !== undefined && isLockedRedirect(locked)) {
      throw this.#refuse(
        key,
        `a body came, ${integrity}, and the lock '${escapeText(this.#lock.file)}' has a redirect to '${escapeText(locked.location)}'`,
      )
    }
    const module: LockedModule | undefined = locked
    if (module !== undefined && module.integrity !== integrity) {
      const type = response.headers['content-type']
      const shown = type === undefined ? '' : ` of '${escapeText(type.slice(0, 100))}'`
      throw this.#refuse(
        key,
        `its body is not what the lock '${escapeText(this.#lock.file)}' has: ${body.length} bytes${shown} came, ${integrity}, and it has ${module.integrity}`,
      )
    }
    this.#seen = { ...content, key, integrity, locked: module }
    if (isBodyGoal(this.#goal)) this.#store()
  }

  /**
   * Holds the module to its media type. What the cache has to store is stored then: what it is made into is no matter of
   * whoever sent it.
   * @throws {LoaderError} ERR_MIMEPORT_INTEGRITY.
   */
  takeType(mediaType: MIMEType): void {
    const seen = this.#seen
    if (seen !== undefined) {
      seen.type = lockedType(mediaType)
      const { key, locked, type } = seen
      if (locked !== undefined && locked.type !== type) {
        throw this.#refuse(
          key,
          `its media type is '${escapeText(type)}', and the lock '${escapeText(this.#lock.file)}' has '${escapeText(locked.type ?? '')}'; the body is the same, ${locked.integrity}`,
        )
      }
    }
    this.#store()
  }

  /**
   * Holds the module to its format.
   * @throws {LoaderError} ERR_MIMEPORT_INTEGRITY.
   */
  takeFormat(format: Format): void {
    const seen = this.#seen
    if (seen === undefined) return
    seen.format = format
    const { key, locked } = seen
    if (locked === undefined || locked.format === format) return
    // Nobody can be asked again: it is made here.
    throw mismatch(
      key,
      `its format is '${format}', and the lock '${escapeText(this.#lock.file)}' has '${locked.format}'; body and media type are the same, so another loader has made this of it`,
      this.#lock.elsewhere,
    )
  }

  #refuse(key: string, what: string): Error {
    const isVendored = this.#seen?.isVendored === true
    this.mayBeStale = !isVendored
    return isVendored ? vendorMismatch(key, what) : mismatch(key, what, this.#lock.elsewhere)
  }

  /** Whether its edges are not known yet. */
  get isNew(): boolean {
    return this.#seen !== undefined && this.#seen.locked === undefined
  }

  /** The module is made: notes in the lock what was met on the way. `imports`: keys of what it imports, if it is new. */
  note(imports: readonly string[]): void {
    for (const [key, entry] of this.#redirects) this.#lock.note(key, entry)
    const seen = this.#seen
    if (seen === undefined) return
    const { key, integrity, type, format = 'module', locked, response, loader } = seen
    // One that cannot be written down is not pinned: a lock is read by everybody.
    if (!isLockable(lockedSpecifier(seen.specifier)) || hasSecret(key, UNLIKELY)) return
    const found = { integrity, ...(type !== undefined && { type }), format, imports }
    const entry: LockedModule = locked ?? found
    this.#lock.note(key, entry)
    this.#lock.onBody?.(key, entry, response, loader.name)
  }

  /** What is stored from now on is what the next request brings. */
  #store(): void {
    // Not what comes later: nobody would look at that.
    for (const each of this.#held.splice(0)) each.seal()
  }

  /** It failed: nothing is stored of what it is held to. */
  fail(): void {
    if (this.#mayStore && !this.mayBeStale) return this.#store()
    for (const each of this.#held.splice(0)) each.drop()
  }
}
