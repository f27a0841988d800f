/** What a program's modules are to TypeScript, as it is told across threads: plain data; types only. docs/types.md */

import type { WalkEntry, WalkFailure } from './walk.mts'

export interface TypesRequest {
  readonly entries: readonly WalkEntry[]
}

/** Where a text names a module. */
export interface TypeReference {
  /** Offsets of the specifier, without its quotation marks. */
  readonly start: number
  readonly end: number
  /** Key of the module; `null`: it could not be had; `undefined`: a builtin or a package, which keeps its name. */
  readonly module: string | null | undefined
  /** Whether it is a path, as that of `/// <reference path>`, and no specifier. */
  readonly isPath: boolean
}

/** What TypeScript makes the declarations of: by extension. */
export type SourceExtension = 'ts' | 'tsx' | 'cts' | 'js' | 'jsx' | 'cjs'

export type TypedShape =
  /** A text that declarations are made of. */
  | {
      readonly kind: 'source'
      readonly extension: SourceExtension
      readonly text: string
      readonly references: readonly TypeReference[]
      /** Its exports, where they are needed by name. */
      readonly names: readonly string[]
    }
  /** The text of a declaration file. */
  | {
      readonly kind: 'declaration'
      readonly text: string
      readonly references: readonly TypeReference[]
    }
  /** A default export alone, of this type. */
  | { readonly kind: 'value'; readonly type: string }
  /** Exports of which nothing but the name is known; without names: not even these. */
  | { readonly kind: 'names'; readonly names: readonly string[] | undefined }
  /** Another module has the declarations. */
  | { readonly kind: 'alias'; readonly module: string }
  /** TypeScript reads the file by itself. */
  | { readonly kind: 'project' }

export interface TypedModule {
  /** The URL, after the import's type where there is one: `json https://…`. */
  readonly key: string
  readonly url: string
  /** Of its files, without an extension: `esm-sh/acorn-3f2a9c0d1b4e5f60`. */
  readonly name: string
  readonly shape: TypedShape
}

/** A specifier in a file of the project that TypeScript reads, and is no path: what it leads to. */
export interface ProjectImport {
  readonly specifier: string
  readonly parentURL: string
  readonly module: string
}

export interface TypesResult {
  readonly modules: readonly TypedModule[]
  readonly imports: readonly ProjectImport[]
  /** Imports without which the program does not start. */
  readonly failures: readonly WalkFailure[]
  /** What only types name, and could not be had. */
  readonly lacking: readonly WalkFailure[]
}
