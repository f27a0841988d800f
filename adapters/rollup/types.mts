/** The interface of Rollup's and Vite's plugins, as far as it is run here. https://rollupjs.org/plugin-development/ */

/** A plugin as it is given: an object of Rollup's, Rolldown's or Vite's types. */
export interface Plugin {
  readonly name: string
  readonly [hook: string]: any
}

/** What a configuration of Rollup's or Vite's may have in its list of plugins, but promises: those are for `await`. */
export type PluginOption = Plugin | false | null | undefined | '' | readonly PluginOption[]

/** A plugin's properties: any of its hooks may be there. */
export type Hooks = Readonly<Record<string, unknown>> & { readonly name: string }

export type StringFilter = string | RegExp | readonly (string | RegExp)[]

export interface FilterParts {
  readonly include?: StringFilter
  readonly exclude?: StringFilter
}

/** Rollup 4.38, Vite 6.3: what a hook is called for. */
export interface HookFilter {
  readonly id?: StringFilter | FilterParts
  readonly code?: StringFilter | FilterParts
  readonly moduleType?: readonly string[] | { readonly include?: readonly string[] }
}

/** What a hook is asked about. */
export interface Subject {
  readonly id: string
  readonly code?: string
  readonly moduleType?: string | undefined
}

/** A module's id, as Rollup has it: a path, or whatever a plugin's `resolveId` made of a specifier. */
export interface ResolvedId {
  readonly id: string
  readonly external: boolean | 'absolute'
  readonly attributes: Readonly<Record<string, string>>
  readonly meta: Readonly<Record<string, unknown>>
  readonly moduleSideEffects: boolean | 'no-treeshake'
  readonly resolvedBy: string
  readonly syntheticNamedExports: false
}

/** What is known of a module that a plugin had to do with. */
export interface ModuleInfo {
  readonly id: string
  readonly code: string | null
  readonly ast: null
  readonly attributes: Readonly<Record<string, string>>
  readonly meta: Record<string, unknown>
  readonly moduleSideEffects: boolean | 'no-treeshake'
  readonly syntheticNamedExports: false
  readonly isEntry: false
  readonly isExternal: boolean
  readonly isIncluded: null
  readonly hasDefaultExport: boolean | null
  readonly exports: readonly string[] | null
  readonly importers: readonly string[]
  readonly dynamicImporters: readonly string[]
  readonly importedIds: readonly string[]
  readonly importedIdResolutions: readonly never[]
  readonly dynamicallyImportedIds: readonly string[]
  readonly dynamicallyImportedIdResolutions: readonly never[]
  readonly exportedBindings: null
  readonly implicitlyLoadedAfterOneOf: readonly never[]
  readonly implicitlyLoadedBefore: readonly never[]
  readonly safeVariableNames: null
}

/** A module as the plugins made it. */
export interface MadeModule {
  readonly code: string
  /** JSON; `undefined` where positions are what they are, or nobody knows. */
  readonly map: string | undefined
  /** What the code is: a media type. */
  readonly mediaType: string
}
