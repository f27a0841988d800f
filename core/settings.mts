/** What the application thread tells the engine when it starts it. Plain data: it is cloned across threads. */

import type { Limits, Timeouts } from './limits.mts'
import type { HeaderRecord } from './types.mts'

/** Origin (`https://api.example`) → field name → value, in which `$NAME` is a variable of the environment. */
export type OriginHeaders = Readonly<Record<string, HeaderRecord>>

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
  /** Where the configuration is written, for messages; left out when there is none. */
  readonly file?: string
  /** Node's flags and the program's path, as it was started. */
  readonly command?: readonly string[]
  /** What the engines of the process have asked for anew, 32-bit cells; where anything is to be. */
  readonly reloaded?: SharedArrayBuffer
  /** Fields for the requests to an origin. */
  readonly headers?: OriginHeaders
  /** `false`: nothing is kept on disk. `folder` is an absolute path, `size` in bytes. */
  readonly cache?: false | { readonly folder?: string; readonly size?: number }
}
