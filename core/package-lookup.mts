/** How a package is found, as Node does it: what else than its own files decides which one it is. */

import { readFileSync, realpathSync, statSync } from 'node:fs'
import { createRequire, findPackageJSON } from 'node:module'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { noteFile, noteNearest, noteUnknown } from './consulted.mts'
import { seenAt, settledStamp } from './stamp.mts'

/** The folders in which a package is looked for, the nearest first. `from`: an absolute path, or a file: URL. */
function placesOf(from: string, name: string): readonly string[] {
  return createRequire(from).resolve.paths(name) ?? []
}

/**
 * Notes where a package is looked for, up to where it is: one that is put nearer is another, and so is one that a link leads to
 * from then on. `onAbsent` is told of each folder that does not have it.
 * @returns the path of its package.json, links and all; `undefined` when there is none.
 */
export function notePackage(
  from: string,
  name: string,
  onAbsent?: (folder: string) => void,
): string | undefined {
  for (const folder of placesOf(from, name)) {
    const path = join(folder, name, 'package.json')
    const seen = seenAt(path)
    noteFile(path, true, seen)
    if (seen?.isFile() === true) return path
    onAbsent?.(folder)
  }
  return undefined
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

type Description = Readonly<Record<string, unknown>>

/** Whether a name means the package itself that a file belongs to. */
function isOwnName(name: string, from: string): boolean {
  try {
    const own = findPackageJSON(pathToFileURL(from))
    noteNearest(dirname(from), 'package.json', own)
    if (own === undefined) return false
    const said = JSON.parse(readFileSync(own, 'utf8')) as Description
    return said['name'] === name && said['exports'] !== undefined
  } catch {
    return false
  }
}

/** The files that a package.json names, wherever in it. */
function filesNamedIn(folder: string): string[] {
  const files: string[] = []
  try {
    JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'), (_key, value: unknown) => {
      if (typeof value === 'string' && value.endsWith('.json')) files.push(join(folder, value))
      return value
    })
  } catch {
    // None, or a broken one.
  }
  return files
}

/** The path by which a file is come to in a package's folder, links and all, if it is in there. */
function wayTo(found: string, folder: string, paths: readonly string[]): string | undefined {
  const real = realPathOf(found)
  const folderItself = realPathOf(folder)
  if (real === undefined || folderItself === undefined) return undefined
  const named = [...paths, ...filesNamedIn(folder)].find((each) => realPathOf(each) === real)
  if (named !== undefined) return named
  const inside = relative(folderItself, real)
  return inside.startsWith(`..${sep}`) || isAbsolute(inside) ? undefined : join(folder, inside)
}

/**
 * Notes a file, and how it was found as a package's: what was looked for before, and each link on the way. `endings`: what was
 * put behind the specifier, in the order in which it was tried.
 */
export function notePackageFile(
  from: string,
  specifier: string,
  endings: readonly string[],
  found: string,
): void {
  const [name = specifier] = /^(?:@[^/]*\/)?[^/]*/.exec(specifier) ?? []
  noteFile(found)
  if (isOwnName(name, from)) return
  for (const folder of placesOf(from, name)) {
    const paths = endings.map((ending) => join(folder, `${specifier}${ending}`))
    const way = wayTo(found, join(folder, name), paths)
    noteFile(join(folder, name, 'package.json'), true)
    // What a package.json names is asked for before any file is tried.
    const isTried = way === undefined || paths.includes(way)
    for (const path of isTried ? paths : paths.slice(0, 1)) {
      noteFile(path, true)
      if (path === way) break
    }
    if (way === undefined) continue
    noteFile(way, true)
    // Where its content alone tells, another package's may be the same, and what that leads to need not be.
    const isLink = realPathOf(way) !== way
    if (isLink && settledStamp(statSync(way)) === null) noteUnknown()
    return
  }
  // By what others have put in the place of Node's search.
  noteUnknown()
}
