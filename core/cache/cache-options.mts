/** Where the cache is, as the project has it. Engines are told so as they are made; most need no more of the cache. */

/** Bytes that the folder may have when nobody says. */
export const DEFAULT_SIZE = 2 ** 30

export interface CacheOptions {
  /** An absolute path; the platform's folder for caches when left out. MIMEPORT_CACHE goes before it. */
  readonly folder?: string
  /** Bytes that the folder may have; 1 GiB when left out. */
  readonly size?: number
}

export interface CacheSettings {
  /** `false`: the project wants none. */
  readonly options: CacheOptions | false
  /** Is told whether something waits to be written. */
  readonly onUnsaved: (isUnsaved: boolean) => void
}

let settings: CacheSettings = { options: {}, onUnsaved: () => {} }
let change: () => void = () => {}

/** Says where the cache is, or that there is none; from the next request on. */
export function configureCache(
  options: CacheOptions | false,
  onUnsaved: (isUnsaved: boolean) => void = () => {},
): void {
  change()
  settings = { options, onUnsaved }
}

/** What was said last. */
export function cacheSettings(): CacheSettings {
  return settings
}

/** Sets who is told, before each change. */
export function beforeChange(listener: () => void): void {
  change = listener
}
