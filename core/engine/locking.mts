/** Walks that complete the lock, or make entries of it anew, and that fill the vendor folder: what the command line asks. */

import { flushCache } from '../cache/http-cache.mts'
import {
  isMasked,
  isMeant,
  isLockedRedirect,
  lockKey,
  pinsTheSame,
  splitKey,
} from '../lock/entry.mts'
import { printLine } from '../lock/lock-line.mts'
import { readLockFile } from '../lock/lock-file.mts'
import { mendVendored } from '../lock/vendor.mts'
import { withoutCommit } from '../lock/vendor-name.mts'
import { fillFolder, isEncrypted, keepMasked, lackingBodies } from './vendoring.mts'
import { Walk } from './walk.mts'
import { writeLock } from '../lock/writer.mts'
import type { Engine } from './engine.mts'
import type { LockEntries, LockEntry } from '../lock/entry.mts'
import type { Registry } from './registry.mts'
import type { LockSettings, Settings } from '../settings.mts'
import type { Bodies } from './vendoring.mts'
import type { BodiesResult, LockChange, WalkEntry, WalkRequest, WalkResult } from '../walk.mts'

export interface Ready {
  readonly engine: Engine
  readonly registry: Registry
  readonly settings: Settings
}

/** Bytes of a body whose difference is shown. */
const LARGEST = 2 ** 19

const none: LockEntries = new Map()

const nowhere: Partial<LockSettings> = {}

function entryOf(key: string): WalkEntry {
  const { goal, specifier } = splitKey(key)
  return goal === '' ? { specifier } : { specifier, type: goal }
}

/** The keys that an entry leads to. */
function edgesOf(key: string, entry: LockEntry): readonly string[] {
  if (!isLockedRedirect(entry)) return entry.imports
  return [lockKey(splitKey(key).goal, entry.location)]
}

/** Whether a key names a commit: what it has never changes, and is of no use once nothing leads there. */
function isPinned(key: string): boolean {
  return withoutCommit(key) !== key
}

/** Of keys that are to be made anew, those to begin with: a commit is come to by the branch that is at another one now. */
function rootsOf(keys: readonly string[], entries: LockEntries): string[] {
  const targets = new Set(keys.flatMap((key) => edgesOf(key, entries.get(key)!)))
  return keys.filter((key) => !(isPinned(key) && targets.has(key)))
}

/**
 * What was made anew made superfluous: the commits that branches were at, unless they were come to all the same, or something
 * else in the lock leads there.
 */
export function superseded(before: LockEntries, met: LockEntries): Set<string> {
  const found = new Set<string>()
  const add = (key: string, entry: LockEntry): void => {
    for (const target of edgesOf(key, entry)) {
      const next = before.get(target)
      if (next === undefined || !isPinned(target) || met.has(target) || found.has(target)) continue
      found.add(target)
      add(target, next)
    }
  }
  for (const [key, entry] of met) {
    const old = before.get(key)
    if (old !== undefined && !pinsTheSame(old, entry)) add(key, old)
  }
  for (let size = -1; size !== found.size;) {
    ;({ size } = found)
    for (const [key, entry] of before) {
      if (found.has(key)) continue
      for (const target of edgesOf(key, met.get(key) ?? entry)) found.delete(target)
    }
  }
  return found
}

function changesOf(before: LockEntries, after: LockEntries, bodies: Bodies): LockChange[] {
  const text = (key: string, entry: LockEntry | undefined) =>
    entry === undefined ? undefined : printLine(key, entry)
  const keys = new Set([...before.keys(), ...after.keys()])
  return [...keys].sort().flatMap((key) => {
    const change = { key, before: before.get(key), after: after.get(key) }
    if (text(key, change.before) === text(key, change.after)) return []
    const body = bodies.get(key)
    return [body === undefined ? change : { ...change, bytes: body.response.body.length }]
  })
}

/** What is needed to show a difference: the new bodies, and which entry took whose place. */
function withBodies(changes: readonly LockChange[], bodies: Bodies): LockChange[] {
  const gone = new Map<string, string>()
  for (const { key, after } of changes) if (after === undefined) gone.set(withoutCommit(key), key)
  return changes.map((change) => {
    const { key, before } = change
    const body = bodies.get(key)?.response.body
    const instead = before === undefined ? gone.get(withoutCommit(key)) : undefined
    return {
      ...change,
      ...(body !== undefined && body.length <= LARGEST && { body }),
      ...(instead !== undefined && { instead }),
    }
  })
}

function readBefore(file: string | undefined): LockEntries {
  return (file === undefined ? undefined : readLockFile(file)) ?? none
}

/** Walks, and brings lock and vendor folder to what was found. What failed is told, and spoils nothing. */
export async function walkLock(
  { engine, registry, settings }: Ready,
  request: WalkRequest,
): Promise<WalkResult> {
  const { file, dry = false } = settings.lock ?? nowhere
  const before = readBefore(file)
  const bodies: Bodies = new Map()
  const { lock } = engine
  if (lock !== undefined) {
    lock.isPatient = true
    lock.onBody = (key, _entry, response, loader) => bodies.set(key, { loader, response })
  }
  if (request.vendor !== undefined) mendVendored()
  const met = (): LockEntries => lock?.met() ?? none
  const walk = new Walk(engine, registry)
  const { locked } = request
  // Those first that are made anew: what leads to them finds them then.
  if (locked !== undefined && locked !== 'all') {
    const meant = [...before.keys()].filter((key) => isMeant(key, locked) && !isMasked(key))
    await walk.go(rootsOf(meant, before).map(entryOf))
  }
  await walk.go(request.entries)
  if (locked === 'all') {
    const rest = new Map([...before, ...met()])
    for (const key of met().keys()) rest.delete(key)
    await walk.go([...rest.keys()].filter((key) => !isMasked(key)).map(entryOf), true)
  }
  const walked = walk.end()
  // Another engine may be asked next what is there.
  flushCache()
  const isAnew = locked !== undefined && locked !== 'all'
  const after = new Map([...before, ...met()])
  const { vendor } = request
  if (vendor !== undefined) keepMasked(after, bodies)
  const { failures } = walked
  const lacking = vendor === undefined || failures.length > 0 ? [] : lackingBodies(after, bodies)
  const secret = [...bodies.keys()].filter((key) => isEncrypted(key, settings)).sort()
  for (const key of secret) bodies.delete(key)
  const isWhole = failures.length + lacking.length === 0
  const gone = new Set<string>()
  if (isWhole && request.prune === true) {
    for (const key of after.keys()) if (!met().has(key)) gone.add(key)
  } else if (isAnew) {
    for (const key of superseded(before, met())) gone.add(key)
  }
  for (const key of gone) after.delete(key)
  const changes = changesOf(before, after, bodies)
  if (!dry && file !== undefined) {
    lock?.flush()
    if (gone.size > 0) {
      writeLock(file, (there) => new Map([...(there ?? none)].filter(([key]) => !gone.has(key))))
    }
  }
  return {
    file,
    ...walked,
    failures: [...failures, ...lacking],
    entries: after.size,
    changes: isAnew ? withBodies(changes, bodies) : changes,
    ...(vendor !== undefined && isWhole && { vendored: fillFolder(vendor, after, bodies), secret }),
  }
}

/** The bodies of locked modules that are at hand, as the lock has them: a difference can be shown of those. `named`: all, if none. */
export async function lockedBodies(
  { engine, registry, settings }: Ready,
  named: readonly string[],
): Promise<BodiesResult> {
  const { file } = settings.lock ?? nowhere
  const { lock } = engine
  const entries = readBefore(file)
  const bodies: { key: string; body: Uint8Array }[] = []
  const keys = [...entries.keys()].filter((key) => named.length === 0 || isMeant(key, named))
  if (lock === undefined) return { keys, bodies }
  lock.onBody = (key, _entry, { body }) => {
    if (body.length <= LARGEST) bodies.push({ key, body })
  }
  const walk = new Walk(engine, registry)
  await walk.go(keys.filter((key) => !isMasked(key)).map(entryOf), true)
  // What is not at hand has no difference to show.
  walk.end()
  return { keys, bodies }
}
