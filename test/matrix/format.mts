/** What a format of the matrix is: files for every source, and what a program must get of them. */

import type { SourceName } from './source.mts'

/** A file that a module names: its content may name others beside it. */
export interface Part {
  /** What a server says that it is, and a `data:` URL; '' where neither says. */
  readonly mediaType: string
  /** What a `data:` URL says, where that has to be something else. */
  readonly dataType?: string
  readonly content:
    | string
    | Uint8Array
    | ((beside: (name: string) => string) => string | Uint8Array)
}

export interface Format extends Part {
  /** In titles of tests, and in the legend. */
  readonly name: string
  /** Head of its column, at most four letters; also what it is called in programs. */
  readonly label: string
  readonly file: string
  readonly attributes?: Readonly<Record<string, string>>
  /** By name: what it names. */
  readonly parts?: Readonly<Record<string, Part>>
  /**
   * Runs in the program, as text: what is compared of a module's namespace, or of what `require` returned. Plain data.
   */
  readonly probe: (loaded: any, identity: Identity) => unknown
  readonly expected: unknown
  /** What its code says that it did, once each. None where nothing of it is code. */
  readonly evaluated: readonly string[]
  /** Plain Node's arguments for the warnings that Node prints of it by itself, from a source that plain Node has, too. */
  readonly warns?: (source: SourceName) => readonly string[] | undefined
  /** Whether its probe answers with `main` at the end: whether the module is the program. */
  readonly tellsMain?: boolean
}

/** What a module is called: by `import.meta.url`, and by `__filename` and `require.resolve`. */
export interface Identity {
  readonly url: string
  readonly filename: string
}
