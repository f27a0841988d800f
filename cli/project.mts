/** The project whose folder a command is run in: its configuration, and an engine for it. */

import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Bridge } from '../core/bridge/client.mts'
import { builtIn } from '../core/application/built-in.mts'
import { readSettings } from '../core/application/config/config.mts'
import { LoaderError } from '../core/errors.mts'
import { entryOf } from './entries.mts'
import { base, extension, self } from './self.mts'
import { entryFor } from '../core/policy/suggestion.mts'
import type { LockSettings, Settings } from '../core/settings.mts'

export interface ProjectOptions {
  /** What the user named: what is typed may be imported, and the first file is the program, whose project it is. */
  readonly words?: readonly string[]
  /** Variables of the environment that go before the user's, for the engine. */
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs `work` with variables set: the engine, and what reads the configuration, take them from the process. */
function withEnvironment<T>(variables: Readonly<Record<string, string>>, work: () => T): T {
  const before = { ...process.env }
  Object.assign(process.env, variables)
  try {
    return work()
  } finally {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  }
}

/**
 * Reads the project's settings as the program has them; without one, as a program in this folder.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG
 * @throws {UsageError} for a word that names nothing.
 */
export function settingsOf({ words = [], environment = {} }: ProjectOptions = {}): Settings {
  const named = words.map((word) => entryOf(word).specifier)
  const program = named.find((specifier) => specifier.startsWith('file:'))
  const entry = program === undefined ? undefined : fileURLToPath(program)
  const settings = withEnvironment(environment, () =>
    readSettings({ self: self.href, loaders: new URL('loaders/', base), builtIn, entry }),
  )
  // What fails advises to run the same again.
  const command = ['npx', 'mimeport', ...process.argv.slice(2)]
  const also = named.map(entryFor).filter((each) => each !== undefined)
  if (also.length === 0) return { ...settings, command }
  const policy = { ...settings.policy, also: [...(settings.policy?.also ?? []), ...also] }
  return { ...settings, command, policy }
}

/**
 * The settings of the project's lock, changed.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG where the project wants none.
 */
export function withLock(
  settings: Settings,
  changed: Partial<LockSettings>,
): Settings & {
  readonly lock: LockSettings
} {
  const { lock } = settings
  if (lock === undefined || lock.mode === 'off') {
    throw new LoaderError(
      'ERR_MIMEPORT_CONFIG',
      `Cannot use the configuration '${settings.file ?? resolve(settings.root)}': its 'lock' is false, so there is no lock to write`,
    )
  }
  return { ...settings, lock: { ...lock, ...changed } }
}

/** An engine without hooks: nothing of the project is run in this thread. */
export function engineOf(settings: Settings, { environment = {} }: ProjectOptions = {}): Bridge {
  const entry = new URL(`core/bridge/worker${extension}`, base)
  const bridge = new Bridge({ settings, entry, onPush: () => {} })
  withEnvironment(environment, () => bridge.start())
  return bridge
}
