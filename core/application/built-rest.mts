/**
 * The application thread's half beyond the gate, in the package: one script, `attach.cjs`, that is read and compiled when it
 * is needed. `require` would find it to be a module of its own, with another `LoaderError`; and an ES module it does not
 * take everywhere. The build puts this file in the place of `rest.mts`. docs/decisions/032-gate.md
 */

import * as builtins from './builtins.mts'
import * as cachePlace from '../cache-place.mts'
import * as checksum from '../checksum.mts'
import { codeFile, keepCode, readCode } from './compiled.mts'
import { escapeText } from '../text.mts'
import * as errors from '../errors.mts'
import * as grant from '../grant.mts'
import * as native from '../native.mts'
import * as packFile from '../pack/pack-file.mts'
import * as start from './start.mts'
import * as texts from '../text.mts'
import type * as Rest from './attach.mts'
import type { LoadedRest } from './rest.mts'

/** The modules that both files have, by the names that the build gives them: each is there once. */
const shared = {
  builtins,
  'cache-place': cachePlace,
  checksum,
  errors,
  grant,
  native,
  'pack-file': packFile,
  start,
  text: texts,
}

/** The error for a script that cannot be read. */
function unreadable(file: string, cause: unknown): errors.LoaderError {
  const name = `'${escapeText(file)}'`
  if ((cause as { code?: string }).code !== 'ERR_ACCESS_DENIED') {
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
  const { href } = native.parseURL('core/application/attach.cjs', self)!
  const file = builtins.urls().fileURLToPath(href)
  let text: Buffer
  try {
    text = builtins.fs().readFileSync(file)
  } catch (error) {
    throw unreadable(file, error)
  }
  const place = codeFile(href)
  const code = place === undefined ? undefined : readCode(place, text)
  const { Script } = process.getBuiltinModule('node:vm')
  // By its URL, as the frames of a module are.
  const script = new Script(`(function (module, shared, self) {${text.toString('latin1')}\n})`, {
    filename: href,
    ...(code !== undefined && { cachedData: code }),
  })
  const module = { exports: {} as typeof Rest }
  ;(script.runInThisContext() as (...parts: unknown[]) => void)(module, shared, self)
  const isKept = place === undefined || script.cachedDataRejected === false
  return {
    ...module.exports,
    ...(!isKept && { keep: () => keepCode(place, text, script.createCachedData()) }),
  }
}
