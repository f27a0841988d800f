/** Keeps small what is kept beside the responses: packs, and what V8 has compiled of programs and of us. */

import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isSweepDue, sweep } from '../sweep.mts'

/** Bytes for the packs of all programs, and for what each version of Node has compiled. */
export const SIZE = 2 ** 28

/** Those of 16 digits are of mimeport 0.2. */
export const packs = /^(?:[0-9a-f]{16}(?:[0-9a-f]{8})?|\.mimeport-([0-9a-f]{12})\.tmp)$/

/** Node's names: src/compile_cache.cc. */
export const compiled = /^[0-9a-f]{8}(\.[^.]+)?$/

function folders(path: string): string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true })
    return entries.flatMap((each) => (each.isDirectory() ? [join(path, each.name)] : []))
  } catch {
    // Nothing was compiled yet.
    return []
  }
}

/** The folders of what V8 has compiled: of programs, one for each version of Node; and of us. `folder`: the cache's. */
export function compiledFolders(folder: string): string[] {
  const ours = join(folder, 'own')
  const hasOurs = lstatSync(ours, { throwIfNoEntry: false })?.isDirectory() === true
  return [...folders(join(folder, 'compiled')), ...(hasOurs ? [ours] : [])]
}

/** Sweeps, if no process has for an hour. `folder`: the cache's. */
export function sweepPacks(folder: string, size = SIZE): void {
  const own = join(folder, 'packs')
  if (lstatSync(own, { throwIfNoEntry: false }) === undefined || !isSweepDue(own)) return
  sweep(own, size, Date.now(), packs)
  for (const each of compiledFolders(folder)) sweep(each, size, Date.now(), compiled)
}
