/** What the command line asks of the cache, and is told: plain data that crosses threads; types only. */

/** What is to be done. `beginnings`: of URLs and specifiers; all, if none. */
export type CacheTask =
  | { readonly do: 'list'; readonly beginnings: readonly string[] }
  | { readonly do: 'clean'; readonly beginnings: readonly string[] }
  /** `isFixed`: what is damaged is removed. */
  | { readonly do: 'verify'; readonly isFixed: boolean }
  | { readonly do: 'measure' }

/** A response as it is stored. Times: ms since the epoch. */
export interface StoredInfo {
  readonly url: string
  readonly method: string
  /** What it was asked for as, where that is not its URL. */
  readonly specifier?: string
  readonly statusCode: number
  readonly mediaType?: string
  /** Where a redirect leads. */
  readonly location?: string
  /** Of the body. */
  readonly bytes: number
  readonly storedAt: number
  /** Until when nobody is asked for it; `null`: for ever; 0: it is asked each time. */
  readonly freshUntil: number | null
  /** Its URL names this very content, as a commit's does. */
  readonly isImmutable: boolean
  /** Whether it was asked for with credentials. */
  readonly isPersonal: boolean
  /** By the rules of HTTP it is used only where nobody may be asked. */
  readonly isKeptOnly: boolean
}

/** Why a file of the cache is of no use. */
export type Damage = 'damaged' | 'other-version' | 'exposed'

export interface DamagedFile {
  /** An absolute path. */
  readonly path: string
  readonly why: Damage
  /** What it says that it is of, which nothing proves. */
  readonly claimed?: string
  readonly bytes: number
  readonly isRemoved: boolean
}

/** A part of the cache's folder, in bytes. */
export interface CachePart {
  readonly name: 'responses' | 'packs' | 'compiled'
  readonly files: number
  readonly bytes: number
  /** What it may have; more is removed, beginning with what was used longest ago. */
  readonly limit: number
}

/** What of the cache is gone: files, and their bytes. */
export interface Cleaned {
  readonly responses: number
  readonly packs: number
  readonly compiled: number
  readonly bytes: number
}

export interface CacheResult {
  /** An absolute path. */
  readonly folder: string
  /** Whether there is such a folder. */
  readonly isThere: boolean
  /** Files that were looked at, or are there. */
  readonly files: number
  readonly listed?: readonly StoredInfo[]
  /** Files of responses that do not say what they are of: an earlier mimeport wrote them. */
  readonly unnamed?: number
  readonly damaged?: readonly DamagedFile[]
  readonly cleaned?: Cleaned
  readonly parts?: readonly CachePart[]
}
