/** Local files that a local module imports: which of them the engine will be asked for, and under which URL. */

import { lstatSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isForLoader } from '../claims.mts'
import { fileTarget, isOwn } from '../native.mts'
import { RealFolders } from '../real-folders.mts'
import { settledStamp } from '../stamp.mts'
import type { Claims } from '../claims.mts'
import type { Foreseen } from './ahead.mts'
import type { Stamp } from '../stamp.mts'
import type { LoadRequest } from '../types.mts'

/** Where our own files are: Node loads those by itself. */
const ownURL = new URL('../..', import.meta.url).href

/** A URL that is the same however it is written. */
const plain = /^file:\/\/\/[\w\-./]+$/

/** A file that will be asked for. */
export interface LocalFile {
  readonly url: string
  /** The file before it was read: whoever has its text can tell whether it is still that. */
  readonly stamp: Stamp
}

/** What the engine is going to be asked for by names of local files; a wrong guess is work for nothing, and no more. */
export class LocalImports {
  readonly #claims: Claims
  readonly #folders = new RealFolders()

  constructor(claims: Claims) {
    this.#claims = claims
  }

  /** The file that a specifier names in a local module, where that is for a loader; `undefined` where it is Node's, or not there. */
  find(
    specifier: string,
    attributes: Readonly<Record<string, string>>,
    parentURL: string,
  ): LocalFile | undefined {
    const target = fileTarget(specifier, parentURL)
    if (target === undefined || isOwn(target, ownURL)) return undefined
    if (!isForLoader(this.#claims, target, attributes['type'])) return undefined
    // Node refuses an encoded separator, and a path that could only be a folder's.
    if (/%2f|%5c|^[^?#]*\/(?:[?#]|$)/i.test(target)) return undefined
    try {
      return this.#locate(target)
    } catch {
      // Missing, or not to be read: whoever asks for it is told.
      return undefined
    }
  }

  /** A request for a file, with what the file is now. */
  stamped(request: LoadRequest): Foreseen {
    try {
      if (!request.specifier.startsWith('file:')) return request
      const stamp = settledStamp(statSync(fileURLToPath(request.specifier)))
      return stamp === null ? request : { ...request, stamp }
    } catch {
      // Whoever makes it says so.
      return request
    }
  }

  #locate(target: string): LocalFile | undefined {
    const path = fileURLToPath(target)
    const folder = this.#folders.of(dirname(path))
    let real = join(folder, basename(path))
    let stats = lstatSync(real)
    if (stats.isSymbolicLink()) {
      real = realpathSync(real)
      stats = statSync(real)
    }
    if (!stats.isFile()) return undefined
    const stamp = settledStamp(stats)
    if (stamp === null) return undefined
    if (real === path && plain.test(target)) return { url: target, stamp }
    const url = pathToFileURL(real)
    const { search, hash } = new URL(target)
    return { url: `${url.href}${search}${hash}`, stamp }
  }
}
