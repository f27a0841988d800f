/** Which pack belongs to a program, and where it is: another one for whatever could make another program of the same text. */

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
  return nameOf(
    JSON.stringify([ownURL, version, arch, platform, entry, flags, variables, rest, held]),
  )
}
