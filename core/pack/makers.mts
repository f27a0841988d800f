/** What makes modules of texts: our own code, and the packages that take part. What a pack has goes by that. */

import { readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { noteFile } from '../consulted.mts'

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

/** Notes what makes modules of texts; whether it is what this process has loaded. */
export function noteMakers(folder: string): boolean {
  for (const path of ownFiles(folder)) {
    // Changed since we were started: what we have loaded may be what was there before.
    const { mtimeMs, ctimeMs } = statSync(path)
    if (Math.max(mtimeMs, ctimeMs) >= performance.timeOrigin) return false
    noteFile(path, true)
  }
  const require = createRequire(join(folder, 'loader.mjs'))
  for (const name of makers) {
    try {
      noteFile(require.resolve(`${name}/package.json`), true)
    } catch {
      // An optional one that is not installed. A package that hides its package.json is found by its main module.
      noteFile(join(folder, 'node_modules', name, 'package.json'))
    }
  }
  return true
}
