/** What a specifier means where no plugin says: what a bundler makes of it without plugins, and Node of packages. */

import { isBuiltin } from 'node:module'
import { dirname, isAbsolute, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { NodeResolution } from '../../core/engine/node-resolution.mts'
import { fileOf, idOf, withoutQuery } from './module-id.mts'

/** What a path may lack. Vite: `resolve.extensions`. */
const extensions = ['', '.mjs', '.js', '.mts', '.ts', '.jsx', '.tsx', '.json']

let node: NodeResolution | undefined

export interface Meant {
  readonly id: string
  readonly external: boolean
}

/** A file's id; `undefined` where there is none. */
function file(path: string): Meant | undefined {
  const bare = withoutQuery(path)
  const tail = path.slice(bare.length)
  for (const extension of extensions) {
    const found = fileOf(bare + extension)
    if (found !== undefined) return { id: found + tail, external: false }
  }
  return undefined
}

/** Where an importer's relative specifiers begin: its folder; `undefined` for what is in none. */
function folderOf(importer: string | undefined, root: string): string | undefined {
  if (importer === undefined) return root
  const path = withoutQuery(idOf(importer))
  return isAbsolute(path) && !path.includes('\0') ? dirname(path) : undefined
}

/** @returns `undefined` when it leads to nothing. */
export function meantBy(
  source: string,
  importer: string | undefined,
  root: string,
): Meant | undefined {
  if (isBuiltin(source)) return { id: source, external: true }
  if (source.startsWith('file:')) return file(idOf(source))
  if (/^[a-z][a-z\d+.-]+:/i.test(source)) return { id: source, external: true }
  if (isAbsolute(source)) return file(source)
  const folder = folderOf(importer, root)
  if (/^\.{1,2}(?:\/|$)/.test(source)) {
    return folder === undefined ? undefined : file(join(folder, source))
  }
  try {
    node ??= new NodeResolution()
    const url = node.import(source, pathToFileURL(join(folder ?? root, 'noop.js')).href)
    return url.startsWith('file:')
      ? { id: fileURLToPath(url), external: false }
      : { id: url, external: true }
  } catch {
    // Node says what is missing to whoever imports it.
    return undefined
  }
}
