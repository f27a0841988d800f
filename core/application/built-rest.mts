/**
 * The application thread's half beyond the gate, in the package: one script, `attach.cjs`, that is read and compiled when it
 * is needed. `require` would find it to be a module of its own, with another `LoaderError`; and an ES module it does not
 * take everywhere. The build puts this file in the place of `rest.mts`. docs/decisions/032-gate.md
 */

import * as builtins from './builtins.mts'
import * as cachePlace from '../cache-place.mts'
import * as checksum from '../checksum.mts'
import { escapeText } from '../text.mts'
import * as errors from '../errors.mts'
import * as grant from '../grant.mts'
import * as native from '../native.mts'
import * as ownRequire from '../own-require.mts'
import * as packFile from '../pack/pack-file.mts'
import * as script from './script.mts'
import { loadScript } from './script.mts'
import * as start from './start.mts'
import * as texts from '../text.mts'
import type * as Rest from './attach.mts'
import type * as Early from './early.mts'
import type { LoadedRest } from './rest.mts'

/** The modules that both files have, by the names that the build gives them: each is there once. */
const shared = {
  builtins,
  'cache-place': cachePlace,
  checksum,
  errors,
  grant,
  native,
  'own-require': ownRequire,
  'pack-file': packFile,
  script,
  start,
  text: texts,
}

const isDenied = (error: unknown): boolean =>
  (error as { code?: string }).code === 'ERR_ACCESS_DENIED'

/** The error for a script that cannot be read. */
function unreadable(file: string, cause: unknown): errors.LoaderError {
  const name = `'${escapeText(file)}'`
  if (!isDenied(cause)) {
    const message = `A part of mimeport cannot be read, ${name}: the installation may be damaged`
    return new errors.LoaderError('ERR_MIMEPORT_ENGINE_START', message, { cause })
  }
  return new errors.LoaderError(
    'ERR_MIMEPORT_PERMISSION',
    `Cannot use mimeport: the permission model denies reading ${name}; add --allow-fs-read for its folder to the command line`,
    { permission: 'FileSystemRead', cause },
  )
}

/**
 * Loads it, now.
 * @param self the registered file's URL
 * @throws {LoaderError} ERR_MIMEPORT_ENGINE_START, ERR_MIMEPORT_PERMISSION
 */
export function loadRest(self: string): LoadedRest {
  const path = 'core/application/attach.cjs'
  try {
    const { exports, keep } = loadScript(self, path, shared)
    return { ...(exports as typeof Rest), ...(keep !== undefined && { keep }) }
  } catch (error) {
    if ((error as { syscall?: string }).syscall === undefined && !isDenied(error)) throw error
    throw unreadable(builtins.urls().fileURLToPath(native.parseURL(path, self)!.href), error)
  }
}

/** Loads what starts the engine's thread early; `undefined` where that cannot be: then nothing is started early. Never throws. */
export function loadEarly(self: string): typeof Early | undefined {
  try {
    return loadScript(self, 'core/application/early.cjs', shared).exports as typeof Early
  } catch {
    // Whatever is wrong with the installation is said by the rest.
    return undefined
  }
}
