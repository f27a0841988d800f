/**
 * The package that a module from elsewhere belongs to, for its `#name`s: the nearest package.json, from the module's folder up
 * to the root of its repository or origin. LOOKUP_PACKAGE_SCOPE of Node's manual.
 */

import { isLoaderError } from '../errors.mts'
import { escapeText } from '../text.mts'
import { resolveRelative } from './location.mts'
import { checkImportName, packageError, packageImport } from './package-imports.mts'
import { Trail } from './trail.mts'
import type { LoaderError } from '../errors.mts'
import type { Errand } from './errand.mts'
import type { PackageFile } from './package-imports.mts'
import type { Registration } from './registration.mts'
import type { NodeModule } from '../types.mts'

/** Folders looked at for one module. */
const HIGHEST = 32

/** Packages remembered. */
const CAPACITY = 1000

/** What a `#name` means: a module by its absolute specifier, or a name of another package's. */
export type PackageImport = { readonly specifier: string } | { readonly external: string }

/** What is answered in place of a module for a name of another package's: the application thread resolves it. */
export function externalModule(external: string): NodeModule {
  const origin = { loader: '', specifier: external }
  const nothing = { source: undefined, hasDefault: false, mapped: false, imports: [] }
  const url = `mimeport:external/${encodeURIComponent(external)}`
  return { url, origin, format: 'module', native: true, ...nothing, external }
}

export interface PackageScopesOptions {
  /** Makes a module without remembering it: what the package is must be there whenever it is asked for. */
  readonly make: (errand: Errand, specifier: string) => Promise<NodeModule>
  readonly isLocked: (goal: string, specifier: string) => boolean
}

/** Whether an error says that there is no package.json, as far as anybody may ask. */
function isAbsent(error: unknown): error is LoaderError {
  if (!isLoaderError(error)) return false
  const { code, statusCode } = error
  if (code === 'ERR_MODULE_NOT_FOUND') return statusCode === 404 || statusCode === 410
  // What was met when the lock was written, or when there was a network, is there still; and so is what was not.
  return code === 'ERR_MIMEPORT_FROZEN' || code === 'ERR_MIMEPORT_OFFLINE'
}

function importsOf(text: unknown): unknown {
  const value: unknown = JSON.parse(String(text))
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'imports')
    ? (value as { imports: unknown }).imports
    : undefined
}

export class PackageScopes {
  readonly #options: PackageScopesOptions
  /** By specifier: what is there, or why there is nothing. As Node, it asks once; what failed is asked for again. */
  readonly #files = new Map<string, Promise<PackageFile | LoaderError>>()

  constructor(options: PackageScopesOptions) {
    this.#options = options
  }

  /**
   * Looks up the `#name` that a request asks for.
   * @throws those of `packageImport`, and what the package.json fails with
   */
  async resolve(errand: Errand, owner: Registration): Promise<PackageImport> {
    const { request } = errand
    checkImportName(request)
    const file = await this.#find(errand, owner)
    const target = packageImport(file, request)
    if (!target.startsWith('./')) return { external: target }
    // A redirect may have led from one loader's to another's.
    const answerer = errand.registry.named(file.loader) ?? owner
    return {
      specifier: await resolveRelative(answerer, target, file.specifier, errand.signal),
    }
  }

  async #find(errand: Errand, owner: Registration): Promise<PackageFile> {
    const { request } = errand
    const locked = await this.#locked(errand, owner)
    if (locked !== undefined) return locked
    let missing: LoaderError | undefined
    for await (const candidate of candidates(errand, owner)) {
      const found = await this.#read(errand, candidate)
      if (!isLoaderError(found)) return found
      if (found.code !== 'ERR_MODULE_NOT_FOUND') missing ??= found
    }
    if (missing !== undefined) throw missing
    throw packageError(
      'ERR_PACKAGE_IMPORT_NOT_DEFINED',
      request,
      'there is no package.json in its folder nor above, whose "imports" could define it',
    )
  }

  /**
   * The package.json that the lock has for a module that it has: what was not there then is not asked for, and does not come
   * in between now.
   */
  async #locked(errand: Errand, owner: Registration): Promise<PackageFile | undefined> {
    const { isLocked } = this.#options
    if (!isLocked('', errand.request.parent?.specifier ?? '')) return undefined
    for await (const candidate of candidates(errand, owner)) {
      if (!isLocked('json', candidate)) continue
      const found = await this.#read(errand, candidate)
      if (!isLoaderError(found)) return found
    }
    return undefined
  }

  #read(errand: Errand, specifier: string): Promise<PackageFile | LoaderError> {
    const known = this.#files.get(specifier)
    if (known !== undefined) return known
    const reading = this.#ask(errand, specifier).catch((error: unknown) => {
      if (isAbsent(error)) return error
      this.#files.delete(specifier)
      throw error
    })
    if (this.#files.size >= CAPACITY) this.#files.delete(this.#files.keys().next().value!)
    this.#files.set(specifier, reading)
    return reading
  }

  /** Asks for it as for any JSON: by the same policy, lock and cache. */
  async #ask(errand: Errand, specifier: string): Promise<PackageFile> {
    const { parentURL, parent, conditions } = errand.request
    const request = { specifier, parentURL, parent, conditions, importAttributes: { type: 'json' } }
    const module = await this.#options.make({ ...errand, request, trail: new Trail() }, specifier)
    const { loader, specifier: final } = module.origin
    try {
      return { specifier: final, loader, imports: importsOf(module.source) }
    } catch (cause) {
      const reason = `'${escapeText(final)}' is no JSON: ${escapeText((cause as Error).message)}`
      throw Object.assign(packageError('ERR_INVALID_PACKAGE_CONFIG', errand.request, reason), {
        cause,
      })
    }
  }
}

/** Where the package.json of a module may be, the nearest first. */
async function* candidates(
  { request, signal }: Errand,
  owner: Registration,
): AsyncGenerator<string, void> {
  const from = request.parent?.specifier ?? ''
  let last: string | undefined
  for (let height = 0; height < HIGHEST; height += 1) {
    const path = height === 0 ? './package.json' : `${'../'.repeat(height)}package.json`
    let candidate: string
    try {
      candidate = await resolveRelative(owner, path, from, signal)
    } catch (error) {
      // The repository ends there.
      if (isLoaderError(error) && error.code === 'ERR_MIMEPORT_OUTSIDE_ORIGIN') return
      throw error
    }
    // The origin ends there; or the folder with all packages.
    if (candidate === last || candidate.endsWith('/node_modules/package.json')) return
    last = candidate
    yield candidate
  }
}
