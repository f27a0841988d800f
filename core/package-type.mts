/** The `type` of the package that a local file belongs to. */

import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { noteNearest } from './consulted.mts'

/** `module`, `commonjs`, or `undefined` when the nearest package.json does not say. `url`: an absolute file: URL. */
export function packageType(url: string): 'module' | 'commonjs' | undefined {
  try {
    const path = findPackageJSON(url)
    noteNearest(dirname(fileURLToPath(url)), 'package.json', path)
    if (path === undefined) return undefined
    const { type } = JSON.parse(readFileSync(path, 'utf8')) as { type?: unknown }
    return type === 'module' || type === 'commonjs' ? type : undefined
  } catch {
    // No such package, or a broken one: Node says so itself where it matters.
    return undefined
  }
}
