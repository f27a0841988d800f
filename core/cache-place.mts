/** Where the cache is, and whether nobody else can put anything into it. Both threads. */

import type { Stats } from 'node:fs'

/** `false`: no cache. */
export type CacheLocation = string | false

/** What the configuration says of it. */
export interface CachePlace {
  /** An absolute path; the platform's folder for caches when left out. MIMEPORT_CACHE goes before it. */
  readonly folder?: string
}

const paths = () => process.getBuiltinModule('node:path')

const off = new Set(['off', '0', 'false'])
const on = new Set(['', 'on', '1', 'true'])

/**
 * The folder that the environment names, `false` when it forbids the cache, `undefined` when it says nothing. A folder of
 * such a name is `./off`.
 */
export function folderOfEnvironment(): CacheLocation | undefined {
  const named = process.env['MIMEPORT_CACHE']?.trim() ?? ''
  if (on.has(named)) return undefined
  return off.has(named) ? false : paths().resolve(named)
}

/** Where this platform keeps what a user's programs can make again. @throws when nobody knows the user's home. */
export function defaultFolder(platform: NodeJS.Platform = process.platform): string {
  const { homedir } = process.getBuiltinModule('node:os')
  const { join } = paths()
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env
  if (platform === 'win32') {
    return join(LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'mimeport', 'Cache')
  }
  // XDG Base Directory Specification: a relative path is ignored.
  if (XDG_CACHE_HOME?.startsWith('/')) return join(XDG_CACHE_HOME, 'mimeport')
  const home = homedir()
  if (!home.startsWith('/')) throw new Error('there is no home folder')
  return join(home, ...(platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']), 'mimeport')
}

/** The folder of the cache by environment and configuration; `false`: there is to be none. @throws as `defaultFolder` */
export function cacheFolder(options: CachePlace | false): CacheLocation {
  const named = folderOfEnvironment()
  if (named === false || (named === undefined && options === false)) return false
  return named ?? (options === false ? undefined : options.folder) ?? defaultFolder()
}

/** Why others could change what these are the properties of; `undefined`: they cannot. Windows has lists instead. */
export function exposure({ uid, mode }: Pick<Stats, 'uid' | 'mode'>): string | undefined {
  const own = process.geteuid?.()
  if (own === undefined) return undefined
  // Who is root may change everything anyway.
  if (uid !== own && uid !== 0) return 'it belongs to another user'
  const shown = (mode & 0o777).toString(8).padStart(4, '0')
  return (mode & 0o022) === 0 ? undefined : `others may write to it (its mode is ${shown})`
}

/**
 * Makes a folder and those above it. Not by mkdir's `recursive`: where a system makes no folder and says that the one above
 * is missing, as Linux does in /proc, Node tries for ever.
 */
export function makeFolder(path: string, isLast = false): void {
  try {
    process.getBuiltinModule('node:fs').mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'EEXIST') return
    if (isLast || code !== 'ENOENT' || paths().dirname(path) === path) throw error
    makeFolder(paths().dirname(path))
    makeFolder(path, true)
  }
}
