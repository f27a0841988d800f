/**
 * Where the declarations of each module go, and how one names another: `modules/` has what comes from elsewhere, under names
 * that no file system folds or forbids; `root/` has the project's own documents, beside which TypeScript looks by `rootDirs`;
 * `project/` has what these are made of where that is not one text.
 */

import { dirname, isAbsolute, join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assignsExports } from './text.mts'
import type { TypedModule } from '../../core/typing.mts'

/** What `declare module` has for whatever could not be had. */
export const UNKNOWN = 'unresolved:'

export interface Place {
  /** Below the folder of declarations, with `/`, without an extension of TypeScript's: `modules/esm-sh/acorn-3f2a…`. */
  readonly path: string
  /** Whether it is in `root/`: its path ends in the name of the document. */
  readonly isDocument: boolean
  readonly isCommonJs: boolean
}

/** A document of the project: the modules that are imports of it, each in its way. */
export interface Document {
  readonly place: Place
  readonly modules: readonly TypedModule[]
}

/** A specifier that `declare module 'unresolved:*'` covers, and that ends no string. */
export function unknown(specifier: string): string {
  return UNKNOWN + encodeURI(specifier.toWellFormed().slice(0, 200)).replace(/[*'`\\]/g, '-')
}

function isCommonJs({ shape }: TypedModule): boolean {
  if (shape.kind === 'source') return shape.extension === 'cjs' || shape.extension === 'cts'
  return shape.kind === 'declaration' && assignsExports(shape.text)
}

/** Whether a module has more than a default export of a known type. */
function isText({ shape }: TypedModule): boolean {
  return shape.kind === 'source' || shape.kind === 'declaration'
}

/** Whether nothing is known of a module. */
export function isUnknown({ shape }: TypedModule): boolean {
  return shape.kind === 'names' && shape.names === undefined
}

/** The name of a document's declarations: `x.mjs.md` → `x.mjs.d.md.ts`. TypeScript: allowArbitraryExtensions. */
function documentDeclaration(path: string): string {
  const [, base = path, extension = ''] = /^(.*[^/])\.([^./]+)$/.exec(path) ?? []
  return extension === '' ? `${path}.d.ts` : `${base}.d.${extension}.ts`
}

/** The file of a place's declarations, below the folder. */
export function declarationFile({ path, isDocument, isCommonJs }: Place): string {
  if (isDocument) return documentDeclaration(path)
  return `${path}.d.${isCommonJs ? 'cts' : 'ts'}`
}

/** A place as a specifier has it: TypeScript finds the declarations by the name that JavaScript would have. */
export function nameOf({ path, isDocument, isCommonJs }: Place): string {
  return isDocument ? path : `${path}.${isCommonJs ? 'cjs' : 'js'}`
}

function dotted(path: string): string {
  return path.startsWith('.') ? path : `./${path}`
}

/** How a file at one place names another place. */
export function between(from: Place, to: Place): string {
  return dotted(posix.relative(posix.dirname(from.path), nameOf(to)))
}

export class Layout {
  readonly #modules: ReadonlyMap<string, TypedModule>
  readonly #places = new Map<string, Place>()
  readonly #root: string
  readonly #folder: string
  /** By path. */
  readonly documents: ReadonlyMap<string, Document>

  /** `folder`: of the declarations, an absolute path, as `root` is. */
  constructor(modules: readonly TypedModule[], root: string, folder: string) {
    this.#modules = new Map(modules.map((module) => [module.key, module]))
    this.#root = root
    this.#folder = folder
    const own = modules.filter(({ shape }) => shape.kind !== 'alias' && shape.kind !== 'project')
    const groups = Map.groupBy(own, (module) => this.#documentOf(module))
    const documents = new Map<string, Document>()
    for (const [path, group] of groups) {
      if (path === undefined) for (const module of group) this.#placeModule(module)
      else documents.set(path, this.#placeDocument(path, group))
    }
    this.documents = documents
  }

  #placeModule(module: TypedModule): void {
    const path = `modules/${module.name}`
    this.#places.set(module.key, { path, isDocument: false, isCommonJs: isCommonJs(module) })
  }

  #placeDocument(path: string, modules: readonly TypedModule[]): Document {
    const place = { path: `root/${path}`, isDocument: true, isCommonJs: false }
    for (const module of modules) {
      // The declarations of a document are ES modules by their place, and one text.
      const isApart = isText(module) && (modules.length > 1 || isCommonJs(module))
      const apart = { path: `project/${path}`, isDocument: false, isCommonJs: isCommonJs(module) }
      this.#places.set(module.key, isApart ? apart : place)
    }
    return { place, modules }
  }

  /** The path of a module's file in the project, with `/`; `undefined`: it comes from elsewhere. */
  #documentOf({ url }: TypedModule): string | undefined {
    if (!url.startsWith('file:')) return undefined
    const path = relative(this.#root, fileURLToPath(url.replace(/[?#].*$/, '')))
    const isOutside = path === '' || path.startsWith('..') || isAbsolute(path)
    return isOutside ? undefined : path.split(sep).join('/')
  }

  /** The module that has a module's declarations. */
  actual(key: string): TypedModule | undefined {
    let module = this.#modules.get(key)
    for (let hops = 0; module?.shape.kind === 'alias' && hops < 10; hops += 1) {
      module = this.#modules.get(module.shape.module)
    }
    return module?.shape.kind === 'alias' ? undefined : module
  }

  /** Where a module's own text is; `undefined` where it has none. */
  placeOf(key: string): Place | undefined {
    return this.#places.get(this.actual(key)?.key ?? '')
  }

  /** How a text at a place names a module: what stands in the place of the specifier. */
  specifier(from: Place, key: string): string {
    const target = this.actual(key)
    if (target === undefined || isUnknown(target)) return unknown(target?.url ?? key)
    if (target.shape.kind === 'project') return this.#toProject(from, target.url)
    const document = this.documents.get(this.#documentOf(target) ?? '')
    return between(from, document?.place ?? this.#places.get(target.key)!)
  }

  /** How a text at a place names the file of a module's declarations; one that is nowhere where there is none. */
  path(from: Place, key: string | null): string {
    const place = key === null ? undefined : this.placeOf(key)
    if (place === undefined) return './none.d.ts'
    return dotted(posix.relative(posix.dirname(from.path), declarationFile(place)))
  }

  /** The way from a place to the document that its text was taken from; `undefined`: it is none of the project's. */
  pathTo(from: Place, module: TypedModule): string | undefined {
    const document = this.#documentOf(module)
    if (document === undefined) return undefined
    const base = join(this.#folder, posix.dirname(from.path))
    return relative(base, join(this.#root, document)).split(sep).join('/')
  }

  /** What comes from a document is relative to it where it is, by `rootDirs`; else it is the way out of the folder. */
  #toProject(from: Place, url: string): string {
    const base = from.isDocument
      ? dirname(join(this.#root, from.path.slice('root/'.length)))
      : join(this.#folder, posix.dirname(from.path))
    return dotted(relative(base, fileURLToPath(url)).split(sep).join('/'))
  }
}
