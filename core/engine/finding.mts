/**
 * Where an import leads, by the rules of the resolve hook: what the project has put in a name's place, then the loaders, then
 * Node. Nothing of the program is run.
 */

import { isForLoader } from '../claims.mts'
import { unsupported, unsupportedAttribute, wantsBody } from '../import-attributes.mts'
import { isAbsolute, isNodes, isRelative, isRequire, schemeOf } from '../native.mts'
import { refuseBuiltin } from '../policy/builtins.mts'
import { externalFor, forbidden } from '../policy/externals.mts'
import { addressFor, isExternal } from '../policy/naming.mts'
import { noImports, packageFailure, reachOf } from '../policy/package-name.mts'
import { isRemote, refuseReach } from '../policy/policy.mts'
import { isBuiltin } from 'node:module'
import type { Claims } from '../claims.mts'
import type { Engine } from './engine.mts'
import type { Life } from './life.mts'
import type { NodeResolution } from './node-resolution.mts'
import type { LoadRequest, NodeModule } from '../types.mts'

/** A module that loaders have made; a file or another URL that Node loads by itself; or a module of Node's own. */
export type Found =
  | { readonly kind: 'module'; readonly module: NodeModule }
  | { readonly kind: 'native'; readonly url: string }
  | { readonly kind: 'builtin'; readonly url: string }

export interface FindingOptions {
  readonly engine: Engine
  readonly claims: Claims
  readonly node: NodeResolution
  /** A file: URL in the project's root: where names of its packages are looked up. */
  readonly rootURL: string
}

function builtin(name: string): Found {
  return { kind: 'builtin', url: name.startsWith('node:') ? name : `node:${name}` }
}

export class Finding {
  readonly #options: FindingOptions

  constructor(options: FindingOptions) {
    this.#options = options
  }

  /** Finds what a request leads to; `life` is told of the way. @throws what the import would fail with. */
  find(request: LoadRequest, life: Life): Promise<Found> {
    const { specifier, parentURL, importAttributes } = request
    const odd = unsupportedAttribute(importAttributes)
    if (odd !== undefined) throw unsupported(odd, importAttributes, specifier)
    const address = addressFor(specifier, parentURL)
    if (address !== undefined) return this.#named(address, request, life)
    if (isBuiltin(specifier)) return this.#builtin(specifier, parentURL)
    if (isExternal(specifier, parentURL)) return this.#external(specifier, request, life)
    return this.#other(request, life)
  }

  async #builtin(name: string, author: string | undefined): Promise<Found> {
    if (author !== undefined && isRemote(author)) refuseBuiltin(name, author)
    return builtin(name)
  }

  /** What the project itself has named: on its word, and not on that of who imports. */
  async #named(address: string, request: LoadRequest, life: Life): Promise<Found> {
    life.mapped = address
    if (isBuiltin(address)) return builtin(address)
    return this.#other({ ...request, specifier: address, mapped: true }, life)
  }

  /** A name of the project's in a module from elsewhere. */
  async #external(name: string, request: LoadRequest, life: Life): Promise<Found> {
    const { parentURL = '' } = request
    if (isBuiltin(name)) return this.#builtin(name, parentURL)
    const meant = externalFor(name, parentURL)
    if (meant === false) throw forbidden(name, parentURL)
    if (meant === true) return this.#package(name, request, life)
    if (isAbsolute(meant) || isBuiltin(meant)) return this.#named(meant, request, life)
    life.mapped = meant
    return this.#package(meant, request, life)
  }

  /** A package of the project's, for a module that is no file. */
  async #package(name: string, request: LoadRequest, life: Life): Promise<Found> {
    const { rootURL } = this.#options
    const { parentURL } = request
    const reach = reachOf(name, rootURL)
    if (reach !== undefined) refuseReach(reach, parentURL)
    if (name.startsWith('#')) throw noImports(name, parentURL)
    try {
      // By the project's word: a module of the network may not name the file itself.
      return await this.#byNode({ ...request, specifier: name, mapped: true }, rootURL, life)
    } catch (error) {
      throw packageFailure(error, name, parentURL, rootURL)
    }
  }

  async #other(request: LoadRequest, life: Life): Promise<Found> {
    const { specifier, parentURL, importAttributes, mapped } = request
    const isOurs = parentURL !== undefined && !isNodes(parentURL)
    const isTheirs = isAbsolute(specifier)
      ? !isNodes(specifier, wantsBody(importAttributes))
      : isOurs && (isRelative(specifier) || (specifier.startsWith('#') && isRemote(parentURL)))
    if (isTheirs) return this.#byLoaders(request, life)
    if (!isRelative(specifier) && this.#isAskedFor(specifier)) {
      try {
        return await this.#byLoaders(request, life)
      } catch (error) {
        // One that answered 404 has answered.
        if ((error as { unanswered?: boolean }).unanswered !== true) throw error
        life.begin()
      }
    }
    if (isOurs && mapped !== true && !isAbsolute(specifier)) {
      return this.#package(specifier, request, life)
    }
    const { rootURL } = this.#options
    return this.#byNode(request, parentURL ?? rootURL, life)
  }

  /** Whether a loader of the project wants to be asked about what is otherwise Node's. */
  #isAskedFor(specifier: string): boolean {
    const { everything, schemes } = this.#options.claims
    const scheme = schemeOf(specifier)
    if (scheme === 'file:') return false
    return everything || (scheme !== undefined && schemes.includes(scheme))
  }

  async #byLoaders(request: LoadRequest, life: Life): Promise<Found> {
    const module = await this.#options.engine.observe(request, life)
    if (module.external !== undefined) return this.#external(module.external, request, life)
    return module.native ? { kind: 'native', url: module.url } : { kind: 'module', module }
  }

  async #byNode(request: LoadRequest, parentURL: string, life: Life): Promise<Found> {
    const { claims, node } = this.#options
    const { specifier, conditions, importAttributes, mapped } = request
    if (mapped !== true) refuseReach(specifier, request.parentURL)
    const isRequired = isRequire(conditions) && schemeOf(specifier) === undefined
    // A module of a loader's is no place from which Node looks.
    const base = isNodes(parentURL) ? parentURL : this.#options.rootURL
    const url = node[isRequired ? 'require' : 'import'](specifier, base)
    if (isBuiltin(url)) return builtin(url)
    if (mapped !== true) refuseReach(url, request.parentURL)
    if (!isNodes(url)) return this.#byLoaders({ ...request, specifier: url }, life)
    const isTheirs = url.startsWith('file:') && isForLoader(claims, url, importAttributes['type'])
    return isTheirs
      ? this.#byLoaders({ ...request, specifier: url }, life)
      : { kind: 'native', url }
  }
}
