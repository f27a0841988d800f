/** The nearest file of a name, at or above a folder. */

import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { noteFile } from '../../core/consulted.mts'
import type { Stats } from 'node:fs'

/** `null` when there is no file, or one that the permission model hides: above the folders that may be read there is nothing. */
function statsOf(path: string): Stats | null {
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    return stats?.isFile() ? stats : null
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_ACCESS_DENIED') throw error
    return null
  }
}

/** A file as it is now, if it is there. What is made goes by that. */
export function lookAt(path: string, mayBeThere = true): FoundFile | undefined {
  const stats = mayBeThere ? statsOf(path) : null
  noteFile(path, false, stats)
  if (stats === null) return undefined
  const { mtimeMs, ctimeMs, ino, size } = stats
  return { path, stamp: `${mtimeMs}:${ctimeMs}:${ino}:${size}` }
}

const folders = new Map<string, string>()
const folderCount = 256

/** The folder of a `file:` URL. */
export function folderOf(url: string): string {
  const [path = url] = /^[^?#]*/.exec(url) ?? []
  const base = path.slice(0, path.lastIndexOf('/') + 1)
  let folder = folders.get(base)
  if (folder === undefined) {
    if (folders.size >= folderCount) folders.clear()
    folder = dirname(fileURLToPath(`${base}x`))
    folders.set(base, folder)
  }
  return folder
}

/** A file that was looked for, as it was then. */
export interface FoundFile {
  readonly path: string
  /** Times of change, inode and size: while they are the same, so is the file. */
  readonly stamp: string
}

/** What was found in this turn of the event loop, by name and folder: files that are made together lie together. */
const found = new Map<string, string | undefined>()

/** Whether whoever looks forgets what was found. */
let isForgotten = false

/** Forgets what was found: for a thread in which a program may have changed it since, in this very turn. */
export function forgetFound(): void {
  isForgotten = true
  found.clear()
}

/** Finds it. */
export function nearestFile(folder: string, name: string): FoundFile | undefined {
  const key = `${name}\n${folder}`
  if (found.has(key)) {
    const path = found.get(key)
    if (path === undefined) return undefined
    const file = lookAt(path)
    if (file !== undefined) return file
  }
  // A program that changes one, and asks then, asks in another turn.
  if (found.size === 0 && !isForgotten) setImmediate(() => found.clear())
  const file = lookFor(folder, name, key)
  found.set(key, file?.path)
  return file
}

/** By name and folder: where a file would be, the nearest place first. */
const places = new Map<string, readonly string[]>()

/** Walks up to the root, or to a `node_modules`: what is above an installed package says nothing of it. */
function placesOf(folder: string, name: string, key: string): readonly string[] {
  const known = places.get(key)
  if (known !== undefined) return known
  const all: string[] = []
  for (let at = folder; basename(at) !== 'node_modules'; at = dirname(at)) {
    all.push(join(at, name))
    if (dirname(at) === at) break
  }
  if (places.size >= folderCount) places.clear()
  places.set(key, all)
  return all
}

/** Whether something is there. Where the permission model forbids a look, for `existsSync` throws, it is not. */
function isThere(path: string): boolean {
  try {
    return existsSync(path)
  } catch {
    return false
  }
}

function lookFor(folder: string, name: string, key: string): FoundFile | undefined {
  for (const path of placesOf(folder, name, key)) {
    // Most are not there, and to ask no more is quicker.
    const file = lookAt(path, isThere(path))
    if (file !== undefined) return file
  }
  return undefined
}
