/**
 * The files that an engine has looked at besides the modules themselves: `tsconfig.json`, `package.json`, the lock, its own
 * code; those, too, that were not there. What was made of modules goes for as long as these are as they were.
 */

import { dirname, join } from 'node:path'
import { isSameState, isStampOf, isUnread, seenAt, settledStamp, stateOf } from './stamp.mts'
import type { Stats } from 'node:fs'
import type { FileState, Stamp } from './stamp.mts'

/** By path: how the file was when it was first looked at; `null`: it was not there. */
const consulted = new Map<string, FileState | null>()

/** The same, as it was before this engine itself has changed any. */
const first = new Map<string, FileState | null>()

/** How many paths are kept. A program that looks at more has no pack. */
const CAPACITY = 4096

let isUsed = false
let isComplete = true

/** Has what is consulted be noted from now on: it takes a look at each file. */
export function noteConsultations(): void {
  isUsed = true
}

/** A file as whoever asks has just seen it; `null`: there is none. */
export type Seen = Stats | null

/**
 * Notes a file that what is made depends on, whether it is there or not. `byStamp`: by its times alone, which is quicker, for one
 * that hardly anybody touches. `seen` spares a look; left out, there is one each time.
 */
export function noteFile(path: string, byStamp = false, seen?: Seen): void {
  // Nothing more is written: nobody has to know.
  if (!isUsed || !isComplete) return
  const known = consulted.get(path)
  if (known !== undefined) {
    lookAgain(path, known, seen)
    return
  }
  if (consulted.size >= CAPACITY) {
    isComplete = false
    return
  }
  const state = seen === null ? null : (stateOf(path, byStamp) ?? null)
  consulted.set(path, state)
  if (!first.has(path)) first.set(path, state)
}

/** Whether a file is what was noted, as far as its stamp tells. */
function isAsNoted(known: FileState | null, seen: Seen): boolean {
  const isThere = seen?.isFile() === true
  if (known === null || !isThere) return known === null && !isThere
  return known.stamp !== null && isStampOf(seen, known.stamp)
}

/**
 * A file that others have changed meanwhile may be put back before the end: then what is made from now on would go by what is
 * noted, which it was not made by.
 */
function lookAgain(path: string, known: FileState | null, seen: Seen = seenAt(path)): void {
  if (isAsNoted(known, seen)) return
  const state = stateOf(path, known !== null && isUnread(known)) ?? null
  if (!isSameState(known, state)) isComplete = false
  // Touched, or old enough by now: the next look is a quick one.
  else if (state !== null && state.stamp !== null) consulted.set(path, state)
}

/** What was made depends on something that cannot be noted: nothing more is written. */
export function noteUnknown(): void {
  isComplete = false
}

/**
 * Notes the file of a name that was looked for from a folder on upwards: `found`, and the places before it, where there is none.
 */
export function noteNearest(folder: string, name: string, found: string | undefined): void {
  if (!isUsed) return
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, name)
    noteFile(path)
    if (path === found || dirname(at) === at) return
  }
}

/** Notes a file anew that this engine itself has changed. */
export function renoteFile(path: string): void {
  if (!isUsed) return
  consulted.delete(path)
  noteFile(path)
}

/**
 * Whether what others have gone by is what was met here: what was made then goes as well as what is made now. `theirs`: by path,
 * as of now.
 */
export function agreesWith(theirs: ReadonlyMap<string, FileState | null>): boolean {
  return theirs.entries().every(([path, state]) => {
    const own = first.get(path)
    return own === undefined || isSameState(own, state)
  })
}

/** What was consulted so far; `undefined` when that is not known any more. */
export function consultations(): ReadonlyMap<string, FileState | null> | undefined {
  return isUsed && isComplete ? consulted : undefined
}

/** By body: the stamp of the file that it was read from; `null` for one that had just been changed. */
const stamps = new WeakMap<object, Stamp | null>()

/** Notes which file a body was read from: how it was before it was read. */
export function noteBody(body: Uint8Array, before: Stats): void {
  if (isUsed) stamps.set(body, settledStamp(before))
}

/** The stamp of the file that a body was read from; `undefined`: of none that was noted. */
export function stampOfBody(body: unknown): Stamp | null | undefined {
  return stamps.get(Object(body) as object)
}
