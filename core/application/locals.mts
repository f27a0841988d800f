/**
 * Local files that only loaders of ours take, made in this thread: nobody is waited for, and a program of nothing else has no
 * engine. What this cannot do is the engine's. docs/decisions/039-local-files-at-once.md
 */

import { fs, modules, paths, urls } from './builtins.mts'
import { withoutGrants } from '../grant.mts'
import { loadLocalPart } from './local-part.mts'
import { extensionOf, isNativeExtension, schemeOf } from '../native.mts'
import { namedInstead } from '../policy/naming.mts'
import { RealFolders } from '../real-folders.mts'
import { mayShorten } from './warm.mts'
import type { Local } from '../local/local.mts'
import type { PackSettings, Settings } from '../settings.mts'
import type { ImportSite, LoadRequest, NodeModule } from '../types.mts'
import type { TransformListener } from '../transform-telling.mts'
import type { Warm } from './warm.mts'

export interface LocalsOptions {
  readonly settings: Settings
  /** URL of the registered file. */
  readonly self: string
  /** Our own folder, an absolute path. */
  readonly folder: string
  readonly hasProjectLoaders: boolean
  /** Whether no hooks of others were registered before ours: they would see what is loaded here. */
  readonly isAlone: boolean
  readonly warm: Warm
  /** Is told of transforms. */
  readonly events: TransformListener
  /** Has the end of the program keep what V8 has compiled of this half. */
  readonly keepAtExit: (keep?: () => void) => void
}

/** Files that may be left to the engine, each of which is waited for, before all are, and it makes them ahead. */
const FEW = 16

/** A URL that is the same however it is written. */
const plain = /^file:\/\/(?:\/[\w\-.]+)+$/

/** Node's schemes: what these name does not have to be waited for. */
const nodes = new Set(['node:', 'file:', 'data:', 'blob:'])

/** Whether an import of a local module is for an engine, which begins on it the sooner the better. */
function isForEngine({ specifier }: ImportSite, url: string): boolean {
  const instead = namedInstead(specifier, url, modules().isBuiltin(specifier))
  const scheme = schemeOf(instead ?? specifier)
  return scheme !== undefined && !nodes.has(scheme)
}

/** Whether a request is for no more than a file, and by a file. */
function isPlain({
  specifier,
  parentURL = 'file:',
  importAttributes,
  again,
}: LoadRequest): boolean {
  if (again === true || !specifier.startsWith('file:///') || !parentURL.startsWith('file:')) {
    return false
  }
  return Object.keys(importAttributes).length === 0 && withoutGrants(specifier) === specifier
}

export class Locals {
  readonly #options: LocalsOptions
  /** `null`: it cannot be had, or is not wanted. */
  #local: Local | null | undefined
  /** Whether all that comes is the engine's. */
  #isOver = false
  /** Whether an engine was told that the pack is to be made anew: then nobody else writes to it. */
  #isHandedOver = false
  /** The first request that was answered here: what imports the others, as a rule. */
  #first: LoadRequest | undefined
  readonly #folders = new RealFolders()
  /** What was left to the engine a moment ago, and is not to be tried again by the way there. */
  #declined: string | undefined
  /** What was seen to be a regular file a moment ago. */
  #regular: string | undefined
  /** How many files were made, and how many were left to the engine. */
  #made = 0
  #left = 0
  /** Files that Node reads by itself, whose imports were looked at. */
  readonly #parents = new Set<string>()

  constructor(options: LocalsOptions) {
    this.#options = options
    this.#isOver = !options.isAlone || !mayShorten(options)
  }

  /**
   * Makes the module of a request, whose key is given; `undefined`: the engine is to.
   * @param lead is given what the engine should be asked for before, for the sake of all that it leads to
   */
  module(
    key: string,
    request: LoadRequest,
    lead: (request: LoadRequest) => void,
  ): NodeModule | undefined {
    if (this.#isOver || !isPlain(request)) return undefined
    const local = (this.#local ??= this.#open())
    if (local === null) return undefined
    const { specifier: url, parentURL } = request
    const isDeclined = this.#declined === url
    this.#declined = undefined
    if (isDeclined) return undefined
    const isRegular = this.#regular === url
    this.#regular = undefined
    const isMixed = this.#isMixed(local, parentURL)
    const made = isMixed ? undefined : local.make(url, isRegular)
    const isRemote = made?.module.imports.some((each) => isForEngine(each, url)) === true
    if (made === undefined) this.#left += 1
    if (isMixed || isRemote || this.#left > FEW + this.#made / 4) {
      // There is going to be an engine, which makes what it comes to while it waits for others.
      this.#isOver = true
      if (this.#first !== undefined) lead(this.#first)
      return undefined
    }
    if (made === undefined) {
      this.#declined = url
      return undefined
    }
    this.#made += 1
    this.#first ??= request
    local.keep(key, made)
    return made.module
  }

  /** Whether a file that Node reads by itself imports what an engine has to get. It is looked at once. */
  #isMixed(local: Local, parentURL: string | undefined): boolean {
    if (parentURL === undefined || this.#parents.has(parentURL)) return false
    this.#parents.add(parentURL)
    if (!isNativeExtension(extensionOf(parentURL))) return false
    return local.importsOf(parentURL).some((each) => isForEngine(each, parentURL))
  }

  /**
   * Whether a URL is that of a file to be made here, and its path that file's own: then Node, which follows links and takes ten
   * times as long, would find the same.
   */
  isAt(url: string): boolean {
    if (this.#isOver || this.#local === null || !plain.test(url)) return false
    try {
      const path = urls().fileURLToPath(url)
      const isFile = this.#folders.isOwn(paths().dirname(path)) && fs().lstatSync(path).isFile()
      if (isFile) this.#regular = url
      return isFile
    } catch {
      // Not there, or not to be seen: Node says so.
      return false
    }
  }

  /** Whether the engine is asked for a file alone, since what that imports is made here. */
  isAlone(request: LoadRequest): boolean {
    return !this.#isOver && Boolean(this.#local) && isPlain(request)
  }

  #open(): Local | null {
    const { settings, self, folder, warm, events, keepAtExit } = this.#options
    const part = loadLocalPart(self)
    if (part === undefined) return null
    const pack = this.#isHandedOver ? undefined : warm.settings
    const local = part.open({ settings, folder, pack, events })
    if (pack !== undefined) process.once('exit', () => local.flush())
    keepAtExit(part.keep)
    return local
  }

  /** What an engine is told that is started now. A pack is made anew by one thread, which then has written all that it knew. */
  get pack(): PackSettings | undefined {
    const pack = this.#options.warm.settings
    if (pack === undefined || !pack.isAnew) return pack
    const isAnew = this.#local?.handOver() !== true
    this.#isHandedOver ||= isAnew
    return { ...pack, isAnew }
  }
}
