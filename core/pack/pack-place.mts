/** Which pack belongs to a program, and where it is: another one for whatever could make another program of the same text. */

import { cacheFolder } from '../cache-place.mts'
import { nameOf } from '../checksum.mts'
import type { Settings } from '../settings.mts'

/** What a pack is for, beyond the settings. */
export interface Circumstances {
  /** Our own folder's URL, and so our version. */
  readonly ownURL: string
  /** The program, as it was started. */
  readonly entry: string | undefined
  readonly execArgv: readonly string[]
  readonly environment: NodeJS.ProcessEnv
}

/** Variables that make no other program. */
const indifferent = new Set([
  'MIMEPORT_CACHE',
  'MIMEPORT_LOG',
  'MIMEPORT_OFFLINE',
  'MIMEPORT_RELOAD',
])

/** Flags of Node's by which somebody looks at a program, and that make no other one. */
const watching =
  /^--(?:cpu-prof|heap-prof|inspect|title|trace-|max-old-space-size|stack-trace-limit)/

/** Variables of ours, and those that loaders of ours read. */
const isOurs = (name: string): boolean =>
  /^(?:MIMEPORT_|NODE_OPTIONS$|NODE_PRESERVE_SYMLINKS|GH_TOKEN$|GITHUB_TOKEN$|GITLAB_|CODEBERG_)/.test(
    name,
  ) && !indifferent.has(name)

/**
 * What the names of all packs of a program begin with, whatever its settings are: where there is none of it, the program has
 * no pack.
 */
export function packsOf(ownURL: string, entry: string | undefined): string {
  return nameOf(`${ownURL}\n${entry ?? ''}`).slice(0, 8)
}

/** Whether a program may have a pack where no configuration names another folder. Never throws. */
export function mayHavePack(ownURL: string, entry: string | undefined): boolean {
  try {
    const folder = cacheFolder({})
    if (folder === false) return false
    const { join } = process.getBuiltinModule('node:path')
    const names = process.getBuiltinModule('node:fs').readdirSync(join(folder, 'packs'))
    const beginning = packsOf(ownURL, entry)
    return names.some((name) => name.startsWith(beginning))
  } catch {
    // No such folder, or none that may be read.
    return false
  }
}

/** The name of the file of a program's pack: of all that it goes by; nothing of that can be read from it. */
export function packName(settings: Settings, circumstances: Circumstances): string {
  const { ownURL, entry, execArgv, environment } = circumstances
  const variables = Object.keys(environment)
    .filter(isOurs)
    .sort()
    .map((name) => [name, environment[name]])
  // Where the cache is does not matter to what is in it; nor from where the program was started, and what it is called in messages.
  const { cache: _cache, command: _command, reloaded: _reloaded, lock, ...rest } = settings
  const { program: _program, elsewhere: _elsewhere, ...held } = lock ?? {}
  const flags = execArgv.filter((flag) => !watching.test(flag))
  const { version, arch, platform } = process
  const all = [ownURL, version, arch, platform, entry, flags, variables, rest, held]
  return packsOf(ownURL, entry) + nameOf(JSON.stringify(all))
}
