/** The life of an import, and a program's whole graph, as they are told to people and programs: plain data; types only. */

import type { PackedError } from './bridge/protocol.mts'
import type { ImportSite, ModuleOrigin } from './types.mts'

/** One request on the wire, or one attempt of it. Times are ms, from the beginning of the engine's work. */
export interface WireRequest {
  readonly url: string
  readonly attempt: number
  readonly start: number
  readonly duration: number
  readonly protocol?: string
  readonly statusCode?: number
  /** Of the body, as it came over the wire. */
  readonly bytes?: number
  readonly error?: string
}

/** One answer on the way to a module: every redirect, and the response at its end. */
export interface Hop {
  /** What was asked for, in the form of the loader that answered. */
  readonly specifier: string
  readonly loader: string
  readonly statusCode: number
  /** Of a redirect: where it leads. */
  readonly location?: string
  readonly start: number
  readonly duration: number
  readonly requests: readonly WireRequest[]
  /** What the cache did: outcomes of docs/log.md. */
  readonly cache?: string
}

/** How the media type was found. */
export type Identification = 'content-type' | 'extension' | 'table' | 'content'

/** One step of the chain. */
export interface Transformation {
  readonly loader: string
  /** A media type. */
  readonly from: string
  /** A media type, or a format of Node's. */
  readonly to: string
  /** Before and after, in bytes of UTF-8. */
  readonly bytesBefore: number
  readonly bytes: number
  readonly duration: number
  readonly mapped: boolean
}

/** Whether the lock has a module: its bytes are held to that; not yet; or there is none, or no need of it. */
export type LockState = 'pinned' | 'unpinned' | 'none'

export interface Explanation {
  readonly specifier: string
  readonly parentURL: string | undefined
  /** `json`, `text`, `bytes`, or ''. */
  readonly type: string
  readonly start: number
  readonly duration: number
  /** Where Node loads by itself: nothing below but the URL, format, bytes and error is there. */
  readonly native: boolean
  readonly url: string | undefined
  readonly origin: ModuleOrigin | undefined
  readonly hops: readonly Hop[]
  readonly mediaType: string | undefined
  readonly identifiedBy: Identification | undefined
  /** The loader whose map of extensions or `identify` said so. */
  readonly identifiedByLoader?: string
  /** Of the body, decoded. */
  readonly bodyBytes: number | undefined
  readonly transforms: readonly Transformation[]
  readonly format: string | undefined
  /** Of what Node runs. */
  readonly bytes: number | undefined
  readonly lock: LockState
  readonly imports: readonly ImportSite[]
  /** Why it cannot be imported; what is known until there is above. */
  readonly error: PackedError | undefined
}

/** One way from a module to another. */
export interface GraphImport {
  readonly specifier: string
  readonly kind: 'import' | 'import()' | 'require'
  /** `line:column`, from 1. */
  readonly position?: string
  /** Key of the module in the graph; `undefined`: a builtin, a package of the project's, or what could not be had. */
  readonly module: string | undefined
  /** What it is where it is no module of the graph. */
  readonly outside?: 'builtin' | 'package' | 'failed'
}

export interface GraphModule {
  /** Unique: the URL, after the import's type where there is one: `json https://…`. */
  readonly key: string
  readonly url: string
  readonly explanation: Explanation
  readonly imports: readonly GraphImport[]
  /** Where it was asked for: the body as it came, what Node runs, and its source map, JSON text. */
  readonly texts?: {
    readonly original: string | undefined
    readonly generated: string | undefined
    readonly map: string | undefined
  }
}

export interface ModuleGraph {
  /** Keys of the modules that the program begins at. */
  readonly entries: readonly string[]
  /** In the order of Node's evaluation, as far as imports are static. */
  readonly modules: readonly GraphModule[]
  readonly failures: readonly Explanation[]
}
