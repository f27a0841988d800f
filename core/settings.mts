/** What the application thread tells the engine when it starts it. Plain data: it is cloned across threads. */

import type { Limits, Timeouts } from './limits.mts'

/** Where loaders are looked for. */
export interface LoaderSource {
  /** Absolute path of a file or folder, a pattern that ends in `*`, or a package's name. */
  readonly from: string
  /** `false` for the folder of built-in loaders. */
  readonly project: boolean
}

export interface Settings {
  /** The project's root, an absolute path: where bare specifiers and packages of loaders are looked up. */
  readonly root: string
  readonly sources: readonly LoaderSource[]
  /** Names of the loaders that ship with us: anything else in their folder was dropped in by the project. */
  readonly builtIn: readonly string[]
  readonly limits: Partial<Limits>
  readonly timeouts: Partial<Timeouts>
  /** Whether modules get source maps; they do when it is left out. */
  readonly sourceMaps?: boolean
}
