/** What the application thread tells the engine when it starts it. Plain data: it is cloned across threads. */

import type { Limits, Timeouts } from './limits.mts'
import type { ImportMap } from './import-map.mts'
import type { HeaderRecord } from './types.mts'

/** Origin (`https://api.example`) → field name → value, in which `$NAME` is a variable of the environment. */
export type OriginHeaders = Readonly<Record<string, HeaderRecord>>

/**
 * What code from elsewhere may reach. Entries are those of the configuration's `allow`: `default`, a beginning of a URL, or
 * a pattern of one. docs/trust.md
 */
export interface PolicySettings {
  /** What may be imported, as the configuration has it; left out: the default list. */
  readonly allow?: readonly string[]
  /** What the environment and the command line allow besides. */
  readonly also?: readonly string[]
  /** What may not, whatever `allow` says. */
  readonly deny?: readonly string[]
  /** Hosts (`host`, `host:port`, `*.host`) and blocks of addresses (`10.0.0.0/8`) that may be private addresses. */
  readonly allowPrivate?: readonly string[]
  /** Node's own modules for code from elsewhere: all, none, these; or by entry of origins. */
  readonly builtins?: BuiltinRule | Readonly<Record<string, BuiltinRule>>
  /** The project's packages for code from elsewhere: all, none, these, or by name; or that by entry of origins. */
  readonly externals?: ExternalRule | Readonly<Record<string, ExternalRule>>
  /** Where source text may have control characters: nowhere when left out. */
  readonly sourceControls?: boolean | readonly string[]
}

export type BuiltinRule = boolean | readonly string[]

/** By name: whether it is the project's package of that name, or the specifier that stands for it. */
export type ExternalRule = boolean | readonly string[] | Readonly<Record<string, boolean | string>>

/** What pins the modules of the network. docs/lock.md */
export interface LockSettings {
  /** The lock's file, an absolute path; it need not be there. */
  readonly file: string
  /**
   * `additive`: what the file has is held to, and what is new is added, where there is a file. `frozen`: what is new is
   * refused, with or without a file. `ci`: as frozen where there is a file. `create`: as additive, and the file is made.
   * `off`: it is not looked at.
   */
  readonly mode: 'additive' | 'frozen' | 'ci' | 'create' | 'off'
  /** Whether the configuration asks for it, and it is no default: where nobody can tell whether it is there, nothing runs. */
  readonly named?: boolean
  /** Folder of bodies that are part of the project, an absolute path; it need not be there. */
  readonly vendor?: string
  /** The project's folder, if the program was started in none of its folders: for messages. */
  readonly elsewhere?: string
  /** The program as a command line names it, for messages; left out where there is none. */
  readonly program?: string
  /** As `mode` says, but nothing is written. */
  readonly dry?: boolean
  /** Of `mimeport lock --update`: the specifiers, or beginnings of them, whose entries are made anew. */
  readonly update?: readonly string[]
}

/** A key as it is written in the configuration: a file's absolute path, or `$NAME` for a variable of the environment. */
export type KeySource = string

/** A key that signatures are verified by, and its algorithm where the key does not tell. RFC 9421 §3.3 */
export interface SignatureKey {
  readonly key: KeySource
  readonly algorithm?: string
}

/** What the responses of an origin have to be signed by, and how. docs/signed-modules.md */
export interface SignatureRule {
  /** By key id. */
  readonly keys: Readonly<Record<string, SignatureKey>>
  /** Components that have to be covered besides those that always do. RFC 9421 §2 */
  readonly components?: readonly string[]
  /** Seconds that a signature is good for, at most, whatever it says itself. */
  readonly maxAge?: number
  /** The `tag` that a signature has to have. */
  readonly tag?: string
}

/** By origin. */
export type Signatures = Readonly<Record<string, SignatureRule>>

/** Origin → key id (`''` for bodies that name none) → key. RFC 8188 */
export type EncryptionKeys = Readonly<Record<string, Readonly<Record<string, KeySource>>>>

/** What the configuration says of the cache. */
export interface CacheSettings {
  /** An absolute path; the platform's folder for caches when left out. MIMEPORT_CACHE goes before it. */
  readonly folder?: string
  /** Bytes that responses may have; 1 GiB when left out. */
  readonly size?: number
  /** Whether what modules were made into is kept for the next start; left out: unless the lock is frozen. */
  readonly pack?: boolean
  /** Whether V8's compile cache is kept there, too; left out: where there is a pack. */
  readonly compile?: boolean
}

/** The pack of a program: what its engine adds to. */
export interface PackSettings {
  readonly file: string
  /** Whether what is there is of no use. */
  readonly isAnew: boolean
}

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
  /** How what runs was started, for messages: 'node', its flags and the program's path; or a command of ours. */
  readonly command?: readonly string[]
  /** What the engines of the process have asked for anew, 32-bit cells; where anything is to be. */
  readonly reloaded?: SharedArrayBuffer
  /** Fields for the requests to an origin. */
  readonly headers?: OriginHeaders
  readonly policy?: PolicySettings
  readonly importMap?: ImportMap
  readonly lock?: LockSettings
  readonly signatures?: Signatures
  readonly encryption?: EncryptionKeys
  /** `false`: nothing is kept on disk. `folder` is an absolute path, `size` in bytes. */
  readonly cache?: false | CacheSettings
}
