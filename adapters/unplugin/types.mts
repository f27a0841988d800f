/** What a bundler gives a plugin, and gets: as far as this one has to do with it. */

export interface Resolved {
  readonly id: string
  readonly external?: boolean
}

/** A source map, version 3. */
export interface BundledMap {
  readonly version: number
  readonly names: string[]
  readonly sources: string[]
  readonly sourcesContent: string[]
  readonly mappings: string
}

export interface BundledCode {
  readonly code: string
  /** `null`: positions are what they are. */
  readonly map: BundledMap | null
  /** Whatever its id ends in. Rolldown, Vite. */
  readonly moduleType: 'js'
}

/** `this` of a hook: Rollup's, or what unplugin has in its place. */
export interface BundlerContext {
  readonly meta?: { readonly rollupVersion?: string; readonly rolldownVersion?: string }
  resolve?(source: string, importer?: string, options?: object): Promise<Resolved | null>
}

export interface ResolveOptions {
  readonly attributes?: Readonly<Record<string, string>>
}
