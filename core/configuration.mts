/** A configuration as it is written, in a file or by a program: types only, which name nothing of Node's. */

import type {
  CacheSettings,
  EncryptionKeys,
  OriginHeaders,
  PolicySettings,
  SignatureKey,
  SignatureRule,
} from './settings.mts'

/** `imports`, and each map of `scopes`. */
export type Addresses = Readonly<Record<string, string | null>>

export interface ImportMapConfig {
  readonly imports?: Addresses
  readonly scopes?: Readonly<Record<string, Addresses>>
  readonly integrity?: Readonly<Record<string, string>>
}

export interface LockConfig {
  readonly lock?: boolean | string
  readonly vendor?: false | string
}

/** Key id → key, as it is written: a lone string is a key that tells its algorithm itself. */
type WrittenKeys = Readonly<Record<string, string | SignatureKey>>

type WrittenRule = Omit<SignatureRule, 'keys'> & { readonly keys: WrittenKeys }

export type WrittenSignatures = Readonly<Record<string, WrittenRule>>

/** The keys of `mimeport.json`. docs/configuration.md */
export interface Config extends ImportMapConfig, LockConfig {
  readonly loaders?: readonly string[]
  readonly sourceMaps?: boolean
  readonly allow?: readonly string[]
  readonly deny?: readonly string[]
  readonly allowPrivate?: readonly string[]
  readonly builtins?: NonNullable<PolicySettings['builtins']>
  readonly externals?: NonNullable<PolicySettings['externals']>
  readonly headers?: OriginHeaders
  readonly sourceControls?: boolean | readonly string[]
  readonly signatures?: WrittenSignatures
  readonly encryption?: EncryptionKeys
  readonly cache?: false | CacheSettings
  readonly timeout?: Readonly<Record<string, number>>
  readonly limits?: Readonly<Record<string, number>>
}

/** What `register` takes: keys of `mimeport.json`, each in the place of the file's; the rest of that stays in force. */
export interface RegisterOptions extends Omit<Config, 'loaders'> {
  /** Paths (relative ones from the project's root), `file:` URLs (`new URL('./x.mjs', import.meta.url)`), packages. */
  readonly loaders?: readonly (string | URL)[]
  /** Another configuration's file, as a path or `file:` URL, or `false` for none; the project's when left out. */
  readonly config?: string | URL | false
}

/** What `register` returns. */
export interface Registered {
  /**
   * Takes it back: what was in force before is so again. Imports that are under way fail; modules that are there stay. The
   * second time it does nothing.
   */
  readonly deregister: () => void
  /** The same, for `using`. */
  readonly [Symbol.dispose]: () => void
}

export type Register = (options?: RegisterOptions) => Registered
