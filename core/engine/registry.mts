/** All loaders, in order, and the three rules by which one is chosen: first answer, merge, best match. */

import { acceptField } from './accept.mts'
import { extensionsOf, fileNameOf } from '../file-name.mts'
import { LoaderError } from '../errors.mts'
import { specificity } from '../media-type.mts'
import { schemeOf } from '../native.mts'
import type { Claims } from '../claims.mts'
import type { Registration } from './registration.mts'

/** Refuses two loaders of the project that claim one thing. */
function refuseConflicts(loaders: readonly Registration[]): void {
  const owners = new Map<string, Registration>()
  for (const loader of loaders) {
    const claims = [
      `the name '${loader.name}'`,
      ...[...(loader.schemes ?? [])].map((scheme) => `the scheme '${scheme}'`),
      ...[...loader.extensions.keys()].map((extension) => `the extension '.${extension}'`),
    ]
    for (const claim of claims) {
      const other = owners.get(claim)
      if (other !== undefined) {
        throw new LoaderError(
          'ERR_MIMEPORT_LOADER_CONFLICT',
          `Two loaders of the project claim ${claim}: '${other.file}' and '${loader.file}'. Remove one of them`,
        )
      }
      owners.set(claim, loader)
    }
  }
}

/** Entries of a table that is filled by what comes: a server may say anything. */
const CAPACITY = 256

function keep<K, V>(map: Map<K, V>, key: K, value: V): void {
  if (map.size >= CAPACITY) map.clear()
  map.set(key, value)
}

export class Registry {
  /** The project's loaders, then the built-in ones, each in discovery order. */
  readonly loaders: readonly Registration[]
  readonly #extensions = new Map<
    string,
    { readonly mediaType: string; readonly by: Registration }
  >()
  /** By the import's `type`. */
  readonly #accept = new Map<string | undefined, string>()
  /** By scheme: who is asked. */
  readonly #resolvers = new Map<string | undefined, readonly Registration[]>()
  /** By essence: who accepts it, the closest first. */
  readonly #takers = new Map<string, readonly Registration[]>()

  /** @throws {LoaderError} ERR_MIMEPORT_LOADER_CONFLICT when two loaders of the project claim one thing. */
  constructor(discovered: readonly Registration[]) {
    const project = discovered.filter((loader) => loader.project)
    refuseConflicts(project)
    const replaced = new Set(project.map((loader) => loader.name))
    const builtIn = discovered.filter((loader) => !loader.project && !replaced.has(loader.name))
    this.loaders = Object.freeze([...project, ...builtIn])
    for (const loader of this.loaders) {
      for (const [extension, mediaType] of loader.extensions) {
        if (!this.#extensions.has(extension))
          this.#extensions.set(extension, { mediaType, by: loader })
      }
    }
  }

  named(name: string): Registration | undefined {
    return this.loaders.find((loader) => loader.name === name)
  }

  /** Who is asked to answer for a specifier, in order. */
  resolversOf(specifier: string): readonly Registration[] {
    const scheme = schemeOf(specifier)
    let resolvers = this.#resolvers.get(scheme)
    if (resolvers === undefined) {
      resolvers = this.loaders.filter(
        (loader) =>
          loader.resolve !== undefined &&
          (loader.schemes === undefined || (scheme !== undefined && loader.schemes.has(scheme))),
      )
      keep(this.#resolvers, scheme, resolvers)
    }
    return resolvers
  }

  /** What the loaders say an extension of `url`'s path means: the longest that anybody knows. */
  mediaTypeOf(url: string): string | undefined {
    return this.#extensionOf(url)?.mediaType
  }

  /** The loader that says so. */
  namedBy(url: string): Registration | undefined {
    return this.#extensionOf(url)?.by
  }

  #extensionOf(url: string) {
    const name = fileNameOf(url)
    // `.env` has no extension to Node, and to a loader that says `.env` it is one.
    const whole = name.startsWith('.') ? [name.slice(1)] : []
    for (const extension of [...whole, ...extensionsOf(url)]) {
      const found = this.#extensions.get(extension)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Who identifies by content, in order. */
  get identifiers(): Registration[] {
    return this.loaders.filter((loader) => loader.identify !== undefined)
  }

  /** The loader that accepts `essence` most specifically, leaving out those that `used` has. */
  best(essence: string, used: (loader: Registration) => boolean): Registration | undefined {
    return this.#takersOf(essence).find((loader) => !used(loader))
  }

  /** Whether any loader accepts `essence` at all. */
  accepts(essence: string): boolean {
    return this.#takersOf(essence).length > 0
  }

  #takersOf(essence: string): readonly Registration[] {
    let takers = this.#takers.get(essence)
    if (takers === undefined) {
      takers = this.loaders
        .map((loader) => {
          const found = loader.accepts.map((range) => specificity(range, essence))
          return { loader, closeness: Math.max(0, ...found) }
        })
        .filter(({ closeness }) => closeness > 0)
        .sort((a, b) => b.closeness - a.closeness)
        .map(({ loader }) => loader)
      keep(this.#takers, essence, takers)
    }
    return takers
  }

  /** A field value for `Accept`. `type`: the import's attribute. */
  acceptFor(type: string | undefined): string {
    let value = this.#accept.get(type)
    if (value === undefined) {
      value = acceptField(type, new Set(this.loaders.flatMap(({ accepts }) => [...accepts])))
      // Node lets no other type pass, but a caller of `preload` may write anything.
      if (this.#accept.size < 8) this.#accept.set(type, value)
    }
    return value
  }

  /** What the application thread has to know so that nothing else crosses the bridge. */
  get claims(): Claims {
    const project = this.loaders.filter((loader) => loader.project)
    return {
      everything: project.some((loader) => loader.resolve !== undefined && !loader.schemes),
      schemes: project.flatMap((loader) => [...(loader.schemes ?? [])]),
      extensions: project.flatMap((loader) => [...loader.extensions.keys()]),
      // `accepts: ['text/javascript']` and the like ask for what Node loads by itself.
      native: ['js', 'mjs', 'cjs', 'json', 'wasm'].filter((extension) =>
        nativeEssences[extension]!.some((essence) =>
          project.some((loader) => loader.accepts.some((range) => specificity(range, essence) > 0)),
        ),
      ),
    }
  }
}

/** What the files are that Node loads by itself. `.js` may be either kind. */
const nativeEssences: Readonly<Record<string, readonly string[]>> = {
  js: ['text/javascript', 'application/node'],
  mjs: ['text/javascript'],
  cjs: ['application/node'],
  json: ['application/json'],
  wasm: ['application/wasm'],
}
