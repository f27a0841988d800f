/** The life of an import, and a program's whole graph, as they are told to people and programs: plain data; types only. */

import type { PackedError } from './packed-error.mts'
import type { ImportSite, ModuleOrigin } from './types.mts'

/** The connection that a request went over: a new one, or one that was there. */
export interface WireConnection {
  /** Of the server, or of the proxy. */
  readonly address: string
  readonly port: number
  readonly reused: boolean
  /** The proxy's origin. */
  readonly proxy?: string
}

/** One request on the wire, or one attempt of it. Times are ms; each `start` counts from when the engine was asked. */
export interface WireRequest {
  readonly method: string
  readonly url: string
  /** From 1. */
  readonly attempt: number
  readonly start: number
  /** Until the end of the body. */
  readonly duration: number
  /** `http/1.1`, `h2`. */
  readonly protocol?: string
  readonly connection?: WireConnection
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
  /** `undefined`: the loader was asked, and failed. */
  readonly statusCode: number | undefined
  /** Of a redirect: the specifier that it leads to. */
  readonly location?: string
  readonly start: number
  readonly duration: number
  readonly requests: readonly WireRequest[]
  /** What the cache did: outcomes of docs/log.md; of the last where several resources were asked for. */
  readonly cache?: string
  /** Nobody was asked: the lock has the redirect, or the vendor folder has the body. */
  readonly known?: 'lock' | 'vendor'
}

/** How the media type was found: `table` is that of the package mime-types. */
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
  /** What the project has put in the specifier's place, by its import map or its externals. */
  readonly mapped?: string
  /** Where Node loads by itself: nothing below but URL, format, bytes, imports and error is there. */
  readonly native: boolean
  /** Of what was found by a bare name: the file is part of a package, and its imports are not gone into. */
  readonly package?: true
  readonly url: string | undefined
  readonly origin: ModuleOrigin | undefined
  readonly hops: readonly Hop[]
  /** `undefined` also where the import wants the body as it is. */
  readonly mediaType: string | undefined
  readonly identifiedBy: Identification | undefined
  /** The loader whose map of extensions or `identify` said so. */
  readonly identifiedByLoader?: string
  /** Of the body, decoded. */
  readonly bodyBytes: number | undefined
  readonly transforms: readonly Transformation[]
  /** As Node has them, and `dynamic`. */
  readonly format: string | undefined
  /** Whether what Node runs has a source map. */
  readonly sourceMap: boolean
  /** Of what Node runs, its source map included. */
  readonly bytes: number | undefined
  readonly lock: LockState
  /** Those that are static; of CommonJS none. */
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
  /** How many imports have a specifier that only running the program tells; left out: none. */
  readonly unknown?: number
  /** Where they were asked for: the body as it came, what Node runs without its map, and that map, JSON text. */
  readonly texts?: {
    readonly original: string | undefined
    readonly generated: string | undefined
    readonly map: string | undefined
  }
}

/** What is asked for one import. */
export interface ExplainRequest {
  readonly specifier: string
  /** URL, or specifier, of the importing module; a folder's URL ends in '/'. Left out: the program itself is asked for. */
  readonly parentURL?: string
  /** Whose the importing module is, where that is known. */
  readonly parent?: ModuleOrigin
  /** `json`, `text`, `bytes`. */
  readonly type?: string
}

export interface GraphRequest {
  readonly entries: readonly ExplainRequest[]
  /** Brings the modules' texts along. */
  readonly texts?: boolean
}

export interface ModuleGraph {
  /** Keys of the modules that the program begins at. */
  readonly entries: readonly string[]
  /** In the order of Node's evaluation, as far as imports are static. */
  readonly modules: readonly GraphModule[]
  readonly failures: readonly Explanation[]
}

/** As the second argument of `import()`. */
export interface ExplainOptions {
  readonly with?: { readonly type?: string }
}

export interface GraphOptions extends ExplainOptions {
  /** Brings along each module's text as it came, the one that Node runs, and its source map. `false` when left out. */
  readonly texts?: boolean
}

export type Explain = (
  specifier: string | URL,
  parentURL?: string | URL,
  options?: ExplainOptions,
) => Promise<Explanation>

export type Graph = (
  specifier: string | URL,
  parentURL?: string | URL,
  options?: GraphOptions,
) => Promise<ModuleGraph>

/** What the application thread offers: functions of the package's main module. */
export interface Telling {
  readonly explain: Explain
  readonly graph: Graph
}
