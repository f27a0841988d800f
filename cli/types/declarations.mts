/** All files of the folder, by path: what the compiler makes of the sources, and what needs none. */

import { posix } from 'node:path'
import { referencesOf } from '../../core/type-references.mts'
import { ambientFiles } from './ambient.mts'
import { between, declarationFile, Layout, nameOf, unknown } from './layout.mts'
import { moduleText, namesText, plainText, rewritten } from './text.mts'
import type { Place } from './layout.mts'
import type { SourceExtension, TypedModule, TypesResult } from '../../core/typing.mts'

/** A text that the compiler makes declarations of. */
export interface Source {
  readonly place: Place
  /** Below the folder. */
  readonly file: string
  readonly text: string
  readonly module: TypedModule
}

/** The name under which a source is beside the declarations: TypeScript finds it by the same specifier. */
function sourceFile({ path }: Place, extension: SourceExtension): string {
  return `${path}.${extension}`
}

/** What the compiler made of a source. */
export interface Emitted {
  readonly text: string
  /** From the declarations to the source, JSON text. */
  readonly map: string
}

export class Declarations {
  readonly #layout: Layout
  readonly #result: TypesResult
  /** The texts that need no compiler, by path below the folder. */
  readonly #files = new Map<string, string>()
  readonly sources: Source[] = []

  constructor(result: TypesResult, root: string, folder: string) {
    this.#result = result
    this.#layout = new Layout(result.modules, root, folder)
    for (const module of result.modules) this.#place(module)
  }

  /** What is there before the compiler has done anything: enough for it to find every module. */
  get before(): ReadonlyMap<string, string> {
    const texts = new Map(this.sources.map(({ place, text }) => [declarationFile(place), text]))
    return new Map([...this.#files, ...this.#standing(new Map([...texts, ...this.#files]))])
  }

  #place(module: TypedModule): void {
    const { shape, key } = module
    const place = this.#layout.placeOf(key)
    if (place === undefined || shape.kind === 'alias' || shape.kind === 'project') return
    const plain = plainText(shape)
    if (plain !== undefined) {
      if (!place.isDocument) this.#files.set(declarationFile(place), plain)
    } else if (shape.kind === 'source' || shape.kind === 'declaration') {
      const text = this.#named(shape, place)
      if (shape.kind === 'declaration') this.#files.set(declarationFile(place), text)
      else this.sources.push({ place, file: sourceFile(place, shape.extension), text, module })
    }
  }

  /** A text that names what it names as it is called in the folder. */
  #named(
    { text, references }: Extract<TypedModule['shape'], { references: unknown }>,
    place: Place,
  ): string {
    const changes = references.flatMap(({ start, end, module, isPath }) => {
      if (module === undefined) return []
      if (isPath) return [{ start, end, to: this.#layout.path(place, module) }]
      const to =
        module === null ? unknown(text.slice(start, end)) : this.#layout.specifier(place, module)
      return [{ start, end, to }]
    })
    return rewritten(text, changes)
  }

  /** The files that stand for others, whose texts are `texts`: by specifier, and by document. */
  #standing(texts: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const textOf = (place: Place) => texts.get(declarationFile(place)) ?? ''
    const files = new Map<string, string>()
    for (const { place, modules } of this.#layout.documents.values()) {
      const file = declarationFile(place)
      if (!texts.has(file)) files.set(file, this.#document(place, modules, textOf))
    }
    return new Map([...files, ...ambientFiles(this.#result.imports, this.#layout, textOf)])
  }

  #document(
    place: Place,
    modules: readonly TypedModule[],
    textOf: (place: Place) => string,
  ): string {
    const names = modules.find(({ shape }) => shape.kind === 'names')
    if (names !== undefined) return plainText(names.shape)!
    const values = modules.flatMap(({ shape }) => (shape.kind === 'value' ? [shape.type] : []))
    const apart = modules
      .map(({ key }) => this.#layout.placeOf(key))
      .find((each) => each !== undefined && !each.isDocument)
    const at = apart && { name: between(place, apart), text: textOf(apart) }
    return moduleText(at, values)
  }

  /**
   * All files. `emitted`: the declarations that the compiler made of a source; `undefined`: it made none, and the names of the
   * exports are all that is told.
   */
  after(emitted: (source: Source) => Emitted | undefined): ReadonlyMap<string, string> {
    const files = new Map(this.#files)
    const byName = new Map(this.sources.map(({ place }) => [place.path, nameOf(place)]))
    for (const source of this.sources) {
      const { shape } = source.module
      const names = shape.kind === 'source' ? shape.names : []
      const made = emitted(source)
      const text = made?.text ?? namesText(names.length === 0 ? ['default'] : names)
      const file = declarationFile(source.place)
      const declared = completed(text, source.place, byName)
      const document = this.#layout.pathTo(source.place, source.module)
      if (made === undefined || document === undefined) {
        files.set(file, declared)
        continue
      }
      // A definition is then shown in the document itself, whose lines the code has kept.
      const map = { ...(JSON.parse(made.map) as object), file: posix.basename(file) }
      files.set(file, `${declared}//# sourceMappingURL=${posix.basename(file)}.map\n`)
      files.set(
        `${file}.map`,
        `${JSON.stringify({ ...map, sourceRoot: '', sources: [document] })}\n`,
      )
    }
    return new Map([...files, ...this.#standing(files)])
  }
}

/**
 * Declarations whose specifiers are as every resolution of TypeScript's takes them: what the compiler adds by itself has no
 * extension, or that of a source.
 */
function completed(text: string, { path }: Place, names: ReadonlyMap<string, string>): string {
  const folder = posix.dirname(path)
  const changes = referencesOf(text, false).flatMap(({ specifier, start, end }) => {
    if (!/^\.\.?\//.test(specifier)) return []
    const target = posix.join(folder, specifier)
    const name = names.get(target) ?? names.get(target.replace(/\.c?[jt]sx?$/, ''))
    if (name === undefined) return []
    const to = posix.relative(folder, name)
    return [{ start, end, to: to.startsWith('.') ? to : `./${to}` }]
  })
  return rewritten(text, changes)
}
