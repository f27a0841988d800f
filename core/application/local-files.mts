/** Local files that are for a loader: of a kind that Node does not load by itself, or that a loader asked for. */

import { wantsBody } from './node/attributes.mts'
import { fs, urls } from './builtins.mts'
import { misnamed } from '../misnamed.mts'
import { extensionOf, hasExtension, isNativeExtension, isOwn } from '../native.mts'
import { isLoading } from './local-part.mts'
import { resolved } from './output.mts'
import { relativeFile } from './relative-file.mts'
import { isEngineFailure } from './requester.mts'
import { hasOwnHandler, isRequire } from './node/require.mts'
import type { ResolveFnOutput, ResolveHookContext } from 'node:module'
import type { Refuse } from './externals.mts'
import type { ModuleStore } from './module-store.mts'
import type { Requester } from './requester.mts'
import type { NodeModule } from '../types.mts'

/** Whether Node was told to leave symbolic links as they are. It gives its options away to nobody. */
function keepsLinks(): boolean {
  const { NODE_OPTIONS = '', NODE_PRESERVE_SYMLINKS, NODE_PRESERVE_SYMLINKS_MAIN } = process.env
  return (
    NODE_PRESERVE_SYMLINKS === '1' ||
    NODE_PRESERVE_SYMLINKS_MAIN === '1' ||
    [...process.execArgv, NODE_OPTIONS].some((each) => each.includes('--preserve-symlinks'))
  )
}

/**
 * The URL of the regular file that a file: URL names, through its symbolic links, as Node has it; `undefined` when there
 * is none, or when anything is odd about it: then Node is to say what. ESM: resolution algorithm (Node.js manual).
 */
function locate(target: string): string | undefined {
  if (keepsLinks()) return undefined
  try {
    const url = new URL(target)
    if (/%2f|%5c/i.test(url.pathname) || url.pathname.endsWith('/')) return undefined
    const path = fs().realpathSync(urls().fileURLToPath(url))
    if (!fs().statSync(path).isFile()) return undefined
    const real = urls().pathToFileURL(path)
    real.search = url.search
    real.hash = url.hash
    return real.href
  } catch {
    // Missing, not to be read, or no path at all.
    return undefined
  }
}

/** A file's module, or what it failed with. */
interface Made {
  readonly module?: NodeModule
  readonly error?: Error
}

/** What was made before Node was asked. */
export interface Foreseen extends Made {
  readonly url: string
  /** What the resolve hook returns without asking Node. */
  readonly output?: ResolveFnOutput
}

/** Extensions by which Node may take a file for something else than CommonJS. */
const ambiguous: ReadonlySet<string> = new Set(['', 'js', 'json', 'mjs'])

export interface LocalFilesOptions {
  readonly requester: Requester
  readonly store: ModuleStore
  /** Our own folder's URL. What lies there is never transformed: it is what transforms. */
  readonly ownURL: string
  /** Whether no hooks of others were registered before ours: they would want to be asked. */
  readonly isAlone: boolean
}

export class LocalFiles {
  readonly #options: LocalFilesOptions

  constructor(options: LocalFilesOptions) {
    this.#options = options
  }

  /** Whether a URL that a specifier resolved to is for a loader. */
  isForEngine(url: string, context: ResolveHookContext, specifier: string): boolean {
    const { ownURL, requester, store } = this.#options
    if (!url.startsWith('file:') || isLoading || isOwn(url, ownURL)) return false
    if (wantsBody(context.importAttributes)) return true
    if (store.originOf(url)?.native === true) return false
    const extension = extensionOf(url)
    if (!isNativeExtension(extension)) return !hasOwnHandler(extension, context.conditions)
    const { extensions, native, schemes } = requester.claims(specifier, context)
    if (native.includes(extension) || schemes.includes('file:')) return true
    return extensions.some((each) => hasExtension(url, each))
  }

  /**
   * Makes the module of a file before Node is asked where it is, if by its name it could be CommonJS that Node will not
   * import afterwards; has an `output` if it is. docs/node-notes.md: CommonJS under another name.
   */
  foresee(specifier: string, context: ResolveHookContext, refuse: Refuse): Foreseen | undefined {
    const { requester } = this.#options
    const extension = extensionOf(specifier)
    // Most imports are of what Node loads by itself: nothing more is looked at.
    if (!ambiguous.has(extension) || (extension !== '' && !requester.mayClaim)) return undefined
    if (isRequire(context.conditions) || wantsBody(context.importAttributes)) return undefined
    const target = relativeFile(specifier, context.parentURL)
    if (target === undefined || !this.isForEngine(target, context, specifier)) return undefined
    const url = locate(target)
    if (url === undefined || !this.isForEngine(url, context, specifier)) return undefined
    refuse(url, specifier, context.parentURL)
    const made = this.#make(url, specifier, context)
    const { module } = made
    if (module?.otherName === undefined) return { ...made, url }
    return { ...made, url, output: resolved(module, context.conditions) }
  }

  /**
   * What the resolve hook returns for a file that the program was given before, without asking Node where it is. `require` looks
   * for more than one name, and may be changed by the program.
   */
  known(
    specifier: string,
    context: ResolveHookContext,
    refuse: Refuse,
  ): ResolveFnOutput | undefined {
    const { isAlone, requester, store } = this.#options
    if (!isAlone || isRequire(context.conditions)) return undefined
    const target = relativeFile(specifier, context.parentURL)
    if (target === undefined || isNativeExtension(extensionOf(target))) return undefined
    if (!this.isForEngine(target, context, specifier)) return undefined
    refuse(target, specifier, context.parentURL)
    const module = requester.packed(target, context)
    if (module?.url !== target || module.otherName !== undefined) return undefined
    store.takeFailure(target, context.importAttributes?.['type'])
    return resolved(module, context.conditions)
  }

  #make(url: string, specifier: string, context: ResolveHookContext): Made {
    try {
      return { module: this.#options.requester.module(url, context, specifier) }
    } catch (error) {
      if (isEngineFailure(error)) throw error
      return { error: error as Error }
    }
  }

  /**
   * Resolves a file that is for a loader, which Node resolved to; `undefined` where it turns out to be Node's. That never
   * fails: whoever wants the path may have it.
   */
  resolve(
    url: string,
    specifier: string,
    context: ResolveHookContext,
    foreseen?: Foreseen,
  ): ResolveFnOutput | undefined {
    const { requester, store } = this.#options
    const { parentURL } = context
    const type = context.importAttributes?.['type']
    const { module, error } = foreseen?.url === url ? foreseen : this.#make(url, specifier, context)
    const odd = module === undefined ? undefined : misnamed(module, context)
    const failure = odd === undefined ? error : requester.placed(odd, specifier, parentURL)
    if (module === undefined || failure !== undefined) {
      store.keepFailure(url, type, failure as Error)
      return { url, format: 'module', shortCircuit: true }
    }
    store.takeFailure(url, type)
    if (!module.native) return resolved(module, context.conditions)
    store.keepImporter(url, { specifier, parentURL })
    return undefined
  }
}
