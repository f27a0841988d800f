/** A module's id, as plugins know it, and its specifier. */

import { existsSync, statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The scheme of what is in no file: plugins alone know it. */
export const SCHEME = 'rollup:'

/** The URL of a module that only plugins know: `\0virtual:x` is `rollup:///%00virtual:x`. */
export function virtualURL(id: string): string {
  return `${SCHEME}///${encodeURI(id.toWellFormed()).replaceAll('#', '%23')}`
}

function pathOf(url: string): string | undefined {
  const [, file = '', tail = ''] = /^([^?#]*)([^]*)$/.exec(url) ?? []
  try {
    return fileURLToPath(file) + tail
  } catch {
    // No path of this system's.
    return undefined
  }
}

/** The id of a module by its URL or specifier: a file's path with its query, a plugin's own, or the URL itself. */
export function idOf(specifier: string): string {
  if (specifier.startsWith('file:')) return pathOf(specifier) ?? specifier
  if (!specifier.startsWith(`${SCHEME}///`)) return specifier
  try {
    return decodeURIComponent(specifier.slice(SCHEME.length + 3))
  } catch {
    return specifier
  }
}

/** An id without its query. */
export function withoutQuery(id: string): string {
  const end = id.search(/[?#]/)
  return end === -1 ? id : id.slice(0, end)
}

/** The path of the regular file that an id names, whatever its query; `undefined` where there is none. */
export function fileOf(id: string): string | undefined {
  const path = withoutQuery(id)
  if (!isAbsolute(path) || path.includes('\0') || !existsSync(path)) return undefined
  return statSync(path).isFile() ? path : undefined
}

/** Where an id leads: a file's URL, a URL as it is, or one of ours for what only plugins know. */
export function urlOf(id: string): string {
  const path = fileOf(id)
  if (path !== undefined) return pathToFileURL(path).href + id.slice(path.length)
  return /^[a-z][a-z\d+.-]+:\/\//i.test(id) ? id : virtualURL(id)
}
