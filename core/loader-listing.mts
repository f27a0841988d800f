/** The loaders of a project, as they are told to people and programs: plain data; types only. */

/** Where a loader comes from. */
export type LoaderPlace = 'built-in' | 'file' | 'package'

export interface ListedLoader {
  readonly name: string
  readonly from: LoaderPlace
  /** Its file, an absolute path. */
  readonly file: string
  /** The package's name, or the entry of the configuration: a path, which may end in `*`. */
  readonly source: string
  /** The schemes that it answers for; `undefined`: it answers for none, or is asked about everything. */
  readonly schemes: readonly string[] | undefined
  /** Whether it is asked for every specifier that is neither relative nor a builtin. */
  readonly isAskedForAll: boolean
  /** Extension, in lower case and without its dot → media type. */
  readonly extensions: Readonly<Record<string, string>>
  /** Media ranges that it transforms. */
  readonly accepts: readonly string[]
  /** Which functions of the contract it has. */
  readonly exports: readonly ('resolve' | 'resolveRelativePath' | 'identify' | 'transform')[]
  /** A built-in loader whose name one of the project's has: it takes no part. */
  readonly replaced: boolean
}

/** A loader that cannot be used: while there is one, no import succeeds that needs a loader. */
export interface BrokenLoader {
  /** Its file, or the entry of the configuration that leads to none. */
  readonly file: string
  readonly code: string
  readonly message: string
}

/** Something that several loaders claim. */
export interface LoaderConflict {
  readonly kind: 'name' | 'scheme' | 'extension'
  readonly claim: string
  /** Files, in the order in which they are asked: the first has it. */
  readonly files: readonly string[]
  /** Whether both are the project's, which is an error: no import succeeds that needs a loader. */
  readonly fatal: boolean
}

export interface LoaderListing {
  /** In the order in which they are asked. */
  readonly loaders: readonly ListedLoader[]
  readonly conflicts: readonly LoaderConflict[]
  readonly broken: readonly BrokenLoader[]
}
