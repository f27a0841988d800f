/** What a name in a module means where it is the project that says so: by its import map, its externals, its builtins. */

import { modules, urls } from './builtins.mts'
import { external } from './externals.mts'
import { wantsBody } from './node/attributes.mts'
import { isRequire } from './node/require.mts'
import { importMap } from '../import-map.mts'
import { isAbsolute, isNodes } from '../native.mts'
import { refuseBuiltin } from '../policy/builtins.mts'
import { externalFor, forbidden } from '../policy/externals.mts'
import { addressFor } from '../policy/naming.mts'
import { isRemote } from '../policy/policy.mts'
import type { ResolveFnOutput, ResolveHookContext } from 'node:module'
import type { Refuse } from './externals.mts'
import type { NextResolve } from './node/node-loading.mts'
import type { Importing, Requester } from './requester.mts'
import type { Workers } from './program/workers.mts'

/** Who imports, and how, and whether it is the project itself that names what is imported. */
export type Asking = ResolveHookContext & Pick<Importing, 'mapped'>

/** A way to resolve a specifier; `written` is what stands in the importing module. */
export type Way = (
  specifier: string,
  context: Asking,
  nextResolve: NextResolve,
  written: string,
) => ResolveFnOutput

export interface NamesOptions {
  readonly requester: Requester
  /** A file: URL in the project's root: where bare specifiers of remote modules are looked up. */
  readonly rootURL: string
  readonly workers: Workers
  readonly refuse: Refuse
  /** By the loaders. */
  readonly byLoaders: Way
  /** By Node. */
  readonly byNode: Way
}

export class Names {
  readonly #options: NamesOptions
  readonly isBuiltin = modules().isBuiltin
  /** Whether we ask Node something ourselves, and only Node and the hooks of others are to answer. */
  isAside = false

  constructor(options: NamesOptions) {
    this.#options = options
  }

  /**
   * What the import map has in the place of a specifier; `undefined` where it has nothing.
   * @param author whose text the importing module is
   */
  address(
    specifier: string,
    { conditions, parentURL }: ResolveHookContext,
    author: string | undefined,
  ): string | undefined {
    // Most programs have none.
    if (importMap === undefined) return undefined
    try {
      return addressFor(specifier, parentURL, author)
    } catch (error) {
      // Programs look for the code that Node's own `require` gives.
      if (isRequire(conditions)) Object.assign(error as Error, { code: 'MODULE_NOT_FOUND' })
      throw this.#options.requester.placed(error, specifier, parentURL)
    }
  }

  /** Resolves what the project itself has put in the place of a specifier: on its word, and not on that of who imports. */
  named(
    address: string,
    context: ResolveHookContext,
    nextResolve: NextResolve,
    written: string,
  ): ResolveFnOutput {
    const { byLoaders, byNode } = this.#options
    if (this.isBuiltin(address)) return this.builtin(address, context, nextResolve, undefined)
    const asking = { ...context, mapped: true }
    if (!isNodes(address, wantsBody(context.importAttributes))) {
      return byLoaders(address, asking, nextResolve, written)
    }
    const isPath = address.startsWith('file:') && isRequire(context.conditions)
    return byNode(isPath ? urls().fileURLToPath(address) : address, asking, nextResolve, written)
  }

  /** The context in which Node is asked: for what the project itself has named it is to know the importer as a file. */
  host(context: Asking): ResolveHookContext {
    if (context.mapped !== true) return context
    const { importAttributes, conditions, parentURL } = context
    const isFile = parentURL?.startsWith('file:') === true
    return { importAttributes, conditions, parentURL: isFile ? parentURL : this.#options.rootURL }
  }

  /** @param author whose text asks; `undefined` where it is the project itself */
  builtin(
    specifier: string,
    context: ResolveHookContext,
    nextResolve: NextResolve,
    author: string | undefined,
  ): ResolveFnOutput {
    const { requester, workers } = this.#options
    try {
      if (author !== undefined && isRemote(author)) refuseBuiltin(specifier, author)
    } catch (error) {
      throw requester.placed(error, specifier, context.parentURL)
    }
    workers.asked(specifier)
    return nextResolve(specifier, context)
  }

  /** Resolves a bare name in a module from elsewhere. */
  external(
    name: string,
    context: ResolveHookContext,
    nextResolve: NextResolve,
    author: string,
    written = name,
  ): ResolveFnOutput {
    if (this.isBuiltin(name)) return this.builtin(name, context, nextResolve, author)
    const meant = externalFor(name, author)
    if (meant === true) return this.package(name, context, nextResolve, written)
    if (meant === false) {
      const { requester } = this.#options
      throw requester.placed(forbidden(name, author), written, context.parentURL)
    }
    if (isAbsolute(meant)) return this.named(meant, context, nextResolve, written)
    if (this.isBuiltin(meant)) return this.builtin(meant, context, nextResolve, undefined)
    return this.package(meant, context, nextResolve, written)
  }

  /** Resolves a bare name as one of the project's packages. */
  package(
    name: string,
    context: ResolveHookContext,
    nextResolve: NextResolve,
    written = name,
  ): ResolveFnOutput {
    return external({ ...this.#options, aside: this.#aside }, name, context, nextResolve, written)
  }

  readonly #aside = <T,>(ask: () => T): T => {
    this.isAside = true
    try {
      return ask()
    } finally {
      this.isAside = false
    }
  }
}
