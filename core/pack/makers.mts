/** What makes modules of texts: our own code, and the packages that take part. What a pack has goes by that. */

import { lstatSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { noteFile } from '../consulted.mts'
import { notePackage } from '../package-lookup.mts'
import { seenAt } from '../stamp.mts'
import type { Stats } from 'node:fs'

/** Packages that take part in making modules: another version may make something else. */
const makers = ['es-module-lexer', 'esbuild', 'mime-types', 'oxc-transform', 'strip-json-comments']

/** Our own files, below our folder. */
function* ownFiles(folder: string): Generator<string> {
  for (const part of ['core', 'loaders']) {
    for (const entry of readdirSync(join(folder, part), { recursive: true, withFileTypes: true })) {
      // Declarations make nothing.
      if (entry.isFile() && /(?<!\.d)\.[cm][jt]s$/.test(entry.name))
        yield join(entry.parentPath, entry.name)
    }
  }
}

/** Whether something was put in its place since the process was started: what is loaded may be what was there before. */
function isNew({ mtimeMs, ctimeMs }: Stats): boolean {
  // The process's in each of its threads. Checked on Node 24.18 and 26.10.
  return Math.max(mtimeMs, ctimeMs) >= performance.timeOrigin
}

/** Notes a package; whether it is what this process has loaded. */
function notePart(folder: string, name: string): boolean {
  const from = join(folder, 'loader.mjs')
  let isKnown = true
  const path = notePackage(from, name, (place) => {
    // It may have been taken away from there.
    const seen = seenAt(place)
    if (seen !== null && isNew(seen)) isKnown = false
  })
  // The folder may be a link that leads elsewhere now, to what is older.
  if (path !== undefined)
    return isKnown && !isNew(statSync(path)) && !isNew(lstatSync(dirname(path)))
  try {
    // Where somebody else searches in Node's place.
    noteFile(createRequire(from).resolve(`${name}/package.json`), true)
  } catch {
    // An optional one that is not installed.
  }
  return isKnown
}

/** Notes what makes modules of texts; whether it is what this process has loaded. */
export function noteMakers(folder: string): boolean {
  for (const path of ownFiles(folder)) {
    if (isNew(statSync(path))) return false
    noteFile(path, true)
  }
  return makers.every((name) => notePart(folder, name))
}
