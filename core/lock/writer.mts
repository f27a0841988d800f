/** Writes the lock: reads what others wrote meanwhile, changes that, and puts it in the place of the old in one step. */

import {
  chmodSync,
  closeSync,
  constants,
  openSync,
  realpathSync,
  statSync,
  writeSync,
} from 'node:fs'
import { takeTurn, turnOf } from './advisory.mts'
import { lockFailure, printLock, readLockText } from './lock-file.mts'
import { renoteFile } from '../consulted.mts'
import { beat } from '../pulse.mts'
import { pause, renameOver } from '../replacement.mts'
import { escapeText } from '../text.mts'
import type { LockEntries } from './entry.mts'

/** What the lock is to be, from what it is; `undefined`: as it is. */
export type Change = (there: LockEntries | undefined) => LockEntries | undefined

/** How long one turn of another's is waited for, ms: longer than that of a process that is dead. */
const PATIENCE = 10_000

/** The longest pause between two looks, ms. */
const PAUSE = 8

/** The file itself where the path is a link: what is put in its place must not be put in the link's. */
function target(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    // Not there yet.
    return file
  }
}

/** The permissions of the file that is there. */
function modeOf(file: string): number | undefined {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode
  return mode === undefined ? undefined : mode & 0o777
}

// A power failure, too, leaves the old one or the new one: open(2), O_SYNC; ext4(5): a rename alone may come first. Not by
// `fsync`, which the permission model forbids even where everything may be written.
const { O_CREAT, O_EXCL, O_WRONLY, O_SYNC = 0 } = constants

function put(temporary: string, file: string, text: string): void {
  const mode = modeOf(file)
  const bytes = Buffer.from(text)
  const fd = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_SYNC)
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at)
  } finally {
    closeSync(fd)
  }
  if (mode !== undefined) chmodSync(temporary, mode)
  renameOver(temporary, file)
}

/**
 * Writes the lock, unless it is another's turn: then nothing is done, and `false` is returned.
 * @throws {LoaderError} ERR_MIMEPORT_LOCK for one that is there and cannot be used: it is left as it is; errors of Node's.
 */
export function tryWriteLock(path: string, change: Change): boolean {
  const file = target(path)
  const turn = takeTurn(file)
  if (turn === undefined) return false
  try {
    const there = readLockText(file)
    const next = change(there?.entries)
    if (next === undefined) return true
    const text = printLock(next, there?.text.includes('\r\n') ? '\r\n' : '\n')
    if (text !== there?.text) {
      // Others took us for dead: it is not our turn any more, and what was read may be old.
      if (!turn.isHeld()) return false
      put(turn.temporary, file, text)
    }
    // While nobody else can have written it.
    renoteFile(path)
    return true
  } finally {
    turn.end()
  }
}

/**
 * Writes the lock when it is this process's turn. Sleeps until then.
 * @throws {LoaderError} ERR_MIMEPORT_LOCK, also when it cannot be written.
 */
export function writeLock(path: string, change: Change): void {
  let end = 0
  let other: string | undefined
  for (let time = 1; ; time = Math.min(time * 2, PAUSE)) {
    if (attempt(path, change)) return
    const now = performance.now()
    const owner = turnOf(target(path))
    // Whoever waits among many waits for one after another.
    if (end === 0 || owner !== other) end = now + PATIENCE
    other = owner
    if (now > end) throw lockFailure(path, 'another process is writing it, and does not end')
    beat()
    pause(time * (0.5 + Math.random()))
  }
}

function attempt(path: string, change: Change): boolean {
  try {
    return tryWriteLock(path, change)
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_MIMEPORT_LOCK') throw error
    throw lockFailure(path, `it cannot be written: ${escapeText((error as Error).message)}`, error)
  }
}
