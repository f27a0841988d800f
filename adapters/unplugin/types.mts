/** What a bundler gives a plugin, and gets: as far as this one has to do with it. */

export interface Resolved {
  readonly id: string
  readonly external?: boolean
}

export interface BundledCode {
  readonly code: string
  /** A source map, version 3; `null`: positions are what they are. */
  readonly map: object | null
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
