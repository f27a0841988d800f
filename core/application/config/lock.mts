/** The configuration's `lock` and `vendor`, and how strict the environment wants the lock. */

import { fail } from './failure.mts'
import { lockModeOf } from './lock-mode.mts'
import { paths } from '../builtins.mts'
import { specifierOf } from '../program/entry.mts'
import { LoaderError } from '../../errors.mts'
import { received } from '../../text.mts'
import { workingFolder } from '../start.mts'
import type { Environment } from '../start.mts'
import type { LockConfig } from '../../configuration.mts'
import type { LockSettings } from '../../settings.mts'

type LockEnvironment = Pick<Environment, 'CI' | 'MIMEPORT_CONFIG' | 'MIMEPORT_FROZEN'>

/** Names of the file and of the folder beside the configuration. */
const standard = { file: 'mimeport.lock', folder: 'mimeport_modules' }

export function checkLock(file: string, lock: unknown): void {
  if (typeof lock === 'boolean' || (typeof lock === 'string' && lock !== '')) return
  fail(file, `'lock' must be true, false or a path. Received ${received(lock)}`)
}

export function checkVendor(file: string, vendor: unknown): void {
  if (vendor === false || (typeof vendor === 'string' && vendor !== '')) return
  fail(file, `'vendor' must be false or a path. Received ${received(vendor)}`)
}

/** @throws {LoaderError} ERR_MIMEPORT_CONFIG */
function modeOf(environment: LockEnvironment): LockSettings['mode'] {
  const mode = lockModeOf(environment)
  if (mode !== undefined) return mode
  throw new LoaderError(
    'ERR_MIMEPORT_CONFIG',
    `Cannot use the environment's 'MIMEPORT_FROZEN': it must be 1 or 0. Received ${received(environment.MIMEPORT_FROZEN?.trim())}`,
  )
}

export interface LockOptions {
  readonly root: string
  /** The configuration's file, where there is one. */
  readonly file: string | undefined
  /** The program, as `process.argv[1]` has it. */
  readonly entry?: string | undefined
  readonly environment?: LockEnvironment
  /** The working folder; `undefined` where it was removed. */
  readonly folder?: string | undefined
}

/**
 * The lock that goes for a project: beside its configuration, unless that says otherwise.
 * @throws {LoaderError} ERR_MIMEPORT_CONFIG
 */
export function lockOf(
  { lock: named, vendor = standard.folder }: LockConfig,
  { root, file, entry, environment = process.env, folder = workingFolder() }: LockOptions,
): LockSettings {
  const mode = modeOf(environment)
  const lock = named ?? true
  if (lock === false && mode === 'frozen') {
    fail(file ?? root, "'lock' is false, and MIMEPORT_FROZEN=1 wants one; set one of the two")
  }
  const path = paths().resolve(root, lock === true || lock === false ? standard.file : lock)
  return {
    file: path,
    mode: lock === false ? 'off' : mode,
    ...(named !== undefined && named !== false && { named: true }),
    ...(vendor !== false && { vendor: paths().resolve(root, vendor) }),
    ...(entry !== undefined && { program: specifierOf(entry) ?? near(entry, folder) }),
    ...(isElsewhere(root, environment, folder) && { elsewhere: root }),
  }
}

/** A path as it is written where the program was started. */
function near(path: string, folder: string | undefined): string {
  // A working folder that was removed has no name.
  if (folder === undefined) return path
  const relative = paths().relative(folder, path)
  return relative === '' || relative.startsWith('..') ? path : relative
}

/** Whether a command that is run where the program was started goes by another configuration. */
function isElsewhere(
  root: string,
  environment: LockEnvironment,
  folder: string | undefined,
): boolean {
  if ((environment.MIMEPORT_CONFIG ?? '') !== '') return false
  if (folder === undefined) return true
  const relative = paths().relative(root, folder)
  return relative.startsWith('..') || paths().isAbsolute(relative)
}
