/** Where a program begins: what the user names, else what the project's package.json does. */

import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isAbsolute } from '../core/native.mts'
import { escapeText } from '../core/text.mts'
import { UsageError } from './command.mts'
import type { WalkEntry } from '../core/walk.mts'

/** A file or specifier as the user wrote it, or a key of the lock: `json https://…`. @throws {UsageError} when it is none. */
export function entryOf(word: string): WalkEntry {
  const [, type, named = word] = /^([a-z][a-z\d-]*) (.+)$/.exec(word) ?? []
  if (isAbsolute(named)) return { specifier: named, ...(type !== undefined && { type }) }
  const path = resolve(word)
  if (!existsSync(path)) {
    throw new UsageError(`there is no file '${escapeText(word)}', and it is no URL`)
  }
  if (statSync(path).isDirectory()) {
    throw new UsageError(`'${escapeText(word)}' is a folder: name the program's first file`)
  }
  return { specifier: pathToFileURL(path).href }
}

/** The targets of package.json's `exports`, whatever the conditions; those for types are none. */
function* targetsOf(exports: unknown): Generator<string> {
  if (typeof exports === 'string') yield exports
  else if (Array.isArray(exports)) for (const each of exports) yield* targetsOf(each)
  else if (typeof exports === 'object' && exports !== null) {
    for (const [key, each] of Object.entries(exports)) {
      if (key !== 'types' && !key.startsWith('types@')) yield* targetsOf(each)
    }
  }
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return Object.values(Object(value)).filter((each) => typeof each === 'string')
}

/** What is no program: data, declarations. */
const data = /(?:\.json|\.d\.[cm]?ts|\.css|\.md)$/

/** The files that the package.json of `root` says a program may begin at; none where it says nothing. */
export function packageEntries(root: string): WalkEntry[] {
  const file = join(root, 'package.json')
  if (!existsSync(file)) return []
  let read: { exports?: unknown; main?: unknown; bin?: unknown }
  try {
    read = JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/, ''))
  } catch {
    // Node says what is wrong with it as soon as anything is run there.
    return []
  }
  const { exports, main, bin } = Object(read)
  const named = [...targetsOf(exports), ...strings(main), ...strings(bin)]
  if (named.length === 0) named.push('./index.js')
  const found = named
    .flatMap((each) => (each.includes('*') ? globSync(each, { cwd: root }) : [each]))
    .map((each) => resolve(root, each))
    .filter((path) => !relative(root, path).startsWith('..') && !path.includes('node_modules'))
    .filter((path) => !data.test(path) && statSync(path, { throwIfNoEntry: false })?.isFile())
  return [...new Set(found)].sort().map((path) => ({ specifier: pathToFileURL(path).href }))
}

/**
 * The entries that `words` name; without any, those of package.json.
 * @throws {UsageError} when there are none.
 */
export function entriesOf(words: readonly string[], root: string): WalkEntry[] {
  if (words.length > 0) return words.map(entryOf)
  const entries = packageEntries(root)
  if (entries.length > 0) return entries
  throw new UsageError(
    `name the program: '${escapeText(join(root, 'package.json'))}' has no 'exports', 'main' or 'bin' that is there`,
  )
}
