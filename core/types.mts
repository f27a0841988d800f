/** Types that cross a file. The loader contract is here, whole; nothing in this file exists at run time. */

/** Field names in lower case; a field that came several times is joined with ", " (RFC 9110 §5.3). */
export type HeaderRecord = Readonly<Record<string, string>>

/** What a loader may answer: field names in any case, values one or many. */
export type LooseHeaders =
  | Readonly<Record<string, string | number | readonly string[] | undefined>>
  | Headers

/** A response body in any of the forms that a loader may use. */
export type LooseBody =
  | string
  | Uint8Array
  | ArrayBuffer
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>
  | null
  | undefined

/** What `resolve` may return. `statusCode` is 200 when it is left out; a web `Response` will do, too. */
export interface LooseResponse {
  readonly statusCode?: number
  readonly headers?: LooseHeaders
  readonly body?: LooseBody
}

/** A response as the framework keeps it: bytes, and lower-case field names. */
export interface LoadResponse {
  readonly statusCode: number
  readonly headers: HeaderRecord
  readonly body: Uint8Array
}

/** Why a loader is asked. Always the last argument, and always optional. */
export interface LoaderContext {
  /** The module's URL so far: absolute, hierarchical, after the redirects that were followed. */
  readonly url: string
  /** The specifier in the loader's own form (`github:owner/repo/path`). */
  readonly specifier: string
  /** URL of the importing module, when one is known. */
  readonly parentURL: string | undefined
  /** The import's attributes, `{ type: 'json' }`. */
  readonly importAttributes: Readonly<Record<string, string>>
  /** Node's conditions: `['node', 'import', …]`. */
  readonly conditions: readonly string[]
  /** A field value for `Accept`, made from the import's goal and what the loaders take. */
  readonly accept: string
  /** Aborts when the import's deadline passes. */
  readonly signal: AbortSignal
  /** Whether a `map` is of use: where it is `false`, one would be thrown away. */
  readonly sourceMaps?: boolean
}

/** What a loader of ours is told where it works in the application thread. */
export interface LocalContext {
  readonly url: string
  readonly mediaType: {
    readonly essence: string
    readonly params: { get(name: string): string | null }
  }
  readonly sourceMaps: boolean
}

/** A format that Node runs, or `dynamic`. */
export type Format = 'module' | 'commonjs' | 'json' | 'wasm' | 'builtin' | 'addon' | 'dynamic'

/** A source map, version 3: an object or its JSON text. */
export type SourceMap = string | Readonly<Record<string, unknown>>

/** A text or bytes: in a format of Node's (the work is done) or of a media type (the cycle goes on). */
export interface SourceResult {
  readonly source: string | Uint8Array | ArrayBuffer
  readonly format: Format | (string & {})
  readonly headers?: LooseHeaders
  readonly map?: SourceMap
}

/** A module whose exports are values that code on the application thread makes. docs/dynamic-modules.md */
export interface DynamicResult {
  readonly format: 'dynamic'
  /**
   * Specifier of the execute module, whose default export is an `Execute`: relative to the loader's file, or looked up
   * as that file would.
   */
  readonly execute: string
  /** The names of the exports; left out: the names of what the execute module returns. */
  readonly exports?: readonly string[]
  /** What the execute module is given; '' when left out. */
  readonly source?: string | Uint8Array | ArrayBuffer
  readonly headers?: LooseHeaders
  /** Of `source`, which the execute module is given composed with the maps of earlier steps. */
  readonly map?: SourceMap
}

/** What `transform` returns. */
export type TransformResult = SourceResult | DynamicResult

/** By export name: sets the export's value, now or later. Null-prototype, frozen once the names are known. */
export type Setters = Readonly<Record<string, (value: unknown) => void>>

/** What an execute module is told of the module that it executes. */
export interface ExecuteContext {
  /** The module's URL. */
  readonly url: string
  /** What `transform` returned as `source`. */
  readonly source: string | Uint8Array
  /** JSON text of the source map of `source`, where a step made one. */
  readonly map: string | undefined
}

/**
 * The default export of an execute module. With `exports` it sets them all, synchronously; without, it returns them: an
 * object's own enumerable string keys, or a Map's.
 */
export type Execute = (setters: Setters, context: ExecuteContext) => unknown

type MaybePromise<T> = T | Promise<T>
type NotMine = false | null | undefined

/** A loader: a module that exports any of these, by name or as one default-exported object. */
export interface Loader {
  readonly name?: string
  readonly schemes?: readonly string[]
  resolve?(
    specifier: string,
    context?: LoaderContext,
  ): MaybePromise<LooseResponse | Response | NotMine>
  resolveRelativePath?(specifier: string, parentPath: string): MaybePromise<string | NotMine>
  readonly extensionMimeMap?: Readonly<Record<string, string>>
  identify?(
    url: string,
    body: string | Uint8Array,
    headers: HeaderRecord,
  ): MaybePromise<string | NotMine>
  readonly accepts?: string | readonly string[]
  transform?(
    headers: HeaderRecord,
    // A transform that takes only text may say `body: string`: what it gets is decided by `accepts`.
    body: any,
    context?: LoaderContext,
  ): MaybePromise<TransformResult>
  /**
   * What the module is to TypeScript: the text of a declaration file. Called by `mimeport types` alone, with what the
   * `transform` of this step was given; a string is the declaration, anything of `NotMine` leaves it to be inferred.
   */
  types?(
    headers: HeaderRecord,
    // As for `transform`.
    body: any,
    context?: LoaderContext,
  ): MaybePromise<string | NotMine>
}

/** One request for a module, as a hook of Node's makes it. */
export interface LoadRequest {
  readonly specifier: string
  readonly parentURL: string | undefined
  /** Who answered for the parent, and the parent's specifier in that loader's own form. */
  readonly parent: ModuleOrigin | undefined
  readonly importAttributes: Readonly<Record<string, string>>
  readonly conditions: readonly string[]
  /** Node wants a source that it was given before: make the module anew. */
  readonly again?: boolean
  /** The application thread makes what this leads to by itself: nothing is made ahead. */
  readonly alone?: boolean
  /** The project itself has named this specifier, in place of the one that stands in the importing module. */
  readonly mapped?: boolean
}

/** Where a module came from: the loader that answered for it, and its specifier in that loader's form. */
export interface ModuleOrigin {
  readonly loader: string
  readonly specifier: string
}

/**
 * A static import of a module: what it asks for, and where: `line:column` from 1, in the text that was acquired where that
 * is known, else in the one that Node runs.
 */
export interface ImportSite {
  readonly specifier: string
  readonly attributes: Readonly<Record<string, string>>
  readonly position: string
}

/** What makes a dynamic module's exports. */
export interface DynamicModule {
  /** `undefined`: the names of what the execute module returns. */
  readonly exports: readonly string[] | undefined
  /** The execute module's specifier, as the loader wrote it. */
  readonly execute: string
  readonly loader: string
  /** The loader's file: what `execute` is looked up from. */
  readonly loaderURL: string
  /** JSON text of the source map. */
  readonly map: string | undefined
}

/** A file as it was: device, inode, size in bytes, times of the last change of the content and of the inode, ms. */
export type Stamp = readonly [number, number, number, number, number]

/** A module that Node can run. */
export interface NodeModule {
  /** Identity: the final URL after redirects. */
  readonly url: string
  readonly origin: ModuleOrigin
  readonly format: Exclude<Format, 'dynamic'>
  /** `undefined` for a native module, and for one whose source was sent to this thread before. */
  readonly source: string | Uint8Array | undefined
  /** A local file that Node loads by itself, since no loader changes it. */
  readonly native: boolean
  /** Whether an ES module has a default export: what a facade for `require` has to know. */
  readonly hasDefault: boolean
  /** Whether the source carries a source map. */
  readonly mapped: boolean
  readonly imports: readonly ImportSite[]
  /** The `type` that an import has to state: of what came as JSON, and not of what a loader made JSON of. */
  readonly type?: 'json'
  /** Of CommonJS in a local file: what Node takes the file for by its name, where that is something else. */
  readonly otherName?: 'module' | 'json'
  /** Of a dynamic module, whose source is what its execute module is given: Node gets a text made of this. */
  readonly dynamic?: DynamicModule
  /** Of a local file that was made before anybody asked: what the file was before it was read. */
  readonly stamp?: Stamp
  /** No module: the bare name that a package's `#name` means, which the application thread knows to resolve. */
  readonly external?: string
}
