/** One bundler's work: which of its imports are ours, and what each is. */

import { dirname, isAbsolute as isPath, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Guard } from '../../core/application/guard.mts'
import { LoaderError } from '../../core/errors.mts'
import {
  extensionOf,
  hasExtension,
  isAbsolute,
  isNativeExtension,
  isNodes,
  isRelative,
} from '../../core/native.mts'
import { isRemote } from '../../core/policy/policy.mts'
import { bundled } from './bundled.mts'
import { meaningOf } from './meaning.mts'
import { Project } from './project.mts'
import { SourceNames } from './source-names.mts'
import { fileOf, idOf } from '../rollup/module-id.mts'
import { meantBy } from '../rollup/resolution.mts'
import type { BundledCode, BundlerContext, ResolveOptions, Resolved } from './types.mts'
import type { Importer, Wanted } from './project.mts'
import type { NodeModule } from '../../core/types.mts'

interface Known {
  readonly module: NodeModule
  readonly type: string
  /** The build that it was made in. */
  build: number
}

/** What Vite itself means by a query. */
const isVites = /[?&](?:raw|url|inline|no-inline|worker|sharedworker|init)(?:[&=]|$)/

const typescript = new Set(['ts', 'mts', 'cts', 'tsx', 'jsx'])

/**
 * The id of what is in no file. It ends as what it is, since bundlers go by that, and has nothing that one would take for a
 * path that is not in order, or for a query.
 */
function idFor({ url, format }: NodeModule, type: string): string {
  const path = url.replace('://', ':').replaceAll('//', '/%2F')
  const name = path.replaceAll('?', '%3F').replaceAll('#', '%23')
  const goal = type === '' ? '' : `${type}:`
  return `mimeport:${goal}${name}.${format === 'commonjs' ? 'cjs' : 'mjs'}`
}

export class Bundling {
  readonly #options: readonly [loaders: readonly (string | URL)[], base: URL, extension: string]
  readonly #known = new Map<string, Known>()
  readonly names = new SourceNames()
  readonly #guard = new Guard()
  #root = process.cwd()
  #project: Project | undefined
  #build = 0
  /** Whether the bundler compiles TypeScript by itself. */
  #compiles = false

  constructor(loaders: readonly (string | URL)[], base: URL, extension: string) {
    this.#options = [loaders, base, extension]
  }

  /** Vite's configuration is there: its root, and that it is Vite. */
  configure(root: string): void {
    this.#root = root
    this.#compiles = true
  }

  /** A build begins, or a file has changed: what is local is made anew. */
  begin(): void {
    this.#build += 1
  }

  #open(): Project {
    this.#project ??= new Project(this.#root, ...this.#options)
    return this.#project
  }

  #importerOf(importer: string | undefined): Importer | undefined {
    if (importer === undefined) return undefined
    const known = this.#known.get(importer)
    if (known !== undefined) return known.module
    return isPath(importer) ? { url: pathToFileURL(importer).href } : undefined
  }

  /** Resolves an import; `null`: it is the bundler's. @throws what the import would fail with at run time. */
  async resolve(
    bundler: BundlerContext,
    source: string,
    importer: string | undefined,
    { attributes }: ResolveOptions,
  ): Promise<Resolved | null> {
    if (source.includes('\0') || importer?.includes('\0') || isVites.test(source)) return null
    // A path leads to its file in every bundler, and webpack would ask for ever.
    if (this.#known.has(source)) return isPath(source) ? null : { id: source }
    const project = this.#open()
    if (bundler.meta?.rolldownVersion !== undefined) this.#compiles = true
    const parent = this.#importerOf(importer)
    project.enter()
    const author = this.#guard.authorOf(parent?.url)
    const meaning = meaningOf(source, parent?.url, author)
    const isFar = parent !== undefined && isRemote(parent.url)
    if (meaning.package !== undefined) return this.#package(bundler, meaning.package)
    const { specifier, mapped } = meaning
    if (specifier === undefined) return null
    // Before anybody looks, as at run time: nobody learns whether a file is there that is not for them.
    if (mapped !== true) this.#guard.check(specifier, parent?.url)
    const type = attributes?.['type'] ?? ''
    const wanted = { parent, type, ...(mapped && { mapped }) }
    const isOurs = parent !== undefined && !isNodes(parent.url)
    const isTheirs = isAbsolute(specifier)
      ? !isNodes(specifier, type === 'text' || type === 'bytes')
      : isOurs && (isRelative(specifier) || (specifier.startsWith('#') && isFar))
    if (isTheirs) return this.#ask({ ...wanted, specifier })
    const url = await this.#fileURL(bundler, specifier, importer)
    if (url !== undefined && (await this.#isForEngine(url, type))) {
      return this.#ask({ ...wanted, specifier: url })
    }
    if (url !== undefined && mapped) return { id: idOf(url) }
    const { everything } = await project.claims()
    if (everything && !isRelative(specifier) && !isAbsolute(specifier)) {
      return this.#tryAsk({ ...wanted, specifier })
    }
    return isOurs && !isAbsolute(specifier) ? this.#package(bundler, specifier) : null
  }

  /** A package of the project's, for a module that is no file. */
  async #package(bundler: BundlerContext, name: string): Promise<Resolved | null> {
    const { root } = this.#open()
    const found = await bundler.resolve?.(name, join(root, 'package.json'), { skipSelf: true })
    return found ?? meantBy(name, undefined, root) ?? null
  }

  /** The URL of the local file that a specifier names, as the bundler has it. */
  async #fileURL(
    bundler: BundlerContext,
    specifier: string,
    importer: string | undefined,
  ): Promise<string | undefined> {
    let id = idOf(specifier)
    if (!isPath(id) && (isRelative(id) || importer === undefined)) {
      const folder = importer !== undefined && isPath(importer) ? dirname(importer) : this.#root
      id = join(folder, id)
    } else if (!isPath(id)) {
      // A name may be an alias of the bundler's for a file.
      const found = await bundler.resolve?.(specifier, importer, { skipSelf: true })
      if (found === null || found === undefined || found.external === true) return undefined
      id = found.id
    }
    const path = fileOf(id)
    return path === undefined ? undefined : pathToFileURL(path).href + id.slice(path.length)
  }

  /** Whether a file is made by loaders at run time, and not by the bundler here. */
  async #isForEngine(url: string, type: string): Promise<boolean> {
    if (type === 'text' || type === 'bytes') return true
    const extension = extensionOf(url)
    if (this.#compiles && typescript.has(extension)) return false
    if (!isNativeExtension(extension)) return true
    const { extensions, native } = await this.#open().claims()
    return native.includes(extension) || extensions.some((each) => hasExtension(url, each))
  }

  async #ask(wanted: Wanted): Promise<Resolved | null> {
    const module = await this.#open().module(wanted)
    const { url, native, external } = module
    if (wanted.mapped !== true) this.#guard.check(url, wanted.parent?.url)
    if (external !== undefined) return meantBy(external, undefined, this.#open().root) ?? null
    const isFile = url.startsWith('file:')
    if (native) return wanted.specifier === url ? null : { id: idOf(url) }
    const id = isFile && wanted.type === '' ? idOf(url) : idFor(module, wanted.type)
    this.#known.set(id, { module, type: wanted.type, build: this.#build })
    this.names.add(id, url)
    return { id }
  }

  async #tryAsk(wanted: Wanted): Promise<Resolved | null> {
    try {
      return await this.#ask(wanted)
    } catch (error) {
      if ((error as { unanswered?: boolean }).unanswered === true) return null
      throw error
    }
  }

  /** Loads what `resolve` has resolved; `null`: it is the bundler's. */
  async load(bundler: BundlerContext, id: string): Promise<BundledCode | null> {
    const known = this.#known.get(id)
    if (known === undefined) return null
    const { type, build } = known
    let { module } = known
    // The text is there from when it was resolved, the first time.
    if (build !== this.#build && module.url.startsWith('file:')) {
      const { specifier } = module.origin
      module = await this.#open().module({ specifier, parent: undefined, type }, true)
    }
    this.#known.set(id, { module, type, build: this.#build })
    const { rollupVersion, rolldownVersion } = bundler.meta ?? {}
    const isRollup = rollupVersion !== undefined && rolldownVersion === undefined
    if (module.format === 'commonjs' && isRollup && !this.#compiles) {
      throw new LoaderError(
        'ERR_MIMEPORT_UNSUPPORTED_FORMAT',
        `Cannot bundle '${module.url}': it is CommonJS, which Rollup itself does not take; Vite, Rolldown, esbuild and webpack do`,
        { url: module.url },
      )
    }
    return bundled(module)
  }
}
