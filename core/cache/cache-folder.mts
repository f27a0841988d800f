/** The folder of the cache: where it is, and whether nobody else can put anything into it. */

import { lstatSync, mkdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Stats } from 'node:fs'

/** `false`: no cache. */
export type CacheLocation = string | false

const off = new Set(['off', '0', 'false'])
const on = new Set(['', 'on', '1', 'true'])

/**
 * The folder that the environment names, `false` when it forbids the cache, `undefined` when it says nothing. A folder of
 * such a name is `./off`.
 */
export function folderOfEnvironment(): CacheLocation | undefined {
  const named = process.env['MIMEPORT_CACHE']?.trim() ?? ''
  if (on.has(named)) return undefined
  return off.has(named) ? false : resolve(named)
}

/** Where this platform keeps what a user's programs can make again. @throws when nobody knows the user's home. */
export function defaultFolder(platform: NodeJS.Platform = process.platform): string {
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

/** Why others could change what these are the properties of; `undefined`: they cannot. Windows has lists instead. */
export function exposure({ uid, mode }: Pick<Stats, 'uid' | 'mode'>): string | undefined {
  const own = process.geteuid?.()
  if (own === undefined) return undefined
  // Who is root may change everything anyway.
  if (uid !== own && uid !== 0) return 'it belongs to another user'
  const shown = (mode & 0o777).toString(8).padStart(4, '0')
  return (mode & 0o022) === 0 ? undefined : `others may write to it (its mode is ${shown})`
}

/** Why a folder is not used. The message is a sentence's end. */
export class UnusableFolder extends Error {}

/**
 * Makes a folder and those above it. Not by mkdir's `recursive`: where a system makes no folder and says that the one above
 * is missing, as Linux does in /proc, Node tries for ever.
 */
function makeFolder(path: string, isLast = false): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'EEXIST') return
    if (isLast || code !== 'ENOENT' || dirname(path) === path) throw error
    makeFolder(dirname(path))
    makeFolder(path, true)
  }
}

/**
 * Makes the folder where it is missing, and looks at it. The result is the folder of responses in it.
 * @throws {UnusableFolder} when somebody else could change what lies in it; errors of Node's.
 */
export function openFolder(folder: string): string {
  const responses = join(folder, 'responses')
  try {
    makeFolder(responses)
  } catch (error) {
    // One that cannot be written to can be read.
    if (!statSync(responses, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
  for (const [path, stats] of [
    [folder, statSync(folder)],
    [responses, lstatSync(responses)],
  ] as const) {
    const reason = stats.isDirectory() ? exposure(stats) : 'it is no folder'
    if (reason !== undefined) throw new UnusableFolder(`'${path}': ${reason}`)
  }
  return responses
}
