/** What plugins are told of modules, and tell each other by `meta`. */

import { scanModule } from '../../core/module-syntax.mts'
import type { ModuleInfo } from './types.mts'

interface Noted {
  readonly meta?: object | undefined
  readonly moduleSideEffects?: unknown
  readonly attributes?: object | undefined
}

/** How many modules are known of at a time: a program may import without end. */
const CAPACITY = 4096

/** Nobody looks beyond one module here: who imports it, and what is left of it, is a bundler's knowledge. */
const unknown = {
  ast: null,
  syntheticNamedExports: false,
  isEntry: false,
  isExternal: false,
  isIncluded: null,
  importers: [],
  dynamicImporters: [],
  importedIdResolutions: [],
  dynamicallyImportedIds: [],
  dynamicallyImportedIdResolutions: [],
  exportedBindings: null,
  implicitlyLoadedAfterOneOf: [],
  implicitlyLoadedBefore: [],
  safeVariableNames: null,
} as const

export class ModuleInfos {
  readonly #infos = new Map<string, ModuleInfo>()

  get(id: string): ModuleInfo | undefined {
    return this.#infos.get(id)
  }

  ids(): IterableIterator<string> {
    return this.#infos.keys()
  }

  /** Notes what a hook said of a module. */
  note(id: string, { meta, moduleSideEffects, attributes }: Noted, code?: string): void {
    const known = this.#infos.get(id)
    if (known === undefined && this.#infos.size >= CAPACITY) this.#infos.clear()
    const syntax = code === undefined ? undefined : scanModule(code)
    const names =
      syntax?.exports.flatMap((each) => ('name' in each ? each.name : [])) ?? known?.exports ?? null
    this.#infos.set(id, {
      ...unknown,
      id,
      code: code ?? known?.code ?? null,
      // The same object for as long as the module is known: plugins write to it.
      meta: Object.assign(known?.meta ?? {}, meta),
      attributes: { ...known?.attributes, ...attributes },
      moduleSideEffects: (moduleSideEffects ?? known?.moduleSideEffects ?? true) as boolean,
      exports: names,
      hasDefaultExport: names?.includes('default') ?? null,
      importedIds: [],
    })
  }
}
