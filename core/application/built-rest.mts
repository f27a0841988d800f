/**
 * The application thread's half beyond the gate, in the package: one script, `attach.cjs`, that is read and compiled when it
 * is needed. `require` would find it to be a module of its own, with another `LoaderError`; and an ES module it does not
 * take everywhere. The build puts this file in the place of `rest.mts`. docs/decisions/032-gate.md
 */

import * as builtins from './builtins.mts'
import { escapeText } from '../text.mts'
import * as errors from '../errors.mts'
import * as grant from '../grant.mts'
import * as native from '../native.mts'
import * as start from './start.mts'
import * as text from '../text.mts'
import type * as Rest from './attach.mts'

/** The modules that both files have, by the names that the build gives them: each is there once. */
const shared = { builtins, errors, grant, native, start, text }

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
export function loadRest(self: string): typeof Rest {
  const { href } = native.parseURL('core/application/attach.cjs', self)!
  const file = builtins.urls().fileURLToPath(href)
  let script: string
  try {
    script = builtins.fs().readFileSync(file, 'latin1')
  } catch (error) {
    throw unreadable(file, error)
  }
  const module = { exports: {} as typeof Rest }
  // By its URL, as the frames of a module are.
  const { compileFunction } = process.getBuiltinModule('node:vm')
  const run = compileFunction(script, ['module', 'shared', 'self'], { filename: href })
  run(module, shared, self)
  return module.exports
}
